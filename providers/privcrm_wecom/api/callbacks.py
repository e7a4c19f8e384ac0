"""Callbacks (回调). https://developer.work.weixin.qq.com/document/path/90930."""

import os
from functools import cached_property
from typing import TYPE_CHECKING

from privcrm.errors import CallbackRejected
from privcrm.models import Content
from privcrm.models.events import Event
from privcrm.provider import CallbackApp, CallbackRequest, Opened, SealedReply
from privcrm.provider.ports import CallbacksPort
from privcrm_wecom.api.area import Area
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.basics import GETCALLBACKIP

if TYPE_CHECKING:
    from privcrm_wecom.callbacks.opener import Opener

_PREFIX_BYTES = 16


class WeComCallbacks(Area, CallbacksPort, unchecked=("open",)):
    """What the apps of the company are told; for the addresses every app may ask."""

    @cached_property
    def _opener(self) -> "Opener":
        # Imported where first used: what receives nothing needs no cryptography.
        from privcrm_wecom.callbacks.opener import Opener  # noqa: PLC0415

        return Opener(self._client.config)

    def apps(self) -> tuple[CallbackApp, ...]:
        """Return the apps with ``CALLBACK_TOKEN`` and ``CALLBACK_AES_KEY``."""
        apps = self._client.config.apps
        return tuple(
            CallbackApp(app.name, app.callback_path, app.callback_tokens) for app in apps if app.callback_pairs
        )

    def open(self, request: CallbackRequest, *, app: str = "", since: float, until: float) -> Opened:
        """Check size, form, age, signature, frame, receive id and addressee, in this order; XML or JSON.

        A request without ``msg_signature``, and a body that is not encrypted, are never taken.
        """
        try:
            return self._opener.open(request, app, since, until)
        except CallbackRejected as rejected:
            reason = rejected.reason
        # Raised anew: the frames below hold keys, and what was decrypted.
        raise CallbackRejected(reason)

    def read(self, text: str, *, app: str) -> Event:
        """Read XML or JSON; a field that is malformed reads as absent."""
        from privcrm_wecom.callbacks import document, events  # noqa: PLC0415 - see ``_opener``

        try:
            return events.event_of(document.read(text), self._client.config.corp_id, app)
        except CallbackRejected as rejected:
            reason = rejected.reason
        del text
        raise CallbackRejected(reason)

    def seal(self, opened: Opened, event: Event, reply: Content, *, at: float, nonce: str = "") -> SealedReply:
        """Answer an employee with a text, a picture, a sound, a film or one link as news (图文), in the request's form.

        Without ``nonce`` that of the request is used. 2,048 bytes of text are shown, the vendor cuts the rest.
        """
        from privcrm_wecom.callbacks import replies  # noqa: PLC0415 - see ``_opener``

        second, is_json = int(at), opened.is_json
        message = replies.reply_to(event, reply, second, is_json=is_json)
        seal, receive_id = self._opener.seal_of(opened.app, opened.secrets)
        return replies.sealed(
            seal,
            message,
            receive_id,
            at=second,
            nonce=nonce or opened.nonce,
            prefix=os.urandom(_PREFIX_BYTES),
            is_json=is_json,
        )

    def addresses(self) -> tuple[str, ...]:
        """Return the addresses and networks that callbacks come from; the vendor advises to read them once a day."""
        return values.texts(self._client.call(GETCALLBACKIP, {}).get("ip_list"))
