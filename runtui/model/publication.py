"""What an output file becomes when it is published for others to use."""

from enum import StrEnum

import msgspec

from runtui.model.errors import InputProblem


class Visibility(StrEnum):
    """Who can see what is published."""

    PRIVATE = "private"
    PUBLIC = "public"


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """A wish to publish one output file: what it is called, who sees it, and what is said of it."""

    name: str
    visibility: Visibility = Visibility.PRIVATE
    topics: tuple[str, ...] = ()
    description: str = ""


def publication_of(texts: dict[str, str]) -> tuple[Publication, list[InputProblem]]:
    """The wish that typed texts by the names of its fields stand for, and what is wrong in them; topics by commas."""
    name = texts.get("name", "").strip()
    word = texts.get("visibility", "").strip().casefold()
    problems = [] if name else [InputProblem("name", "missing: what is published needs a name")]
    if word and word not in list(Visibility):
        problems.append(InputProblem("visibility", f"{word!r} is neither {' nor '.join(Visibility)}"))
        word = ""
    wish = Publication(
        name=name,
        visibility=Visibility(word) if word else Visibility.PRIVATE,
        topics=tuple(topic for part in texts.get("topics", "").split(",") if (topic := part.strip())),
        description=texts.get("description", "").strip(),
    )
    return wish, problems
