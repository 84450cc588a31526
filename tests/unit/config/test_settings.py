from pathlib import Path

import pytest

from runtui.config.settings import Config, Interface, load_config
from runtui.model.errors import ConfigError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def load(path: Path, text: str, mode: int = 0o600) -> Config:
    path.write_text(text)
    path.chmod(mode)
    return load_config(path, {"SCRATCH": "/scratch"})


def refusal(path: Path, text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(path, text)
    return caught.value


def test_a_missing_file_is_an_empty_configuration(path: Path) -> None:
    config = load_config(path, {})
    assert (config.profiles, config.interface, config.keys, config.problems) == ((), Interface(), (), ())


def test_the_absence_of_a_file_a_person_named_is_a_problem_but_no_error(path: Path) -> None:
    assert str(path) in load_config(path, {}, named=True).problems[0]


def test_profiles_come_in_the_order_of_the_file_with_their_origin(path: Path) -> None:
    config = load(path, '[profiles.b]\nservice = "rescale"\nurl = "u"\n\n[profiles.a]\nservice = "local"\n')
    first, second = config.profiles
    assert (first.name, first.service, dict(first.options)) == ("b", "rescale", {"url": "u"})
    assert (second.name, second.service, dict(second.options)) == ("a", "local", {})
    assert str(second.origin) == f"{path}:5"
    assert str(first.origin.error("is odd", key="url")) == f"{path}:3: [profiles.b] url is odd"


def test_a_profile_may_be_written_inline_or_with_dots(path: Path) -> None:
    config = load(path, '[profiles]\na = { service = "local" }\nb.service = "local"\n["profiles"."c.d"]\nservice="x"\n')
    assert [profile.name for profile in config.profiles] == ["a", "b", "c.d"]
    assert [profile.origin.line for profile in config.profiles] == [2, 3, 4]


def test_the_interface_is_read(path: Path) -> None:
    config = load(
        path,
        '[interface]\ntheme = "nord"\nascii = true\nlink = "slow"\nreadonly = true\ndownload_dir = "$SCRATCH/runs"\n'
        "mouse = false\nrefresh_min = 2\nrefresh_max = 300.5\n",
    )
    assert config.interface == Interface(
        theme="nord",
        ascii=True,
        link="slow",
        readonly=True,
        download_dir=Path("/scratch/runs"),
        mouse=False,
        refresh_min=2.0,
        refresh_max=300.5,
    )


def test_an_action_may_be_given_one_key_several_or_none(path: Path) -> None:
    keys = load(path, '[keys]\n"runs.filter" = "f"\nquit = ["q", "ctrl+q"]\nhelp = []\n').keys
    assert [(override.action, override.keys) for override in keys] == [
        ("runs.filter", ("f",)),
        ("quit", ("q", "ctrl+q")),
        ("help", ()),
    ]
    assert str(keys[1].origin) == f"{path}:3"


@pytest.mark.parametrize(
    ("text", "line", "sentence", "hint"),
    [
        ("[profile.a]\nservice='x'\n", 1, "[profile] is not known", "'profiles'"),
        ("[interface]\n[colours]\n", 2, "[colours] is not known", "interface, keys, profiles"),
        ("them = 'x'\n", 1, "them is not known", "interface"),
        ("profiles = 3\n", 1, "profiles must be a table, not a whole number", ""),
        ("[[profiles]]\nservice = 'x'\n", 1, "profiles must be a table, not a list", ""),
        ("[profiles]\na = 1\n", 2, "[profiles.a] must be a table, not a whole number", "Write [profiles.a]."),
        ("\n[profiles.a]\nurl = 'x'\n", 2, "[profiles.a] needs the key service", 'service = "local"'),
        ("[profiles.a]\nurl='x'\nservice = 1\n", 3, "[profiles.a] service must be text", ""),
        ("[profiles.a]\nservice = ''\n", 2, "[profiles.a] service must be text that is not empty", ""),
        ("[profiles.a.b]\nservice = 'x'\n", 1, "[profiles.a] needs the key service", '[profiles."a.b"]'),
        ("[profiles.'a:b']\nservice = 'x'\n", 1, "'a:b' cannot be the name of a profile", "letters"),
        ("[profiles.'']\nservice = 'x'\n", 1, "'' cannot be the name of a profile", "letters"),
        ("[profiles.'../x']\nservice = 'x'\n", 1, "cannot be the name of a profile", "letters"),
        ("[profiles.'..']\nservice = 'x'\n", 1, "cannot be the name of a profile", "letters"),
        ("[profiles.-x]\nservice = 'x'\n", 1, "cannot be the name of a profile", "letters"),
        ('[profiles."\\u001b[31m"]\nservice = "x"\n', 1, r"'\x1b[31m' cannot be the name of a profile", "letters"),
        ("[interface]\nthem = 'x'\n", 2, "[interface] them is not known", "'theme'"),
        ("[interface]\nascii = 1\n", 2, "[interface] ascii must be true or false, not a whole number", ""),
        ("[interface]\nlink = 'fsat'\n", 2, "[interface] link must be one of 'auto', 'fast', 'slow'", ""),
        ("[interface]\nrefresh_min = 0\n", 2, "[interface] refresh_min must be a number of at least 1", ""),
        ("[interface]\nrefresh_min = 600\n", 1, "[interface] refresh_min must not be above refresh_max", ""),
        ("interface = true\n", 1, "interface must be a table, not true or false", ""),
        ("[keys]\nquit = 5\n", 2, "[keys] quit must be a key or a list of keys", ""),
        ("[keys]\nquit = ['q', '']\n", 2, "[keys] quit must be a key or a list of keys", ""),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_key(
    path: Path, text: str, line: int, sentence: str, hint: str
) -> None:
    error = refusal(path, text)
    assert str(error).startswith(f"{path}:{line}: ")
    assert sentence in str(error)
    assert hint in error.hint


def test_everything_that_is_wrong_is_said_at_once_in_one_line_each(path: Path) -> None:
    said = str(refusal(path, "[profiles.a]\n[profiles.b]\n[interface]\nascii = 1\n[kyes]\n")).splitlines()
    assert [line.split(":")[1] for line in said] == ["1", "2", "4", "5"]


def test_a_file_others_can_change_is_a_problem_because_it_may_name_commands(path: Path) -> None:
    assert "chmod go-w" in load(path, "", mode=0o622).problems[0]
    assert load(path, "", mode=0o644).problems == ()


def test_a_file_others_can_read_is_not_private(path: Path) -> None:
    text = '[profiles.a]\nservice = "local"\n'
    assert load(path, text, mode=0o600).profiles[0].origin.is_private
    assert not load(path, text, mode=0o640).profiles[0].origin.is_private
    assert not load(path, text, mode=0o604).profiles[0].origin.is_private
