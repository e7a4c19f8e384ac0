from pathlib import Path

from privcrm.clock import ManualClock
from privcrm.store import Store
from privcrm.store.files import Files, WrittenFile


def test_files_are_known_by_their_full_path_and_last_writing(store: Store, clock: ManualClock) -> None:
    files = Files(store.database, clock)
    files.register("b.csv", "outcomes", job_id="j1")
    files.register(Path("/a/x.json"), "export")
    clock.advance(5)
    files.register(Path.cwd() / "b.csv", "outcomes", job_id="j2")
    assert sorted(files.all(), key=lambda file: file.kind) == [
        WrittenFile("/a/x.json", "export", "", clock.time() - 5),
        WrittenFile(str(Path.cwd() / "b.csv"), "outcomes", "j2", clock.time()),
    ]
