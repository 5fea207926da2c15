"""A filled table → the records it shows; what cannot be read as its field's kind is a doubt, never lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gongkai.drafting.layout import Layout, ticked
from gongkai.drafting.lists import Listing, is_placeholder, is_total, levels_of
from gongkai.drafting.original import one_line, unit_of
from gongkai.exchange.drafts import read_value
from gongkai.exchange.indicator_rows import NUMBERED
from gongkai.reading.forms import Form
from gongkai.reading.nodes import Data

_LIST = re.compile(r"(indicators|period_indicators|tasks|own\.\w+(?=\.))")


def records_of(layout: Layout, form: Form) -> list[dict[str, Data]]:
    """The records under YAML keys, one but in a table of several projects; amounts in the table's unit."""
    return _Records(layout, form).read()


class _Records:
    """Reads the table's values; what it cannot read it notes among the doubts."""

    def __init__(self, layout: Layout, form: Form) -> None:
        self.layout, self.form, self.unit = layout, form, unit_of(layout.table)
        self.records: list[dict[str, Data]] = [{}]

    def read(self) -> list[dict[str, Data]]:
        """Every value outside of lists, then every item of these."""
        for placed in self.layout.cells.values():
            if placed.role == "value" and placed.cell.text and self.layout.listing(placed.cell.row) is None:
                self._put(placed.path, ticked(placed.cell.text) if placed.options else placed.cell.text)
        for listing in self.layout.lists:
            for row, first, second in levels_of(self.layout.table, listing):
                if not is_total(self.layout.table, listing, row):
                    levels = {
                        "一级指标": first.name if first else "",
                        "二级指标": second.name if second else "",
                    }
                    self._row(listing, row, {key: name for key, name in levels.items() if name})
        return self.records

    def _row(self, listing: Listing, row: int, levels: dict[str, Data]) -> None:
        items: dict[str, dict[str, Data]] = {}
        for path, text in self._values(listing, row):
            found = _LIST.match(path)
            if found is None:
                if path == "name" and self.records[-1].get("项目名称"):
                    self.records.append({})
                self._put(path, text)
                continue
            start = levels if found[1].endswith("indicators") else {}
            items.setdefault(found[1], dict(start)).update(self._read(path, text))
        for of, item in items.items():
            rows: Any = self.records[-1].setdefault(self.form.term(f"{of}").keys[0], [])
            rows.append(item)

    def _values(self, listing: Listing, row: int) -> Iterator[tuple[str, str]]:
        for placed in self.layout.row(row):
            path = listing.paths.get(placed.cell.column, "")
            text = NUMBERED.sub("", placed.cell.text)
            is_level = path.rpartition(".")[2] in ("level1", "level2")
            if path and not is_level and text and (text.isdigit() or not is_placeholder(one_line(text))):
                yield path, text

    def _read(self, path: str, text: str) -> dict[str, Data]:
        """The field's key and value; empty, with a doubt, for a text that is no such value."""
        term = self.form.term(path)
        value, reason = read_value(text, term.kind, (self.unit,))
        if value is None:
            self.layout.names.doubts[f"{path}（样例）"] = f"表上的“{one_line(text)}”没有读进样例：{reason}"
        return {term.keys[-1]: value} if value else {}

    def _put(self, path: str, text: str) -> None:
        holder: Any = self.records[-1]
        for key in self.form.term(path).keys[:-1]:
            holder = holder.setdefault(key, {})
        holder.update(self._read(path, text))
