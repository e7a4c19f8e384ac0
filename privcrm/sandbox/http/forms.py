"""The file in a multipart body."""

import logging

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import File, FormParser, parse_options_header

from privcrm.sandbox.wecom.files import LARGEST_FORM, Upload

_IN_MEMORY = {"MAX_MEMORY_FILE_SIZE": 2 * LARGEST_FORM}
_MOST_PARTS = 16
"""Real forms have one or two; a body of nothing but parts would keep every other call waiting."""
# The parser warns of each fault with its bytes, and its own logger is also that of whoever embeds the sandbox.
_QUIET = logging.getLogger(f"{__name__}.parser")
_QUIET.setLevel(logging.CRITICAL + 1)


def read_upload(content_type: str, body: bytes) -> Upload | None:
    """Return the first file of a form, None if the body is no form, has too many parts or holds no whole file.

    A body that was cut, because no file has so many bytes, counts as one file that is too large.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        return None
    if len(body) > LARGEST_FORM:
        return Upload("media", "", body)
    if body.count(b"\r\n--" + boundary) > _MOST_PARTS:
        return None
    found: list[Upload] = []

    def keep(file: File) -> None:
        found.append(_upload(file))

    try:
        parser = FormParser("multipart/form-data", lambda _: None, keep, boundary=boundary, config=_IN_MEMORY)
        parser.logger = _QUIET
        if parser.parser is not None:
            parser.parser.logger = _QUIET
        parser.write(body)
        parser.finalize()
    except FormParserError:
        return None
    return found[0] if found else None


def _upload(file: File) -> Upload:
    """Read a part; names are raw UTF-8."""
    content = file.file_object
    content.seek(0)
    part, name = ((text or b"").decode("utf-8", "replace") for text in (file.field_name, file.file_name))
    return Upload(part, name, content.read())
