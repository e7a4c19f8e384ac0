"""Chats of employees that a program made and speaks in. People from outside are never in them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs


@attrs.frozen
class ChatMessage:
    """What a program said in a chat, in the form of the wire that brought it."""

    at: int
    content: Mapping[str, Any] = attrs.field(repr=False)


@attrs.frozen
class StaffChat:
    """A chat; `owner` and `people` are numbers of employees."""

    number: int
    name: str
    chat_id: str
    """The name that the program gave it, or a made one."""
    maker: str
    owner: int
    people: tuple[int, ...]
    made_at: int


class StaffChatBook:
    """All chats, found by the id that programs choose."""

    def __init__(self) -> None:
        self._all: list[StaffChat] = []
        self._by_id: dict[str, int] = {}
        self._said: list[list[ChatMessage]] = []

    def __len__(self) -> int:
        return len(self._all)

    def add(self, chat: StaffChat) -> StaffChat:
        """Keep a new chat, whose number is the length of the book."""
        self._all.append(chat)
        self._by_id[chat.chat_id] = chat.number
        self._said.append([])
        return chat

    def find(self, chat_id: str) -> StaffChat | None:
        """Return a chat or None."""
        number = self._by_id.get(chat_id)
        return None if number is None else self._all[number]

    def change(self, chat: StaffChat) -> None:
        """Keep a changed chat."""
        self._all[chat.number] = chat

    def say(self, number: int, content: Mapping[str, Any], *, at: int) -> None:
        """Say something in a chat."""
        self._said[number].append(ChatMessage(at, content))

    def said(self, number: int) -> Sequence[ChatMessage]:
        """Return what was said in a chat, oldest first."""
        return self._said[number]

    def after(self, number: int) -> Iterator[StaffChat]:
        """Yield the chats behind a number."""
        return (self._all[n] for n in range(number + 1, len(self._all)))
