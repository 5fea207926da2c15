"""An official table understood → the texts of a form's folder: declaration, example, official grid."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from gongkai.drafting.filled import records_of
from gongkai.drafting.layout import Layout
from gongkai.drafting.lists import is_placeholder, is_total, levels_of
from gongkai.drafting.naming import Own
from gongkai.drafting.original import unit_of
from gongkai.drafting.template import is_note, totals_of
from gongkai.reading.forms import Form
from gongkai.reading.nodes import Data
from gongkai.reading.source import Path_
from gongkai.reading.write_yaml import write_data

CHECK = "请核对："
_EXAMPLE = "样例：为说明表式而虚构，请换成一份真实公开的内容"
_YEAR = re.compile(
    r"20\d\d(?=年)|20?[×xX]{2}(?=年)|[_＿]{2,}(?=年)|^(?=年度?(?:预算|目标|绩效|总体))(?!年度)"
)


def declaration_of(layout: Layout, form: str, source: str, like: Form | None, pages: int = 1) -> str:
    """form.yaml; what was guessed carries a comment."""
    names, table = layout.names, layout.table
    comments: dict[Path_, str] = {}
    data: dict[str, Data] = {
        "title": table.title or "项目绩效目标表",
        "name": f"{table.title or '项目绩效目标表'}（{form}）",
        "subject": names.subject,
        "source": source,
        "amounts": {"unit": unit_of(table) or "万元", "decimals": "2", "grouping": "是"},
    }
    comments[("name",)] = f"{CHECK}写成全称，带上地区和年份"
    if not table.title:
        comments[("title",)] = f"{CHECK}表上没有找到标题"
    if unit_of(table) is None:
        comments[("amounts",)] = f"{CHECK}表上没有写金额的单位，按万元"
    if like is not None:
        data["amounts"] = _amounts(like, unit_of(table))
        data["users"] = like.declared.users
    levels = _levels(layout)
    if levels:
        data["indicators"] = {
            "print_empty": "否" if layout.filled and not _has_empty(layout) else "是",
            "levels": levels,
        }
    if names.own:
        data["own"] = [_own(own) for own in names.own.values()]
    data["fields"] = {path: _printed(label) or None for path, label in names.taken.items()}
    for path, doubt in names.doubts.items():
        comments["fields", path] = f"{CHECK}{doubt}"
    blanks: dict[str, Data] = {placed.path: placed.cell.text for placed in layout.cells.values() if placed.role == "value" and not layout.filled and placed.cell.text and not placed.options}  # fmt: skip
    if blanks:
        data["blanks"] = blanks
    if totals := totals_of(layout):
        data["totals"] = list(totals)
    data["required"] = [
        path for path in ("name", "indicators.level3", "indicators.annual_target") if path in names.taken
    ]
    data["columns"] = [f"{width.normalize():f}" for width in table.widths]
    signed = [re.split(r"[:：]", part)[0] for line in table.below if not is_note(line) for part in re.split(r"\s{2,}|[_＿]{2,}", line) if part.strip()]  # fmt: skip
    if signed:
        data["signature"] = signed
    landscape = table.landscape or (names.subject == "summary")
    data["page"] = {
        "size": "A4",
        "orientation": "landscape" if landscape else "portrait",
        "pages": str(pages),
    }
    return write_data({key: value for key, value in data.items() if value is not None}, comments)


def _amounts(like: Form, unit: str | None) -> dict[str, Data]:
    """How another form prints amounts, in the table's own unit."""
    amounts = like.declared.amounts
    found: dict[str, Data] = {"unit": unit or amounts.unit, "grouping": "是" if amounts.grouping else "否"}
    found |= {"decimals": str(amounts.decimals)} if amounts.decimals is not None else {}
    return found | ({"zero": amounts.zero} if amounts.zero else {})


def _printed(label: str) -> str:
    """A label with the year it states left open."""
    return _YEAR.sub("{year}", label)


def _own(own: Own) -> dict[str, Data]:
    found: dict[str, Data] = {"id": own.id, "label": own.label}
    found |= {"on": own.on} if own.on != "record" else {}
    found |= {"type": own.type} if own.type != "text" else {}
    found |= {"choices": list(own.choices)} if own.choices else {}
    return found | ({"columns": [_own(column) for column in own.columns]} if own.columns else {})


