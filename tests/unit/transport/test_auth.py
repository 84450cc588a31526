"""Who we are: tokens that stay, tokens that are renewed, and what happens when they are refused."""

import asyncio

import pytest

from runtui.model.clock import ManualClock
from runtui.model.errors import AuthenticationError, ServiceDownError
from runtui.model.secret import Secret
from runtui.simulation.faults import Fault, FaultLine
from runtui.transport.auth import Grant, NoAuth, RenewingAuth, TokenAuth
from runtui.transport.client import Transport
from runtui.transport.decoding import decode_json
from tests.support.conditions import reached
from tests.support.sample_service import SampleService
from tests.unit.transport.conftest import OpenTransport


class SignIn:
    """Logs in at the sample service with a password and renews with a token, as a backend does."""

    def __init__(self, open_transport: OpenTransport, service: SampleService, *, expires_in: float = 300.0) -> None:
        self.clock = ManualClock()
        self.password = service.password
        self.expires_in = expires_in
        self.auth = RenewingAuth(self.clock, self._log_in, self._renew)
        self.transport = open_transport(auth=self.auth, clock=self.clock)

    async def ask(self) -> object:
        """One request that needs authorization."""
        return decode_json(await self.transport.request("GET", "guarded", operation="list runs"))

    async def _log_in(self) -> Grant:
        return await self._granted("log-in", {"username": "alice", "password": self.password})

    async def _renew(self, renewal: Secret) -> Grant:
        return await self._granted("renew", {"refresh_token": renewal.reveal()})

    async def _granted(self, path: str, asked: dict[str, str]) -> Grant:
        reply = await self.transport.request("POST", path, operation="log in", json=asked, logs_in=True)
        answer = decode_json(reply)
        assert isinstance(answer, dict)
        return Grant(
            access=Secret(answer["access_token"]),
            obtained_at=self.clock.monotonic(),
            expires_in=self.expires_in,
            renewal=Secret(answer["refresh_token"]),
            renewal_expires_in=3600.0,
        )


@pytest.fixture
def sign_in(open_transport: OpenTransport, service: SampleService) -> SignIn:
    return SignIn(open_transport, service)


async def test_a_token_is_fetched_once_however_many_ask(
    open_transport: OpenTransport, service: SampleService, faults: FaultLine
) -> None:
    service.tokens.add("lab-token-1")
    fetched = 0

    async def fetch() -> Secret:
        nonlocal fetched
        fetched += 1
        await asyncio.sleep(0)
        return Secret("lab-token-1")

    transport = open_transport(auth=TokenAuth(fetch))
    await asyncio.gather(*(transport.request("GET", "guarded", operation="x") for _ in range(10)))
    assert fetched == 1
    assert {headers["authorization"] for headers in faults.headers} == {"Token lab-token-1"}


async def test_the_scheme_may_depend_on_the_token(
    open_transport: OpenTransport, service: SampleService, faults: FaultLine
) -> None:
    async def fetch() -> Secret:
        return Secret("eyJ.a.b")

    service.tokens.add("eyJ.a.b")
    auth = TokenAuth(fetch, lambda token: "Bearer" if token.reveal().startswith("ey") else "Token")
    await open_transport(auth=auth).request("GET", "guarded", operation="x")
    assert faults.headers[0]["authorization"] == "Bearer eyJ.a.b"


async def test_a_refused_token_is_not_sent_again(open_transport: OpenTransport, faults: FaultLine) -> None:
    async def fetch() -> Secret:
        return Secret("wrong-token-1")

    with pytest.raises(AuthenticationError, match="does not accept the credentials") as raised:
        await open_transport(auth=TokenAuth(fetch)).request("GET", "guarded", operation="x")
    assert len(faults.requests) == 1
    assert "wrong-token-1" not in raised.value.message


async def test_the_sentence_of_a_refusal_is_kept(open_transport: OpenTransport, faults: FaultLine) -> None:
    async def fetch() -> Secret:
        return Secret("wrong-token-1")

    faults.fail(status=401, body=b'{"detail": "Invalid token."}')
    with pytest.raises(AuthenticationError, match="Invalid token"):
        await open_transport(auth=TokenAuth(fetch)).request("GET", "guarded", operation="x")


