"""From a request to what it tells: all checks, in this order, and none may be left out or come later."""

from collections.abc import Mapping
from typing import Any

from privcrm.errors import CallbackRejected
from privcrm.models.building import draft_of
from privcrm.provider import Callback, CallbackRequest, Opened
from privcrm_wecom.callbacks import document
from privcrm_wecom.callbacks.envelope import ciphertext_of
from privcrm_wecom.callbacks.events import event_of
from privcrm_wecom.callbacks.keys import keys_of
from privcrm_wecom.callbacks.query import read_check, read_push
from privcrm_wecom.callbacks.rejection import FORM, RECEIVE_ID, SIGNATURE, STALE
from privcrm_wecom.callbacks.seal import Seal, Signed
from privcrm_wecom.callbacks.strict_base64 import decode
from privcrm_wecom.config import WeComConfig

_Receiver = tuple[str, int, Seal, tuple[bytes, ...], tuple[str, ...]]
"""An app's name, the place of a pair among its own, the pair, and the receive ids: of the frame, and as addressees."""

_OpenedDraft, _CallbackDraft = draft_of(Opened), draft_of(Callback)


class Opener:
    """Opens the callbacks of one company; it may be used from several threads."""

    def __init__(self, config: WeComConfig) -> None:
        self._company = config.corp_id
        self._receivers: dict[str, list[_Receiver]] = {"": []}
        for app in config.apps:
            ids = app.callback_receive_ids or (config.corp_id,)
            framed, addressees = tuple(one.encode() for one in ids), (config.corp_id, *ids)
            self._receivers[app.name] = [
                (app.name, place, Seal(token.reveal(), key.reveal()), framed, addressees)
                for place, (token, key) in enumerate(app.callback_pairs)
            ]
            if not app.callback_path:  # an app with a path is told there and nowhere else
                self._receivers[""] += self._receivers[app.name]

    def seal_of(self, app: str, place: int) -> tuple[Seal, bytes]:
        """Return a pair of an app, and the receive id that what it seals is for."""
        _, _, seal, receive_ids, _ = self._receivers[app][place]
        return seal, receive_ids[0]

    def open(self, request: CallbackRequest, app: str, since: float, until: float) -> Opened:
        """Return what a request tells; one that fails a check raises ``CallbackRejected``."""
        if request.method == "POST":
            signature, timestamp, nonce = read_push(request.query)
            challenge = ""
        elif request.method == "GET":
            signature, timestamp, nonce, challenge = read_check(request.query)
        else:
            raise CallbackRejected(FORM)
        signed_at = int(timestamp)
        if not since <= signed_at <= until:
            raise CallbackRejected(STALE)
        if challenge:
            signed = (signature, timestamp.encode(), nonce.encode(), challenge.encode())
            (name, place, *_), answer = self._verified(signed, app)
            document.decoded(answer)
            return Opened(name, signed_at, challenge=answer, secrets=place, nonce=nonce)
        ciphertext, is_json = ciphertext_of(request.body)
        signed = (signature, timestamp.encode(), nonce.encode(), ciphertext)
        (name, place, _, _, addressees), message = self._verified(signed, app)
        text = document.decoded(message)
        raw = document.read(text)
        if not self._is_ours(raw, addressees):
            raise CallbackRejected(RECEIVE_ID)
        opened: Any = _OpenedDraft()
        opened.app, opened.signed_at, opened.callbacks = name, signed_at, (self._callback(text, raw, name),)
        opened.challenge, opened.secrets, opened.nonce, opened.is_json = None, place, nonce, is_json
        opened.__class__ = Opened
        return opened  # type: ignore[no-any-return]

    def _verified(self, signed: Signed, app: str) -> tuple[_Receiver, bytes]:
        """Return who was meant, and what was sealed for it."""
        sealed = decode(signed[3])
        reason, meant = SIGNATURE, app
        for receiver in self._receivers.get(app, ()):
            name, _, seal, receive_ids, _ = receiver
            if meant and name != meant:
                continue  # the token has told which app; of another no key is tried
            try:
                framed = seal.opened(signed, sealed)
            except CallbackRejected as rejected:
                reason, meant = rejected.reason, name
                continue
            if framed is None:
                continue
            message, receive_id = framed
            if receive_id not in receive_ids:
                raise CallbackRejected(RECEIVE_ID)
            return receiver, message
        raise CallbackRejected(reason)

    def _is_ours(self, raw: Mapping[str, Any], addressees: tuple[str, ...]) -> bool:
        if "InfoType" in raw:  # told to the provider of an app, of one company among many
            return raw.get("SuiteId") in addressees and raw.get("AuthCorpId", self._company) == self._company
        return raw.get("ToUserName", "") in addressees

    def _callback(self, text: str, raw: dict[str, Any], app: str) -> Callback:
        callback: Any = _CallbackDraft()
        callback.event, callback.text = event_of(raw, self._company, app), text
        callback.storage_key, callback.business_key = keys_of(raw, self._company, app)
        callback.__class__ = Callback
        return callback  # type: ignore[no-any-return]
