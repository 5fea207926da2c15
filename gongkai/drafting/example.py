"""A form's example.yaml: what a filled table says, or a made-up record that says of itself that it is one."""

from __future__ import annotations

import re
from pathlib import Path

from gongkai.drafting.folder import CHECK
from gongkai.drafting.template import Layout
from gongkai.exchange.binding import put_at
from gongkai.exchange.labels import one_line
from gongkai.exchange.layout import Known
from gongkai.exchange.recognise import recognise
from gongkai.exchange.tables import RawDocument
from gongkai.reading.forms import Form
from gongkai.reading.nodes import Data
from gongkai.reading.source import Path_
from gongkai.reading.write_yaml import write_data

_EXAMPLE = "样例：为说明表式而虚构，请换成一份真实公开的内容"


def filled_records(document: RawDocument, layout: Layout, form: Form, layouts: tuple[Path, ...]) -> list[dict[str, Data]]:  # fmt: skip
    """The records of a filled table, imported by the form that was drafted from it; what is not read is among the doubts.

    ``layouts`` are the folders that templates are looked up in, the form's own among them.
    """
    book = recognise(document, Known.of({form.id: form}, layouts), [form])
    for left in book.leftovers:
        if left.where.startswith(layout.table.where):
            layout.names.doubts[f"{left.where}（样例）"] = (
                f"表上的“{one_line(left.text)}”没有读进样例：{left.reason}"
            )
    return [draft.data for draft in book.drafts if draft.where == layout.table.where and draft.data]


def example_of(records: list[dict[str, Data]], layout: Layout, form: Form) -> str:
    """The text; without records the fields of a made-up one."""
    record = (records or [_made_up(form, layout)])[0]
    record.setdefault("部门名称" if form.subject == "department" else "项目名称", "样例")
    year = re.search(r"20\d\d", layout.table.note)
    named = str(record.get("部门名称") or record.get("主管部门") or "某某局（样例）")
    public: dict[str, Data] = {"年度": year[0] if year else "2026"}
    data: dict[str, Data] = {"地区": {"地区名称": "样例"}, "部门": {"部门名称": named}, "公开": public}
    if form.subject == "department":
        public["部门整体绩效目标"] = record
    else:
        data["项目"] = list(records or [record])
    header = f"# {CHECK}照录自表上的内容；地区、部门请写全。" if records else f"# {CHECK}{_EXAMPLE}。"
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
