"""What was entered into prompts."""

from pathlib import Path

from runtui.services.entered_texts import KEPT, EnteredTexts


def test_what_was_entered_is_there_the_next_time_the_newest_last(tmp_path: Path) -> None:
    texts = EnteredTexts(tmp_path)
    for text in ("error", "nan", "error"):
        texts.remember("log-search", text)
    assert EnteredTexts(tmp_path).texts("log-search") == ["nan", "error"]
    assert EnteredTexts(tmp_path).texts("log-filter") == []


def test_the_oldest_are_forgotten(tmp_path: Path) -> None:
    texts = EnteredTexts(tmp_path)
    for number in range(KEPT + 3):
        texts.remember("log-search", str(number))
    assert texts.texts("log-search") == [str(number) for number in range(3, KEPT + 3)]


def test_a_broken_file_counts_as_empty(tmp_path: Path) -> None:
    texts = EnteredTexts(tmp_path)
    texts.remember("log-search", "nan")
    (tmp_path / "entered" / "log-search.json").write_text("{")
    assert texts.texts("log-search") == []
