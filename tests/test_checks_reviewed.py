"""Real documents, each read by a careful reviewer before any rule saw it: how much the rules find, and what they say in vain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from test_checks import ROOT, findings
from test_checks_seeds import told_in_the_seeds

from gongkai.problems import Problem
from gongkai.reading.source import Document, read_yaml

FOLDER = Path(__file__).parent / "problems" / "reviewed"
SEEDS = "seeds"
DOCUMENTS = sorted(one.stem for one in FOLDER.glob("*.yaml") if one.stem != SEEDS)


class Noted(NamedTuple):
    """What the reviewer noted: file, field, what is wrong with it, and the rule that tells it ("-": none does)."""

    file: str
    field: str
    wrong: str
    rule: str


class Read(NamedTuple):
    """A document that was read: the notes, what the rules say, its files, and the rules whose findings here are false."""

    notes: list[Noted]
    found: list[Problem]
    documents: dict[str, Document]
    false: list[str]


def site(folder: Path, read: dict[str, Any]) -> None:
    """A site with the one record that was read; where it is a form's example, that is taken."""
    year = folder / "content" / "shiyan" / "bumen" / str(read["年度"])
    year.mkdir(parents=True)
    forms = "".join(f", {key}: {form}" for key, form in read["表式"].items())
    (folder / "content" / "site.yaml").write_text("站点名称: 试验\n", encoding="utf-8")
    (year.parent.parent / "locality.yaml").write_text(
        f"地区名称: 试验市\n行政区划代码: 999999\n表式: [{{起始年度: {read['年度']}{forms}}}]\n",
        encoding="utf-8",
    )
    (year.parent / "department.yaml").write_text(f"部门名称: {read['部门名称']}\n", encoding="utf-8")
    stated = read.get("公开", f"发布日期: {read['年度']}-02-01")
    (year / "disclosure.yaml").write_text(f"年度: {read['年度']}\n{stated}\n", encoding="utf-8")
    record = read.get("记录") or example(*read["样例"].split())
    (year / "xiangmu.yaml").write_text(record, encoding="utf-8")


def example(form: str, number: str) -> str:
    """A project of a form's example, with its texts as written."""
    file = ROOT / "layouts" / "forms" / form / "example.yaml"
    data = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)["项目"][int(number)]
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000)


@pytest.fixture(scope="module")
def seeds() -> Read:
    notes = yaml.safe_load((FOLDER / f"{SEEDS}.yaml").read_text(encoding="utf-8"))
    listed = [
        Noted(f"content/{file}.yaml", *note.split(" | ")) for file, each in notes.items() for note in each
    ]
    return read_as(listed, told_in_the_seeds(), ROOT, [])


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Read]:
    found = {}
    for name in DOCUMENTS:
        read = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
        folder = tmp_path_factory.mktemp(name)
        site(folder, read)
        base = f"content/shiyan/bumen/{read['年度']}"
        listed = [
            Noted(f"{base}/{'disclosure' if field == '发布日期' else 'xiangmu'}.yaml", field, *rest)
            for field, *rest in (note.split(" | ") for note in read["审读"])
        ]
        aside = read.get("不计", "").split()
        told = [one for one in findings(folder) if one.rule not in aside]
        found[name] = read_as(listed, told, folder, read.get("误报", []))
    return found


def read_as(notes: list[Noted], found: list[Problem], root: Path, false: list[str]) -> Read:
    documents = {file: read_yaml(root / file, file)[0] for file in {note.file for note in notes}}
    return Read(notes, found, {file: one for file, one in documents.items() if one}, false)


def lines_of(document: Document, field: str) -> set[int]:
    """The lines that a field and what is below it stand on."""
    path: list[str | int] = []
    for part in field.replace("]", "").split("."):
        key, _, number = part.partition("[")
        path += [key, int(number) - 1] if number else [key]
    data: Any = document.data
    for key in path:
        data = data[key] if isinstance(data, list) else data.get(key) if isinstance(data, dict) else None
    firsts = ((document.place((*path, *below)).line, text) for below, text in below_of(data))
    return {
        line + more for line, text in firsts for more in range(text.count("\n") + 2 if "\n" in text else 1)
    }


def below_of(data: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What stands in and below a value: paths, and texts ("" for what is none)."""
    yield (), data if isinstance(data, str) else ""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        yield from (((key, *rest), text) for rest, text in below_of(value))


def told(note: Noted, read: Read) -> bool:
    """Whether the rule tells it in the field, its place or one of its others."""
    lines = lines_of(read.documents[note.file], note.field)
    return any(
        (place.file, place.line in lines) == (note.file, True)
        for one in read.found
        if one.rule == note.rule
        for place in (one.place, *one.related)
    )


def test_what_the_notes_call_found_is_found_in_its_place(seeds: Read, others: dict[str, Read]) -> None:
    missed = [
        f"{name} {note}"
        for name, read in (*others.items(), (SEEDS, seeds))
        for note in read.notes
        if note.rule != "-" and not told(note, read)
    ]
    assert missed == [], "\n".join(missed)


def share(notes: list[Noted]) -> float:
    return sum(note.rule != "-" for note in notes) / len(notes)


def test_seven_of_ten_inconsistencies_of_the_seeds_are_found(seeds: Read) -> None:
    assert len(seeds.notes) >= 146
    assert share(seeds.notes) >= 0.7


def test_two_thirds_of_those_in_other_documents_are_found(others: dict[str, Read]) -> None:
    notes = [note for read in others.values() for note in read.notes]
    assert len(notes) >= 234
    assert share(notes) >= 0.65


def test_three_of_a_hundred_findings_are_false_at_most(others: dict[str, Read]) -> None:
    false = [(name, rule) for name, read in others.items() for rule in read.false]
    assert all(any(one.rule == rule for one in others[name].found) for name, rule in false), "no longer told"
    assert len(false) <= 0.03 * sum(len(read.found) for read in others.values())
