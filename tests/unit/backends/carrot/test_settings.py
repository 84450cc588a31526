"""A CARROT profile, and what carrot_cli left on this machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from runtui.backends.carrot.settings import discover, with_scheme
from runtui.backends.registry import discover_profiles, settings_type
from runtui.config.options import describe_options


def write(home: Path, text: str) -> Path:
    path = home / ".carrot_cli" / "config.json"
    path.parent.mkdir()
    path.write_text(text)
    return path


def test_the_clients_configuration_becomes_a_profile(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps({"carrot_server_address": "carrot.lab:8080/x", "email": "alice@lab.org"}))
    (found,) = discover(tmp_path, {})
    assert found.options == {"url": "http://carrot.lab:8080/x", "email": "alice@lab.org"}
    assert (found.service, found.origin) == ("carrot", str(path))
    assert found in discover_profiles(tmp_path, {})


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"carrot_server_address": 5}', '{"carrot_server_address": " "}', "\xff\xfe", "[" * 9999],
)
def test_a_broken_or_empty_configuration_is_no_profile(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    assert discover(tmp_path, {}) == ()


def test_no_configuration_is_no_profile(tmp_path: Path) -> None:
    assert discover(tmp_path, {}) == ()


def test_an_address_without_an_email_is_a_profile(tmp_path: Path) -> None:
    write(tmp_path, '{"carrot_server_address": "carrot.lab"}')
    assert discover(tmp_path, {})[0].options == {"url": "http://carrot.lab"}


@pytest.mark.parametrize(
    ("written", "address"),
    [("carrot.lab:8080", "http://carrot.lab:8080"), (" https://carrot.lab/ ", "https://carrot.lab"), ("", "")],
)
def test_an_address_without_a_scheme_is_http(written: str, address: str) -> None:
    assert with_scheme(written) == address


def test_every_field_has_help() -> None:
    fields = describe_options(settings_type("carrot"))
    assert {"url", "email", "cromwell_url", "path_rewrites", "local_logs", "gcs_token"} <= {one.name for one in fields}
    assert all(one.help for one in fields)


def test_reading_settings_does_not_bring_the_http_client() -> None:
    code = "import sys, runtui.backends.carrot.settings; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
