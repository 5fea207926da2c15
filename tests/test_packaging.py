"""What others get: ``python -m build`` in the checkout gives a wheel with every module, layout and the licence."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from gongkai import __version__

ROOT = Path(__file__).parents[1]
SOURCES = ("gongkai", "docs", "layouts", "build.py", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    checkout = tmp_path_factory.mktemp("checkout")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, checkout / name)
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", "dist", "."]
    result = subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    (file,) = (checkout / "dist").glob("*.whl")
    assert file.name.startswith(f"gongkai-{__version__}-")
    return zipfile.ZipFile(file)


def test_the_wheel_has_every_module_and_layout(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    modules = {file.relative_to(ROOT).as_posix() for file in (ROOT / "gongkai").rglob("*.py")}
    assert modules - names == set(), "a package is missing in [tool.setuptools] packages of pyproject.toml"
    layouts = {
        f"gongkai/{file.relative_to(ROOT).as_posix()}"
        for file in (ROOT / "layouts").rglob("*.*")
        if file.is_file()
    }
    assert layouts - names == set()
    docs = ROOT / "docs"
    carried = [*docs.glob("*.md"), *docs.glob("schemas/*.json"), *docs.glob("pictures/*")]
    assert {f"gongkai/{file.relative_to(ROOT).as_posix()}" for file in carried} - names == set()


def test_the_licence_is_in_the_wheel_and_stated(wheel: zipfile.ZipFile) -> None:
    (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    stated = Parser().parsestr(wheel.read(metadata).decode())
    assert (stated["License-Expression"], stated["License-File"]) == ("MIT", "LICENSE")
    licence = wheel.read(metadata.replace("METADATA", "licenses/LICENSE")).decode()
    assert licence == (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_the_newest_entry_of_the_changelog_is_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = next(line for line in text.splitlines() if line.startswith("## [") and "Unreleased" not in line)
    assert newest.startswith(f"## [{__version__}]")


def test_the_minimum_python_is_the_one_tools_are_told() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["requires-python"] == ">=3.11"
    assert project["tool"]["ruff"]["target-version"] == "py311"
