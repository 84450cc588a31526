"""Finding what other Rescale clients left, and opening a profile."""

from pathlib import Path

import pytest

from runtui.backends.protocol import BackendContext
from runtui.backends.rescale.apiconfig import entry_of, read_apiconfig
from runtui.backends.rescale.backend import open_backend
from runtui.backends.rescale.settings import Settings, discover, root_of
from runtui.model.clock import SystemClock
from runtui.model.errors import ConfigError
from runtui.model.secret import Secret, SecretRef
from tests.support.rescale_service import RescaleServer, reveal_plain

KEY = "0123456789abcdef0123456789abcdef01234567"


def write(home: Path, name: str, text: str) -> Path:
    path = home / ".config" / "rescale" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "written",
    [
        "https://eu.rescale.com",
        "https://eu.rescale.com/",
        "https://eu.rescale.com/api",
        "https://eu.rescale.com/api/v2/",
        " https://eu.rescale.com/api/v3 ",
    ],
)
def test_an_address_may_be_an_origin_or_the_root_of_the_api(written: str) -> None:
    assert root_of(written) == "https://eu.rescale.com"


def test_a_prefix_before_the_api_is_kept() -> None:
    assert root_of("https://proxy.lab/rescale/api/v2/") == "https://proxy.lab/rescale"


def test_no_address_is_north_america() -> None:
    assert root_of("") == "https://platform.rescale.com"


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    assert discover(tmp_path, {}) == ()


def test_the_environment_is_found_and_the_key_only_referred_to(tmp_path: Path) -> None:
    (found,) = discover(tmp_path, {"RESCALE_API_KEY": KEY, "RESCALE_API_URL": "https://kr.rescale.com/api/v3/"})
    assert found.name == "rescale"
    assert found.options == {"url": "https://kr.rescale.com", "token": {"env": "RESCALE_API_KEY"}}
    assert KEY not in repr(found)


@pytest.mark.parametrize("name", ["RESCALE_API_URL", "RESCALE_BASE_URL", "RESCALE_PLATFORM_URL"])
def test_each_name_of_the_address_is_known(tmp_path: Path, name: str) -> None:
    (found,) = discover(tmp_path, {"RESCALE_API_KEY": KEY, name: "https://platform.rescale.jp"})
    assert found.options["url"] == "https://platform.rescale.jp"


def test_a_token_of_a_cluster_is_found(tmp_path: Path) -> None:
    (found,) = discover(tmp_path, {"RESCALE_CLUSTER_TOKEN": KEY, "RESCALE_PLATFORM_URL": "https://eu.rescale.com"})
    assert found.options["token"] == {"env": "RESCALE_CLUSTER_TOKEN"}


def test_every_profile_of_an_apiconfig_is_found_without_its_key(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "apiconfig",
        f"[default]\napibaseurl = https://platform.rescale.com\napikey = {KEY}\n"
        f"[my lab]\napiurl = https://eu.rescale.com/api/v3/\napikey = 100%(x){KEY}\n[empty]\napibaseurl = x\n",
    )
    found = discover(tmp_path, {})
    assert [profile.name for profile in found] == ["rescale", "rescale-my-lab"]
    assert found[1].options == {
        "url": "https://eu.rescale.com",
        "apiconfig": str(path),
        "apiconfig_profile": "my lab",
    }
    assert KEY not in repr(found)


def test_names_of_found_profiles_are_different(tmp_path: Path) -> None:
    write(tmp_path, "apiconfig", f"[default]\napikey={KEY}\n")
    write(tmp_path, "token", KEY)
    found = discover(tmp_path, {"RESCALE_API_KEY": KEY})
    assert [profile.name for profile in found] == ["rescale", "rescale-2", "rescale-3"]
    assert found[2].options["token"] == {"file": str(tmp_path / ".config" / "rescale" / "token")}


@pytest.mark.parametrize("text", ["[default\napikey=1", "= nothing\n[", "\x00\x01", ""])
def test_a_broken_apiconfig_is_passed_over(tmp_path: Path, text: str) -> None:
    write(tmp_path, "apiconfig", text)
    assert discover(tmp_path, {}) == ()


def test_a_very_old_apiconfig_without_sections_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "apiconfig", f"platform_url = https://eu.rescale.com\napi_key = {KEY}\n")
    (entry,) = read_apiconfig(path)
    assert (entry.name, entry.url, entry.key) == ("default", "https://eu.rescale.com", Secret(KEY))


def test_a_percent_sign_in_a_key_is_a_percent_sign(tmp_path: Path) -> None:
    path = write(tmp_path, "apiconfig", "[default]\napikey = a%(b)s%%c\n")
    assert entry_of(path, "DEFAULT").key.reveal() == "a%(b)s%%c"


def test_a_missing_profile_names_those_there_are(tmp_path: Path) -> None:
    path = write(tmp_path, "apiconfig", f"[default]\napikey={KEY}\n[eu]\napikey={KEY}\n")
    with pytest.raises(ConfigError, match="no profile 'kr'") as raised:
        entry_of(path, "kr")
    assert "default, eu" in raised.value.hint


def test_an_unreadable_apiconfig_never_quotes_its_lines(tmp_path: Path) -> None:
    path = write(tmp_path, "apiconfig", f"[default]\n[broken\n{KEY} = = \n[[[\n = {KEY}\n")
    with pytest.raises(ConfigError) as raised:
        read_apiconfig(path)
    assert KEY not in str(raised.value)


def test_a_profile_without_a_key_says_what_to_add() -> None:
    context = BackendContext(profile="hpc", clock=SystemClock(), reveal=reveal_plain)
    with pytest.raises(ConfigError, match="profile hpc has no token"):
        open_backend(context, Settings())


async def test_the_key_and_the_address_come_from_the_apiconfig(server: RescaleServer, tmp_path: Path) -> None:
    key = server.simulator.credentials["token"]
    path = write(tmp_path, "apiconfig", f"[lab]\napibaseurl = {server.url}\napikey = {key}\n")
    backend = server.backend(url="", token=None, apiconfig=str(path), apiconfig_profile="lab")
    assert (await backend.check()).email == "ada@aero.example"


def test_opening_from_an_apiconfig_without_a_key_fails_when_the_key_is_needed(tmp_path: Path) -> None:
    path = write(tmp_path, "apiconfig", "[default]\napibaseurl = https://eu.rescale.com\n")
    context = BackendContext(profile="hpc", clock=SystemClock(), reveal=reveal_plain)
    backend = open_backend(context, Settings(apiconfig=str(path)))
    assert backend.transport.base_url == "https://eu.rescale.com/api/v2"


def test_the_settings_hold_a_reference_and_print_no_key() -> None:
    assert KEY not in repr(Settings(token=SecretRef.parse(KEY)))
