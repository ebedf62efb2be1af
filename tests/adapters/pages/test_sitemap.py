"""Sitemaps in the forms that sites have, and files that are none."""

from gzip import compress

import pytest

from parley.adapters.pages.sitemap import MAX_URLS, read_sitemap
from parley.core.ingestion.web_pages import PageRefused, Sitemap

MIB = 1 << 20
BOMB = '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>'


def read(body: bytes) -> Sitemap:
    return read_sitemap(body, "https://a.example/sitemap.xml", MIB)


def test_addresses_are_read_whatever_stands_around_them() -> None:
    body = """<?xml version="1.0" encoding="UTF-8"?>
      <!-- made by hand -->
      <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
              xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <url><loc> https://a.example/?a=1&amp;b=2 </loc><lastmod>2026-01-01</lastmod>
          <image:image><image:loc>https://a.example/picture.png</image:loc></image:image></url>
        <url><loc><![CDATA[https://a.example/grüße]]></loc></url>
        <url><loc/></url>
      </urlset>"""
    assert read(body.encode()).pages == ("https://a.example/?a=1&b=2", "https://a.example/grüße")


def test_an_index_names_more_files() -> None:
    body = b"<sitemapindex><sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>"
    assert read(body) == Sitemap(sitemaps=("https://a.example/1.xml",))
    assert read(compress(body)) == read(body)


def test_lines_of_text_are_a_sitemap_too() -> None:
    assert read(b"\xef\xbb\xbfhttps://a.example/1\r\n\r\n https://a.example/2 \nnote\n").pages == (
        "https://a.example/1",
        "https://a.example/2",
    )


def test_no_more_addresses_are_read_than_the_protocol_allows() -> None:
    body = b"<urlset>" + b"<url><loc>x</loc></url>" * (MAX_URLS + 5) + b"</urlset>"
    assert len(read_sitemap(body, "u", 4 * MIB).pages) == MAX_URLS


def test_an_address_without_end_is_not_kept() -> None:
    body = b"<urlset><url><loc>" + b"a&amp;" * 100_000 + b"</loc></url></urlset>"
    assert all(len(page) < 70_000 for page in read(body).pages)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html><body>Hello</body></html>", "another kind of document"),
        (b"<urlset>", "XML is broken"),
        (b"nothing here", "lists no addresses"),
        (BOMB.encode(), "declares entities"),
        (b"<urlset>" + b"<a>" * 1_000, "nested too deep"),
        (b"<?xml version='1.0' encoding='nonsense'?><urlset/>", "XML is broken"),
        (b"\x1f\x8bnonsense", "compressed, and damaged"),
        (compress(b" " * (2 * MIB)), "unpacks to more than 1 MiB"),
    ],
)
def test_what_is_no_sitemap_says_why(body: bytes, why: str) -> None:
    with pytest.raises(PageRefused, match=why) as refused:
        read(body)
    assert refused.value.code == "not_a_sitemap"
