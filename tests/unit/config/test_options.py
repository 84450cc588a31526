import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pytest
from rich.pretty import pretty_repr

from runtui.config.options import describe_options, read_options
from runtui.config.profile import Origin, Profile
from runtui.model.errors import ConfigError
from runtui.model.secret import Secret, SecretRef


class Region(StrEnum):
    EUROPE = "eu"
    AMERICA = "us"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    url: Annotated[str, msgspec.Meta(description="Address of the service.", pattern="^https?://")]
    token: Annotated[SecretRef | None, msgspec.Meta(description="What logs in.")] = None
    port: Annotated[int, msgspec.Meta(description="Port.", ge=1, le=65535)] = 443
    region: Region = Region.EUROPE
    api: Annotated[Literal["v2", "v3"], msgspec.Meta(description="Version of the API.")] = "v3"
    pipelines: tuple[str, ...] = ()
    verify: bool = True
    wait: float = 1.5
    folder: Path | None = None

    def __post_init__(self) -> None:
        if self.api == "v2" and self.port == 1:
            raise ValueError("v2 has no port 1")


def profile(**options: object) -> Profile:
    lines = {key: number for number, key in enumerate(options, start=8)}
    origin = Origin(place="/etc/config.toml", table="profiles.hpc", line=7, lines=lines)
    return Profile(name="hpc", service="rescale", options={"url": "http://x", **options}, origin=origin)


def refusal(**options: object) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read_options(profile(**options), Settings, {})
    return caught.value


def test_every_kind_of_value_becomes_its_field() -> None:
    settings = read_options(
        profile(
            token={"env": "KEY"},
            port=80,
            region="us",
            api="v2",
            pipelines=["a", "b"],
            verify=False,
            wait=2,
            folder="${WORK}/$USER_NAME",
        ),
        Settings,
        {"WORK": "/scratch", "USER_NAME": "alice"},
    )
    assert settings == Settings(
        url="http://x",
        token=SecretRef("env", "KEY"),
        port=80,
        region=Region.AMERICA,
        api="v2",
        pipelines=("a", "b"),
        verify=False,
        wait=2.0,
        folder=Path("/scratch/alice"),
    )


def test_a_secret_may_be_given_as_a_reference_already() -> None:
    reference = SecretRef("plain", plain=Secret("s3cret"))
    assert read_options(profile(token=reference), Settings).token == reference


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("port", "443", "must be a whole number of at least 1 and at most 65535, not text"),
        ("port", 0, "must be a whole number of at least 1 and at most 65535"),
        ("port", True, "not true or false"),
        ("port", 1.5, "not a number with a fraction"),
        ("region", "mars", "must be one of 'eu', 'us'"),
        ("api", 3, "must be one of 'v2', 'v3', not a whole number"),
        ("pipelines", "a", "must be a list, each item text, not text"),
        ("pipelines", ["a", 2], "(item 2)"),
        ("verify", 1, "must be true or false, not a whole number"),
        ("verify", {}, "not a table"),
        ("url", "ftp://x", "must be text of the form ^https?://"),
        ("token", 5, "is not accepted: a secret is"),
        ("token", {"evn": "KEY"}, "is not accepted: a secret is"),
        ("token", {"env": ""}, "is not accepted: a secret is"),
        ("folder", "$UNSET/x", "the environment variable 'UNSET' is not set"),
        ("folder", "~no-such-person/x", "a home folder that is not known"),
        ("folder", 5, "must be the path of a file or folder, as text, not a whole number"),
    ],
)
def test_a_wrong_value_is_refused_with_file_line_and_key(key: str, value: object, sentence: str) -> None:
    error = refusal(**{key: value})
    line = 8
    assert str(error).startswith(f"/etc/config.toml:{line}: [profiles.hpc] {key} ")
    assert sentence in str(error)


def test_an_unknown_key_is_refused_with_its_near_matches() -> None:
    error = refusal(tokn="x")
    assert str(error) == "/etc/config.toml:8: [profiles.hpc] tokn is not known"
    assert error.hint == "Did you mean 'token'?"


def test_an_unknown_key_like_no_other_is_refused_with_all_that_are_known() -> None:
    assert "pipelines" in refusal(zzz="x").hint


def test_a_missing_key_is_named_with_its_help_at_the_line_of_the_table() -> None:
    lacking = Profile(name="a", service="s", origin=Origin(place="c.toml", table="profiles.a", line=3))
    with pytest.raises(ConfigError, match=re.escape("c.toml:3: [profiles.a] needs the key url: Address of the")):
        read_options(lacking, Settings)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    said = str(refusal(port=0, verify=1, zzz=1)).splitlines()
    assert [line.split("] ")[1].split()[0] for line in said] == ["port", "verify", "zzz"]


def test_a_check_of_the_settings_class_itself_is_placed_at_the_table() -> None:
    assert str(refusal(api="v2", port=1)) == "/etc/config.toml:7: [profiles.hpc] v2 has no port 1"


def test_no_error_shows_a_value() -> None:
    for wrong in ({"token": ["hunter2"]}, {"token": {"evn": "hunter2"}}, {"port": "hunter2"}, {"region": "hunter2"}):
        error = refusal(**wrong)
        assert "hunter2" not in f"{error} {error.hint} {error!r}"


def test_a_profile_shows_the_keys_of_its_options_and_not_their_values() -> None:
    for shown in (repr(profile(token="hunter2")), pretty_repr(profile(token="hunter2"))):
        assert "token" in shown
        assert "hunter2" not in shown


def test_the_fields_are_described_in_words() -> None:
    fields = {field.name: field for field in describe_options(Settings)}
    assert list(fields) == ["url", "token", "port", "region", "api", "pipelines", "verify", "wait", "folder"]
    assert fields["url"].required
    assert fields["url"].help == "Address of the service."
    assert fields["url"].default is None
    assert fields["token"].secret
    assert not fields["token"].required
    assert not fields["url"].secret
    assert fields["port"].default == 443
    assert fields["port"].type == "a whole number of at least 1 and at most 65535"
    assert fields["region"].choices == ("eu", "us")
    assert fields["api"].choices == ("v2", "v3")
    assert fields["folder"].type == "the path of a file or folder, as text"
