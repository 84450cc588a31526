"""The dialog before what cannot be undone: only a deliberate answer confirms."""

import pytest

from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from tests.support.frames import assert_frame, drawn, frame_of
from tests.support.gallery import GalleryApp, a_dialog


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["enter"], False),
        (["escape"], False),
        (["q"], False),
        (["n"], False),
        (["D"], True),
        (["right", "enter"], True),
        (["tab", "enter"], True),
        (["tab", "tab", "enter"], False),
        (["left", "right", "enter"], False),
    ],
)
async def test_only_a_deliberate_answer_confirms(keys: list[str], answer: bool) -> None:
    app = GalleryApp("runs")
    answers: list[bool | None] = []
    async with app.run_test(size=(100, 30)) as pilot:
        app.push_screen(a_dialog(["hpc:aBcDeF/13"]), answers.append)
        await drawn(pilot)
        await pilot.press(*keys)
        await drawn(pilot)
        assert answers == [answer]


async def test_other_keys_do_not_answer() -> None:
    app = GalleryApp("runs")
    answers: list[bool | None] = []
    async with app.run_test(size=(100, 30)) as pilot:
        app.push_screen(a_dialog(["hpc:aBcDeF/13"]), answers.append)
        await drawn(pilot)
        await pilot.press("y", "d", "space", "x", "slash")
        await drawn(pilot)
        assert answers == []
        assert isinstance(app.screen, ConfirmDialog)


async def test_clicks_answer() -> None:
    app = GalleryApp("runs")
    answers: list[bool | None] = []
    async with app.run_test(size=(100, 30)) as pilot:
        for choice in ("#cancel", "#confirm"):
            app.push_screen(a_dialog(["hpc:aBcDeF/13"]), answers.append)
            await drawn(pilot)
            await pilot.click(choice)
            await drawn(pilot)
        assert answers == [False, True]


async def test_many_objects_are_counted_and_hostile_names_harmless() -> None:
    app = GalleryApp("runs")
    async with app.run_test(size=(100, 30)) as pilot:
        app.push_screen(a_dialog([f"run [bold]{number}\x1b[31m" for number in range(12)]))
        await drawn(pilot)
        text = frame_of(app)
        assert "run [bold]0␛[31m" in text
        assert "and 5 more" in text
        assert "\x1b" not in text


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_it_looks_right(size: tuple[int, int]) -> None:
    app = GalleryApp("runs")
    async with app.run_test(size=size) as pilot:
        await drawn(pilot)
        await pilot.press("D")
        await drawn(pilot)
        assert_frame(app, f"widgets/dialog_{size[0]}x{size[1]}")


async def test_without_colour_it_can_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = GalleryApp("runs", "ansi-dark")
    async with app.run_test(size=(100, 30)) as pilot:
        await drawn(pilot)
        await pilot.press("D")
        await drawn(pilot)
        assert "Delete 3 runs?" in frame_of(app)
