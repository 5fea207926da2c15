"""Raw tables and texts of a file → drafts: each table by the form whose labels it has, else by what labels mean."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gongkai.exchange.drafts import Notebook
from gongkai.exchange.guess import completed, kind_of_table
from gongkai.exchange.labels import Labels
from gongkai.exchange.layout import Known, best_match
from gongkai.exchange.narrative import Narrative, note_text
from gongkai.exchange.table_reader import TableReader
from gongkai.exchange.tables import MAX_CELLS, RawDocument, RawTable, Spot
from gongkai.reading.forms import Form

_MOST_SIDES = 20


def recognise(document: RawDocument, known: Known, in_force: Sequence[Form] = ()) -> Notebook:
    """Everything in a file that records can hold. ``in_force`` are the forms whose own fields may be used."""
    book = Notebook(document.file, leftovers=list(document.leftovers))
    narrative = Narrative(book, known.labels)
    for block in document.blocks:
        if isinstance(block, RawTable):
            narrative.table_follows()
            for table in _sides(block, known.labels):
                _read_table(book, table, known, in_force, narrative)
        else:
            note_text(book, block.text, Spot(block.where), narrative)
    narrative.end()
    return book


def _read_table(
    book: Notebook, table: RawTable, known: Known, in_force: Sequence[Form], narrative: Narrative
) -> None:
    match = best_match(table, known, [form.id for form in in_force])
    kind = match.layout.kind if match else kind_of_table(table, known.labels, book.titles)
    if match:
        book.forms.append(f"{table.where}：按表式 {match.layout.form} 读，栏目相符 {match.likeness:.0%}")
    elif table.rows:
        book.forms.append(f"{table.where}：没有相符的表式，按栏目名称读")
    fitting = [form for form in in_force if (form.subject == "department") == (kind == "department")]
    exact = (form for form in fitting if match and form.id == match.layout.form)
    form = next(exact, fitting[0] if fitting else None)
    slots = completed(
        table, known.labels, kind, fitting[:1] if form is None else [form], match.slots if match else {}
    )
    TableReader(book, table, slots, kind, form, narrative, by_form=match is not None).read()


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