@pytest.mark.parametrize("token", ["with-newline-1\n", "non-ascii-é-1", "nul-\x00-1"])
async def test_a_token_that_cannot_be_sent_is_said_so_without_it(
    open_transport: OpenTransport, faults: FaultLine, token: str
) -> None:
    async def fetch() -> Secret:
        return Secret(token)

    with pytest.raises(AuthenticationError, match="cannot be sent") as raised:
        await open_transport(auth=TokenAuth(fetch)).request("GET", "guarded", operation="x")
    assert token.strip() not in repr(raised.value)
    assert faults.requests == []


async def test_fixed_headers_are_sent_and_known_as_secrets(open_transport: OpenTransport, faults: FaultLine) -> None:
    auth = NoAuth({"X-Site-Key": Secret("site-key-1")})
    await open_transport(auth=auth).request("GET", "items", operation="x")
    assert faults.headers[0]["x-site-key"] == "site-key-1"
    assert auth.secrets() == (Secret("site-key-1"),)


async def test_the_first_request_logs_in(sign_in: SignIn, faults: FaultLine) -> None:
    assert await sign_in.ask() == {"token_was": "good"}
    assert faults.requests == ["POST /api/log-in", "GET /api/guarded"]
    assert "authorization" not in faults.headers[0]


async def test_a_token_about_to_expire_is_renewed_before_it_is_used(sign_in: SignIn, faults: FaultLine) -> None:
    await sign_in.ask()
    await sign_in.clock.advance(269.0)
    await sign_in.ask()
    assert faults.requests[2:] == ["GET /api/guarded"]
    await sign_in.clock.advance(2.0)
    await sign_in.ask()
    assert faults.requests[3:] == ["POST /api/renew", "GET /api/guarded"]


async def test_a_token_that_lives_shortly_is_still_used(
    open_transport: OpenTransport, service: SampleService, faults: FaultLine
) -> None:
    sign_in = SignIn(open_transport, service, expires_in=5.0)
    for _ in range(3):
        await sign_in.ask()
    assert faults.requests.count("POST /api/log-in") == 1
    assert faults.requests.count("POST /api/renew") == 0


async def test_a_token_refused_early_is_renewed_once_and_the_request_sent_again(
    sign_in: SignIn, service: SampleService, faults: FaultLine
) -> None:
    await sign_in.ask()
    service.tokens.clear()
    faults.requests.clear()
    assert await sign_in.ask() == {"token_was": "good"}
    assert faults.requests == ["GET /api/guarded", "POST /api/renew", "GET /api/guarded"]


async def test_a_changing_request_is_healed_too_because_it_was_not_done(
    sign_in: SignIn, service: SampleService, faults: FaultLine
) -> None:
    await sign_in.ask()
    service.tokens.clear()
    faults.requests.clear()
    await sign_in.transport.request("POST", "guarded", operation="start a run", json={"a": 1})
    assert faults.requests == ["POST /api/guarded", "POST /api/renew", "POST /api/guarded"]


async def test_a_second_refusal_is_the_end_of_it(sign_in: SignIn, service: SampleService, faults: FaultLine) -> None:
    await sign_in.ask()
    faults.fail("guarded", status=401, body=b'{"detail": "Account blocked"}')
    faults.requests.clear()
    with pytest.raises(AuthenticationError, match="Account blocked"):
        await sign_in.ask()
    assert faults.requests == ["GET /api/guarded", "POST /api/renew", "GET /api/guarded"]


async def test_twenty_requests_refused_at_the_same_time_make_one_renewal(
    sign_in: SignIn, service: SampleService, faults: FaultLine
) -> None:
    await sign_in.ask()
    service.tokens.clear()
    faults.requests.clear()
    answers = await asyncio.gather(*(sign_in.ask() for _ in range(20)))
    assert answers == [{"token_was": "good"}] * 20
    assert (service.renewed, service.log_ins) == (1, 1)
    assert faults.requests.count("POST /api/renew") == 1


async def test_each_renewal_token_is_used_once_over_many_renewals(sign_in: SignIn, service: SampleService) -> None:
    for _ in range(5):
        await asyncio.gather(*(sign_in.ask() for _ in range(5)))
        service.tokens.clear()
    assert (service.renewed, service.log_ins, len(service.renewals)) == (4, 1, 1)


