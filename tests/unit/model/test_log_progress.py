import pytest

from runtui.model.log_progress import told_progress


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("Time = 240 / 500", 0.48),
        ("Time: 1.5e2 of 600 s", 0.25),
        ("INFO step 3 of 12", 0.25),
        ("Epoch 7/10", 0.7),
        ("processing tile #4 of 16 ...", 0.25),
        (" 37%|███▋      | 37/100 [00:05<00:08]", 0.37),
        ("training: 37%|###7      | 37/100", 0.37),
        ("[ 50%] Building CXX object", 0.5),
        ("37 % done", 0.37),
        ("Progress: 99.5%", 0.995),
    ],
)
def test_the_share_is_what_a_line_says(line: str, share: float) -> None:
    assert told_progress(f"started\n{line}\nother words\n") == pytest.approx(share)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Time = 240",
        "CPU 37 %",
        "memory 12% swap 3% done",
        "page 3/4 of the manual at http://a/b/1/2",
        "Epoch 3/10 batch 40/100",
        "step 13 of 12",
        "step 1 of 1",
        "2026/11/29 12:00 done",
        "release 1/2/2026 iteration 1/2/2026",
        "progress: 140%",
    ],
)
def test_nothing_is_guessed(line: str) -> None:
    assert told_progress(f"{line}\n") is None


def test_the_last_of_several_lines_counts() -> None:
    assert told_progress("step 1 of 4\nstep 2 of 4\nstep 3 of 4\n") == 0.75


def test_a_count_that_began_anew_tells_nothing_of_the_whole() -> None:
    assert told_progress("batch 9 of 10\nbatch 10 of 10\nbatch 1 of 10\n") is None


def test_two_counts_tell_nothing_of_the_whole() -> None:
    assert told_progress("epoch 2/5\nbatch 3/100\n") is None


def test_a_line_that_is_written_over_counts_as_its_last_state() -> None:
    assert told_progress(" 10%|█   | 1/10\r 20%|██  | 2/10\r 30%|███ | 3/10") == pytest.approx(0.3)
