"""What is found of the service's own client, and what a profile may say."""

import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from runtui.backends.deltatwin.conf_file import read_conf_file
from runtui.backends.deltatwin.settings import Settings, conf_path, discover
from runtui.model.errors import ConfigError

CONF = """\
[SERVICES]
username = alice
password = won%%der=land
api = https://api.deltatwin.destine.eu/
token_created = 2026-01-29 10:00:00
token = aaa.bbb.ccc
expires_in = 300
refresh_expires_in = 1800.5
refresh_token = ddd.eee.fff
"""


def write_conf(home: Path, text: str) -> Path:
    path = home / ".deltatwin" / "conf.ini"
    path.parent.mkdir()
    path.write_text(text)
    return path


def test_a_login_of_the_client_is_found_with_a_reference_and_not_a_copy_of_the_password(tmp_path: Path) -> None:
    path = write_conf(tmp_path, CONF)
    (found,) = discover(tmp_path, {})
    assert found.service == "deltatwin"
    assert found.options == {"url": "https://api.deltatwin.destine.eu/", "username": "alice", "conf": str(path)}
    assert "won" not in repr(found)


def test_finding_a_login_leaves_its_file_as_it_is(tmp_path: Path) -> None:
    path = write_conf(tmp_path, CONF)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    discover(tmp_path, {})
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no section = 1\n",
        "[SERVICES\nusername",
        "[OTHER]\napi = x\n",
        "[SERVICES]\nusername = alice\n",
        "[SERVICES]\napi = https://h\n",
    ],
)
def test_a_file_that_holds_no_login_is_passed_over(tmp_path: Path, text: str) -> None:
    write_conf(tmp_path, text)
    assert discover(tmp_path, {}) == ()


def test_a_file_that_is_no_text_is_passed_over(tmp_path: Path) -> None:
    write_conf(tmp_path, "").write_bytes(b"\xff\xfe\x00[SERV")
    assert discover(tmp_path, {}) == ()


def test_nothing_is_found_where_nobody_logged_in(tmp_path: Path) -> None:
    assert discover(tmp_path, {}) == ()


def test_a_doubled_per_cent_sign_is_one(tmp_path: Path) -> None:
    conf = read_conf_file(write_conf(tmp_path, CONF))
    assert conf.password is not None
    assert conf.password.reveal() == "won%der=land"


def test_a_single_per_cent_sign_stays(tmp_path: Path) -> None:
    conf = read_conf_file(write_conf(tmp_path, "[SERVICES]\npassword = 50%off %(home)s\n"))
    assert conf.password is not None
    assert conf.password.reveal() == "50%off %(home)s"


def test_the_date_of_a_token_is_local_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(time.tzset)
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    conf = read_conf_file(write_conf(tmp_path, CONF))
    monkeypatch.undo()
    assert conf.token_created == datetime(2026, 1, 29, 9, 0, tzinfo=UTC)
    assert (conf.expires_in, conf.refresh_expires_in) == (300.0, 1800.5)


def test_an_unreadable_file_is_named_without_its_content(tmp_path: Path) -> None:
    path = write_conf(tmp_path, "[SERVICES]\npassword hunter2\n  : hunter2\n[SERVICES")
    with pytest.raises(ConfigError) as caught:
        read_conf_file(path)
    assert str(path) in str(caught.value)
    assert "hunter2" not in f"{caught.value!r} {caught.value.hint} {caught.value.__cause__!r}"


def test_a_broken_date_or_number_is_none(tmp_path: Path) -> None:
    conf = read_conf_file(write_conf(tmp_path, "[SERVICES]\ntoken = t\ntoken_created = noon\nexpires_in = soon\n"))
    assert (conf.token_created, conf.expires_in) == (None, 0.0)


def test_the_home_sign_of_a_conf_path_is_the_given_home(tmp_path: Path) -> None:
    assert conf_path(Settings(conf="~/.deltatwin/conf.ini"), tmp_path) == tmp_path / ".deltatwin" / "conf.ini"
    assert conf_path(Settings(conf="/etc/dt.ini"), tmp_path) == Path("/etc/dt.ini")
    assert conf_path(Settings(), tmp_path) is None


def test_every_field_of_a_profile_has_help_for_a_person() -> None:
    described = msgspec.json.schema(Settings, schema_hook=lambda _: {"type": "string"})["$defs"]["Settings"][
        "properties"
    ]
    assert [name for name, field in described.items() if not field.get("description")] == []
