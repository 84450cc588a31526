"""The wish that typed texts stand for."""

from runtui.model.publication import Publication, Visibility, publication_of


def test_texts_are_read_with_what_is_left_empty_as_usual() -> None:
    wish, problems = publication_of({"name": " quicklook ", "topics": "sea, ,ice ,", "description": " d "})
    assert problems == []
    assert wish == Publication(name="quicklook", topics=("sea", "ice"), description="d")
    assert wish.visibility is Visibility.PRIVATE


def test_a_visibility_is_read_in_any_case() -> None:
    assert publication_of({"name": "n", "visibility": "Public"})[0].visibility is Visibility.PUBLIC


def test_each_wrong_field_is_named() -> None:
    _, problems = publication_of({"name": " ", "visibility": "secret"})
    assert [problem.name for problem in problems] == ["name", "visibility"]
    assert "'secret' is neither private nor public" in problems[1].sentence
