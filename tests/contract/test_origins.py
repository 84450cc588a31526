"""Where credentials go: to the configured origin, and nowhere else."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runtui.model.errors import RuntuiError
from runtui.simulation.faults import Fault
from tests.contract.conftest import OpenScene
from tests.support.asking import EVERYTHING, Subject, outcome_of, secrets_of
from tests.support.reshaping import Reshaping, in_every_text
from tests.support.scene import Scene
from tests.support.stage import Stage

pytestmark = pytest.mark.over_http


class Foreign:
    """Somebody else's server: keeps all it is sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.application = Starlette(
            routes=[Route("/{path:path}", self._note, methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])]
        )

    async def _note(self, request: Request) -> Response:
        body = (await request.body()).decode("utf-8", "replace")
        self.sent.append(f"{request.method} {request.url} {dict(request.headers)} {body}")
        return JSONResponse({"results": [], "next": None, "count": 0})


@pytest.fixture
def foreign() -> Foreign:
    """Somebody else's server."""
    return Foreign()


@pytest.fixture
def foreign_url(stage: Stage, foreign: Foreign) -> Iterator[str]:
    """Where it is."""
    with stage.serving_application(foreign.application) as url:
        yield url


async def ask_everything(scene: Scene, subject: Subject) -> None:
    """Every question there is, however it ends."""
    for asking in EVERYTHING:
        if asking.needs is None or scene.can(asking.needs):
            await outcome_of(scene, asking, subject)


def told(scene: Scene, foreign: Foreign, learned: list[str]) -> list[str]:
    """What somebody else's server was sent that it must not be."""
    secrets = [*secrets_of(scene), *learned]
    return [one for one in foreign.sent if "authorization" in one.lower() or any(secret in one for secret in secrets)]


def tokens_used(scene: Scene) -> list[str]:
    """The tokens that were sent to the service itself, learned from its own log."""
    sent = {headers.get("authorization", "") for line in scene.served.fault_lines for headers in line.headers}
    return [one.partition(" ")[2] for one in sent if one]


async def test_links_in_answers_lead_no_secret_away(
    small: Scene, subject: Subject, foreign: Foreign, foreign_url: str
) -> None:
    own = small.served.addresses

    def away(text: str) -> str:
        for address in own:
            text = text.replace(address, foreign_url)
        return text

    small.served.stand_before(*(Reshaping(line, in_every_text(away)) for line in small.served.fault_lines))
    await ask_everything(small, subject)
    learned = tokens_used(small)
    assert learned or not secrets_of(small)
    assert told(small, foreign, learned) == []


async def test_links_that_lead_away_are_asked_at_home(small: Scene, foreign: Foreign, foreign_url: str) -> None:
    whole = (await small.listed()).runs.keys()
    away = in_every_text(lambda text: text.replace(small.served.url, foreign_url))
    small.served.stand_before(*(Reshaping(line, away) for line in small.served.fault_lines))
    assert (await small.listed()).runs.keys() == whole
    assert foreign.sent == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_lead_no_secret_away(
    small: Scene, open_scene: OpenScene, subject: Subject, foreign: Foreign, foreign_url: str, status: int
) -> None:
    await small.backend.check()
    learned = tokens_used(small)
    for line in small.served.fault_lines:
        line.add(Fault(match="^GET", status=status, headers={"Location": f"{foreign_url}/taken"}))
    await ask_everything(small, subject)
    assert foreign.sent
    assert told(small, foreign, [*learned, *tokens_used(small)]) == []


@pytest.mark.parametrize("status", [302, 307, 308])
async def test_a_login_is_not_sent_on(
    small: Scene, open_scene: OpenScene, foreign: Foreign, foreign_url: str, status: int
) -> None:
    for line in small.served.fault_lines:
        line.add(Fault(match="^POST", status=status, headers={"Location": f"{foreign_url}/taken"}))
    scene = open_scene(small.served)
    try:
        await scene.backend.check()
    except RuntuiError as error:
        assert error.message  # noqa: PT017
    assert foreign.sent == []
