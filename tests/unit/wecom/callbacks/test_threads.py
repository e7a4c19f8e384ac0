"""One provider opens for many threads at once, though what decrypts is kept between messages."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from privcrm.errors import CallbackRejected
from tests.unit.wecom.callbacks.sealing import WINDOW, company, event, push, sealed, told


def test_threads_open_each_their_own():
    provider = company()
    texts = [event(UserID=f"staff{number}", Note="x" * (number * 37 % 5000)) for number in range(64)]
    requests = [told(text) for text in texts]

    def opened(number):
        request = requests[number % 64]
        return provider.callbacks.open(request, **WINDOW).callbacks[0].text == texts[number % 64]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(opened, range(2000)))


def test_what_was_rejected_leaves_nothing_behind():
    """A frame that is none has been decrypted by then, and the next message is read as if it had not."""
    provider, good = company(), event(UserID="zhaoyi")
    for bad in (b"", b"\xff", b"x" * 5000):
        with pytest.raises(CallbackRejected):
            provider.callbacks.open(push(sealed(bad, receive_id="another")), **WINDOW)
        assert provider.callbacks.open(told(good), **WINDOW).callbacks[0].text == good
