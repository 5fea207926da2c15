"""Mistakes planted one by one into right records are told where they stand; right and awkward sentences are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from test_checks import findings, site

FOLDER = Path(__file__).parent / "problems" / "planted"
RIGHT: dict[str, str] = yaml.safe_load((FOLDER / "right.yaml").read_text(encoding="utf-8"))
HERE, BREAK = "¦", "⏎"


def lines_of(file: str) -> list[str]:
    """The lines of a list that say something."""
    text = (FOLDER / file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def planted(line: str) -> tuple[dict[str, str], str, int, set[str]]:
    """The records with one mistake, the file it is in, the line it must be told at (0: anywhere), by which rules."""
    file, old, new, rules = (
        (part.replace(BREAK, "\n") for part in line.split(" | ", 3))
        if line.count(" | ") == 3
        else _deleted(line)
    )
    text = RIGHT[file]
    assert old in text, f"not in {file}: {old}"
    changed = text.replace(old, new, 1)
    at = changed.partition(HERE)[0].count("\n") + 1 if HERE in changed else 0
    return {**RIGHT, file: changed.replace(HERE, "")}, file, at, set(rules.split())


def _deleted(line: str) -> list[str]:
    file, old, rest = line.split(" | ", 2)
    return [file, old.replace(BREAK, "\n"), "", rest.strip(" |")]


def found_in(folder: Path, files: dict[str, str]) -> list[tuple[str, str, int]]:
    """Rule, file and line of every finding, the places of a folded one each by itself."""
    told = []
    for one in findings(site(folder, files)):
        for place in (one.place, *one.related):
            told.append((one.rule, place.file.removeprefix("content/shiyan/jiguan/"), place.line))
    return told


def test_right_records_are_left_alone(tmp_path: Path) -> None:
    assert [one for one in findings(site(tmp_path, RIGHT)) if not one.accepted] == []


@pytest.mark.parametrize("line", lines_of("plants.txt"))
def test_a_planted_mistake_is_told_where_it_stands(line: str, tmp_path: Path) -> None:
    files, file, at, rules = planted(line)
    told = found_in(tmp_path, files)
    assert any(rule in rules and name == file and at in (0, number) for rule, name, number in told), told


def awkward(line: str) -> dict[str, str]:
    """A right record with one awkward but correct sentence as its goal, or as an indicator ``name = value``."""
    kind, _, text = line.partition(": ")
    base = RIGHT["2025/minbing.yaml"]
    if kind == "目标":
        goal = base.partition("年度目标: ")[2].partition("\n")[0]
        return {"2025/minbing.yaml": base.replace(goal, "|\n    " + text, 1)}
    level, name, value = kind, *text.split(" = ")
    first, second = level.split("/")
    row = f"  - 一级指标: {first}\n    二级指标: {second}\n    三级指标: {name}\n    年度指标值: '{value}'\n"
    return {"2025/minbing.yaml": base + row}


@pytest.mark.parametrize("line", lines_of("awkward.txt"))
def test_an_awkward_but_correct_sentence_is_left_alone(line: str, tmp_path: Path) -> None:
    told = [f"{one.rule} {one.message}" for one in findings(site(tmp_path, awkward(line)))]
    assert told == []


@pytest.mark.parametrize("name", ["unseen", "second"])
def test_a_hold_out_of_mistakes_and_of_right_sentences_keeps_its_share(name: str, tmp_path: Path) -> None:
    lines, missed = lines_of(f"{name}.txt"), []
    for number, line in enumerate(lines):
        files, file, at, _ = planted(f"{line} | -")
        told = found_in(tmp_path / str(number), files)
        missed += [line] if not any((one, place) == (file, at) for _, one, place in told) else []
    assert len(missed) <= len(lines) * 0.15, missed
    right = lines_of(f"{name}-right.txt")
    wrong = [
        line
        for number, line in enumerate(right)
        if findings(site(tmp_path / f"r{number}", awkward(_kind(line))))
    ]
    assert len(wrong) <= len(right) * 0.1, wrong


def _kind(line: str) -> str:
    return line if line.startswith("目标") else line.replace(" = ", ": ", 1)
