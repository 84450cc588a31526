"""Names say what a thing is: no words that fit everything, and a service's name only in its own folder."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePath

from runtui.backends.registry import service_names
from tests.support.source_tree import Module, definitions, modules

EMPTY_WORDS = frozenset({"util", "helper", "manager", "handle", "handler", "process", "processor", "data", "info"})
EMPTY_WORDS |= {f"{word}s" for word in EMPTY_WORDS}


def words(name: str) -> list[str]:
    """The words of a name in snake or camel case, in lower case: `HTTPError_2` has `http`, `error` and `2`."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def test_words_are_told_apart() -> None:
    assert words("RunInfo") == ["run", "info"]
    assert words("fetch_metadata_of_HTTPError2") == ["fetch", "metadata", "of", "http", "error", "2"]


def test_no_file_class_or_function_has_an_empty_word_in_its_name() -> None:
    named = [(module.path, PurePath(module.path).stem) for module in modules("runtui", "tests/support")]
    named += [
        (f"{module.path}:{one.lineno}", one.name)
        for module in modules("runtui", "tests/support")
        for one in definitions(module)
    ]
    found = [f"{place} {name}" for place, name in named if EMPTY_WORDS & set(words(name))]
    assert not found, "\n".join(["say what it is or does instead:", *found])


def texts_and_names(module: Module) -> Iterator[tuple[int, str]]:
    """Every name and every text of a module with its line, but for docstrings."""
    skipped = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name


def test_nothing_outside_a_backends_folder_names_its_service() -> None:
    remote = re.compile("|".join(name for name in service_names() if name != "local"), re.IGNORECASE)
    found = [
        f"{module.path}:{line} {text!r}"
        for module in modules("runtui")
        if not module.name.startswith("runtui.backends.")
        for line, text in texts_and_names(module)
        if remote.search(text)
    ]
    assert not found, "\n".join(["what is special to a service belongs in its backend:", *found])
