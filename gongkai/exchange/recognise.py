"""Raw tables and texts of a file → drafts: each table by the form whose labels it has, else by what labels mean."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gongkai.exchange.drafts import Notebook
from gongkai.exchange.labels import Labels, label_key, one_line
from gongkai.exchange.layout import Known, Slot, best_match
from gongkai.exchange.lists import Listing, find_lists
from gongkai.exchange.naming import Naming
from gongkai.exchange.narrative import Narrative, note_text
from gongkai.exchange.table_reader import TableReader
from gongkai.exchange.tables import MAX_CELLS, RawDocument, RawTable, Spot
from gongkai.exchange.understand import understand
from gongkai.exchange.understood import Place, Understood
from gongkai.reading.declaration import Subject
from gongkai.reading.forms import Form

_MOST_SIDES = 20
_WHOLE = re.compile(r"部门整体|整体支出|部门\S{0,4}整体|单位整体|整体绩效")


def recognise(document: RawDocument, known: Known, in_force: Sequence[Form] = ()) -> Notebook:
    """Everything in a file that records can hold. ``in_force`` are the forms whose own fields may be used."""
    book = Notebook(document.file, leftovers=list(document.leftovers))
    narrative = Narrative(book, known.labels)
    for block in document.blocks:
        if isinstance(block, RawTable):
            narrative.table_follows()
            block = replace(block, cells=tuple(cell for cell in block.cells if cell.text))
            for side in _sides(block, known.labels):
                for table in copies(side, known.labels):
                    _read_table(book, table, known, in_force, narrative)
        else:
            note_text(book, block.text, Spot(block.where), narrative)
    narrative.end()
    return book


def _read_table(
    book: Notebook, table: RawTable, known: Known, in_force: Sequence[Form], narrative: Narrative
) -> None:
    match = best_match(table, known, [form.id for form in in_force])
    lists = find_lists(table, known.labels)
    subject = subject_of(table, lists, known.labels, book.titles)
    kind = match.layout.kind if match else "department" if subject == "department" else "project"
    if match:
        how = f"按表式 {match.layout.form} 读，栏目相符 {match.likeness:.0%}"
    else:
        how = "没有相符的表式，按栏目名称读"
    if table.rows and f"{table.where}：{how}" not in book.forms:
        book.forms.append(f"{table.where}：{how}")
    fitting = [form for form in in_force if (form.subject == "department") == (kind == "department")]
    exact = (form for form in fitting if match and form.id == match.layout.form)
    form = next(exact, fitting[0] if fitting else None)
    names = Naming("department" if kind == "department" else "project", known.labels, form, stated(table, known.labels))  # fmt: skip
    slots = _slots(understand(Understood(table, lists, names, filled=True)), match.slots if match else {})
    ends = {one.end for one in lists}
    TableReader(book, table, slots, kind, form, narrative, by_form=match is not None, ends=ends).read()


def stated(table: RawTable, labels: Labels) -> frozenset[str]:
    """Everything that labels of a table mean."""
    return frozenset(name for cell in table.cells if cell.text for name in labels.meanings(one_line(cell.text)))  # fmt: skip


def subject_of(table: RawTable, lists: Sequence[Listing], labels: Labels, titles: Sequence[str]) -> Subject:
    """What a table is about: several projects, a whole department, or one project. ``titles`` stand above it."""
    if any(one.of == "projects" for one in lists):
        return "summary"
    has = stated(table, labels)
    first = [cell.text for cells in list(table.rows.values())[:3] for cell in cells]
    whole = any(_WHOLE.search(text) for text in (*first[:6], *titles[-3:]))
    marks = {"tasks", "tasks.content", "tasks.goal", "expenditure.basic", "expenditure.project"} & has
    return "department" if "name" not in has and (whole or (marks and "department" in has)) else "project"


def _slots(table: Understood[RawTable, Naming], known: Mapping[Place, Slot]) -> dict[Place, Slot]:
    """Every label with where its values stand; ``known`` are those that a form has."""
    found = dict(known)
    for listing in table.lists:
        for head, path in listing.columns():
            if path and head.place not in known:
                group, _, name = ("projects", "", path) if listing.of == "projects" else _divided(path)
                found[head.place] = Slot(label_key(head.text), "head", (name,), group)
    for place, placed in table.cells.items():
        text, key = placed.cell.text, label_key(placed.cell.text)
        values = table.pairs.get(place, [])
        is_clear = place in found and not (len(found[place].paths) > 1 and len(values) > 1)
        if is_clear or not text or table.listing(place[0]):
            continue
        if any(value.path for value in values) or table.names.labels.meanings(text) or key in table.names.labels.own:  # fmt: skip
            paths = tuple(value.path or key for value in values)
            found[place] = Slot(key, "right" if values else "", paths, cells=tuple(value.cell.place for value in values))  # fmt: skip
        elif label := table.names.labels.divided(text)[0]:
            path = table.names.field(label, "", False) or label_key(label)
            found[place] = Slot(label_key(label), "inside", (path,))
    return found


def _divided(path: str) -> tuple[str, str, str]:
    """The list that a column is of, and its name there: ``own.counties.target`` → own.counties, target."""
    group, _, name = path.partition(".")
    if group != "own":
        return group, "", name
    inner, _, name = name.partition(".")
    return f"own.{inner}", "", name


def _sides(table: RawTable, labels: Labels) -> Iterator[RawTable]:
    """Tables of two projects that stand beside each other, one by one; any other table as it is."""
    names = {
        row: [cell.column for cell in cells if labels.meanings(cell.text)[:1] == ["name"]]
        for row, cells in table.rows.items()
    }
    row, starts = next(((row, found) for row, found in names.items() if len(found) > 1), (0, [0]))
    cuts = starts[1:]
    lower = [cell for cell in table.cells if cell.row >= row]
    if len(cuts) > _MOST_SIDES or any(cell.column < cut < cell.end for cut in cuts for cell in lower):
        cuts = []
    for start, end in itertools.pairwise((0, *cuts, MAX_CELLS)):
        yield replace(table, cells=tuple(cell for cell in table.cells if start <= cell.column < end))


def copies(table: RawTable, labels: Labels) -> Iterator[RawTable]:
    """Tables one below another, each begins with the label that the first one does; any other table as it is."""
    known = {row: [cell for cell in cells if labels.meanings(cell.text)] for row, cells in table.rows.items()}
    first = next((cells[0] for cells in known.values() if cells), None)
    starts = [row for row, cells in known.items() if first and len(cells) in (1, 2) and cells[0] == table.rows[row][0] and cells[0].column == first.column and label_key(cells[0].text) == label_key(first.text)]  # fmt: skip
    for start, end in itertools.pairwise((0, *starts[1:], MAX_CELLS * 10)):
        yield replace(table, cells=tuple(cell for cell in table.cells if start <= cell.row < end))
