"""The order of modules in docs/architecture.md is the order of imports; every file says what it is for."""

from __future__ import annotations

import ast
import re
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "gongkai"
MODULES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for file in PACKAGE.rglob("*.py")
}


def documented_order() -> list[str]:
    """The modules in the order of the document: each may import only from those before it."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    block = re.search(r"```modules\n(.*?)```", text, re.DOTALL)
    assert block, "docs/architecture.md has no ```modules block"
    lines = [line.split("#")[0].strip() for line in block[1].splitlines()]
    return [f"gongkai.{line}" if line != "gongkai" else line for line in lines if line]


def imports_of(file: Path) -> set[str]:
    """The gongkai modules a file imports, type-checking and local imports included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update(whole & MODULES.keys() or {node.module})
    return {name for name in found if name.split(".")[0] == "gongkai" and name in MODULES}


def test_every_module_stands_in_the_order() -> None:
    assert sorted(documented_order()) == sorted(MODULES)


def test_imports_go_one_way() -> None:
    order = {name: number for number, name in enumerate(documented_order())}
    wrong = [
        f"{module} imports {imported}"
        for module, file in MODULES.items()
        for imported in sorted(imports_of(file))
        if order.get(imported, 0) >= order.get(module, 0) and imported != module
    ]
    assert not wrong


def test_packages_stand_together() -> None:
    """With the order above it follows that packages import one way too."""
    packages = [
        name.split(".")[1]
        for name in documented_order()
        if (PACKAGE / name.partition(".")[2].split(".")[0]).is_dir() and "." in name
    ]
    runs = [package for package, _ in groupby(packages)]
    assert len(runs) == len(set(runs))


def test_every_file_says_what_it_is_for() -> None:
    for file in MODULES.values():
        doc = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        assert doc.strip(), f"{file} has no first line"
        assert len(doc.split("\n")[0]) <= 120, f"the first line of {file} is too long"


def test_no_file_grows_out_of_sight() -> None:
    long = {
        file.name: count for file in MODULES.values() if (count := len(file.read_text().splitlines())) > 400
    }
    assert not long


def test_only_free_documents_need_the_general_engine() -> None:
    """Every official table is printed on a machine that lacks its libraries, and no command waits for its import."""
    users = {name for name, file in MODULES.items() if "weasyprint" in packages_of(file)}
    assert users == {"gongkai.printing.free"}
    text = MODULES["gongkai.printing.free"].read_text(encoding="utf-8")
    assert not re.search(r"^(?:import|from) weasyprint", text, re.MULTILINE), "imported where it prints"


def packages_of(file: Path) -> set[str]:
    """The packages a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found
