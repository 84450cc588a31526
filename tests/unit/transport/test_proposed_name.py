"""The name a service proposes for a file."""

import pytest

from runtui.transport.proposed_name import proposed_name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename=rotated.jpg", "rotated.jpg"),
        ("attachment; filename=my file (1).jpg", "my file (1).jpg"),
        ('attachment; filename="a \\"b\\"; c.jpg"', 'a "b"; c.jpg'),
        ("attachment; filename=a.jpg; filename*=UTF-8''%C3%A4.jpg", "ä.jpg"),
        ("attachment; filename*=nonsense''%FF; filename=a.jpg", "a.jpg"),
        ("attachment; filename=", None),
        ("attachment", None),
        ("", None),
        ("inline; size=3", None),
    ],
)
def test_names_in_headers_are_read(header: str, name: str | None) -> None:
    assert proposed_name(header) == name
