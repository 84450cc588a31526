"""Where requests go, whatever a service or a name says."""

from urllib.parse import unquote, urlsplit

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtui.model.errors import PayloadError
from runtui.simulation.faults import FaultLine
from runtui.transport.addresses import origin_of, path_segments, segment
from runtui.transport.client import Transport

LAB = Transport("lab", "https://lab.org/api/v2/")

HOSTILE = [
    "//evil/x",
    "///evil/x",
    "http://evil/..",
    "https://evil",
    "\\\\evil",
    "\\\\evil\\x",
    "/\\evil/x",
    "https://user@evil",
    "https://lab.org@evil/x",
    "https://lab.org:1/x",
    "http:http://evil/",
    "https:evil/x",
    "http:///evil",
    "javascript:alert(1)",
    "@evil",
    ":80",
    "",
    "..",
    "../../..//evil",
    "/x?y=//evil",
    "?next=https://evil",
    "#//evil",
    "\t//evil",
    "/x\r\nHost: evil",
]


@pytest.mark.parametrize("link", HOSTILE)
def test_a_hostile_link_stays_on_our_origin(link: str) -> None:
    path = LAB.on_our_origin(link)
    assert path.startswith("/")
    try:
        target = httpx.URL(LAB.url_for(path))
    except httpx.InvalidURL:
        return
    assert origin_of(target) == ("https", "lab.org", 443)


@given(st.text(alphabet="/\\:@?#.[]evilhtps\t\n %&=", max_size=40))
@example("http:http://evil/")
def test_no_link_at_all_leaves_our_origin(link: str) -> None:
    try:
        path = LAB.on_our_origin(link)
        target = httpx.URL(LAB.url_for(path))
    except (PayloadError, httpx.InvalidURL):
        return
    assert origin_of(target) == ("https", "lab.org", 443)


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("https://lab.org/api/v2/jobs/?page=2", "/api/v2/jobs/?page=2"),
        ("http://lab.org/api/v2/jobs/?page=2&t=1", "/api/v2/jobs/?page=2&t=1"),
        ("https://inner.host:8443/api/v2/jobs/?page=2", "/api/v2/jobs/?page=2"),
        ("/api/v2/jobs/?page=2", "/api/v2/jobs/?page=2"),
        ("?page=2", "/api/v2/?page=2"),
        ("jobs/a%2Fb/?page=2", "/api/v2/jobs/a%2Fb/?page=2"),
    ],
)
def test_an_honest_link_is_asked_as_it_is(link: str, path: str) -> None:
    assert LAB.on_our_origin(link) == path


@pytest.mark.parametrize("link", ["http://[", "https://[evil/x"])
def test_what_is_no_link_is_an_unreadable_answer(link: str) -> None:
    with pytest.raises(PayloadError, match="a link that cannot be read"):
        LAB.on_our_origin(link)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("", "https://lab.org/api/v2"),
        ("runs", "https://lab.org/api/v2/runs"),
        ("/other", "https://lab.org/other"),
        ("//evil/x", "https://lab.org//evil/x"),
        ("https://evil/x", "https://evil/x"),
    ],
)
def test_a_path_is_joined_to_the_address_of_the_profile(path: str, url: str) -> None:
    assert LAB.url_for(path) == url


def test_a_query_is_added_to_one_that_is_there() -> None:
    assert LAB.url_for("runs", {"top": 5, "s": ["a", "ü&"]}) == "https://lab.org/api/v2/runs?top=5&s=a&s=%C3%BC%26"
    assert LAB.url_for("/runs?page=2", {"top": 5}) == "https://lab.org/runs?page=2&top=5"


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("a/b", "a%2Fb"),
        ("..", "%2E%2E"),
        (".", "%2E"),
        ("a b?c#d%", "a%20b%3Fc%23d%25"),
        ("ü", "%C3%BC"),
        ("\ud800", "%3F"),
    ],
)
def test_a_name_becomes_one_part_of_a_path(text: str, encoded: str) -> None:
    assert segment(text) == encoded


@given(st.text())
def test_no_name_leads_out_of_its_place_in_the_path(name: str) -> None:
    target = httpx.URL(LAB.url_for(f"runs/{segment(name)}/nodes"))
    path = target.raw_path.decode()
    assert path.startswith("/api/v2/runs/")
    assert path.endswith("/nodes")
    assert path.count("/") == 5
    if name not in (".", "..") and name.isprintable():
        assert unquote(path.split("/")[4]) == name


def test_a_paths_slashes_are_kept_and_its_dots_do_not_lead_up() -> None:
    assert path_segments("shared/a b/../x#1") == "shared/a%20b/%2E%2E/x%231"


async def test_a_name_with_dots_arrives_as_it_is(transport: Transport, faults: FaultLine) -> None:
    await transport.request("GET", f"echo/{segment('..')}/x", operation="x", accept=frozenset({404}))
    assert faults.requests == ["GET /api/echo/../x"]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://lab.org", "lab.org"),
        ("https://lab.org:8443/api", "lab.org:8443"),
        ("https://alice:planted-1@lab.org/api", "lab.org"),
        ("http://[::1]:80/", "[::1]"),
    ],
)
def test_the_host_a_person_knows_has_no_password(url: str, host: str) -> None:
    assert Transport("lab", url).host == host


def test_a_trailing_slash_and_blanks_around_an_address_do_not_matter() -> None:
    assert Transport("lab", " https://lab.org/api// ").url_for("runs") == "https://lab.org/api/runs"
    assert urlsplit(LAB.origin).netloc == "lab.org"
