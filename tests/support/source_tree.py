"""The project's own source, parsed, for tests that hold rules over all of it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Module(NamedTuple):
    """One source file: its dotted name (a package by its own name), its path from the root, and its syntax tree."""

    name: str
    path: str
    text: str
    tree: ast.Module
    is_package: bool

    @property
    def parts(self) -> tuple[str, ...]:
        """The dotted name, taken apart."""
        return tuple(self.name.split("."))


class Import(NamedTuple):
    """One imported module, wherever it is written: at the top, in a function, under `TYPE_CHECKING`."""

    importer: Module
    line: int
    imported: str

    def __str__(self) -> str:
        return f"{self.importer.path}:{self.line} imports {self.imported}"


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every module under the folders of the root, in the order of their paths."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(_module(path) for path in paths)


def _module(path: Path) -> Module:
    written = path.relative_to(ROOT)
    parts = list(written.with_suffix("").parts)
    is_package = parts[-1] == "__init__"
    text = path.read_text(encoding="utf-8")
    name = ".".join(parts[:-1] if is_package else parts)
    return Module(name, str(written), text, ast.parse(text, str(written)), is_package)


@cache
def imports(*folders: str) -> tuple[Import, ...]:
    """Every import under the folders. `from a import b` counts as `a.b` when that is a module of ours, else as `a`."""
    return tuple(found for module in modules(*folders) for found in _imports(module))


def _imports(module: Module) -> Iterator[Import]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (Import(module, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(module, node)
            yield from (Import(module, node.lineno, _imported(base, alias.name)) for alias in node.names)


def _base(module: Module, node: ast.ImportFrom) -> str:
    """The module an import is from, a relative one made absolute."""
    if not node.level:
        return node.module or ""
    above = module.parts if module.is_package else module.parts[:-1]
    kept = above[: len(above) - node.level + 1]
    return ".".join([*kept, node.module] if node.module else kept)


def _imported(base: str, name: str) -> str:
    place = ROOT.joinpath(*base.split("."), name)
    return f"{base}.{name}" if place.with_suffix(".py").is_file() or place.is_dir() else base


def definitions(module: Module) -> Iterator[Definition]:
    """Every class and function of a module, inner ones too."""
    for node in ast.walk(module.tree):
        if isinstance(node, Definition):
            yield node
