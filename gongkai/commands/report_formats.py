"""Problems for machines and for the person who signs: JSON, SARIF, GitHub annotations, one printable HTML page."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gongkai import HOST, PORT, __version__
from gongkai.building.findings import Findings
from gongkai.checks import RULES
from gongkai.commands.report import (
    accepted_text,
    counts_text,
    file_rows,
    first_steps,
    masked_part,
    record_name,
    report_page,
    rule_rows,
    source_lines,
    summary_table,
    terminal_text,
    title_of,
)
from gongkai.privacy import masked
from gongkai.problems import Place, Problem, Severity, ordered

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(problems: Iterable[Problem], format: str, root: Path, *, day: date | None = None) -> str:
    """All problems as text, json, sarif, github or html, accepted ones marked as such.

    ``root`` is the folder that their file names start from; ``day`` is printed on the HTML page when given,
    so that the same records give the same page. Raises KeyError for another format.
    """
    if format == "html":
        return html_page(problems, root, day)
    return _RENDERERS[format](ordered(problems), root)


def _text(problems: Sequence[Problem], root: Path) -> str:
    parts = (terminal_text(problems, root), summary_table(problems), accepted_text(problems))
    return "\n\n".join(part for part in parts if part) + f"\n{counts_text(problems)}。"


# -- JSON -----------------------------------------------------------------------------------------


def _json(problems: Sequence[Problem], root: Path) -> str:
    counts = {severity.value: count for severity, count in Findings.of(problems).counts().items()}
    counts["accepted"] = sum(bool(problem.accepted) for problem in problems)
    data = {"counts": counts, "problems": [_as_json(problem) for problem in problems]}
    return json.dumps(data, ensure_ascii=False, indent=2)


def _as_json(problem: Problem) -> dict[str, Any]:
    rest = {
        "hint": problem.hint,
        "path": problem.path,
        "related": list(map(_place_json, problem.related)),
        "accepted": problem.accepted,
    }
    told = {"rule": problem.rule, "severity": problem.severity.value, "message": problem.message}
    return _place_json(problem.place) | told | {name: value for name, value in rest.items() if value}


def _place_json(place: Place) -> dict[str, Any]:
    return {name: value for name, value in asdict(place).items() if value}


# -- SARIF ----------------------------------------------------------------------------------------


def _sarif(problems: Sequence[Problem], root: Path) -> str:
    ids = list(dict.fromkeys([*RULES, *(problem.rule for problem in problems)]))
    driver = {
        "name": "gongkai",
        "version": __version__,
        "language": "zh-CN",
        "rules": [_sarif_rule(identifier) for identifier in ids],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(problem, ids.index(problem.rule)) for problem in problems],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _sarif_rule(identifier: str) -> dict[str, Any]:
    if identifier not in RULES:
        return {"id": identifier}
    rule = RULES[identifier].written
    return {
        "id": identifier,
        "shortDescription": {"text": rule.title},
        "help": {"text": rule.manual, "markdown": rule.manual},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _sarif_result(problem: Problem, index: int) -> dict[str, Any]:
    key = "\n".join((problem.rule, problem.place.file, problem.path, problem.message))
    result: dict[str, Any] = {
        "ruleId": problem.rule,
        "ruleIndex": index,
        "level": _LEVELS[problem.severity],
        "message": {"text": _sentence(problem)},
        "locations": [{"physicalLocation": _sarif_place(problem.place)}],
        "partialFingerprints": {"finding/v1": hashlib.sha256(key.encode()).hexdigest()[:32]},
    }
    if problem.related:
        others = enumerate(map(_sarif_place, problem.related), 1)
        result["relatedLocations"] = [{"id": number, "physicalLocation": place} for number, place in others]
    if problem.accepted:
        result["suppressions"] = [{"kind": "inSource", "justification": problem.accepted}]
    return result


def _sarif_place(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = {"artifactLocation": {"uri": quote(place.file), "uriBaseId": "%SRCROOT%"}}
    if place.line:
        found["region"] = {"startLine": place.line} | ({"startColumn": place.column} if place.column else {})
    return found


# -- GitHub annotations ---------------------------------------------------------------------------


def _github(problems: Sequence[Problem], root: Path) -> str:
    lines = []
    for one in problems:
        at = {"file": one.place.file, "line": one.place.line, "col": one.place.column, "title": one.rule}
        stated = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in at.items() if value)
        if not one.accepted:
            lines.append(f"::{one.severity.value} {stated}::{_escaped(_sentence(one))}")
    return "\n".join(lines)


def _escaped(text: str, more: str = "") -> str:
    return "".join(f"%{ord(one):02X}" if one in f"%\r\n{more}" else one for one in text)


def _sentence(problem: Problem) -> str:
    return problem.message + (f"。{problem.hint}" if problem.hint else "")


# -- the page for the person who signs ------------------------------------------------------------


def html_page(
    problems: Iterable[Problem], root: Path, day: date | None = None, port: int | None = None
) -> str:
    """One self-contained Chinese page to print and sign: what was checked, what was found, what is accepted.

    What is signed stands on the first pages; every finding follows. Places lead to the page of ``serve`` on this
    machine, at its own ``port``, or from a file on disk where it is unless asked otherwise.
    """
    everything = ordered(problems)
    rows = rule_rows(everything)
    accepted = [problem for problem in everything if problem.accepted]
    lines = cache(lambda file: source_lines(root / file))
    return report_page(
        "report.html",
        counts=Findings.of(everything).counts(),
        summary=counts_text(everything),
        blocks=any(problem.blocks for problem in everything),
        rules=len(RULES),
        files=_record_files(root),
        steps=first_steps(rows),
        rows=rows,
        projects=file_rows(everything),
        severities=list(Severity),
        accepted=accepted,
        reasons=Counter((one.rule, title_of(one.rule), one.accepted) for one in accepted).most_common(),
        day=f"{day.year}年{day.month}月{day.day}日" if day else "",
        version=__version__,
        served=port is not None,
        name=lambda file: masked(record_name(lines(file))),
        line=lambda place: _excerpt(lines(place.file), place),
        link=partial(_link, f"http://{HOST}:{port or PORT}/record/"),
    )  # fmt: skip


def _link(edit: str, file: str, path: str = "") -> str:
    """Where a field of a record file is edited; "" where nothing edits it."""
    parts = Path(file).with_suffix("").parts
    if parts[:1] != ("content",) or len(parts) != _DEPTH:
        return ""
    address = "/".join(map(quote, parts[1:-1] if parts[-1] == "disclosure" else parts[1:]))
    return f"{edit}{address}#{quote(path)}" if path else edit + address


def _record_files(root: Path) -> dict[str, int]:
    """How many files of each kind there are under content/."""
    kinds = {"地区": "*/locality.yaml", "部门": "*/*/department.yaml", "公开": "*/*/*/disclosure.yaml"}
    found = {name: len(list((root / "content").glob(pattern))) for name, pattern in kinds.items()}
    projects = [file for file in (root / "content").glob("*/*/*/*.yaml") if not file.name.startswith("_")]
    return found | {"项目": len(projects) - found["公开"]}


def _excerpt(lines: Sequence[str], place: Place) -> str:
    """What the line of a place says, cut around the column."""
    if not 0 < place.line <= len(lines):
        return ""
    line = lines[place.line - 1].strip()
    start = max(0, min(place.column - 1 - _WIDEST // 2, len(line) - _WIDEST))
    shown = masked_part(line, start, start + _WIDEST)
    return shown if len(shown) == len(line) else ("…" if start else "") + shown + "…"


_WIDEST, _DEPTH = 80, 5
_RENDERERS: dict[str, Callable[[Sequence[Problem], Path], str]] = {
    "text": _text, "json": _json, "sarif": _sarif, "github": _github,
}  # fmt: skip
