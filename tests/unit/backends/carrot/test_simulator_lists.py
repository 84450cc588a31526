"""Lists of runs on loopback: filters, order, pages, and what is said when they cannot be read."""

import pytest

from runtui.backends.carrot.simulation.query_text import RUN_STATUSES
from tests.support.carrot_service import CarrotService

NOBODY = "00000000-0000-4000-8000-000000000000"
RUN_FIELDS = [
    "run_id", "test_id", "run_group_ids", "name", "status", "test_wdl", "test_wdl_hash", "test_wdl_dependencies",
    "test_wdl_dependencies_hash", "eval_wdl", "eval_wdl_hash", "eval_wdl_dependencies", "eval_wdl_dependencies_hash",
    "test_input", "test_options", "eval_input", "eval_options", "test_cromwell_job_id", "eval_cromwell_job_id",
    "created_at", "created_by", "finished_at", "results", "errors",
]  # fmt: skip


def test_a_run_has_its_24_fields_with_nulls_in_place(service: CarrotService) -> None:
    for row in service.rows():
        assert sorted(row) == sorted(RUN_FIELDS)
    live = service.row("testrunning")
    assert live["finished_at"] is None
    assert live["results"] is None
    assert live["errors"] is None
    assert live["eval_cromwell_job_id"] is None


def test_dates_are_naive_with_0_3_or_6_digits(service: CarrotService) -> None:
    dates = [row["created_at"] for row in service.rows() + service.rows("Germline Variant Calling")]
    digits = {len(date.partition(".")[2]) for date in dates}
    assert digits == {0, 3, 6}
    assert all(len(date.partition(".")[0]) == 19 and date[10] == "T" for date in dates)


