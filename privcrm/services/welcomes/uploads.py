"""Which files the vendor has: ids of uploads by what the files hold, so that a restart uploads nothing anew."""

from typing import Final, Protocol

from attrs import field, frozen

from privcrm.models import MediaKind
from privcrm.store import Database

FOR_EVER: Final = 0.0


@frozen
class Upload:
    """An upload; ``expires_at`` is unix seconds, ``FOR_EVER`` for one that stays. Whoever has the id sees the file."""

    media_id: str = field(repr=False)
    expires_at: float = FOR_EVER

    def lives(self, until: float) -> bool:
        """Tell whether it will still be there at a time."""
        return self.expires_at <= FOR_EVER or self.expires_at > until


class Uploads(Protocol):
    """What uploads are kept in, by the SHA-256 of the file."""

    def get(self, digest: str, kind: MediaKind) -> Upload | None:
        """Return the newest upload of a file."""
        ...

    def keep(self, digest: str, kind: MediaKind, upload: Upload) -> None:
        """Keep an upload in place of an older one."""
        ...

    def forget(self, digest: str, kind: MediaKind) -> None:
        """Forget an upload that the vendor does not know."""
        ...


class MemoryUploads:
    """Uploads of this process."""

    def __init__(self) -> None:
        self._uploads: dict[tuple[str, MediaKind], Upload] = {}

    def get(self, digest: str, kind: MediaKind) -> Upload | None:
        """Look it up."""
        return self._uploads.get((digest, kind))

    def keep(self, digest: str, kind: MediaKind, upload: Upload) -> None:
        """Keep it until the process ends."""
        self._uploads[digest, kind] = upload

    def forget(self, digest: str, kind: MediaKind) -> None:
        """Drop it."""
        self._uploads.pop((digest, kind), None)


class StoredUploads:
    """Uploads in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, digest: str, kind: MediaKind) -> Upload | None:
        """Look it up."""
        with self._database.connect() as connection:
            row = connection.one(
                "SELECT media_id, expires_at FROM privcrm_upload WHERE company = ? AND digest = ? AND kind = ?",
                *(self._database.company, digest, kind),
            )
        return None if row is None else Upload(*row)

    def keep(self, digest: str, kind: MediaKind, upload: Upload) -> None:
        """Write it over an older one."""
        with self._database.connect() as connection:
            connection.run(
                "INSERT INTO privcrm_upload (company, digest, kind, media_id, expires_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (company, digest, kind)"
                " DO UPDATE SET media_id = excluded.media_id, expires_at = excluded.expires_at",
                *(self._database.company, digest, kind, upload.media_id, upload.expires_at),
            )

    def forget(self, digest: str, kind: MediaKind) -> None:
        """Delete it."""
        with self._database.connect() as connection:
            connection.run(
                "DELETE FROM privcrm_upload WHERE company = ? AND digest = ? AND kind = ?",
                *(self._database.company, digest, kind),
            )
