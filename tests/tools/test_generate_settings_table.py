"""The table of settings says what settings.py says."""

from pathlib import Path

import pytest

from parley.settings import ClientSettings, Settings, variables
from tools.generate_settings_table import BEGIN, END, between_markers, table


def test_every_setting_has_a_row_that_explains_it() -> None:
    rows = table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [
        name for name, _ in (*variables(Settings), *variables(ClientSettings))
    ]
    assert [row for row in rows if row.endswith("|  |")] == []


def test_a_row_tells_limits_and_default() -> None:
    port = next(row for row in table().splitlines() if "`PARLEY_PORT`" in row)
    assert "| whole number, 0 to 65535 | `8000` |" in port


def test_no_default_names_the_home_of_who_generated_the_table() -> None:
    assert str(Path.home()) + "/" not in table()


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    assert between_markers(f"before\n{BEGIN}old{END}\nafter", "new") == f"before\n{BEGIN}\nnew\n{END}\nafter"


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="markers"):
        between_markers("no markers here", "new")