def test_every_list_of_a_parent_without_runs_is_a_404_and_so_is_one_of_no_parent(service: CarrotService) -> None:
    empty = {
        "title": "No run found", "status": 404, "detail": "No runs found with the specified parameters",
    }  # fmt: skip
    for path in (
        f"/pipelines/{service.pipeline('Structural Variants')}/runs",
        f"/tests/{NOBODY}/runs",
        f"/templates/{NOBODY}/runs",
        f"/pipelines/{service.pipeline()}/runs?offset=5000&sort=desc(created_at)",
        f"/pipelines/{service.pipeline()}/runs?name=",
        f"/pipelines/{service.pipeline()}/runs?test_input=%7B%7D",
    ):
        answer = service.get(path)
        assert (answer.status_code, answer.json()) == (404, empty), path
        assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=", "cannot parse integer from empty string"),
        ("limit=x", "invalid digit found in string"),
        ("run_group_id=", "UUID parsing failed: invalid length: expected one of [36, 32], found 0"),
        ("created_after=2021-03-11T16:25:15Z", "trailing input"),
        ("finished_before=yesterday", "input contains invalid characters"),
        ("csv=yes", "provided string was not `true` or `false`"),
        ("test_input=a&test_input=b", "duplicate field `test_input`"),
        (
            "status=test_running",
            "unknown variant `test_running`, expected one of " + ", ".join(f"`{word}`" for word in RUN_STATUSES),
        ),
    ],
)
def test_a_query_that_cannot_be_read_is_a_400_in_plain_text(service: CarrotService, query: str, said: str) -> None:
    answer = service.get(f"/pipelines/{service.pipeline()}/runs?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == f"Query deserialize error: {said}"


def test_unknown_parameters_and_unknown_sort_keys_are_ignored(service: CarrotService) -> None:
    plain = service.rows()
    path = f"/pipelines/{service.pipeline()}/runs?colour=red&sort=nonsense,desc(created_at)"
    assert service.get(path).json() == plain


def test_a_negative_limit_is_a_500(service: CarrotService) -> None:
    answer = service.get(f"/pipelines/{service.pipeline()}/runs?limit=-1")
    assert (answer.status_code, answer.json()["title"]) == (500, "Server error")
    assert answer.json()["detail"].startswith("Encountered the following error while trying to process your request: ")


@pytest.mark.parametrize("page", ["limit=-1", "offset=-1"])
@pytest.mark.parametrize(
    "table", ["pipelines", "templates", "tests", "results", "reports", "run-groups", "software", "software_builds"]
)
def test_a_negative_page_of_any_table_is_a_500(service: CarrotService, table: str, page: str) -> None:
    answer = service.get(f"/{table}?{page}")
    assert (answer.status_code, answer.json()["title"]) == (500, "Server error")


def test_bounds_are_strict_and_unfinished_runs_fit_no_finished_bound(service: CarrotService) -> None:
    rows = service.rows()
    third = rows[2]["created_at"]
    assert [row["run_id"] for row in service.rows(created_after=third)] == [row["run_id"] for row in rows[:2]]
    assert [row["run_id"] for row in service.rows(created_before=third)] == [row["run_id"] for row in rows[3:]]
    finished = service.rows(finished_after="2000-01-01T00:00:00")
    assert {row["run_id"] for row in finished} == {row["run_id"] for row in rows if row["finished_at"]}


def test_nulls_sort_last_ascending_and_first_descending(service: CarrotService) -> None:
    descending = [row["finished_at"] for row in service.rows(sort="desc(finished_at)")]
    ascending = [row["finished_at"] for row in service.rows(sort="asc(finished_at)")]
    assert descending[0] is None
    assert ascending[-1] is None
    dates = [date for date in ascending if date]
    assert dates == sorted(dates)


def test_statuses_sort_by_their_underscore_names(service: CarrotService) -> None:
    words = [row["status"] for row in service.rows(sort="status")]
    assert words == sorted(words, key=RUN_STATUSES.index)


def test_filters_are_exact(service: CarrotService) -> None:
    row = next(row for row in service.rows() if row["created_by"] and row["test_cromwell_job_id"])
    for field in ("name", "status", "created_by", "test_cromwell_job_id"):
        found = service.rows(**{field: row[field]})
        assert row["run_id"] in {one["run_id"] for one in found}
        assert {one[field] for one in found} == {row[field]}
    assert service.rows(name=row["name"].upper()) == []


def test_pages_together_are_the_whole_list(service: CarrotService) -> None:
    whole = service.rows()
    paged = [row for offset in range(0, 40, 7) for row in service.rows(limit=7, offset=offset)]
    assert paged == whole


def test_a_template_lists_the_runs_of_all_its_tests(service: CarrotService) -> None:
    template = service.get("/templates?name=Example%20Template").json()[0]["template_id"]
    of_template = service.get(f"/templates/{template}/runs?sort=desc(created_at)").json()
    tests = [service.test_id("Example Test"), service.test_id("Example Test, steep curve")]
    of_tests = [row for test in tests for row in service.get(f"/tests/{test}/runs").json()]
    assert {row["run_id"] for row in of_tests} == {row["run_id"] for row in of_template}
    assert of_template == service.rows()


def test_without_image_building_lists_are_a_500_in_plain_text_and_single_runs_are_not(service: CarrotService) -> None:
    run_id = service.rows()[0]["run_id"]
    service.simulator.switches.image_building = False
    answer = service.get(f"/pipelines/{service.pipeline()}/runs?limit=3")
    assert (answer.status_code, answer.text) == (500, "App data is not configured, to configure use App::data()")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert service.get(f"/runs/{run_id}").status_code == 200


def test_software_versions_must_name_known_software(service: CarrotService) -> None:
    path = f"/pipelines/{service.pipeline()}/runs"
    assert service.get(path, params={"software_versions": "{"}).status_code == 500
    assert service.get(path, params={"software_versions": '{"name":"nothing"}'}).status_code == 500
    assert service.get(path, params={"software_versions": '{"name":"gatk","count":2}'}).status_code == 200


@pytest.mark.parametrize("runs", [3, 1000, 100_000])
def test_any_number_of_runs_is_served_page_by_page(service: CarrotService, runs: int) -> None:
    service.begin(runs=runs)
    example = (runs + 1) // 2
    assert len(service.rows(limit=5, offset=example - 2)) == 2
    assert len(service.rows("Germline Variant Calling", limit=50)) == min(50, runs - example)


def test_a_switch_makes_the_first_run_come_twice(service: CarrotService) -> None:
    service.simulator.switches.duplicate_rows = True
    rows = service.rows(limit=3)
    assert rows[0] == rows[1]
    assert len(rows) == 4


def test_the_same_seed_gives_the_same_runs(service: CarrotService) -> None:
    first = service.rows()
    service.begin()
    again = service.rows()
    assert [row["run_id"] for row in first] == [row["run_id"] for row in again]
    service.begin(seed=2)
    assert [row["run_id"] for row in service.rows()] != [row["run_id"] for row in first]
