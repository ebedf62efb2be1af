"""Readable names of bots: what a program can keep."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.core.bots.model import BotId
from parley.core.bots.naming import find_bot, readable_names, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Help desk (EU)", "help-desk-eu"),
        ("Crème brûlée", "creme-brulee"),
        ("  Q&A_bot  ", "q-a-bot"),
        ("质量助手", "质量助手"),
        ("!!!", "bot"),
    ],
)
def test_a_name_becomes_one_that_fits_a_program(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_new_bot_never_takes_over_a_name() -> None:
    first, second = BotId(UUID(int=1)), BotId(UUID(int=2))
    assert readable_names([(first, "Desk"), (second, "desk")]) == {"desk": first, "desk-000002": second}


@given(st.lists(st.text(min_size=1, max_size=12), max_size=8))
def test_every_bot_is_found_by_its_name_and_by_its_id(names: list[str]) -> None:
    bots = [(BotId(UUID(int=index << 64 | index)), name) for index, name in enumerate(names, start=1)]
    for readable, bot_id in readable_names(bots).items():
        assert find_bot(bots, readable) == find_bot(bots, str(bot_id)) == bot_id
    assert len(readable_names(bots)) == len(bots)
    assert find_bot(bots, str(UUID(int=99))) is None
