"""Edits of records, and a collector run over them: anew, or bringing its files up to date."""

from __future__ import annotations

import dataclasses
import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from gongkai.amounts import parse_amount
from gongkai.planning.plan import Plan
from gongkai.planning.summaries import LocalitySummary, summarise
from gongkai.publishing.collect import Desk, Former, Memo, Part, SiteFile, Updating
from gongkai.publishing.scratch import Finished, Scratch
from gongkai.reading.load import LoadedDepartment
from gongkai.reading.records import Disclosure, SiteSettings

SETTINGS = SiteSettings.model_validate({"站点名称": "测试"})
DATABASE, PACKAGE = "data/data.sqlite", "data/datapackage.json"
Departments = list[LoadedDepartment]


# -- edits ----------------------------------------------------------------------------------------

Edit = Callable[[random.Random, Disclosure], Disclosure]


def _project(chance: random.Random, disclosure: Disclosure, **changes: Any) -> Disclosure:
    projects = list(disclosure.projects)
    if projects:
        which = chance.randrange(len(projects))
        projects[which] = projects[which].model_copy(update=changes)
    return disclosure.model_copy(update={"projects": tuple(projects)})


def rename(chance: random.Random, disclosure: Disclosure) -> Disclosure:
    return _project(chance, disclosure, name=f"改名{chance.randrange(999)}项目，“引号”,\n=1")


def another_amount(chance: random.Random, disclosure: Disclosure) -> Disclosure:
    funds = disclosure.projects[0].funds.model_copy(
        update={"total": parse_amount(f"{chance.random():.2f}万元")}
    )
    return _project(chance, disclosure, funds=funds)


def own_values_go(chance: random.Random, disclosure: Disclosure) -> Disclosure:
    return _project(chance, disclosure, own={}, indicators=())


def add(chance: random.Random, disclosure: Disclosure) -> Disclosure:
    projects = list(disclosure.projects)
    more = chance.choice(projects)
    projects.insert(
        chance.randrange(len(projects) + 1), more.model_copy(update={"slug": f"x{chance.random()}"})
    )
    return disclosure.model_copy(update={"projects": tuple(projects)})


def remove(chance: random.Random, disclosure: Disclosure) -> Disclosure:
    projects = list(disclosure.projects)
    del projects[chance.randrange(len(projects))]
    return disclosure.model_copy(update={"projects": tuple(projects)})


def empty(chance: random.Random, disclosure: Disclosure) -> Disclosure:
    return disclosure.model_copy(update={"projects": (), "department_target": None, "own": {}})


def facts(chance: random.Random, disclosure: Disclosure) -> Disclosure:
    return disclosure.model_copy(
        update={"facts": {"索引号": str(chance.random())} if chance.random() < 0.6 else {}}
    )


def nothing(chance: random.Random, disclosure: Disclosure) -> Disclosure:
    return disclosure


INSIDE: tuple[Edit, ...] = (rename, another_amount, own_values_go, add, remove, empty, facts, nothing)


def edited(chance: random.Random, loaded: LoadedDepartment, first: LoadedDepartment) -> LoadedDepartment:
    """One edit of a department; ``first`` is what it was in the beginning."""
    department, forms = loaded.department, dict(loaded.forms)
    disclosures = list(department.disclosures)
    kind = chance.random()
    if kind < 0.1:
        department = department.model_copy(update={"name": f"改名{chance.random()}局", "short": "“改”"})
    elif kind < 0.2 and disclosures:
        del disclosures[chance.randrange(len(disclosures))]
    elif kind < 0.25:
        disclosures.clear()
    elif kind < 0.35:
        disclosures, forms = list(first.department.disclosures), dict(first.forms)
    elif kind < 0.45 and disclosures and "2031" not in forms:
        last = disclosures[-1]
        disclosures.append(last.model_copy(update={"slug": "2031", "year": 2031}))
        forms["2031"] = forms[last.slug]
    elif disclosures:
        which = chance.randrange(len(disclosures))
        edit = chance.choice(
            [one for one in INSIDE if disclosures[which].projects or one in (facts, nothing, empty)]
        )
        disclosures[which] = edit(chance, disclosures[which])
    department = department.model_copy(update={"disclosures": tuple(disclosures)})
    return dataclasses.replace(loaded, department=department, forms=forms)


# -- running a collector --------------------------------------------------------------------------


def plan_of(loaded: Departments) -> Plan:
    slugs = dict.fromkeys(one.locality.slug for one in loaded)
    places = {one.locality.slug: one.locality for one in loaded}
    tree = [
        LocalitySummary(
            places[slug], tuple(summarise(one.department) for one in loaded if one.locality.slug == slug)
        )
        for slug in slugs
    ]
    return Plan(tree)


def part_of(collector: Updating, loaded: LoadedDepartment) -> Part:
    return Part(loaded.locality.slug, loaded.department.slug, collector.part(loaded))


def publish(files: Iterator[SiteFile], folder: Path) -> list[str]:
    """Write the files, all of them after the last is made: they may be read until then."""
    made = list(files)
    for one in made:
        target = folder / one.address
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(one.data, Finished):
            one.data.path.replace(target)
        else:
            target.write_bytes(one.data)
    return [one.address for one in made]


def run(collector: Updating, loaded: Departments, folder: Path) -> Memo:
    """Everything anew."""
    desk = Desk(Scratch(folder / "scratch"))
    parts = (part_of(collector, one) for one in loaded)
    shutil.rmtree(folder / "out", ignore_errors=True)
    try:
        publish(collector.files(parts, plan_of(loaded), SETTINGS, desk), folder / "out")
    finally:
        desk.scratch.clear()
    return desk.memo


def update(
    collector: Updating, loaded: Departments, changed: Departments, folder: Path, memo: Memo
) -> tuple[Memo, list[str]]:
    """Only what ``changed`` asks for: the memo, and which files were made. Raises Unsuited."""
    desk = Desk(Scratch(folder / "scratch"))
    parts = (part_of(collector, one) for one in changed)
    former = Former(memo, lambda address: folder / "out" / address)
    try:
        made = publish(collector.update(parts, plan_of(loaded), SETTINGS, former, desk), folder / "out")
    finally:
        desk.scratch.clear()
    return desk.memo, made


def contents(folder: Path) -> dict[str, Any]:
    """Every file; of the database the rows in order, of its description what holds for the rows."""
    found: dict[str, Any] = {}
    for file in folder.rglob("*"):
        address = file.relative_to(folder).as_posix()
        if address == DATABASE:
            found[address] = dump(file)
        elif address == PACKAGE:
            package = json.loads(file.read_bytes())
            for resource in package["resources"]:
                if resource["path"] == "data.sqlite":
                    assert resource.pop("bytes") == (folder / DATABASE).stat().st_size
                    assert resource.pop("hash")
            found[address] = package
        elif file.is_file():
            found[address] = file.read_bytes()
    return found


def dump(file: Path) -> list[Any]:
    """Everything a database holds, in order, its row numbers too; it must be sound."""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        rows = [connection.execute(f"SELECT rowid, * FROM {name}").fetchall() for (name,) in tables]
        return [*connection.iterdump(), *rows]
