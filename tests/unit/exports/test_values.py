"""Fields that only one form has: a value a row for machines, a column a field for people."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from gongkai.building.artifacts import File
from gongkai.exports.described import data_package
from gongkai.exports.tables import Column
from gongkai.exports.values import disclosure_rows, form_rows
from gongkai.reading.acts import SiteSettings
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
                tables = {
                    form: ([label for label, _ in columns], lines)
                    for form, columns, lines in form_rows(loaded, disclosure, rows)
                }
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


def test_the_package_describes_what_only_one_form_has() -> None:
    columns = {"data/forms/one.csv": [Column("所属编号", "所属编号", "id"), Column("金额", "金额", "amount")]}
    file = File("data/forms/one.csv", "0" * 64, 10, 2, "")
    package = json.loads(
        data_package(SiteSettings.model_validate({"站点名称": "站"}), [file], None, [], columns)
    )
    (found,) = package["resources"]
    assert (found["name"], found["rows"]) == ("forms-one", 2)
    assert [(one["name"], one["type"]) for one in found["schema"]["fields"]] == [
        ("所属编号", "string"),
        ("金额", "number"),
    ]
