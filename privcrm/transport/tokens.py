"""Access tokens: fetched once, shared, renewed ahead of time."""

import copy
import hashlib
import threading
from collections.abc import Callable
from random import Random
from typing import Protocol

from attrs import field, frozen

from privcrm.clock import Clock
from privcrm.errors import CredentialRejected, ProviderError
from privcrm.forks import reset_in_children
from privcrm.provider import BreakerState, Secret, Token, TokenStore

_AHEAD = 300.0
"""Seconds before its end at which a token is renewed while it still serves."""
_FORCED = 60.0
"""Seconds before its end at which a token no longer serves."""
_LONGEST = 30 * 86400.0
"""A lifetime above this is no lifetime: such a token is used once and not kept."""
_FIRST_BAN = 600.0
_LONGEST_BAN = 86400.0
_PAUSE_AFTER_FAILURE = 30.0


class TokenSource(Protocol):
    """Where the transport gets a token: ours, or your own that asks a token server."""

    def get(self) -> Token:
        """Return a token to send now; raises ``ProviderError`` if there is none to be had."""
        ...

    def reject(self, token: Token) -> bool:
        """Say that the vendor did not accept ``token``; return whether it is worth asking for another.

        A newer one that somebody fetched meanwhile stays.
        """
        ...

    def accept(self, token: Token) -> None:
        """Say that the vendor did accept ``token``; called for every call that went through."""
        ...


@frozen
class Grant:
    """What the vendor's token call answered: the token and its lifetime in seconds."""

    value: str = field(repr=False)
    lifetime: float


def token_key(provider: str, company: str, app: str, secret: Secret) -> str:
    """Return the name of an app's token in a store: no secret, but another one after the secret was changed."""
    digest = hashlib.sha256(secret.reveal().encode()).hexdigest()[:12]
    return f"{provider}:{company}:{app}:{digest}"


class CachedTokens:
    """A ``TokenSource`` over a ``TokenStore``.

    One thread at a time fetches, over all users of the store; the others wait for its result, also for its failure,
    or go on with a token that still serves. A rejected secret closes the source for ten minutes, then twice as long
    each time: the vendor bans an address that keeps trying.
    """

    def __init__(
        self,
        key: str,
        fetch: Callable[[], Grant],
        *,
        store: TokenStore,
        breakers: BreakerState,
        clock: Clock,
        random: Random,
    ) -> None:
        self._key = key
        self._fetch = fetch
        self._store = store
        self._breakers = breakers
        self._clock = clock
        self._random = random
        self._bans = 0
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Forget what this process holds; the store keeps its part. For use after a fork."""
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._renew_at = 0.0
        self._replacing = False
        self._unproven: str | None = None
        self._hopeless = False
        self._fetches = 0
        self._failure: ProviderError | None = None

    def get(self) -> Token:
        """Return a token that the vendor should accept.

        Raises ``CredentialRejected`` (without calling, while the breaker is open) or whatever the token call met.
        """
        token = self._token
        now = self._clock.time()
        if token is not None and now < self._renew_at:
            return token
        return self._renew(token if token is not None and now < token.expires_at - _FORCED else None)

    def reject(self, token: Token) -> bool:
        """Forget ``token`` unless a newer one has taken its place.

        Not worth another fetch once a token that had replaced a rejected one was rejected without ever having worked:
        then something else is wrong, and many workers that each ask again are what gets an address banned. Such a
        token is kept for a moment, so that workers already on their way to a newer one meet it instead of fetching.
        """
        self._hopeless = self._hopeless or token.value == self._unproven
        if self._token is not None and self._token.value == token.value:
            self._replacing = True
            if self._hopeless:
                self._renew_at = self._clock.time() + _PAUSE_AFTER_FAILURE * self._random.uniform(0.5, 1.0)
            else:
                self._token = None
        self._store.discard(self._key, token)
        return not self._hopeless

    def accept(self, token: Token) -> None:
        """Remember that ``token`` works."""
        if self._unproven is not None and self._unproven == token.value:
            self._unproven = None
            self._hopeless = False

    def _renew(self, serving: Token | None) -> Token:
        seen = self._fetches
        if not self._lock.acquire(blocking=serving is None) and serving is not None:
            return serving
        try:
            if self._token is not None and self._clock.time() < self._renew_at:
                return self._token
            if self._fetches != seen and self._failure is not None:
                raise copy.copy(self._failure) from None
            with self._store.refreshing(self._key):
                return self._adopt_stored() or self._fetch_or_serve(serving)
        finally:
            self._lock.release()

    def _adopt_stored(self) -> Token | None:
        """Take the store's token if it is fresh and not the one that is to be renewed: another process was first."""
        token = self._store.load(self._key)
        if token is None or token == self._token or self._clock.time() >= token.expires_at - _AHEAD:
            return None
        self._keep(token, _AHEAD)
        return token

    def _fetch_or_serve(self, serving: Token | None) -> Token:
        self._failure = None
        try:
            return self._fetch_new()
        except ProviderError as error:
            self._failure = copy.copy(error)  # a copy, because the error itself holds on to all frames it passed
            if serving is None:
                raise
        finally:
            self._fetches += 1
        # A failed renewal must not fail a call that can still run; look again a little later.
        self._renew_at = self._clock.time() + _PAUSE_AFTER_FAILURE * self._random.uniform(0.5, 1.0)
        return serving

    def _fetch_new(self) -> Token:
        self._check_breaker()
        try:
            grant = self._fetch()
        except CredentialRejected:
            self._open_breaker()
            raise
        self._bans = 0
        if self._replacing:
            self._replacing = False
            self._unproven = grant.value
        return self._store_grant(grant)

    def _store_grant(self, grant: Grant) -> Token:
        now = self._clock.time()
        if not 0 < grant.lifetime <= _LONGEST:
            return Token(grant.value, now)
        token = Token(grant.value, now + grant.lifetime)
        self._keep(token, min(_AHEAD, grant.lifetime / 4))
        self._store.save(self._key, token)
        return token

    def _keep(self, token: Token, ahead: float) -> None:
        """Hold a token and renew it about ``ahead`` seconds before its end, each process at a moment of its own."""
        self._renew_at = token.expires_at - ahead * self._random.uniform(1.0, 1.2)
        self._token = token

    def _check_breaker(self) -> None:
        until = self._breakers.open_until(self._key)
        left = until - self._clock.time()
        if 0 < left <= _LONGEST_BAN:  # beyond that, the clock was set back
            provider, _, app = self._key.split(":")[:3]
            raise CredentialRejected(
                f"the secret of app {app} was refused before; not tried again for {left:.0f} s",
                provider=provider,
                operation="gettoken",
                advice="correct the secret: a changed one is tried at once",
            )

    def _open_breaker(self) -> None:
        self._bans += 1
        ban = min(_FIRST_BAN * 2 ** (self._bans - 1), _LONGEST_BAN)
        self._breakers.open(self._key, self._clock.time() + ban)
