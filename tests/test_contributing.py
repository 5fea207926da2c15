"""What contributors are told: the files, modules and commands named in the guides are there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from gongkai.cli.main import cli

ROOT = Path(__file__).parents[1]
GUIDES = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs" / "how-to").glob("*.md"))]
MADE_UP = {"tests/problems/checks/wording.doubled.yaml"}
"""The example of a rule that is not there."""


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_file_and_folder_that_is_named_is_there(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    named = re.findall(r"(?<![\w/.])((?:gongkai|tests|docs|layouts|content|scripts)/[\w./\-]*)", text)
    wanted = {name.rstrip(".") for name in named if "<" not in name} - MADE_UP
    missing = [name for name in wanted if not (ROOT / name).exists()]
    links = [link for link in re.findall(r"\]\(([^):]+)\)", text) if not (guide.parent / link).exists()]
    assert (missing, links) == ([], [])


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_command_that_is_named_is_there(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?<=`)make ([a-z-]+)", text)) <= targets
    lines = re.findall(r"build\.py ((?:--\S+ \S+ )*)(\w+)", text)
    assert {command for _, command in lines} <= set(cli.commands)


def test_guides_are_linked_from_the_first_page() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [guide.name for guide in GUIDES[1:] if f"docs/how-to/{guide.name}" not in contributing] == []
    for readme in ("README.md", "README.zh-CN.md"):
        assert "(CONTRIBUTING.md)" in (ROOT / readme).read_text(encoding="utf-8")


def test_hooks_run_what_the_environment_has_and_fetch_nothing() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    tools = {re.split(r"[<>=]", one)[0] for one in project["project"]["optional-dependencies"]["dev"]}
    for repository in config["repos"]:
        assert repository["repo"] == "local"
        for hook in repository["hooks"]:
            assert hook["language"] == "system"
            assert hook["entry"].startswith(".venv/bin/python -m ")
            assert hook["entry"].split()[2] in tools


def test_modules_for_mutation_are_there() -> None:
    """What went away is looked through by nobody, and nobody is told."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = project["tool"]["mutmut"]["only_mutate"]
    assert [name for name in listed if not (ROOT / name).is_file()] == []
