"""The migrations form one line from the first to the last, so that every database passes the same steps."""

from itertools import pairwise
from pathlib import Path

from alembic.script import ScriptDirectory

from parley.adapters.database import migrations

SCRIPTS = ScriptDirectory(str(Path(migrations.__file__).parent))


def test_the_chain_has_one_end_and_no_branches() -> None:
    newest_first = list(SCRIPTS.walk_revisions())
    assert len(SCRIPTS.get_heads()) == 1
    assert newest_first[-1].down_revision is None
    assert [older.revision for _, older in pairwise(newest_first)] == [
        newer.down_revision for newer in newest_first[:-1]
    ]


def test_files_sort_in_the_order_they_run() -> None:
    files = [Path(script.path).name for script in SCRIPTS.walk_revisions()]
    assert files == sorted(files, reverse=True)
