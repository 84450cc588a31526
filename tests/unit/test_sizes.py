"""No file and no function grows beyond what one can hold in mind. There is no list of exceptions."""

import ast

from tests.support.source_tree import definitions, modules

FILE_LINES = 600
FUNCTION_LINES = 80


def test_no_file_is_too_long() -> None:
    long = {module.path: module.text.count("\n") for module in modules("runtui", "tests")}
    found = [f"{path}: {lines} lines" for path, lines in long.items() if lines > FILE_LINES]
    assert not found, "\n".join([f"a file has at most {FILE_LINES} lines, take it apart by concept:", *found])


def test_no_function_is_too_long() -> None:
    found = [
        f"{module.path}:{function.lineno} {function.name}: {lines} lines"
        for module in modules("runtui", "tests")
        for function in definitions(module)
        if not isinstance(function, ast.ClassDef)
        and (lines := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES
    ]
    assert not found, "\n".join([f"a function has at most {FUNCTION_LINES} lines:", *found])