async def test_a_refused_renewal_leads_to_the_password(
    sign_in: SignIn, service: SampleService, faults: FaultLine
) -> None:
    await sign_in.ask()
    service.tokens.clear()
    service.renewals.clear()
    faults.requests.clear()
    assert await sign_in.ask() == {"token_was": "good"}
    assert faults.requests == ["GET /api/guarded", "POST /api/renew", "POST /api/log-in", "GET /api/guarded"]


async def test_a_renewal_token_that_expired_is_not_tried(
    sign_in: SignIn, service: SampleService, faults: FaultLine
) -> None:
    await sign_in.ask()
    await sign_in.clock.advance(3601.0)
    await sign_in.ask()
    assert (service.renewed, service.log_ins) == (0, 2)


async def test_a_refused_password_is_an_authentication_error_without_the_password(
    sign_in: SignIn, service: SampleService
) -> None:
    sign_in.password = "wrong-planted-1"
    with pytest.raises(AuthenticationError) as raised:
        await sign_in.ask()
    assert raised.value.operation == "log in"
    assert "wrong password ***" in raised.value.message


async def test_a_wrong_password_is_sent_once_however_many_wait_for_it(sign_in: SignIn, service: SampleService) -> None:
    service.refuses_log_in = True
    outcomes = await asyncio.gather(*(sign_in.ask() for _ in range(20)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {AuthenticationError}
    assert service.log_ins == 1


async def test_a_renewal_that_fails_for_a_while_keeps_the_renewal_token(
    sign_in: SignIn, service: SampleService, faults: FaultLine
) -> None:
    await sign_in.ask()
    service.tokens.clear()
    faults.fail("renew", status=503, times=1)
    with pytest.raises(ServiceDownError):
        await sign_in.transport.request("POST", "guarded", operation="start a run")
    assert await sign_in.ask() == {"token_was": "good"}
    assert (service.renewed, service.log_ins) == (1, 1)


async def test_a_renewal_goes_on_when_who_asked_for_it_is_cancelled(sign_in: SignIn, service: SampleService) -> None:
    await sign_in.ask()
    service.tokens.clear()
    service.renewal_pause = 0.05
    asking = asyncio.create_task(sign_in.ask())
    await reached(lambda: service.renewed == 1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await sign_in.ask() == {"token_was": "good"}
    assert (service.renewed, service.log_ins) == (1, 1)


async def test_closing_ends_a_renewal_and_tells_those_who_wait(
    sign_in: SignIn, service: SampleService, faults: FaultLine
) -> None:
    await sign_in.ask()
    service.tokens.clear()
    hanging = faults.add(Fault(match="renew", hang=True, times=1))
    asking = [asyncio.create_task(sign_in.ask()) for _ in range(3)]
    await reached(lambda: hanging.times == 0)
    await sign_in.transport.aclose()
    outcomes = await asyncio.gather(*asking, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {ServiceDownError}


async def test_old_tokens_are_still_known_as_secrets(sign_in: SignIn, service: SampleService) -> None:
    await sign_in.ask()
    service.tokens.clear()
    await sign_in.ask()
    known = {secret.reveal() for secret in sign_in.auth.secrets()}
    assert known == {"access-of-log-in-1", "refresh-of-log-in-1", "access-of-renewal-1", "refresh-of-renewal-1"}


@pytest.mark.parametrize("in_flight", [12, 20])
async def test_a_renewal_finds_a_free_connection_when_all_were_refused(
    sign_in: SignIn, service: SampleService, faults: FaultLine, in_flight: int
) -> None:
    await sign_in.ask()
    service.tokens.clear()
    faults.add(Fault(match="guarded", delay=0.05, times=in_flight))
    async with asyncio.timeout(8):
        await asyncio.gather(*(sign_in.ask() for _ in range(in_flight)))
    assert service.renewed == 1


async def test_asking_a_closed_connection_is_an_error_one_can_show(sign_in: SignIn) -> None:
    transport: Transport = sign_in.transport
    await transport.aclose()
    await transport.aclose()
    with pytest.raises(ServiceDownError, match="closed"):
        await transport.request("POST", "items", operation="x", logs_in=True)
