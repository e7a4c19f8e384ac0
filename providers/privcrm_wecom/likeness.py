"""Whether something the vendor lists is what was sent, as far as the reading side shows.

Lists show no cover of a mini-program, no description and cover of a moment's link, and a picture as an id or as an
address, whichever they like. An id that differs may still be the same file under the id of a copy: that is close, not
the same, and only a person can tell. What was sent never counts as missing because of such a doubt: it would be sent
twice.
"""

from enum import IntEnum

from privcrm.models import Attachment, Content, File, Image, Link, MiniProgram, Video


class Likeness(IntEnum):
    """How much two contents are alike."""

    NONE = 0
    CLOSE = 1
    SAME = 2


def likeness(sent: Content, listed: Content) -> Likeness:
    """Compare what was sent with what is listed: text, number, kinds and order of attachments, and their fields."""
    if _plain(sent.text) != _plain(listed.text) or len(sent.attachments) != len(listed.attachments):
        return Likeness.NONE
    pairs = zip(sent.attachments, listed.attachments, strict=True)
    return min((_alike(mine, theirs) for mine, theirs in pairs), default=Likeness.SAME)


def _alike(sent: Attachment, listed: Attachment) -> Likeness:
    match sent, listed:
        case Image(), Image():
            # Of id and address the id was sent, and either may be shown.
            return _same_file((sent.media_id, listed.media_id), ("" if sent.media_id else sent.url, listed.url))
        case (Video(), Video()):
            return _same_file((sent.media_id, listed.media_id))
        case (File(), File()):
            return _same_file((sent.media_id, listed.media_id))
        case Link(), Link():
            return _same_link(sent, listed)
        case MiniProgram(), MiniProgram():
            return _same_program(sent, listed)
        case _:
            return Likeness.NONE


def _same_file(*pairs: tuple[str, str]) -> Likeness:
    differs = any(mine and theirs and mine != theirs for mine, theirs in pairs)
    return Likeness.CLOSE if differs else Likeness.SAME


def _same_link(sent: Link, listed: Link) -> Likeness:
    """Compare two links; one that was sent without a title may be listed with what the vendor found at its address."""
    told = listed.description or sent.description
    if (sent.url, sent.description) != (listed.url, told):
        return Likeness.NONE
    if sent.title == listed.title:
        return Likeness.SAME
    return Likeness.NONE if sent.title else Likeness.CLOSE


def _same_program(sent: MiniProgram, listed: MiniProgram) -> Likeness:
    """Compare two mini-programs; vendors rewrite the page, in more ways than the one known."""
    if (sent.app_id, sent.title) != (listed.app_id, listed.title):
        return Likeness.NONE
    return Likeness.SAME if _page(sent) == _page(listed) else Likeness.CLOSE


def _page(program: MiniProgram) -> str:
    """Return the page without the suffix that some clients add to the path, before the query."""
    path, mark, query = program.page.partition("?")
    return path.removesuffix(".html") + mark + query


def _plain(words: str) -> str:
    return words.replace("\r\n", "\n").strip()
