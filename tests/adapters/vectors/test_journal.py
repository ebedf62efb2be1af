"""The journal bears processes that end in the middle, and readers that are late."""

from pathlib import Path

import pytest

from parley.adapters.vectors.journal import Entry, Position, Record, append, read_on, rewrite


def _record(*keys: int) -> Record:
    return Record(1, tuple(Entry(key, "c", ("*",), b"\0\0\0\0") for key in keys))


def _keys(records: list[Record]) -> list[int]:
    return [entry.key for record in records for entry in record.entries]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.journal"


def test_a_reader_goes_on_where_it_was(path: Path) -> None:
    position = append(path, Position(), _record(1, 2))
    seen, records = read_on(path, Position())
    assert (seen, _keys(records)) == (position, [1, 2])
    assert read_on(path, seen) == (seen, [])
    position = append(path, position, _record(3))
    assert _keys(read_on(path, seen)[1]) == [3]


def test_a_file_that_is_not_there_holds_nothing(path: Path) -> None:
    assert read_on(path, Position(b"another", 9)) == (Position(), [])
    path.write_bytes(b"short")
    assert read_on(path, Position()) == (Position(), [])


@pytest.mark.parametrize("left", [1, 7, 9, 30])
def test_a_record_that_was_not_finished_is_passed_over_and_overwritten(path: Path, left: int) -> None:
    position = append(path, Position(), _record(1))
    append(path, position, _record(2, 3, 4, 5))
    content = path.read_bytes()
    path.write_bytes(content[: position.offset + left])
    seen, records = read_on(path, Position())
    assert (seen, _keys(records)) == (position, [1])
    append(path, seen, _record(6))
    assert _keys(read_on(path, Position())[1]) == [1, 6]


def test_a_damaged_record_ends_the_reading(path: Path) -> None:
    position = append(path, Position(), _record(1))
    append(path, position, _record(2))
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert _keys(read_on(path, Position())[1]) == [1]


def test_another_file_in_its_place_is_read_from_its_beginning(path: Path) -> None:
    position = append(path, Position(), _record(1, 2, 3))
    rewrite(path, [_record(1), _record(3)])
    seen, records = read_on(path, position)
    assert _keys(records) == [1, 3]
    assert seen.name != position.name
    assert [each.name for each in path.parent.iterdir()] == [path.name]
