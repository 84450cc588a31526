"""Logging in, staying logged in, and saying so when that ends."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from runtui.backends.deltatwin.backend import DeltaTwinBackend
from runtui.backends.deltatwin.sign_in import claims_of
from runtui.model.clock import ManualClock
from runtui.model.errors import AuthenticationError, ConfigError, ServiceDownError, UnsupportedError
from runtui.model.secret import Secret, SecretRef
from tests.support.deltatwin_service import WORLD_START, DeltaTwinServer, listed

CONNECT = "POST /v2.0/connect"


async def test_the_check_says_who_we_are(server: DeltaTwinServer) -> None:
    backend = server.backend()
    identity = await backend.check()
    await backend.aclose()
    assert (identity.name, identity.email) == ("alice", "alice@example.org")


@pytest.mark.parametrize("slashes", ["", "/", "//"])
async def test_slashes_at_the_end_of_the_address_do_no_harm(server: DeltaTwinServer, slashes: str) -> None:
    backend = server.backend(url=server.url + slashes)
    await backend.check()
    await backend.aclose()
    assert server.simulator.application.requests == [CONNECT, "GET /v2.0/runs?top=1&skip=0"]


async def test_many_requests_at_once_log_in_once(server: DeltaTwinServer) -> None:
    backend = server.backend()
    await asyncio.gather(*(backend.check() for _ in range(8)))
    await backend.aclose()
    assert len(server.requested(CONNECT)) == 1


async def test_a_token_is_renewed_before_it_expires_and_renewals_rotate(server: DeltaTwinServer) -> None:
    clock = ManualClock(WORLD_START)
    backend = server.backend(clock=clock)
    for _ in range(4):
        await backend.check()
        await clock.advance(280)
        server.simulator.world.advance(280)
    await backend.aclose()
    assert len(server.requested(CONNECT)) == 4
    assert len(server.requested("GET /v2.0/runs")) == 4


async def test_a_token_revoked_in_the_middle_of_a_session_is_renewed_once(server: DeltaTwinServer) -> None:
    backend = server.backend()
    await backend.check()
    server.simulator.tokens.revoke_access()
    await asyncio.gather(*(backend.check() for _ in range(6)))
    await backend.aclose()
    assert len(server.requested(CONNECT)) == 2


async def test_a_refused_renewal_falls_back_to_the_password(server: DeltaTwinServer) -> None:
    backend = server.backend()
    await backend.check()
    server.simulator.tokens.revoke_access()
    server.simulator.tokens.revoke_renewal()
    assert (await backend.check()).name == "alice"
    await backend.aclose()
    assert len(server.requested(CONNECT)) == 3


async def test_a_login_that_outlived_its_renewal_uses_the_password(server: DeltaTwinServer) -> None:
    clock = ManualClock(WORLD_START)
    backend = server.backend(clock=clock)
    await backend.check()
    await clock.advance(2000)
    server.simulator.world.advance(2000)
    await backend.check()
    await backend.aclose()
    assert len(server.requested(CONNECT)) == 2


async def test_life_times_sent_as_texts_are_read(server: DeltaTwinServer) -> None:
    server.begin(lifetimes_as_text=True, access_lifetime=60)
    clock = ManualClock(WORLD_START)
    backend = server.backend(clock=clock)
    await backend.check()
    await clock.advance(20)
    await backend.check()
    await clock.advance(30)
    await backend.check()
    await backend.aclose()
    assert len(server.requested(CONNECT)) == 2


async def test_a_wrong_password_is_told_with_what_to_do_and_not_shown(server: DeltaTwinServer) -> None:
    backend = server.backend(password=SecretRef.parse("hush-hush-42"))
    with pytest.raises(AuthenticationError) as caught:
        await backend.check()
    await backend.aclose()
    assert "alice" in caught.value.message
    assert "runtui login destine" in caught.value.hint
    assert caught.value.profile == "destine"
    assert "hush" not in f"{caught.value!r}{caught.value.hint}{caught.value.__cause__!r}{caught.value.__context__!r}"


async def test_a_password_quoted_by_the_service_is_not_shown(server: DeltaTwinServer) -> None:
    server.simulator.application.fail("POST", status=422, body=b'{"detail": "bad body: hush-hush-42"}')
    backend = server.backend(password=SecretRef.parse("hush-hush-42"))
    with pytest.raises(AuthenticationError) as caught:
        await backend.check()
    await backend.aclose()
    assert "bad body: ***" in caught.value.message


async def test_a_wrong_password_is_not_sent_again_at_once(server: DeltaTwinServer) -> None:
    clock = ManualClock(WORLD_START)
    backend = server.backend(clock=clock, password=SecretRef.parse("wrong"))
    for _ in range(3):
        with pytest.raises(AuthenticationError):
            await backend.check()
    assert len(server.requested(CONNECT)) == 1
    await clock.advance(61)
    with pytest.raises(AuthenticationError):
        await backend.check()
    await backend.aclose()
    assert len(server.requested(CONNECT)) == 2


async def test_without_a_password_one_is_asked_to_log_in(server: DeltaTwinServer) -> None:
    backend = server.backend(password=None)
    with pytest.raises(AuthenticationError) as caught:
        await backend.check()
    await backend.aclose()
    assert "Log in again" in caught.value.hint
    assert server.simulator.application.requests == []


async def test_a_service_that_is_down_while_we_log_in_is_no_matter_of_the_password(server: DeltaTwinServer) -> None:
    server.simulator.application.fail("connect", status=503, headers={"retry-after": "60"})
    backend = server.backend()
    with pytest.raises(ServiceDownError):
        await backend.check()
    await backend.aclose()


async def test_an_outdated_version_of_the_api_is_explained(server: DeltaTwinServer) -> None:
    backend = server.backend(api_version="v1.0")
    with pytest.raises(UnsupportedError) as caught:
        await backend.check()
    await backend.aclose()
    assert caught.value.code == 410
    assert "api_version" in caught.value.hint


async def test_a_redirect_to_another_origin_gets_no_token(server: DeltaTwinServer) -> None:
    server.simulator.application.fail(
        "GET /v2.0/runs", status=302, headers={"location": f"{server.storage_url}/elsewhere"}
    )
    backend = server.backend()
    with pytest.raises(Exception, match="does not know it"):
        await listed(backend)
    await backend.aclose()
    assert server.simulator.storage.requests == ["GET /elsewhere"]
    assert all("authorization" not in headers for headers in server.simulator.storage.headers)


class Conf:
    """A file as `deltatwin login` writes it, for this server."""

    def __init__(self, folder: Path, server: DeltaTwinServer) -> None:
        self.path = folder / "conf.ini"
        self.fields = {"username": "alice", "password": "wonderland", "api": f"{server.url}/"}
        self.write()

    def write(self, **changes: object) -> None:
        self.fields |= {name: str(value) for name, value in changes.items()}
        lines = [f"{name} = {value}" for name, value in self.fields.items() if value]
        self.path.write_text("\n".join(["[SERVICES]", *lines, ""]))

    def put_token(self, server: DeltaTwinServer, age: float = 0) -> None:
        grant = server.simulator.tokens.log_in("alice", "wonderland")
        assert grant is not None
        created = (WORLD_START - timedelta(seconds=age)).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        self.write(
            token=grant["access_token"],
            token_created=created,
            expires_in=300,
            refresh_token=grant["refresh_token"],
            refresh_expires_in=1800,
        )


@pytest.fixture
def conf(tmp_path: Path, server: DeltaTwinServer) -> Conf:
    return Conf(tmp_path, server)


def from_conf(server: DeltaTwinServer, conf: Conf) -> DeltaTwinBackend:
    return server.backend(url="", username="", password=None, conf=str(conf.path))


async def test_the_clients_own_token_is_used_while_it_lives(server: DeltaTwinServer, conf: Conf) -> None:
    conf.put_token(server)
    before = conf.path.read_bytes()
    backend = from_conf(server, conf)
    assert (await backend.check()).name == "alice"
    await backend.aclose()
    assert server.requested(CONNECT) == []
    assert conf.path.read_bytes() == before


async def test_the_clients_refresh_token_is_left_to_the_client(server: DeltaTwinServer, conf: Conf) -> None:
    conf.put_token(server)
    backend = from_conf(server, conf)
    await backend.check()
    server.simulator.tokens.revoke_access()
    await backend.check()
    await backend.aclose()
    assert len(server.requested(CONNECT)) == 1
    assert server.simulator.tokens.renew(conf.fields["refresh_token"]) is not None


async def test_without_a_password_the_clients_refresh_token_is_the_last_resort(
    server: DeltaTwinServer, conf: Conf
) -> None:
    conf.put_token(server, age=600)
    conf.write(password="")
    backend = from_conf(server, conf)
    await backend.check()
    await backend.aclose()
    assert server.simulator.tokens.renew(conf.fields["refresh_token"]) is None


async def test_a_token_the_client_renewed_meanwhile_is_taken_up(server: DeltaTwinServer, conf: Conf) -> None:
    conf.put_token(server)
    backend = from_conf(server, conf)
    await backend.check()
    server.simulator.tokens.revoke_access()
    conf.put_token(server)
    await backend.check()
    await backend.aclose()
    assert server.requested(CONNECT) == []


async def test_an_old_token_of_the_client_is_not_tried(server: DeltaTwinServer, conf: Conf) -> None:
    conf.put_token(server, age=301)
    backend = from_conf(server, conf)
    await backend.check()
    await backend.aclose()
    assert server.simulator.application.requests[0] == CONNECT


async def test_a_static_token_without_a_password_works(server: DeltaTwinServer, conf: Conf) -> None:
    conf.put_token(server)
    conf.write(password="", username="", refresh_token="", refresh_expires_in="", expires_in=999999999)
    backend = from_conf(server, conf)
    await backend.check()
    server.simulator.tokens.revoke_access()
    with pytest.raises(AuthenticationError) as caught:
        await backend.check()
    await backend.aclose()
    assert "expired" in caught.value.message
    assert "deltatwin login --force" in caught.value.hint


async def test_a_password_with_a_doubled_per_cent_sign_is_sent_with_one(
    server: DeltaTwinServer, conf: Conf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server.simulator.tokens._passwords, "alice", "100%sure")
    conf.write(password="100%%sure")
    backend = from_conf(server, conf)
    assert (await backend.check()).name == "alice"
    await backend.aclose()


async def test_a_conf_file_that_is_gone_is_named(server: DeltaTwinServer, tmp_path: Path) -> None:
    backend = server.backend(conf=str(tmp_path / "gone.ini"))
    with pytest.raises(ConfigError, match="gone\\.ini"):
        await backend.check()
    await backend.aclose()


@pytest.mark.parametrize("token", ["", "abc", "a.b", "a.!!!.c", "a.bm90anNvbg.c", "a.WzFd.c"])
def test_a_token_that_is_no_jwt_claims_nothing(token: str) -> None:
    assert claims_of(Secret(token)) == {}
