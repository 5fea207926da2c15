"""A form's example.yaml: what a filled table says, or a made-up record that says of itself that it is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gongkai.drafting.folder import CHECK
from gongkai.drafting.layout import Layout, Listing, is_placeholder, is_total, levels_of, ticked
from gongkai.drafting.original import one_line
from gongkai.exchange.binding import put_at
from gongkai.exchange.values import NUMBERED, read_value
from gongkai.reading.forms import Form
from gongkai.reading.nodes import Data
from gongkai.reading.source import Path_
from gongkai.reading.write_yaml import write_data

_EXAMPLE = "样例：为说明表式而虚构，请换成一份真实公开的内容"
_LIST = re.compile(r"(indicators|period_indicators|tasks|own\.\w+(?=\.))")


def example_of(layout: Layout, form: Form) -> str:
    """example.yaml: what a filled table says, or a made-up record that says of itself that it is one."""
    records = records_of(layout, form) if layout.filled else [_made_up(form, layout)]
    record = records[0]
    record.setdefault("部门名称" if form.subject == "department" else "项目名称", "样例")
    year = re.search(r"20\d\d", layout.table.note)
    named = str(record.get("部门名称") or record.get("主管部门") or "某某局（样例）")
    public: dict[str, Data] = {"年度": year[0] if year else "2026"}
    data: dict[str, Data] = {"地区": {"地区名称": "样例"}, "部门": {"部门名称": named}, "公开": public}
    if form.subject == "department":
        public["部门整体绩效目标"] = record
    else:
        data["项目"] = list(records)
    header = f"# {CHECK}照录自表上的内容；地区、部门请写全。" if layout.filled else f"# {CHECK}{_EXAMPLE}。"
    return write_data(data, {}, [header])


def _made_up(form: Form, layout: Layout) -> dict[str, Data]:
    ticked_first = {placed.path: placed.options[0] for placed in layout.cells.values() if placed.options}
    data: dict[str, Data] = {}
    systems = [(one.name, two.name) for one in form.declared.indicators.levels for two in one.level2 or ()]
    for term in form.shown_terms():
        name = term.keys[0]
        pairs = (systems or [("产出指标", "数量指标")]) if "指标" in name else [("", "")]
        for number, pair in enumerate(pairs if term.in_list else [("", "")]):
            value = {"一级指标": pair[0], "二级指标": pair[1]}.get(term.label) or ticked_first.get(term.path)
            keys: Path_ = (name, number, *term.keys[1:]) if term.in_list else term.keys
            put_at(data, keys, value or _sample(term.kind, form, term.path))
    data.setdefault("部门名称" if form.subject == "department" else "项目名称", "样例")
    return data


def _sample(kind: str, form: Form, path: str) -> str:
    own = form.own_field(path.rpartition("own.")[2])
    if own is not None and own.choices:
        return own.choices[0]
    return {"amount": f"0.00{form.amount_style(path).unit}", "year": "2026", "date": "2026-01-01", "count": "0", "number": "0", "target": "≥1项", "rich": "样例文字。"}.get(kind, "样例")  # fmt: skip


# -- a filled table -------------------------------------------------------------------------------


def records_of(layout: Layout, form: Form) -> list[dict[str, Data]]:
    """The records under YAML keys, one but in a table of several projects; amounts in the table's unit."""
    return _Records(layout, form).read()


class _Records:
    """Reads the table's values; what it cannot read it notes among the doubts."""

    def __init__(self, layout: Layout, form: Form) -> None:
        self.layout, self.form, self.unit = layout, form, layout.table.unit
        self.records: list[dict[str, Data]] = [{}]

    def read(self) -> list[dict[str, Data]]:
        """Every value outside of lists, then every item of these."""
        for placed in self.layout.cells.values():
            if placed.role == "value" and placed.cell.text and self.layout.listing(placed.cell.row) is None:
                self._put(placed.path, ticked(placed.cell.text) if placed.options else placed.cell.text)
        for listing in self.layout.lists:
            for row, first, second in levels_of(self.layout.table, listing):
                if not is_total(self.layout.table, listing, row):
                    levels = {"一级指标": first, "二级指标": second}
                    self._row(listing, row, {key: level.name for key, level in levels.items() if level})
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
        for value in self._read(path, text).values():
            put_at(self.records[-1], self.form.term(path).keys, value)
