"""When a server wants to be asked again."""

import pytest

from parley.adapters.outbound.retry_after import retry_after_s


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),  # no time at all, and no timer can wait for it
    ],
)
def test_both_forms_of_the_header_are_understood(value: str | None, seconds: float | None) -> None:
    assert retry_after_s(value) == seconds
