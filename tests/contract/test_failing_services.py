"""A service that fails, refuses, stalls or talks nonsense: every question ends with an answer or an honest error."""

import re

import pytest

from runtui.model.errors import (
    AuthenticationError,
    BackendError,
    PayloadError,
    PermissionDeniedError,
    RateLimitedError,
    ServiceDownError,
    ServiceTimeoutError,
    TemporaryError,
)
from runtui.simulation.faults import Fault
from runtui.transport import client
from runtui.transport.timeouts import Timeouts
from tests.contract.conftest import OpenScene
from tests.support.asking import (
    JSON_PARAMETERS,
    PARAMETERS,
    Asking,
    Subject,
    failure_of,
    outcome_of,
    secrets_of,
    told_secrets,
)
from tests.support.scene import Scene, secret_options

pytestmark = pytest.mark.over_http

PAGE = b"<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"
NONSENSE = [
    b"null", b"[]", b"{}", b"7", b'"text"', b"true", b"[null]", b"[{}]", b"[[]]", b"[7]", b'{"results": 5}',
    b'{"results": [{}, null, 7]}', b'{"results": null, "next": 7, "count": "x"}', b'{"calls": 7, "outputs": []}',
    b'{"status": null, "id": null}', b"[" * 5000 + b"]" * 5000, b'{"results":[], "next": "http://[", "count": 9}',
    b'\xff\xfe', b'{"id": NaN}',
]  # fmt: skip


def break_everywhere(scene: Scene, **fault: object) -> None:
    """Let every address of the service misbehave alike."""
    for line in scene.served.fault_lines:
        line.add(Fault(**fault))  # type: ignore[arg-type]


@pytest.mark.parametrize("asking", PARAMETERS)
async def test_a_failure_in_passing_is_got_over(
    small: Scene, subject: Subject, open_scene: OpenScene, asking: Asking
) -> None:
    for line in small.served.fault_lines:
        line.fail("^GET", status=503, times=1)
    await asking.ask(small, subject)


@pytest.mark.parametrize("asking", PARAMETERS)
async def test_a_service_that_is_down_is_said_to_be(small: Scene, subject: Subject, asking: Asking) -> None:
    break_everywhere(small, status=503, body=b"upstream connect error", content_type="text/plain")
    assert isinstance(await failure_of(small, asking, subject), ServiceDownError)


@pytest.mark.parametrize("asking", PARAMETERS)
async def test_too_many_requests_carries_when_to_come_back_and_is_not_insisted_on(
    small: Scene, subject: Subject, asking: Asking
) -> None:
    break_everywhere(small, status=429, headers={"Retry-After": "120"})
    error = await failure_of(small, asking, subject)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == pytest.approx(120.0, abs=1.0)
    assert len(small.served.requests) <= 4


@pytest.mark.parametrize("asking", JSON_PARAMETERS)
async def test_a_web_page_in_place_of_json_is_unreadable(small: Scene, subject: Subject, asking: Asking) -> None:
    break_everywhere(small, match="^GET", status=200, body=PAGE, content_type="text/html")
    error = await failure_of(small, asking, subject)
    assert isinstance(error, PayloadError)
    assert "Sign in" not in error.message


@pytest.mark.parametrize("asking", JSON_PARAMETERS)
async def test_an_empty_answer_is_unreadable(small: Scene, subject: Subject, asking: Asking) -> None:
    break_everywhere(small, match="^GET", status=200, body=b"\n")
    assert isinstance(await failure_of(small, asking, subject), PayloadError)


@pytest.mark.parametrize("asking", PARAMETERS)
async def test_an_answer_that_is_cut_off_is_no_answer(small: Scene, subject: Subject, asking: Asking) -> None:
    break_everywhere(small, match="^GET", cut_after=1)
    assert isinstance(await failure_of(small, asking, subject), TemporaryError | PayloadError)


