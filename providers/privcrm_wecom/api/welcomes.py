"""Welcomes (欢迎语) for members and groups. https://developer.work.weixin.qq.com/document/path/92137 and 92366."""

from collections.abc import Mapping
from typing import Any

from privcrm.errors import AnswerLost, Conflict
from privcrm.models import Content, Greeted, GroupWelcome, TemplateId
from privcrm.transport import Params
from privcrm_wecom import checks
from privcrm_wecom.api.area import Area
from privcrm_wecom.content import GROUP_WELCOME, WELCOME, body_of, check
from privcrm_wecom.convert import messages as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.messages import (
    GROUP_WELCOME_ADD,
    GROUP_WELCOME_DELETE,
    GROUP_WELCOME_EDIT,
    GROUP_WELCOME_GET,
    WELCOME_SEND,
)
from privcrm_wecom.errcodes import GREETED, GREETING


class WeComWelcomes(Area):
    """The part of ``MessagesPort`` that greets."""

    def welcome(
        self, welcome_code: str, content: Content, *, app: str = "", extra: Mapping[str, Any] | None = None
    ) -> Greeted:
        """Greet a new member, ahead of bulk calls.

        That a welcome arrived, or that the two talk already, is 41051; that another app is at it, 41096. An event
        without a code means that the console greets for this employee, or that the two knew each other.
        """
        extra, code = Params(extra or {}), Params({"welcome_code": welcome_code})
        del welcome_code
        checks.given("welcome_code", code["welcome_code"], WELCOME_SEND.doc)
        try:
            body = Params({**code, **body_of(content, WELCOME, self._limits), **extra})
            self._client.call(WELCOME_SEND, body, app=app, priority=True)
        except Conflict as error:
            if error.code != GREETED:
                raise
            return Greeted.NOW if _was_us(error) else Greeted.BEFORE
        return Greeted.NOW

    def check_welcome(self, content: Content) -> None:
        """Hold text and attachments against the limits in force."""
        check(content, WELCOME, self._limits)

    def get_group_welcome(self, template_id: str) -> GroupWelcome:
        """Return a group welcome; pictures come as addresses."""
        checks.given("template_id", template_id, GROUP_WELCOME_GET.doc)
        answer = self._client.call(GROUP_WELCOME_GET, {"template_id": template_id})
        return convert.group_welcome(template_id, answer)

    def create_group_welcome(
        self, content: Content, *, notify: bool = True, extra: Mapping[str, Any] | None = None
    ) -> TemplateId:
        """Make a group welcome; the hundred and first of a company is ``LimitReached`` (41055).

        A lost answer is ``AnswerLost``; the template that it may have left is seen in the console only.
        """
        extra = Params(extra or {})
        answer = self._client.call(
            GROUP_WELCOME_ADD,
            {**body_of(content, GROUP_WELCOME, self._limits), "notify": int(notify), **extra},
        )
        made = TemplateId(values.text(answer.get("template_id")))
        if not made:
            message = "the answer holds no template_id"
            raise AnswerLost(message, provider="wecom", operation=GROUP_WELCOME_ADD.name)
        return made

    def update_group_welcome(
        self, template_id: str, content: Content, *, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Replace a group welcome; one that another app made is ``PermissionDenied`` (41058).

        The vendor does not say whether a text or attachment that is left out is removed: read it back where it matters.
        """
        extra = Params(extra or {})
        checks.given("template_id", template_id, GROUP_WELCOME_EDIT.doc)
        self._client.call(
            GROUP_WELCOME_EDIT,
            {"template_id": template_id, **body_of(content, GROUP_WELCOME, self._limits), **extra},
        )

    def delete_group_welcome(self, template_id: str) -> None:
        """Delete a group welcome; one that another app made is ``PermissionDenied`` (41058)."""
        checks.given("template_id", template_id, GROUP_WELCOME_DELETE.doc)
        self._client.call(GROUP_WELCOME_DELETE, {"template_id": template_id})


def _was_us(error: Conflict) -> bool:
    """Tell whether an attempt of this call may have greeted: no answer came to it, and no other app was met since."""
    for earlier in reversed(error.earlier):
        if earlier.code == GREETING:
            return False
        if isinstance(earlier, AnswerLost):
            return True
    return False
