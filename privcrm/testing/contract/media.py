"""The contract of ``MediaPort``."""

import struct
import zlib
from collections.abc import Callable

import pytest

from privcrm.clock import Clock
from privcrm.errors import InputError, NotFound
from privcrm.models import MediaJob, MediaJobState, MediaKind, MediaPurpose
from privcrm.provider import CallRecord, Provider
from privcrm.testing.contract.base import Contract, LoseAnswer, PassTime, needs
from privcrm.testing.contract.speaking import repeated

_FAR_TOO_LARGE = 512 * 1024 * 1024
_DOCUMENT = b"%PDF-1.7 a document that is none, for whoever keeps it" * 20


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def small_picture(side: int = 64) -> bytes:
    """Return a square grey picture in PNG."""
    rows = (b"\x00" + b"\x80" * side) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


class MediaContract(Contract):
    """Uploads and downloads."""

    @pytest.fixture
    def remote_file(self) -> tuple[str, str]:
        """An address from which the vendor can fetch a document, and the document's MD5 in hexadecimal."""
        pytest.skip("there is no file that the vendor could fetch")

    @pytest.fixture
    def finish_fetch(self, provider: Provider, pass_time: PassTime) -> Callable[[str], MediaJob]:
        """A function that waits for a background job and returns how it ended."""

        def wait(job_id: str) -> MediaJob:
            for _ in range(60):
                job = provider.media.fetched(job_id, MediaKind.FILE)
                if job.state is not MediaJobState.RUNNING:
                    return job
                pass_time(5.0)
            raise AssertionError("the job does not end")

        return wait

    @needs("media.upload", "media.get")
    @pytest.mark.parametrize(
        ("content", "filename", "kind"),
        [(small_picture(), "图 1.png", MediaKind.IMAGE), (_DOCUMENT, "报价 1.pdf", MediaKind.FILE)],
        ids=["picture", "document"],
    )
    def test_a_file_comes_back_as_it_went(
        self, provider: Provider, content: bytes, filename: str, kind: MediaKind
    ) -> None:
        """Byte for byte, with its name."""
        made = provider.media.upload(content, filename, kind)
        assert (made.kind, made.purpose) == (kind, MediaPurpose.MESSAGE)
        assert made.raw, "the vendor's answer is lost"
        back = provider.media.get(made.media_id)
        assert (back.content, back.filename) == (content, filename)
        assert filename not in repr((made, back))

    @needs("media.upload")
    def test_an_upload_says_for_what_and_how_long(self, provider: Provider, clock: Clock) -> None:
        """Each purpose takes a picture; what expires does so after it was made."""
        for purpose in MediaPurpose:
            made = provider.media.upload(small_picture(), "a.png", MediaKind.IMAGE, purpose)
            assert made.purpose is purpose
            assert made.expires_at is None or made.expires_at > clock.time()

    @needs("media.upload", "media.get")
    def test_an_expired_file_is_not_found(self, provider: Provider, clock: Clock, pass_time: PassTime) -> None:
        """It is there until its time, and not afterwards."""
        made = provider.media.upload(small_picture(), "a.png", MediaKind.IMAGE)
        if made.expires_at is None:
            pytest.skip("uploads stay")
        pass_time(made.expires_at - clock.time() - 60)
        assert provider.media.get(made.media_id).content
        pass_time(61.0)
        with pytest.raises(NotFound):
            provider.media.get(made.media_id)

    @needs("media.get")
    def test_an_unknown_file_is_not_found(self, provider: Provider, unknown_id: str) -> None:
        """An error of its own class, with the vendor's code kept."""
        with pytest.raises(NotFound) as caught:
            provider.media.get(unknown_id)
        assert caught.value.code not in (None, 0, "")

    @needs("media.upload")
    def test_files_of_the_wrong_size_are_refused(self, provider: Provider, records: list[CallRecord]) -> None:
        """Empty, nameless or far too large: known before sending."""
        for content, filename in ((b"", "a.pdf"), (_DOCUMENT, ""), (bytes(_FAR_TOO_LARGE), "a.pdf")):
            with pytest.raises(InputError):
                provider.media.upload(content, filename, MediaKind.FILE)
        assert not records

    @needs("media.upload", "media.get")
    def test_an_upload_survives_a_lost_answer(self, provider: Provider, lose_answer: LoseAnswer) -> None:
        """It is safe to repeat: a lost one only expires unused."""
        lose_answer("media.upload")
        made = repeated(lambda: provider.media.upload(small_picture(), "a.png", MediaKind.IMAGE))
        assert provider.media.get(made.media_id).content == small_picture()

    @needs("media.upload_image")
    def test_a_picture_that_stays_has_an_address(self, provider: Provider, records: list[CallRecord]) -> None:
        """A web address; nothing at all is refused before sending."""
        assert provider.media.upload_image(small_picture(), "a.png").startswith(("https://", "http://"))
        sent = len(records)
        with pytest.raises(InputError):
            provider.media.upload_image(b"", "a.png")
        assert len(records) == sent

    @needs("media.fetch", "media.fetched", "media.get")
    def test_a_file_is_fetched_by_the_vendor(
        self, provider: Provider, remote_file: tuple[str, str], finish_fetch: Callable[[str], MediaJob]
    ) -> None:
        """The job ends with an upload that can be read."""
        url, md5 = remote_file
        job = finish_fetch(provider.media.fetch(url, "a.pdf", MediaKind.FILE, md5))
        assert (job.state, job.code) == (MediaJobState.DONE, 0)
        assert job.media is not None
        assert provider.media.get(job.media.media_id).content

    @needs("media.fetch", "media.fetched")
    def test_a_fetch_is_forgotten_after_an_hour(
        self, provider: Provider, remote_file: tuple[str, str], pass_time: PassTime
    ) -> None:
        """Whoever asks later does not find the job."""
        url, md5 = remote_file
        job_id = provider.media.fetch(url, "a.pdf", MediaKind.FILE, md5)
        pass_time(2.0 * 3600)
        with pytest.raises(NotFound):
            provider.media.fetched(job_id)

    @needs("media.fetch")
    def test_what_cannot_be_fetched_is_refused(self, provider: Provider, records: list[CallRecord]) -> None:
        """No address, no name, no digest: known before sending, and an address is in no error."""
        address, digest = "https://example.com/key=private", "0" * 32
        for url, name, md5 in (("ftp://example.com/a", "a", digest), (address, "", digest), (address, "a", "private")):
            with pytest.raises(InputError) as caught:
                provider.media.fetch(url, name, MediaKind.FILE, md5)
            assert "private" not in str(caught.value)
        assert not records

    @needs("media.fetched")
    def test_an_unknown_fetch_is_not_found(self, provider: Provider, unknown_id: str) -> None:
        """Nobody asked for anything under this id."""
        with pytest.raises(NotFound):
            provider.media.fetched(unknown_id)
