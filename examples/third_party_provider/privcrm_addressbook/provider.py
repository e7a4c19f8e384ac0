"""The provider: settings, what it can do, how much at a time."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

from privcrm.errors import ConfigurationError
from privcrm.provider import (
    NATIVE,
    CallRecord,
    Capabilities,
    Confidence,
    Effect,
    Endpoint,
    Level,
    Limit,
    LimitTable,
    Provider,
    ProviderContext,
    Repeat,
    Settings,
    Support,
    Unit,
)

from .book import Book
from .ports import NAME, AddressBookMembers, AddressBookStaff

_SERVED = ("staff.get", "staff.list", "staff.serving", "members.get", "members.ids", "members.list")
_OF_STAFF = {"staff": ("staff_id",)}
_NO_TAGS = Support(Level.NONE, "an address book has no tags", "write a remark")


class AddressBookProvider(Provider):
    """A company whose customers stand in a JSON file. Setting: ``FILE``, the path of that file."""

    name = NAME
    title = "Address book"
    capabilities: ClassVar[Capabilities] = {
        **dict.fromkeys(_SERVED, NATIVE),
        "members.edit_remark": Support(Level.PARTIAL, "remark and description; phones are read only"),
        "tags.mark": _NO_TAGS,
    }
    default_limits = LimitTable(
        (Limit("members.page", 2, Unit.ITEMS, "page of a listing", "README.md", "2026-11", Confidence.HIGH),)
    )
    scope_parameters: ClassVar[Mapping[str, Collection[str]]] = {"staff": ("staff_id",)}

    def __init__(self, book: Book, context: ProviderContext) -> None:
        super().__init__(context)
        self._book = book
        self.staff = AddressBookStaff(book, self.capabilities, self._observe)
        self.members = AddressBookMembers(
            book, self.capabilities, self._observe, self._ask_guards, self.limits["members.page"].value
        )

    @classmethod
    def from_settings(cls, settings: Settings, context: ProviderContext) -> Self:
        """Read the file; one that is missing or no address book raises ``ConfigurationError``."""
        path = Path(settings.require("FILE", "the path of the address book, a JSON file"))
        try:
            return cls(Book(path), context)
        except (OSError, ValueError, KeyError) as error:
            raise ConfigurationError(f"{path} is no address book ({type(error).__name__})") from None

    @property
    def company(self) -> str:
        """The file's name: one book is one company."""
        return self._book.path.stem

    @property
    def host(self) -> str:
        """Where the book is."""
        return str(self._book.path)

    def call(self, endpoint: str, **params: Any) -> Mapping[str, Any]:
        """Refuse, as there are no endpoints; guards are asked first, as for every unknown write."""
        self._ask_guards(endpoint, params)
        return super().call(endpoint, **params)

    def _ask_guards(self, operation: str, params: Mapping[str, Any]) -> None:
        endpoint = Endpoint(operation, "", operation, "", Effect.WRITE, Repeat.SAFE, "README.md", ids=_OF_STAFF)
        for guard in self.context.guards:
            guard.check(endpoint, params)

    def _observe(self, operation: str, code: str | int) -> None:
        if self.context.on_call is not None:
            self.context.on_call(CallRecord(self.name, self.company, operation, 1, code, 0.0, 0.0))
