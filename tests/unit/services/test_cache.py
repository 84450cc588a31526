from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.config.profile import Origin, Profile
from runtui.model.errors import StorageError
from runtui.model.secret import Secret
from runtui.model.status import Status
from runtui.model.variable import Role, Variable
from runtui.services.cache import RunCache
from runtui.services.store import Store
from tests.support.scripted_backend import run_of

NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)


def profile(**options: object) -> Profile:
    return Profile(name="p", service="scripted", options=options, origin=Origin(place="a test"))


@pytest.fixture
def cache(tmp_path: Path) -> RunCache:
    return RunCache(tmp_path)


def test_runs_come_back_as_they_were(cache: RunCache) -> None:
    runs = [
        run_of("1", Status.FAILED, started_at=NOW, message="why", extra={"a": "b"}),
        run_of("2", variables=(Variable(name="Cd", role=Role.OUTPUT, value=-0.5, text="-0.5"),)),
    ]
    cache.save(profile(), runs, NOW)
    cached = cache.load(profile())
    assert cached is not None
    assert (cached.runs, cached.refreshed_at) == (runs, NOW)


def test_there_is_nothing_before_anything_was_saved(cache: RunCache) -> None:
    assert cache.load(profile()) is None


def test_another_address_under_the_same_name_has_another_file(cache: RunCache) -> None:
    cache.save(profile(url="https://one"), [run_of("1")], NOW)
    assert cache.load(profile(url="https://two")) is None


def test_a_changed_token_finds_the_same_file_and_leaves_no_trace_in_its_name(cache: RunCache) -> None:
    cache.save(profile(token="one-token"), [run_of("1")], NOW)
    assert cache.load(profile(token="another")) is not None
    assert "one-token" not in cache.path_of(profile(token="one-token")).name


def test_the_file_is_for_its_owner_alone(cache: RunCache) -> None:
    cache.save(profile(), [run_of("1")], NOW)
    path = cache.path_of(profile())
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


@given(st.integers(0, 400), st.binary(max_size=20))
def test_a_file_cut_off_or_spoilt_anywhere_is_as_good_as_none(cut: int, spoilt: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        cache = RunCache(Path(folder))
        cache.save(profile(), [run_of("1", message="x" * 100)], NOW)
        path = cache.path_of(profile())
        content = path.read_bytes()
        path.write_bytes(content[: min(cut, len(content) - 1)] + spoilt)
        cached = cache.load(profile())
        assert cached is None or [run.id for run in cached.runs] == ["1"]


def test_a_file_of_another_version_is_as_good_as_none(cache: RunCache) -> None:
    cache.save(profile(), [run_of("1")], NOW)
    path = cache.path_of(profile())
    path.write_bytes(path.read_bytes().replace(b"version\x01", b"version\x02"))
    assert cache.load(profile()) is None


def test_saving_leaves_one_file_and_no_other(cache: RunCache) -> None:
    for _ in range(3):
        cache.save(profile(), [run_of("1")], NOW)
    assert len(list(cache.path_of(profile()).parent.iterdir())) == 1


def test_a_folder_that_cannot_be_made_is_named() -> None:
    with pytest.raises(StorageError, match="/proc"):
        RunCache(Path("/proc/nowhere")).save(profile(), [], NOW)


def test_no_secret_can_be_saved(cache: RunCache) -> None:
    with pytest.raises(TypeError):
        cache.save(profile(), [run_of("1", message=Secret("planted-token"))], NOW)


def test_restored_runs_stay_until_a_whole_listing_does_not_hold_them() -> None:
    from runtui.backends.protocol import RunBatch

    store = Store()
    store.restore("p", [run_of("old"), run_of("known")])
    store.apply("p", RunBatch(scope="s", runs=[run_of("known")], is_last=True), full=True)
    store.end_listing("p", ["s"], is_whole=False)
    assert {reference.id for reference in store.runs} == {"old", "known"}
    store.apply("p", RunBatch(scope="s", runs=[run_of("known")], is_last=True), full=True)
    store.end_listing("p", ["s"])
    assert {reference.id for reference in store.runs} == {"known"}
