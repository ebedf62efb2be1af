"""What a robots.txt allows, by RFC 9309, and that no file takes long."""

import time

import pytest

from parley.adapters.pages.robots import read_robots

SITE = "https://a.example"


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /a", "/ab", False),
        ("User-agent: *\nDisallow: /a/", "/a", True),
        ("user-AGENT : *\ndisallow : /a # not this", "/a", False),
        ("Disallow: /", "/a", True),  # of no group
        ("\ufeffUser-agent: *\r\nDisallow: /a\r\n", "/a", False),
        # the longest rule decides, and of equals the one that allows
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        # Parley's own group stands for all others, however it is written
        ("User-agent: *\nDisallow: /\nUser-agent: Parley/9\nAllow: /", "/a", True),
        ("User-agent: PARLEY\nDisallow: /a\n\nUser-agent: *\nAllow: /", "/a", False),
        (
            "User-agent: Parley\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: parley\nDisallow: /b",
            "/b",
            False,
        ),
        ("User-agent: x\nUser-agent: Parley\nDisallow: /a", "/a", False),
        ("User-agent: Parleyish\nDisallow: /", "/a", True),
        # wildcards
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", True),
        ("User-agent: *\nDisallow: /*?session=", "/a?session=1", False),
        ("User-agent: *\nDisallow: *b", "/ab", False),
        ("User-agent: *\nDisallow: /a*b*c$", "/a1b2c3", True),
        ("User-agent: *\nDisallow: /a*b*c$", "/a1b2c", False),
        ("User-agent: *\nDisallow: /a$", "/a", False),
        ("User-agent: *\nDisallow: /ab*b$", "/ab", True),
        # percent-encoding hides nothing
        ("User-agent: *\nDisallow: /gru%C3%9f", "/gruß", False),
        ("User-agent: *\nDisallow: /gruß", "/gru%c3%9f", False),
        ("User-agent: *\nDisallow: /private", "/%70rivate", False),
    ],
)
def test_rules(text: str, path: str, *, allowed: bool) -> None:
    assert read_robots(text).allows(SITE + path) is allowed


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: 2\n\nUser-agent: Parley\nCrawl-delay: 4", 4),
        ("User-agent: *\nCrawl-delay: 86400", 30),
        ("User-agent: *\nCrawl-delay: -1", 0),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: *\nCrawl-delay: nan", None),
        ("User-agent: *\nDisallow: /", None),
    ],
)
def test_delays(text: str, delay_s: float | None) -> None:
    assert read_robots(text).delay_s == delay_s


def test_a_hostile_file_is_obeyed_at_once() -> None:
    """As a regular expression each of these rules would take years."""
    rule = "Disallow: /" + "a*" * 900 + "b"
    robots = read_robots("User-agent: *\n" + "\n".join([rule] * 270))
    started = time.process_time()
    assert robots.allows(f"{SITE}/{'a' * 1_900}")
    assert time.process_time() - started < 2.0
