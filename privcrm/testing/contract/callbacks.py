"""The contract of ``CallbacksPort``."""

import ipaddress
from collections.abc import Callable

import pytest
from attrs import evolve

from privcrm.errors import CallbackRejected
from privcrm.models.events import Event, EventSource
from privcrm.provider import CallbackRequest, CallRecord, Opened, Provider
from privcrm.testing.contract.base import Contract, needs

SealedRequest = Callable[[int], CallbackRequest]

_SIGNED_AT = 1_735_700_000
_WINDOW = 300


def _opened(provider: Provider, request: CallbackRequest, *, app: str = "", at: int = _SIGNED_AT) -> Opened:
    return provider.callbacks.open(request, app=app, since=at - _WINDOW, until=at + _WINDOW)


class CallbacksContract(Contract):
    """Where callbacks come from, and what is taken for one."""

    @pytest.fixture
    def sealed_request(self) -> SealedRequest:
        """A function from unix seconds to a request, signed then, in which the vendor tells of a new member.

        It tells the same each time, sealed anew as the vendor would for a second delivery. Override it where requests
        can be sealed.
        """
        pytest.skip("no request can be sealed as the vendor would")

    @needs("callbacks.addresses")
    def test_callbacks_come_from_networks(self, provider: Provider) -> None:
        """Every entry can stand in a firewall's rules."""
        found = provider.callbacks.addresses()
        assert found
        assert all(ipaddress.ip_network(one) for one in found)

    @needs("callbacks.open", "callbacks.apps")
    def test_what_the_vendor_tells_is_opened(
        self, provider: Provider, sealed_request: SealedRequest, records: list[CallRecord]
    ) -> None:
        """One event of this company, for a configured app; nothing is asked of the vendor for it."""
        opened = _opened(provider, sealed_request(_SIGNED_AT))
        (callback,) = opened.callbacks
        assert (opened.signed_at, opened.challenge) == (_SIGNED_AT, None)
        assert opened.app in {app.name for app in provider.callbacks.apps()}
        event = callback.event
        assert (event.company, event.app, event.source) == (provider.company, opened.app, EventSource.CALLBACK)
        assert event.subject
        assert event.raw, "the vendor's own words are lost"
        assert not records

    @needs("callbacks.open", "callbacks.read")
    def test_an_event_is_read_back_from_its_text(self, provider: Provider, sealed_request: SealedRequest) -> None:
        """What was kept makes the same event again, as often as it is read."""
        (callback,) = _opened(provider, sealed_request(_SIGNED_AT)).callbacks
        for _ in range(2):
            again = provider.callbacks.read(callback.text, app=callback.event.app)
            assert again == callback.event
            assert again.raw == callback.event.raw

    @needs("callbacks.open")
    def test_a_second_delivery_has_the_keys_of_the_first(
        self, provider: Provider, sealed_request: SealedRequest
    ) -> None:
        """However it was sealed; and the app that was named is the one that its token tells."""
        first = _opened(provider, sealed_request(_SIGNED_AT))
        second = _opened(provider, sealed_request(_SIGNED_AT + 5), app=first.app)
        assert second.app == first.app
        (one,), (other,) = first.callbacks, second.callbacks
        assert (one.storage_key, one.business_key) == (other.storage_key, other.business_key)
        assert one.event == other.event

    @needs("callbacks.open")
    def test_what_was_signed_at_another_time_is_rejected(
        self, provider: Provider, sealed_request: SealedRequest
    ) -> None:
        """Too early or too late, by a second."""
        for off in (-_WINDOW - 1, _WINDOW + 1):
            with pytest.raises(CallbackRejected):
                _opened(provider, sealed_request(_SIGNED_AT + off))

    @needs("callbacks.open")
    def test_what_was_changed_on_the_way_is_rejected(self, provider: Provider, sealed_request: SealedRequest) -> None:
        """Whatever is edited, cut or added: no more than what the vendor said is ever taken for it."""
        request = sealed_request(_SIGNED_AT)
        (callback,) = _opened(provider, request).callbacks
        body, taken = request.body, set[str]()
        for place in range(0, len(body), 7):
            changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
            for edited in (changed, body[:place], body[:place] + b"A" + body[place:]):
                try:
                    taken |= {one.text for one in _opened(provider, evolve(request, body=edited)).callbacks}
                except CallbackRejected:
                    continue
        assert taken <= {callback.text}

    @needs("callbacks.open")
    def test_junk_is_rejected_and_raises_nothing_else(self, provider: Provider, sealed_request: SealedRequest) -> None:
        """One and the same text for all of it, which tells nobody anything."""
        request = sealed_request(_SIGNED_AT)
        junk = [
            evolve(request, query=""),
            evolve(request, query="&" * 1000),
            evolve(request, query=request.query + "&" + request.query),
            evolve(request, body=b""),
            evolve(request, body=b"\xff\x00" * 1000),
            evolve(request, body=b"{" * 100_000),
            evolve(request, body=b"<a>" * 100_000),
            evolve(request, method="DELETE"),
            CallbackRequest("GET", "", {}, b""),
        ]
        said = set[str]()
        for one in junk:
            with pytest.raises(CallbackRejected) as caught:
                _opened(provider, one)
            said.add(str(caught.value))
        assert len(said) == 1

    @needs("callbacks.read")
    def test_nothing_of_a_callback_shows(self, provider: Provider, sealed_request: SealedRequest) -> None:
        """Requests and what is in them are in no ``repr``: they hold what members say, and codes."""
        request = sealed_request(_SIGNED_AT)
        opened = _opened(provider, request)
        (callback,) = opened.callbacks
        assert isinstance(callback.event, Event)
        shown = repr((request, opened, callback))
        assert callback.text not in shown
        assert request.body.decode(errors="replace") not in shown
        assert all(token.reveal() not in shown for app in provider.callbacks.apps() for token in app.tokens)
