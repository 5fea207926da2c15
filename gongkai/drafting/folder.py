"""An official table understood → form.yaml and official.html."""

from __future__ import annotations

import re
from html import escape

from gongkai.drafting.naming import Own
from gongkai.drafting.template import Layout, is_note, totals_of
from gongkai.exchange.lists import is_placeholder, is_total, levels_of
from gongkai.reading.forms import Form
from gongkai.reading.nodes import Data
from gongkai.reading.source import Path_
from gongkai.reading.write_yaml import write_data

CHECK = "请核对："
_YEAR = re.compile(
    r"20\d\d(?=年)|20?[×xX]{2}(?=年)|[_＿]{2,}(?=年)|^(?=年度?(?:预算|目标|绩效|总体))(?!年度)"
)


def declaration_of(layout: Layout, form: str, source: str, like: Form | None, pages: int = 1) -> str:
    """form.yaml; what was guessed carries a comment."""
    names, table, unit = layout.names, layout.table, layout.table.unit
    comments: dict[Path_, str] = {("name",): f"{CHECK}写成全称，带上地区和年份"}
    data: dict[str, Data] = {
        "title": _printed(table.title) or "项目绩效目标表",
        "name": f"{table.title or '项目绩效目标表'}（{form}）",
        "subject": names.subject,
        "source": source,
        "amounts": {"unit": unit or "万元", "decimals": "2", "grouping": "是"},
    }
    if like is not None:
        data["amounts"] = _amounts(like, unit)
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
        comments[(path,) if path in ("title", "amounts") else ("fields", path)] = f"{CHECK}{doubt}"
    blanks: dict[str, Data] = {placed.path: placed.cell.text for placed in layout.cells.values() if placed.role == "value" and not layout.filled and placed.cell.text and not placed.options}  # fmt: skip
    if blanks:
        data["blanks"] = blanks
    if totals := totals_of(layout):
        data["totals"] = list(totals)
    always = ("name", "indicators.level3", "indicators.annual_target")
    data["required"] = [path for path in always if path in names.taken]
    data["columns"] = [f"{width:g}" for width in table.widths]
    signed = [re.split(r"[:：]", part)[0] for line in table.below if not is_note(line) for part in re.split(r"\s{2,}|[_＿]{2,}", line) if part.strip()]  # fmt: skip
    if signed:
        data["signature"] = signed
    landscape = table.landscape or (names.subject == "summary")
    orientation = "landscape" if landscape else "portrait"
    data["page"] = {"size": "A4", "orientation": orientation, "pages": str(pages)}
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
        third = next((head for head, path in listing.columns() if path.endswith("indicators.level3")), None)
        if third is not None:
            texts = [layout.table.at[row, third.column].text for row in range(listing.first, listing.end)]
            return any(not text or is_placeholder(text) for text in texts)
    return False


# -- the official grid ------------------------------------------------------------------------------


def official_of(layout: Layout) -> str:
    """official.html: the table as it is, blank: every text in it is one that the form prints."""
    table = layout.table
    columns = "".join(f'<col width="{width:g}%">' for width in table.widths)
    lines = [f"<colgroup>{columns}</colgroup>"]
    for row in range(table.size[0]):
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
