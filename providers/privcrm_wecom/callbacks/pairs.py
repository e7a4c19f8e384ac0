"""Tokens and keys as configured: which belong together, and whether they are any."""

import re
from collections.abc import Sequence

from privcrm.errors import ConfigurationError
from privcrm.provider import Secret

_TOKEN = re.compile("[A-Za-z0-9]{1,32}")
_AES_KEY = re.compile("[A-Za-z0-9]{43}")


def paired(tokens: tuple[Secret, ...], keys: tuple[Secret, ...], prefix: str) -> tuple[tuple[Secret, Secret], ...]:
    """Return the pairs of token and key, the current one first.

    They belong together by their place; one token goes with each of several keys, and one key with each of several
    tokens. What does not fit raises ``ConfigurationError`` that names the setting behind ``prefix``, never its value.
    """
    token, key = f"{prefix}CALLBACK_TOKEN", f"{prefix}CALLBACK_AES_KEY"
    if not tokens and not keys:
        return ()
    if not (tokens and keys):
        raise ConfigurationError(f"{token if keys else key} is not set: token and key are used together")
    _check(tokens, _TOKEN, f"{token} is no token: 1 to 32 letters and digits")
    _check(keys, _AES_KEY, f"{key} is no EncodingAESKey: 43 letters and digits")
    if len(tokens) != len(keys) and 1 not in (len(tokens), len(keys)):
        raise ConfigurationError(
            f"{token} holds {len(tokens)} tokens and {key} {len(keys)} keys: give as many of both, or one of either"
        )
    most = max(len(tokens), len(keys))
    return tuple(zip(tokens * (most // len(tokens)), keys * (most // len(keys)), strict=True))


def _check(values: Sequence[Secret], form: "re.Pattern[str]", words: str) -> None:
    if not all(form.fullmatch(value.reveal()) for value in values):
        raise ConfigurationError(words)
