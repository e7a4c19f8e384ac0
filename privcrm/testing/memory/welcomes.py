"""Welcomes of the memory provider; new members come through ``MemoryProvider.people``."""

from collections.abc import Mapping
from typing import Any

from privcrm.errors import LimitReached, NotFound, PermissionDenied, PreconditionFailed, TooConcurrent
from privcrm.models import Content, Greeted, GroupWelcome, TemplateId
from privcrm.provider.limits import LimitTable
from privcrm.provider.ports import MessagesPort
from privcrm.sandbox.world import OUR_PROGRAM, Greeting, templates
from privcrm.testing.memory import content as said
from privcrm.testing.memory import ids
from privcrm.testing.memory.door import Call, Door


class MemoryWelcomes(MessagesPort):
    """The part of ``MessagesPort`` that greets."""

    _door: Door
    _limits: LimitTable

    def welcome(
        self,
        welcome_code: str,
        content: Content,
        *,
        app: str = "",  # noqa: ARG002 - there is one program only
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> Greeted:
        """Greet a new member once."""
        said.check(content, said.MESSAGE, self._limits)
        with self._door.writing("messages.welcome") as call:
            welcome = call.world.welcomes.find(welcome_code)
            if welcome is None or call.now > welcome.issued_at + self._limits["messages.welcome_life"].value:
                raise call.refuse(PreconditionFailed, "dead_code", "the code has expired or was never given out")
            if welcome.under_way(call.now):
                raise call.refuse(TooConcurrent, "under_way", "another program is greeting")
            if welcome.greeted(call.now):
                return Greeted.BEFORE
            self._check_uploads(call, content, said.MESSAGE)
            kept = {"content": content}
            call.world.welcomes.greet(welcome, Greeting(OUR_PROGRAM, call.now, call.now, arrives=True, content=kept))
            return Greeted.NOW

    def check_welcome(self, content: Content) -> None:
        """Hold text and attachments against the rules."""
        said.check(content, said.MESSAGE, self._limits)

    def get_group_welcome(self, template_id: str) -> GroupWelcome:
        """Return a group welcome."""
        with self._door.reading("messages.get_group_welcome") as call:
            template = _known(call, template_id)
            raw = {"number": template.number, "maker": template.maker, "made_at": template.made_at}
            return GroupWelcome(TemplateId(template_id), template.content.get("content", Content()), raw)

    def create_group_welcome(
        self,
        content: Content,
        *,
        notify: bool = True,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> TemplateId:
        """Make a group welcome; more than the company may have are ``LimitReached``."""
        said.check(content, said.GROUP_WELCOME, self._limits)
        with self._door.writing("messages.create_group_welcome") as call:
            self._check_uploads(call, content, said.GROUP_WELCOME)
            book = call.world.group_welcomes
            if book.living >= self._limits["messages.group_welcomes"].value:
                raise call.refuse(
                    LimitReached, "welcomes_full", "the company has as many group welcomes as it may have"
                )
            made = book.add(OUR_PROGRAM, {"content": content}, at=call.now, asks_staff=notify)
            return TemplateId(ids.id_of(ids.GROUP_WELCOME, made.number))

    def update_group_welcome(
        self,
        template_id: str,
        content: Content,
        *,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> None:
        """Replace a group welcome of this program."""
        said.check(content, said.GROUP_WELCOME, self._limits)
        with self._door.writing("messages.update_group_welcome") as call:
            self._check_uploads(call, content, said.GROUP_WELCOME)
            call.world.group_welcomes.rewrite(_own(call, template_id), {"content": content})

    def delete_group_welcome(self, template_id: str) -> None:
        """Delete a group welcome of this program."""
        with self._door.writing("messages.delete_group_welcome") as call:
            call.world.group_welcomes.delete(_own(call, template_id))

    def _check_uploads(self, call: Call, content: Content, place: said.Place) -> None:
        said.check_uploads(call, content, place, self._limits["media.life"].value)


def _known(call: Call, template_id: str) -> templates.GroupWelcome:
    template = call.world.group_welcomes.find(ids.number_of(ids.GROUP_WELCOME, template_id))
    if template is None:
        raise call.refuse(NotFound, "unknown_welcome", "no group welcome has this id")
    return template


def _own(call: Call, template_id: str) -> templates.GroupWelcome:
    template = _known(call, template_id)
    if template.maker != OUR_PROGRAM:
        raise call.refuse(PermissionDenied, "foreign_welcome", "only who made a group welcome may change it")
    return template
