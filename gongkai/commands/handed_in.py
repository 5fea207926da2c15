"""The hand-in list of a year, for the bureau alone: who has handed in, who has errors, and whose time runs out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date

from gongkai.commands.report_formats import report_page
from gongkai.deadline import deadline
from gongkai.exchange.inbox import Unit
from gongkai.exports.text import BOM, neutral
from gongkai.problems import Problem
from gongkai.reading.forms import load_forms
from gongkai.reading.load import Loader
from gongkai.reading.records import Disclosure, Locality
from gongkai.workspace import Workspace

_HEADS = ("地区", "部门", "状态", "错误", "项目", "批复日期", "公开期限", "发布日期", "剩余天数")


@dataclass(frozen=True)
class Line:
    """One department; texts are "" where nothing is stated, ``left`` is negative when the time is over."""

    locality: str
    department: str
    state: str
    errors: int
    projects: int
    approved: str
    last: str
    published: str
    left: str


def hand_in_list(
    workspace: Workspace,
    year: int,
    today: date,
    refused: Mapping[Unit, int],
    problems: Iterable[Problem],
    approved: date | None = None,
) -> list[Line]:
    """A line for each department, in order. ``approved`` is the day of those whose record states no 批复日期.

    ``refused`` counts the errors of what has been sent and goes back, ``problems`` are those of the records.
    """
    loader = Loader(workspace.root, load_forms(workspace.layouts)[0])
    wrong: dict[Unit, int] = dict(refused)
    for problem in problems:
        parts = problem.place.file.split("/")
        if problem.blocks and len(parts) > 3:
            wrong[parts[1], parts[2]] = wrong.get((parts[1], parts[2]), 0) + 1
    lines = []
    for locality in loader.localities():
        for folder in loader.department_folders(locality):
            loaded = loader.department(locality, folder)
            errors = wrong.get((locality.slug, folder.name), 0)
            name = loaded.department.name if loaded else folder.name
            years = loaded.department.disclosures if loaded else ()
            disclosure = next((one for one in years if one.slug == str(year)), None)
            lines.append(_line(locality, name, disclosure, errors, today, approved))
    return lines


def _line(
    locality: Locality,
    name: str,
    disclosure: Disclosure | None,
    errors: int,
    today: date,
    approved: date | None,
) -> Line:
    day = (disclosure.approved if disclosure else None) or approved
    published = disclosure.published if disclosure else None
    out = bool(published and published <= today)
    last = deadline(day, locality.time_limit) if day else None
    state = "有错误" if errors else "已公开" if out else "已交" if disclosure else "未交"
    if last and (published if published and out else today) > last:
        state += "，逾期"
    left = str((last - today).days) if last and not out else ""
    projects = len(disclosure.projects) if disclosure else 0
    approval, limit, publication = (str(one) if one else "" for one in (day, last, published))
    return Line(locality.name, name, state, errors, projects, approval, limit, publication, left)


def as_csv(lines: Iterable[Line]) -> bytes:
    """For a spreadsheet; texts that it would run as formulas are made harmless."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(_HEADS)
    writer.writerows(
        [neutral(str(one)) if number < 8 else one for number, one in enumerate(astuple(line))]
        for line in lines
    )
    return BOM + buffer.getvalue().encode()


def as_page(lines: list[Line], year: int, today: date) -> bytes:
    """One page to look at and to print; those who must be reminded come first."""
    names = [one.name for one in fields(Line)]
    states = {
        key: sum(key in one.state for one in lines) for key in ("已公开", "已交", "有错误", "未交", "逾期")
    }
    ordered = sorted(lines, key=lambda one: (_URGENCY.get(one.state[:3], 3), one.last))
    page = report_page(
        "handed-in.html",
        lines=ordered,
        heads=dict(zip(names, _HEADS, strict=True)),
        states=states,
        year=year,
        today=today,
    )
    return page.encode()


_URGENCY = {"有错误": 0, "未交": 1, "未交，": 1, "已交": 2, "已交，": 2}
