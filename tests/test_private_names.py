"""gongkai uses of other packages what they publish: no private names, no private modules, no replaced attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "gongkai"
FILES = {file.relative_to(PACKAGE).as_posix(): file for file in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(file.read_text(encoding="utf-8")) for name, file in FILES.items()}

DOCUMENTED = {"_replace", "_asdict", "_fields", "_make", "_exit"}
"""Names with an underscore that the standard library documents: named tuples, os._exit."""
STREAMS = {"sys.stdin =", "sys.stdout =", "sys.stderr ="}
"""What it documents to be replaced."""
OFFENDERS: frozenset[tuple[str, str]] = frozenset()
"""What is still to be removed: file and name. An entry that is no longer needed fails the test."""


def is_private(name: str) -> bool:
    return (
        name.startswith("_")
        and name not in DOCUMENTED
        and not (name.startswith("__") and name.endswith("__"))
    )


def own_names() -> set[str]:
    """Every name that gongkai's classes, functions, and assignments define."""
    names: set[str] = set()
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and is_self(node.value):
                names.add(node.attr)
    return names


def is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


OWN = own_names()


def foreign_modules(tree: ast.Module) -> dict[str, str]:
    """The names by which a file calls other packages' modules and what it imports from them."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] != "gongkai":
                    found[alias.asname or alias.name.split(".")[0]] = alias.name
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] != "gongkai":
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


def base(node: ast.expr) -> str:
    """The name that a chain of attributes begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def offences(tree: ast.Module) -> Iterator[str]:
    """Private names of others that are used, private modules of others, and what is put in the place of theirs."""
    foreign = foreign_modules(tree)
    for whole in foreign.values():
        if whole != "__future__" and any(is_private(part) for part in whole.split(".")):
            yield whole
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not is_self(node.value):
            from_outside = base(node.value) in foreign
            if is_private(node.attr) and (from_outside or node.attr not in OWN):
                yield node.attr
            if from_outside and isinstance(node.ctx, ast.Store | ast.Del):
                yield f"{ast.unparse(node)} ="
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) > 1:
            name = node.args[1]
            if node.func.id not in ("getattr", "setattr", "delattr", "hasattr"):
                continue
            if isinstance(name, ast.Constant) and is_private(str(name.value)) and name.value not in OWN:
                yield str(name.value)
            if node.func.id in ("setattr", "delattr") and base(node.args[0]) in foreign:
                yield ast.unparse(node)


def test_nothing_private_of_another_package_is_used() -> None:
    found = {(name, one) for name, tree in TREES.items() for one in offences(tree) if one not in STREAMS}
    assert found - OFFENDERS == set(), "private names of others"
    assert OFFENDERS - found == set(), "no longer needed in OFFENDERS"


def found_in(code: str) -> list[str]:
    return list(offences(ast.parse(code)))


def test_what_is_private_is_seen() -> None:
    """Else the test above would agree with anything."""
    assert found_in("import jinja2\njinja2.compiler._x") == ["_x"]
    assert found_in("from markupsafe import _speedups") == ["markupsafe._speedups"]
    assert found_in("import os\nos.path = None") == ["os.path ="]
    assert found_in("import os\nsetattr(os, 'path', None)") == ["setattr(os, 'path', None)"]
    assert found_in("def f(pool):\n    return pool._processes_of_theirs") == ["_processes_of_theirs"]
    assert found_in("getattr(pool, '_processes_of_theirs')") == ["_processes_of_theirs"]


def test_what_is_our_own_or_published_is_not() -> None:
    assert found_in("import os\nos.path.join\nos.environ['a'] = 'b'\nself._x\nself._x = 1") == []
    assert found_in("from __future__ import annotations\nimport sys\nsys.version_info.__class__") == []
