"""Writing logs: exactly into files and pipes, harmlessly onto terminals."""

from runtui.cli.log_reader import Gap
from runtui.cli.log_writer import LogWriter

HOSTILE = b"one\x1b]0;owned\x07\ntwo \xff\x9b31m three\x1b[2J\r\n\xe2\x80\xaefour"


def written(*pieces: bytes | Gap, inert: bool = False, prefix: str = "", end: bool = True) -> bytes:
    out: list[bytes] = []
    writer = LogWriter(out.append, inert=inert)
    writer.pieces(pieces, prefix=prefix)
    if end:
        writer.end()
    return b"".join(out)


def test_a_pipe_gets_every_byte_and_not_one_more() -> None:
    assert written(HOSTILE) == HOSTILE


def test_a_terminal_gets_nothing_that_could_steer_it() -> None:
    shown = written(HOSTILE, inert=True).decode()
    assert shown.count("\n") == 3
    assert all(line.isprintable() for line in shown.splitlines())
    assert "owned" in shown


def test_a_gap_has_a_line_of_its_own_wherever_it_comes() -> None:
    expected = "one\n┄┄ lines are missing ┄┄\ntwo\n"
    assert written(b"one\n", Gap("lines are missing"), b"two\n").decode() == expected
    assert written(b"one", Gap("lines are missing"), b"two\n").decode() == expected


def test_a_gaps_sentence_is_made_safe_too() -> None:
    assert b"\x1b" not in written(Gap("a\x1b[2Jb"))


def test_every_line_says_whose_it_is_when_asked_and_its_bytes_stay() -> None:
    assert written(b"a\n\xff\n", b"b", prefix="solve") == b"solve | a\nsolve | \xff\nsolve | b"


def test_a_name_cannot_steer_the_terminal() -> None:
    assert b"\x1b" not in written(b"a\n", prefix="so\x1b[2Jlve")


def test_a_heading_begins_a_line() -> None:
    out: list[bytes] = []
    writer = LogWriter(out.append, inert=False)
    writer.heading("mesh")
    writer.pieces([b"no end"])
    writer.heading("solve")
    assert b"".join(out) == b"==> mesh <==\nno end\n==> solve <==\n"


def test_a_terminal_gets_the_last_state_of_a_line_that_was_written_over_and_a_pipe_all() -> None:
    bar = b"10%\r50%\r\n\r20%\r99%\r\nend\r\n"
    assert written(bar, inert=True) == b"50%\n99%\nend\n"
    assert written(bar) == bar


def test_a_line_that_is_still_being_written_is_drawn_again_and_gives_way_to_what_comes() -> None:
    out: list[bytes] = []
    writer = LogWriter(out.append, inert=True, redrawn_width=10)
    writer.unfinished(b"\r10%\r20%")
    writer.unfinished(b"20%")
    writer.unfinished(b"x" * 80)
    writer.pieces([b"done\n"])
    writer.unfinished(b"")
    assert b"".join(out).decode() == "20%\r\x1b[Kxxxxxxxx…\r\x1b[Kdone\n"
    writer.unfinished(b"1%")
    writer.end()
    assert out[-2:] == [b"1%", b"\n"]


def test_nothing_is_drawn_again_in_a_pipe() -> None:
    out: list[bytes] = []
    LogWriter(out.append, inert=False).unfinished(b"10%")
    assert not out
