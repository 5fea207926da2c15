"""Raw tables and texts of a file → drafts of records: each table by the form whose labels it has, else by its own labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gongkai.exchange.drafts import Notebook, Spot
from gongkai.exchange.labels import Labels
from gongkai.exchange.layout import Layout, best_match
from gongkai.exchange.matrix import Matrix
from gongkai.exchange.narrative import Narrative, note_text
from gongkai.exchange.surroundings import sides
from gongkai.exchange.table_reader import TableReader
from gongkai.exchange.tables import RawDocument, RawTable
from gongkai.reading.forms import Form


def recognise(
    document: RawDocument,
    forms: Mapping[str, Form],
    in_force: Sequence[Form] = (),
    layouts: Sequence[Layout] = (),
) -> Notebook:
    """Everything in a file that records can hold. ``in_force`` are the forms whose own fields may be used."""
    book = Notebook(document.file, leftovers=list(document.leftovers))
    labels = Labels(forms)
    narrative = Narrative(book, labels)
    for block in document.blocks:
        if isinstance(block, RawTable):
            narrative.table_follows()
            for table in sides(block, labels):
                _read_table(book, table, labels, (in_force, layouts), narrative)
        else:
            note_text(book, block.text, Spot(block.where), narrative)
    narrative.end()
    return book


def _read_table(
    book: Notebook,
    table: RawTable,
    labels: Labels,
    known: tuple[Sequence[Form], Sequence[Layout]],
    narrative: Narrative,
) -> None:
    in_force, layouts = known
    match = best_match(table, layouts, [form.id for form in in_force])
    if match:
        book.forms.append(f"{table.where}：按表式 {match.layout.form} 读，栏目相符 {match.likeness:.0%}")
    elif any(cell.text for cell in table.cells):
        book.forms.append(f"{table.where}：没有相符的表式，按栏目名称读")
    matrix = Matrix(table, labels, match.slots if match else {})
    TableReader(book, matrix, tuple(in_force), narrative, match).read()