def _levels(layout: Layout) -> list[Data]:
    """The system of levels that the table names, in its order."""
    found: dict[str, dict[str, None]] = {}
    for listing in layout.lists:
        if "indicators" in listing.of or listing.of == "projects":
            for _, first, second in levels_of(layout.table, listing):
                if first is not None:
                    inner = found.setdefault(first.name, {})
                    if second is not None:
                        inner[second.name] = None
    return [{"name": first, "level2": [{"name": second} for second in inner]} if inner else {"name": first} for first, inner in found.items()]  # fmt: skip


def _has_empty(layout: Layout) -> bool:
    """Whether a filled table has rows of levels with no indicator."""
    for listing in layout.lists:
        column = next(
            (column for column, path in listing.paths.items() if path.endswith("indicators.level3")), None
        )
        if column is not None:
            return any(not one.text or is_placeholder(one.text) for row in range(listing.first, listing.end) for one in layout.row(row) if one.cell.column == column)  # fmt: skip
    return False


# -- the official grid ------------------------------------------------------------------------------


def official_of(layout: Layout) -> str:
    """official.html: the table as it is, blank: every text in it is one that the form prints."""
    table = layout.table
    lines = []
    lines.append(
        "<colgroup>"
        + "".join(f'<col width="{width.normalize():f}%">' for width in table.widths)
        + "</colgroup>"
    )
    for row in range(table.height):
        cells = []
        for placed in layout.row(row):
            span = (f' colspan="{placed.cell.columns}"' if placed.cell.columns > 1 else "") + (f' rowspan="{placed.cell.rows}"' if placed.cell.rows > 1 else "")  # fmt: skip
            cells.append(f"<td{span}>{escape(_kept(layout, placed.cell.row, placed.cell.column))}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    around = [line for line in table.below if is_note(line)]
    return "\n".join(["<!DOCTYPE html>", '<meta charset="utf-8">', f"<p>{escape(table.title)}</p>", '<table border="1">', *lines, "</table>", *(f"<p>{escape(line)}</p>" for line in around), ""])  # fmt: skip


def _kept(layout: Layout, row: int, column: int) -> str:
    """A cell's text where it is the form's own."""
    placed = layout.cells[row, column]
    if placed.role in ("label", "head"):
        listing = layout.listing(row)
        if listing is None or listing.paths.get(column, "").rpartition(".")[2] in ("level1", "level2"):
            return "" if listing and is_placeholder(placed.text) else placed.text
        return placed.text if is_total(layout.table, listing, row) else ""
    if placed.role == "blank":
        return placed.cell.text
    if placed.options:
        return "".join(f"□{option}" for option in placed.options)
    return "" if layout.filled else placed.cell.text


# -- example ------------------------------------------------------------------------------------------


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
    for path in form.declared.fields:
        try:
            term = form.term(path)
        except KeyError:
            continue
        if term.kind in ("list", "mapping"):
            continue
        if term.in_list:
            name = term.keys[0]
            pairs = (systems or [("产出指标", "数量指标")]) if "指标" in name else [("", "")]
            rows: Any = data.setdefault(name, [{} for _ in pairs])
            for row, pair in zip(rows, pairs, strict=True):
                row[term.keys[-1]] = {"一级指标": pair[0], "二级指标": pair[1]}.get(term.keys[-1]) or _sample(
                    term.kind, form, path
                )
            continue
        holder: Any = data
        for key in term.keys[:-1]:
            holder = holder.setdefault(key, {})
        holder[term.keys[-1]] = ticked_first.get(path) or _sample(term.kind, form, path)
    data.setdefault("部门名称" if form.subject == "department" else "项目名称", "样例")
    return data


def _sample(kind: str, form: Form, path: str) -> str:
    own = form.own_field(path.rpartition("own.")[2])
    if own is not None and own.choices:
        return own.choices[0]
    return {"amount": f"0.00{form.amount_style(path).unit}", "year": "2026", "date": "2026-01-01", "count": "0", "number": "0", "target": "≥1项", "rich": "样例文字。"}.get(kind, "样例")  # fmt: skip
