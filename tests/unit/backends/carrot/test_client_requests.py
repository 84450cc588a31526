"""The very requests carrot_cli sends, for each of its commands that has to do with runs."""

import re
from collections.abc import Mapping

import pytest

from tests.support.carrot_service import CarrotService


class Places:
    """The ids the requests are about."""

    def __init__(self, service: CarrotService) -> None:
        succeeded, failed = service.row("succeeded"), service.row("testfailed")
        self.names: Mapping[str, str] = {
            "RUN": succeeded["run_id"],
            "FAILED": failed["run_id"],
            "TEST": service.test_id(),
            "PIPELINE": service.pipeline(),
            "TEMPLATE": service.get("/templates?name=Example%20Template").json()[0]["template_id"],
            "REPORT": service.report_id(),
        }

    def filled(self, path: str) -> str:
        return re.sub("RUN|FAILED|TEST|PIPELINE|TEMPLATE|REPORT", lambda match: self.names[match[0]], path)


REQUESTS = [
    ("run find_by_id", "GET", "/runs/RUN", None, 200),
    ("run find_by_id --zip_csv", "GET", "/runs/RUN?csv=true", None, 200),
    ("run delete -y", "DELETE", "/runs/FAILED", None, 200),
    ("run delete of one that succeeded", "DELETE", "/runs/RUN", None, 403),
    ("test find_runs, 1.0.0", "GET", "/tests/TEST/runs?limit=20&offset=0&csv=false", None, 200),
    ("test find_runs, 0.3.3", "GET", "/tests/TEST/runs?limit=20&offset=0", None, 200),
    ("template find_runs", "GET", "/templates/TEMPLATE/runs?limit=20&offset=0&csv=false", None, 200),
    ("pipeline find_runs", "GET", "/pipelines/PIPELINE/runs?sort=desc%28created_at%29&limit=5&csv=false", None, 200),
    ("find_runs --status with an old word", "GET", "/tests/TEST/runs?status=aborted&limit=20&offset=0", None, 400),
    ("find_runs --test_input with two keys", "GET", "/tests/TEST/runs?test_input=a&test_input=b&limit=20", None, 400),
    ("test run", "POST", "/tests/TEST/runs", {"name": "n", "created_by": "alice@lab.org"}, 200),
    ("run find_reports", "GET", "/runs/RUN/reports?limit=20&offset=0", None, 200),
    ("run create_report", "POST", "/runs/RUN/reports/REPORT?delete_failed=false", {"created_by": "alice@lab.org"}, 403),
    ("run create_report", "POST", "/runs/FAILED/reports/REPORT?delete_failed=false", {"created_by": "a@b.org"}, 200),
    ("run find_report_by_ids", "GET", "/runs/RUN/reports/REPORT", None, 200),
    ("run delete_report_by_ids -y", "DELETE", "/runs/RUN/reports/REPORT", None, 200),
    ("config cromwell", "GET", "/config/cromwell", None, 200),
    ("a test by name, 0.3.3", "GET", "/tests?name=Example+Test&limit=2", None, 200),
    (
        "a test by name, 1.0.0: blank filters",
        "GET",
        "/tests?test_id=&template_id=&name=Example+Test&template_name=&description=&test_input_defaults="
        "&eval_input_defaults=&created_by=&created_before=&created_after=&sort=&limit=2&offset=",
        None,
        400,
    ),
    ("a run by name, 1.0.0", "GET", "/None/None/runs", None, 404),
    ("a run by name, 0.3.3", "GET", "//runs", None, 404),
]  # fmt: skip


@pytest.mark.parametrize(("command", "method", "path", "body", "code"), REQUESTS, ids=[one[0] for one in REQUESTS])
def test_a_request_of_the_client_is_answered_as_the_server_would(
    service: CarrotService, command: str, method: str, path: str, body: dict[str, str] | None, code: int
) -> None:
    filled = Places(service).filled(path)
    answer = service.ask(method, filled, json=body) if body is not None else service.ask(method, filled)
    assert answer.status_code == code, (command, answer.text)
