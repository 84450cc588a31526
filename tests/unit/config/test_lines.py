import pytest

from runtui.config.lines import KeyPath, broken_line, dotted, end_of_table, locate

TEXT = '''# profiles
[profiles.hpc]
service = "rescale"
note = """
[profiles.fake]
service = "not a key"
"""
scopes = [
  "a",  # ] not the end
  "b",
]
token = { env = "KEY" }

[ profiles . "lab.one" ]
service = "carrot"

[profiles]
short.service = "local"
inline = { service = "local", path = "/x" }

[interface]
theme = "x"
'''


@pytest.mark.parametrize(
    ("table", "key", "line"),
    [
        (("profiles", "hpc"), "", 2),
        (("profiles", "hpc"), "service", 3),
        (("profiles", "hpc"), "note", 4),
        (("profiles", "hpc"), "scopes", 8),
        (("profiles", "hpc"), "token", 12),
        (("profiles", "hpc", "token"), "env", 12),
        (("profiles", "lab.one"), "", 14),
        (("profiles", "lab.one"), "service", 15),
        (("profiles", "short"), "service", 18),
        (("profiles", "inline"), "path", 19),
        (("interface",), "theme", 22),
        (("profiles", "fake"), "", None),
        (("profiles", "hpc"), "url", None),
        ((), "profiles", 2),
    ],
)
def test_a_key_is_found_on_the_line_where_it_is_written(table: KeyPath, key: str, line: int | None) -> None:
    assert locate(TEXT, table, key) == line


def test_a_table_ends_at_its_last_key_and_not_at_a_comment_on_the_next_table() -> None:
    text = "[profiles.a]\nservice = 'x'\n\n# about b\n[profiles.b]\n"
    assert end_of_table(text, ("profiles", "a")) == 2
    assert end_of_table(text, ("profiles", "b")) == 5
    assert end_of_table(text, ("profiles", "c")) is None


def test_a_broken_statement_is_found_where_it_begins() -> None:
    assert broken_line("a = 1\nb = [1,\n2,\nc = 3\n") == 2


def test_a_path_is_shown_with_quotes_only_where_it_needs_them() -> None:
    assert dotted(("profiles", "a.b", "x\x1b[m")) == r"profiles.'a.b'.'x\x1b[m'"
