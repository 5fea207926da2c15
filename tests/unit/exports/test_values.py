"""Fields that only one form has: a value a row for machines, a column a field for people."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from gongkai.exports.values import disclosure_rows, form_rows
from gongkai.reading.forms import load_forms
from gongkai.reading.load import Loader
from gongkai.workspace import built_in_layouts

LONG = Path(__file__).parents[2] / "sites" / "long"


def test_every_own_value_stands_in_the_column_of_its_field() -> None:
    loader = Loader(LONG, load_forms((built_in_layouts(),))[0])
    seen = 0
    for locality in loader.localities():
        for folder in loader.department_folders(locality):
            loaded = loader.department(locality, folder)
            assert loaded is not None
            for disclosure in loaded.department.disclosures:
                rows = disclosure_rows(loaded, disclosure)
                stated = [row for row in rows.get("own_values", ()) if row[4]]
                tables = {form: (head, lines) for form, head, lines in form_rows(loaded, disclosure, rows)}
                assert sum(
                    cell is not None for _, lines in tables.values() for line in lines for cell in line[5:]
                ) == len(stated)
                for holder, _, _, _, form, _, label, row, _, column, _, text, value in stated:
                    head, lines = tables[str(form)]
                    (line,) = (one for one in lines if (one[0], one[4]) == (holder, row))
                    cell = line[head.index(f"{label}_{column}" if column else label)]
                    assert cell == (text if value is None else value)
                    seen += 1
                    assert not isinstance(cell, float) and (value is None or isinstance(cell, (int, Decimal)))
    assert seen > 3
