"""Settings as text, from variables or a file; secrets that never show."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from privcrm.errors import ConfigurationError


class Secret:
    """A text that never shows in a ``repr``, a log line or a traceback; ``reveal`` gives it to the one who sends it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the text."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')" if self._value else "Secret('')"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Settings(Mapping[str, str]):
    """The settings of one company under their short names (``CORP_ID``, ``SECRET``), as given.

    ``prefix`` is what stands before the names in the environment (``PRIVCRM_WECOM_``), used in messages. A name with
    ``_FILE`` behind it holds the path of a file with the value, for every setting.
    """

    def __init__(self, values: Mapping[str, str], prefix: str = "") -> None:
        self._values = dict(values)
        self._asked: set[str] = set()
        self.prefix = prefix

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], prefix: str) -> "Settings":
        """Take the variables that begin with ``prefix``."""
        return cls({name[len(prefix) :]: text for name, text in environ.items() if name.startswith(prefix)}, prefix)

    @property
    def unread(self) -> list[str]:
        """The names that nobody has asked for: misspelt, or meant for another provider."""
        return sorted(set(self) - self._asked)

    @property
    def known(self) -> list[str]:
        """The names that were asked for, whether they are set or not."""
        return sorted(self._asked)

    def __getitem__(self, name: str) -> str:
        self._asked.add(name)
        if name in self._values:
            return self._values[name].strip()
        return read_value_file(self._values[f"{name}_FILE"], f"{self.prefix}{name}_FILE")

    def __iter__(self) -> Iterator[str]:
        return iter({name.removesuffix("_FILE") for name in self._values})

    def __len__(self) -> int:
        return len(set(iter(self)))

    def __repr__(self) -> str:
        return f"Settings({', '.join(self.prefix + name for name in sorted(self))})"

    def require(self, name: str, what: str) -> str:
        """Return a setting that must be there; ``what`` says what it is and where to find it."""
        value = self.get(name, "")
        if not value:
            raise ConfigurationError(f"{self.prefix}{name} is not set: {what}")
        return value

    def secrets(self, name: str) -> tuple[Secret, ...]:
        """Return a comma list of secrets (first is current), empty where the setting is missing."""
        return tuple(Secret(part.strip()) for part in self.get(name, "").split(",") if part.strip())


def read_value_file(path: str | Path, name: str) -> str:
    """Return the text of the file that the setting ``name`` points to, stripped; raises ``ConfigurationError``."""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "it is not UTF-8 text") or type(error).__name__
        raise ConfigurationError(f"{name} points to {path}, which cannot be read: {reason}") from None