@pytest.mark.parametrize("asking", PARAMETERS)
async def test_a_service_that_never_answers_is_given_up_on(
    small: Scene, open_scene: OpenScene, subject: Subject, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Timeouts(connect=2.0, read=0.03, read_file=0.03, whole=1.0)
    monkeypatch.setattr(client, "Timeouts", lambda: short)
    scene = open_scene(small.served)
    break_everywhere(scene, hang=True)
    assert isinstance(await failure_of(scene, asking, subject), ServiceTimeoutError)


@pytest.mark.parametrize("asking", PARAMETERS)
async def test_refused_credentials_ask_for_a_login(small: Scene, subject: Subject, asking: Asking) -> None:
    secret = (secrets_of(small) or ["none"])[0]
    break_everywhere(small, status=401, body=b'{"detail": "%s is not known here"}' % secret.encode())
    assert isinstance(await failure_of(small, asking, subject), AuthenticationError)


@pytest.mark.parametrize("asking", PARAMETERS)
async def test_a_lack_of_rights_is_not_a_lack_of_credentials(small: Scene, subject: Subject, asking: Asking) -> None:
    break_everywhere(small, match="^GET", status=403, body=b'{"detail": "You may not do this."}')
    error = await failure_of(small, asking, subject)
    assert isinstance(error, PermissionDeniedError)
    assert "You may not do this." in error.message


@pytest.mark.parametrize("asking", PARAMETERS)
async def test_a_redirect_to_nowhere_ends(small: Scene, subject: Subject, asking: Asking) -> None:
    break_everywhere(small, match="^GET", status=302, headers={"Location": "/elsewhere"})
    error = await failure_of(small, asking, subject)
    assert not isinstance(error, AuthenticationError)
    assert len(small.served.requests) < 60


@pytest.mark.parametrize("asking", JSON_PARAMETERS)
async def test_nonsense_is_an_error_or_nothing_but_no_crash(small: Scene, subject: Subject, asking: Asking) -> None:
    for body in NONSENSE:
        small.served.behave()
        break_everywhere(small, match="^GET", status=200, body=body)
        await outcome_of(small, asking, subject)
        assert len(small.served.requests) < 200, body


async def test_wrong_credentials_are_an_authentication_error_without_them(
    small: Scene, open_scene: OpenScene, service: str
) -> None:
    secrets = secret_options(service, small.options)
    if not secrets:
        pytest.skip(f"{service} takes no credentials")
    scene = open_scene(small.served, options=dict.fromkeys(secrets, "wrong-planted-123"))
    with pytest.raises(AuthenticationError) as raised:
        await scene.backend.check()
    assert not told_secrets(scene, raised.value)
    with pytest.raises(AuthenticationError):
        await scene.listed()


async def test_an_address_where_nothing_listens_is_a_service_that_is_down(
    small: Scene, open_scene: OpenScene, subject: Subject
) -> None:
    addresses = {key: "http://127.0.0.1:1" for key, value in small.options.items() if value in small.served.addresses}
    scene = open_scene(small.served, options=addresses)
    with pytest.raises(ServiceDownError, match=r"127\.0\.0\.1:1"):
        await scene.backend.check()


async def test_one_failing_scope_costs_only_itself(small: Scene, open_scene: OpenScene) -> None:
    whole = await small.listed()
    if len({batch.scope for batch in whole.batches}) < 2:
        pytest.skip(f"{small.service} lists all runs in one scope")
    paths = list(dict.fromkeys(one.partition("?")[0] for one in small.served.requests))
    partly = 0
    for path in paths[:: 1 + len(paths) // 8]:
        small.served.behave()
        small.served.fault_lines[0].fail(f"^{re.escape(path)}($|\\?)", status=500)
        try:
            listed = await open_scene(small.served).listed()
        except BackendError:
            continue
        failing = {batch.scope for batch in listed.batches if batch.error is not None}
        assert not any(batch.is_last for batch in listed.batches if batch.scope in failing)
        lost = whole.runs.keys() - listed.runs.keys()
        assert lost <= {run.id for batch in whole.batches if batch.scope in failing for run in batch.runs}
        partly += len(failing) == 1
    assert partly


async def test_a_page_that_fails_in_the_middle_keeps_what_came_before(still: Scene) -> None:
    """However a listing ends, it does not claim to be whole after an error."""
    cost, _ = await still.cost(still.listed())
    for good in (1, cost // 2, cost - 1):
        still.served.behave()
        line = still.served.fault_lines[0]
        line.add(Fault(match="^GET", times=good))
        line.fail("^GET", status=500)
        await still.feed(full=False)
        try:
            listed = await still.listed()
        except BackendError:
            continue
        ended = {batch.scope for batch in listed.batches if batch.error is not None}
        assert not any(batch.is_last and batch.scope in ended for batch in listed.batches)
