"""Every public name says what its signature cannot."""

import ast
from collections.abc import Iterator, Sequence

from tests.support.source_tree import Definition, Module, modules


def public(body: Sequence[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Definition]]:
    """The public classes, functions and methods of a body, with their dotted names."""
    for node in body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{prefix}{node.name}.")


def says_its_words_elsewhere(node: Definition) -> bool:
    """Whether a definition is the setter of a property or one form of an overloaded function."""
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
    return any(one.endswith((".setter", "overload")) for one in decorators)


def undocumented(module: Module) -> Iterator[str]:
    """What of a module has no docstring."""
    if not ast.get_docstring(module.tree):
        yield module.path
    for name, node in public(module.tree.body):
        if not ast.get_docstring(node) and not says_its_words_elsewhere(node):
            yield f"{module.path}:{node.lineno} {name}"


def test_every_public_module_class_function_and_method_has_a_docstring() -> None:
    found = [place for module in modules("runtui") for place in undocumented(module)]
    assert not found, "\n".join(["say what it does that its name and types do not:", *found])
