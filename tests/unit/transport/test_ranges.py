"""Parts of a content, and what names its version."""

import pytest

from runtui.transport.ranges import content_range, range_headers, version_of


@pytest.mark.parametrize(
    ("part", "headers"),
    [
        ((0, None, '"x"'), {}),
        ((5, None, None), {"Range": "bytes=5-"}),
        ((0, 10, None), {"Range": "bytes=0-9"}),
        ((5, 10, '"x"'), {"Range": "bytes=5-9", "If-Range": '"x"'}),
        ((5, None, 'W/"x"'), {"Range": "bytes=5-"}),
        ((5, 5, None), {"Range": "bytes=5-5"}),
    ],
)
def test_parts_are_asked_for(part: tuple[int, int | None, str | None], headers: dict[str, str]) -> None:
    assert range_headers(*part) == headers


MONDAY = "Mon, 30 Nov 2026 02:00:00 GMT"
A_SECOND_LATER = "Mon, 30 Nov 2026 02:00:01 GMT"
A_MINUTE_LATER = "Mon, 30 Nov 2026 02:01:00 GMT"


@pytest.mark.parametrize(
    ("headers", "version"),
    [
        ({}, None),
        ({"etag": ""}, None),
        ({"etag": '"x"', "last-modified": MONDAY, "date": A_MINUTE_LATER}, '"x"'),
        ({"etag": 'W/"x"', "last-modified": MONDAY, "date": A_MINUTE_LATER}, MONDAY),
        ({"etag": 'W/"x"'}, 'W/"x"'),
        ({"last-modified": MONDAY, "date": A_MINUTE_LATER}, MONDAY),
        ({"last-modified": MONDAY, "date": A_SECOND_LATER}, None),
        ({"last-modified": MONDAY}, None),
        ({"last-modified": "yesterday", "date": A_MINUTE_LATER}, None),
    ],
)
def test_a_version_is_a_strong_tag_or_a_date_that_tells(headers: dict[str, str], version: str | None) -> None:
    assert version_of(headers) == version


@pytest.mark.parametrize(
    ("header", "extent"),
    [
        ("bytes 5-9/20", (5, 20)),
        ("bytes 5-9/*", (5, None)),
        ("bytes */20", (None, 20)),
        ("", (None, None)),
        ("lines 1-2/3", (None, None)),
    ],
)
def test_ranges_in_headers_are_read(header: str, extent: tuple[int | None, int | None]) -> None:
    assert content_range({"content-range": header}) == extent
