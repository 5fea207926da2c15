"""A record's official table as an editor: which cell holds which fields, what they say, and which problems stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gongkai.authoring.carry import MARK
from gongkai.checks import RULES
from gongkai.exchange.binding import bound_cells, keys_for, value_at
from gongkai.problems import Problem
from gongkai.reading.forms import Form
from gongkai.reading.kinds import Record
from gongkai.reading.records import Disclosure
from gongkai.reading.source import Document, Path_, path_text
from gongkai.reading.vocabulary import terms, without_rows
from gongkai.tables.grid import Rendered
from gongkai.tables.view import View

_ELSEWHERE = re.compile(
    r"(accepted|former|withdrawal|order|corrections|wording_fixes|department_target|facts)(\..*)?"
)
"""Fields with forms of their own on the page."""
_YES_OR_NO = ("是", "否")


@dataclass(frozen=True)
class Cell:
    """What the page needs of an input: the fields it writes, as YAML keys, and how.

    ``table`` and ``cell`` are its place in the rendered form (the n-th table's n-th cell), -1 outside of tables.
    ``row`` is the list and row it stands in.
    """

    table: int
    cell: int
    keys: tuple[Path_, ...]
    kind: str
    label: str
    value: str
    prefix: str = ""
    unit: str = ""
    choices: tuple[str, ...] = ()
    row: tuple[Path_, int] | None = None
    folded: bool = False


def table_cells(
    html: Rendered, view: View, data: Mapping[str, Any], base: Path_, slug: str
) -> Iterator[Cell]:
    """The inputs of a rendered form that shows the record ``slug``; ``data`` is its file's."""
    view = next(iter(view.projects), view)  # an excerpt shows one
    for number, grid in enumerate(html.grids):
        order = {(cell.row, cell.column): place for place, cell in enumerate(grid.cells)}
        for bound in bound_cells(grid, view):
            paths = [path for record, path in bound.targets if record == slug]
            form = view.form
            keys = tuple((*base, *keys_for(form, path)) for path in paths)
            value = bound.shown.removeprefix(bound.prefix) if bound.kind == "list" else text_at(data, keys[0])
            yield Cell(
                number,
                order[bound.cell.row, bound.cell.column],
                keys,
                bound.kind,
                path_text(keys[0][len(base) :]),
                value,
                bound.prefix,
                form.amount_style(without_rows(paths[0])).unit if bound.kind == "amount" else "",
                _choices(form, paths[0]),
                _row_of(form, paths[-1], base),
            )


def _row_of(form: Form, path: str, base: Path_) -> tuple[Path_, int] | None:
    found = re.fullmatch(r"(.+?)\.(\d+)\..+", path)
    if found is None:
        return None
    keys = keys_for(form, path)
    return (*base, *keys[: keys.index(int(found[2]))]), int(found[2])


def _choices(form: Form, path: str) -> tuple[str, ...]:
    declared = without_rows(path)
    system = form.declared.indicators
    if declared.endswith("indicators.level1"):
        return tuple(level.name for level in system.levels)
    if declared.endswith("indicators.level2"):
        return tuple(dict.fromkeys(inner.name for level in system.levels for inner in level.level2))
    if declared.startswith("own."):
        own = form.own_field(declared.split(".")[1])
        return own.choices if own else ()
    return ()


def other_cells(
    model: type[Record], form: Form | None, data: Mapping[str, Any], shown: Iterable[Cell]
) -> Iterator[Cell]:
    """The fields of a record that no cell of its table holds; those that neither form nor record has are folded."""
    taken = {keys for cell in shown for keys in cell.keys}
    declared = form.declared.fields if form else {}
    own = form.own_on("disclosure" if model is Disclosure else "record") if form else ()
    for term in (*terms(model).values(), *(form.term(f"own.{one.id}") for one in own if form)):
        if term.in_list or term.kind == "list" or _ELSEWHERE.fullmatch(term.path) or term.keys in taken:
            continue
        value = text_at(data, term.keys)
        unit = form.amount_style(term.path).unit if form and term.kind == "amount" else ""
        choices = (_choices(form, term.path) if form else ()) or (_YES_OR_NO if term.kind == "choice" else ())
        folded = not value and term.path not in declared and model is not Disclosure
        yield Cell(
            -1, -1, (term.keys,), term.kind, " › ".join(term.keys), value, "", unit, choices, None, folded
        )


def text_at(data: Any, keys: Path_) -> str:
    """What a record's data says at a path; "" for nothing."""
    found = value_at(data, keys)
    return found if isinstance(found, str) else ""


def problem_data(problem: Problem, document: Document | None) -> dict[str, Any]:
    """A problem for the page; ``keys`` is the field it is about, [] where it is about the whole."""
    named = _named(document).get(problem.path, ()) if document and problem.path else ()
    return asdict(problem) | {
        "word": problem.severity.label,
        "line": problem.place.line,
        "acceptable": not problem.accepted and problem.rule in RULES,
        "keys": list(named),
    }


def broken_fields(problems: Iterable[Problem], document: Document) -> list[Path_]:
    """The fields that keep a record from being read, the last first, so that each can be left out."""
    named = _named(document)
    found = {named.get(problem.path, ()) for problem in problems if problem.blocks and problem.path}
    outer = (path for path in found if path and not any(path[:end] in found for end in range(1, len(path))))
    return sorted(outer, key=lambda path: document.place(path).line, reverse=True)


def marks_in(document: Document) -> list[dict[str, Any]]:
    """What was carried over and must be looked at again: the line of each mark, its text, and the field below."""
    lines = document.text.split("\n")
    keys = sorted((line, path) for path, (line, _) in document.keys.items())
    marks = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip().startswith(MARK)]
    return [
        {
            "line": number,
            "text": text.removeprefix(MARK),
            "keys": next((list(path) for line, path in keys if line > number), []),
        }
        for number, text in marks
    ]


def _named(document: Document) -> dict[str, Path_]:
    return {path_text(path): path for path in (*document.keys, *document.values)}
