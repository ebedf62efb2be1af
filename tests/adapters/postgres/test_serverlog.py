"""The server's log is bounded on disk and remembers its last lines."""

from pathlib import Path

from parley.adapters.postgres.serverlog import LIMIT_BYTES, ServerLog


def test_the_log_never_takes_more_than_twice_its_limit(tmp_path: Path) -> None:
    line = b"x" * 65_535 + b"\n"
    with ServerLog(tmp_path / "log") as log:
        for _ in range(3 * LIMIT_BYTES // len(line)):
            log.write(line)
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert sizes.keys() == {"log", "log.1"}
    assert max(sizes.values()) <= LIMIT_BYTES


def test_an_earlier_log_is_continued(tmp_path: Path) -> None:
    for line in (b"one\n", b"two\n"):
        with ServerLog(tmp_path / "log") as log:
            log.write(line)
    assert (tmp_path / "log").read_bytes() == b"one\ntwo\n"


def test_lines_are_remembered_when_the_file_cannot_be_written(tmp_path: Path) -> None:
    with ServerLog(tmp_path / "no such folder" / "log") as log:
        log.write("größer\n".encode())
    assert log.last_lines() == ["größer"]
