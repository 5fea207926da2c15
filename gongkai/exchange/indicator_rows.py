"""Rows of indicators in tables → a draft: levels filled down, rows that stand some columns off put right."""

from __future__ import annotations

import re

from gongkai.exchange.blocks import Block, Column
from gongkai.exchange.drafts import Draft, Notebook, Read, read_value, term_of
from gongkai.exchange.labels import is_level1, is_level2, level_name
from gongkai.exchange.matrix import Matrix
from gongkai.exchange.tables import RawCell
from gongkai.reading.forms import Form
from gongkai.reading.source import Path_

NUMBERED = re.compile(r"^(?:指标|目标|任务)\s*\d+\s*[:：、.]?\s*")
_PARENTS = {
    "数量": ("产出", "完成"), "质量": ("产出", "完成"), "时效": ("产出", "完成"),
    "经济效益": ("效益",), "社会效益": ("效益",), "生态效益": ("效益",), "可持续影响": ("效益",),
    "经济成本": ("成本",), "社会成本": ("成本",), "生态环境成本": ("成本",),
}  # fmt: skip


class IndicatorReader:
    """Reads rows of indicators into drafts."""

    def __init__(self, book: Notebook, matrix: Matrix, form: Form | None) -> None:
        self.book, self.matrix, self.form = book, matrix, form

    def indicators(self, block: Block, row: int, draft: Draft) -> None:
        """One row of indicators, on one side or on both."""
        own = self.matrix.starting(row)
        if own and self.matrix.labels.means(own[0].text, "sum"):
            for cell in own:
                self.book.leave(self.matrix.spot(cell), cell.text, "是合计，由程序计算")
            return
        for group in dict.fromkeys(column.group for column in block.columns):
            columns = [column for column in block.columns if column.group == group]
            if group == "indicators" and not any(column.name == "level1" for column in columns):
                columns = [column for column in block.columns if column.name == "level1"] + columns
            self._indicator(block, row, draft, columns, group)
        used = {
            (cell.row, cell.column)
            for column in block.columns
            for cell in self.matrix.covering(row, column.start, column.end)
        }
        for cell in own:
            if (cell.row, cell.column) not in used:
                spot = self.matrix.spot(cell)
                if (
                    self.matrix.is_label(cell)
                    or is_level1(cell.text)
                    or re.fullmatch(r".{0,6}[（(]续[）)]", cell.text)
                ):
                    self.book.label(spot, cell.text)
                else:
                    self.book.leave(spot, cell.text, "不在任何一列指标的下面")

    def _indicator(self, block: Block, row: int, draft: Draft, columns: list[Column], group: str) -> None:
        found: dict[str, list[RawCell]] = {}
        for column in columns:
            cells = self.matrix.covering(row, column.start, column.end)
            if column.name not in ("level1", "level2"):
                cells = [
                    cell
                    for cell in cells
                    if cell.row == row or (cell.rows > 1 and not self._is_taken(cell, row))
                ]
            if cells:
                found[column.name] = cells
        shifted = self._shifted(block, row, columns, found)
        if shifted is not None:
            found = shifted
        levels = self._levels(block, group, found, columns)
        values = {name: cells for name, cells in found.items() if name not in ("level1", "level2")}
        values = {name: cells for name, cells in values.items() if self._value(cells, name)}
        if not values or (
            set(values) <= {"unit", "direction", "nature"}
            and not self._value(found.get("level3", []), "level3")
        ):
            self._note_blank_row(found, row)
            return
        if self._goes_on(block, group, draft, values, found, row):
            return
        self._put_indicator(block, draft, group, levels, values, shifted is not None)
        for name in ("level1", "level2"):
            for cell in found.get(name, []):
                if cell.row == row:
                    self.book.label(self.matrix.spot(cell), cell.text)

    def _is_taken(self, cell: RawCell, row: int) -> bool:
        return cell.row < row and not any(
            other.row == row and other.column > cell.column for other in self.matrix.starting(row)
        )

    def _put_indicator(
        self,
        block: Block,
        draft: Draft,
        group: str,
        levels: dict[str, str],
        values: dict[str, list[RawCell]],
        shifted: bool,
    ) -> None:
        keys = {"indicators": "绩效指标", "period_indicators": "中期绩效指标"}
        number = len(draft.data.get(keys[group], []))
        base: Path_ = (keys[group], number)
        rows = draft.data.setdefault(keys[group], [])
        rows.append({})
        for name, key in (("level1", "一级指标"), ("level2", "二级指标")):
            if levels.get(name):
                rows[number][key] = levels[name]
        for name, cells in values.items():
            text = self._value(cells, name)
            spot = self.matrix.spot(cells[0])
            term = term_of(draft.kind, f"indicators.{name}", self.form)
            if term is None:
                self.book.leave(spot, text, "这里没有这一列")
                continue
            value, doubt = read_value(text, term.kind, ())
            if value is None:
                self.book.leave(spot, text, f"“{term.label}”{doubt}")
                continue
            source = "".join(cell.text for cell in cells)
            self.book.put(
                draft,
                (*base, term.label),
                value,
                spot,
                source,
                doubt or ("这一行的格子错了位" if shifted else ""),
            )
        if not rows[number] or set(rows[number]) <= {"一级指标", "二级指标"}:
            rows.pop()
            if not rows:
                draft.data.pop(keys[group])
            return
        if levels.get("doubt") and values:
            self.book.doubt(draft, base, self.matrix.spot(next(iter(values.values()))[0]), levels["doubt"])

    def _value(self, cells: list[RawCell], name: str) -> str:
        text = "\n".join(dict.fromkeys(cell.text for cell in cells))
        if name == "level3":
            text = NUMBERED.sub("", text)
        return "" if re.fullmatch(r"[…\.\s]*", text) else text

    def _note_blank_row(self, found: dict[str, list[RawCell]], row: int) -> None:
        for name, cells in found.items():
            for cell in cells:
                if cell.row != row:
                    continue
                if name in ("level1", "level2") or NUMBERED.fullmatch(cell.text):
                    self.book.label(self.matrix.spot(cell), cell.text)
                else:
                    self.book.leave(self.matrix.spot(cell), cell.text, "是表式里没有填写的提示文字")

    def _levels(
        self, block: Block, group: str, found: dict[str, list[RawCell]], columns: list[Column]
    ) -> dict[str, str]:
        """The row's level names; a blank one is that of the row above."""
        levels: dict[str, str] = {}
        for name in ("level1", "level2"):
            text = level_name("".join(cell.text for cell in found.get(name, [])))
            before = block.last.get(f"{group}.{name}", "")
            levels[name] = text or before
            if name == "level1" and text and text != before:
                block.last.pop(f"{group}.level2", None)
            block.last[f"{group}.{name}"] = levels[name]
        parents = _PARENTS.get(levels["level2"].removesuffix("指标"))
        stated = level_name("".join(cell.text for cell in found.get("level1", [])))
        if (
            parents
            and levels["level1"]
            and not stated
            and not any(part in levels["level1"] for part in parents)
        ):
            levels["doubt"] = "这一行没有写一级指标，按上一行的填写"
        return levels

    def _shifted(
        self, block: Block, row: int, columns: list[Column], found: dict[str, list[RawCell]]
    ) -> dict[str, list[RawCell]] | None:
        """The cells of a row that stands some columns off, put where they belong; None for an ordinary row."""
        names = [column.name for column in columns]
        if "level3" not in names or len({column.group for column in block.columns}) > 1:
            return None
        own = [
            cell
            for cell in self.matrix.starting(row)
            if cell.rows == 1 or is_level1(cell.text) or is_level2(cell.text)
        ]
        levels = {name: found.get(name, [None])[0] for name in ("level1", "level2")}
        first = own[0] if own else None
        off_left = (
            first is not None
            and first.column < block.left
            and is_level1(first.text)
            and not self.matrix.labels.means(first.text, "indicators")
        )
        strange = any(
            cell
            and cell.row == row
            and not is_level1(cell.text)
            and not is_level2(cell.text)
            and len(own) > 1
            for cell in levels.values()
        ) and (not found.get("level3") or not found.get(names[-1]) or levels["level1"] == levels["level2"])
        wrong_way = bool(
            levels["level1"]
            and levels["level1"].row == row
            and not is_level1(levels["level1"].text)
            and is_level2(levels["level1"].text)
        )
        too_many = "level3" in found and len(found.get(names[-1], [])) > 1 and self._is_doubled(found, names)
        if not (off_left or strange or wrong_way or too_many):
            return None
        rest = [cell for cell in own if not self.matrix.labels.means(cell.text, "indicators")]
        result: dict[str, list[RawCell]] = {}
        if len(rest) > 1 and is_level1(rest[0].text) and is_level2(rest[1].text):
            result["level1"] = [rest.pop(0)]
        if rest and is_level2(rest[0].text):
            result["level2"] = [rest.pop(0)]
        values = [name for name in names if name not in ("level1", "level2")]
        if len(rest) > len(values) and rest[0].text == rest[1].text:
            self.book.read.append(Read(self.matrix.spot(rest[1]), rest[1].text, -1, ("三级指标",)))
            del rest[1]
        for name in values:
            if rest:
                result[name] = [rest.pop(0)]
        for cell in rest:
            self.book.leave(self.matrix.spot(cell), cell.text, "这一行的格子比列多")
        return result

    def _is_doubled(self, found: dict[str, list[RawCell]], names: list[str]) -> bool:
        """A third-level name that stands in two columns pushes the values to the right."""
        following = found.get(names[names.index("level3") + 1], []) if names[-1] != "level3" else []
        return bool(following) and following[0].text == found["level3"][0].text

    def _goes_on(
        self,
        block: Block,
        group: str,
        draft: Draft,
        values: dict[str, list[RawCell]],
        found: dict[str, list[RawCell]],
        row: int,
    ) -> bool:
        """A cell cut in two rows: only one long text goes on, nothing else is in the row."""
        key = {"indicators": "绩效指标", "period_indicators": "中期绩效指标"}[group]
        rows = draft.data.get(key, [])
        if (
            not rows
            or len(values) != 1
            or any(cell.row == row for name in ("level1", "level2") for cell in found.get(name, []))
        ):
            return False
        name, cells = next(iter(values.items()))
        term = term_of(draft.kind, f"indicators.{name}")
        before = str(rows[-1].get(term.label, "")) if term else ""
        complete = {"三级指标", "年度指标值"} <= set(rows[-1])
        if (
            term is None
            or not complete
            or re.search(r"[。！？；]$", before)
            or (name == "level3" and len(before) < 20)
        ):
            return False
        rows[-1][term.label] = before + re.sub(r"\s*\n\s*", "", cells[0].text)
        spot = self.matrix.spot(cells[0])
        self.book.read.append(Read(spot, cells[0].text, draft.number, (key, len(rows) - 1, term.label)))
        self.book.doubt(draft, (key, len(rows) - 1, term.label), spot, "这一格的后半截在下一行")
        return True
