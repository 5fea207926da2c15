"""Parts of tables with one row per item: indicators (side by side too), key tasks, projects of a flat list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gongkai.exchange.composite import split_composite
from gongkai.exchange.drafts import Draft, Notebook, Read, Spot, read_value, term_of
from gongkai.exchange.labels import SOURCES, is_level1, is_level2, label_key, level_name, unit_in
from gongkai.exchange.matrix import Matrix
from gongkai.exchange.tables import RawCell
from gongkai.forms import Form
from gongkai.source import Path_

NUMBERED = re.compile(r"^(?:指标|目标|任务)\s*\d+\s*[:：、.]?\s*")
_UNIT_NAME = re.compile(
    r"(局|委员会|委|办公室|办|中心|政府|部门|厅|院|校|学|会|队|站|馆|所|处|公司|机关|单位)$"
)
_PARENTS = {
    "数量": ("产出", "完成"), "质量": ("产出", "完成"), "时效": ("产出", "完成"),
    "经济效益": ("效益",), "社会效益": ("效益",), "生态效益": ("效益",), "可持续影响": ("效益",),
    "经济成本": ("成本",), "社会成本": ("成本",), "生态环境成本": ("成本",),
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of a block: its range, the field path inside a row, the list it belongs to, the unit in its head."""

    start: int
    end: int
    name: str
    group: str
    unit: str | None = None


@dataclass
class Block:
    """A part of a table below a row of column labels; ``kind`` is indicators, tasks, own or projects."""

    kind: str
    columns: list[Column]
    head: tuple[str, ...]
    last: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    unit_name: str = ""
    own: str = ""

    @property
    def left(self) -> int:
        """The first column."""
        return min(column.start for column in self.columns)


def find_block(matrix: Matrix, row: int, cells: list[RawCell], forms: tuple[Form, ...]) -> Block | None:
    """The block whose column labels stand in this row; None when it is no row of column labels."""
    meanings = {cell.column: matrix.labels.meanings(cell.text) for cell in cells}
    names = [name for found in meanings.values() for name in found]
    head = tuple(label_key(cell.text) for cell in cells)
    all_labels = all(meanings.values())
    is_flat = all_labels and "name" in names and len(cells) >= 3
    if is_flat and ("objective.annual" in names or "objective" in names or "indicators" in names or "indicators.level3" in names):  # fmt: skip
        return Block("projects", _flat_columns(matrix, cells), head)
    level3 = sum("indicators.level3" in found for found in meanings.values())
    values = any(name.endswith("_target") for name in names)
    if level3 and (values or "indicators.level2" in names):
        return Block("indicators", _indicator_columns(matrix, cells, level3 > 1), head)
    own = _own_rows(matrix, cells, forms)
    if own:
        return own
    if "tasks.name" in names and {"tasks.content", "tasks.goal", "tasks.funds"} & set(names):
        return Block("tasks", _task_columns(matrix, row, cells), head)
    return None


def _indicator_columns(matrix: Matrix, cells: list[RawCell], two_sides: bool) -> list[Column]:
    columns: list[Column] = []
    side = "period_indicators" if two_sides else "indicators"
    for cell in cells:
        found = [name for name in matrix.labels.meanings(cell.text) if name.startswith("indicators.")]
        if not found:
            continue
        name = found[0].removeprefix("indicators.")
        if any(column.name == name and column.group == side for column in columns):
            if two_sides:
                side = "indicators"
            elif name == "annual_target":
                columns = [_as_period(column) if column.name == name else column for column in columns]
        if two_sides and side == "period_indicators" and name == "annual_target":
            name = "period_target"
        columns.append(Column(cell.column, cell.end, name, side, unit_in(cell.text)))
    return _to_the_edge(columns, matrix)


def _as_period(column: Column) -> Column:
    return Column(column.start, column.end, "period_target", column.group, column.unit)


def _to_the_edge(columns: list[Column], matrix: Matrix) -> list[Column]:
    """A column reaches to the next one, so that values in unmerged neighbours are found."""
    ordered = sorted(columns, key=lambda column: column.start)
    ends = [column.start for column in ordered[1:]] + [matrix.width]
    return [
        Column(
            column.start,
            max(end, column.end) if end >= column.end else column.end,
            column.name,
            column.group,
            column.unit,
        )
        for column, end in zip(ordered, ends, strict=True)
    ]


def _flat_columns(matrix: Matrix, cells: list[RawCell]) -> list[Column]:
    columns = []
    for cell in cells:
        found = matrix.labels.meanings(cell.text)
        name = next((name for name in found if name.startswith("indicators.")), found[0])
        if name == "unit":
            name = "indicators.unit"
        columns.append(Column(cell.column, cell.end, _funds_path(name), "projects", unit_in(cell.text)))
    return _to_the_edge(columns, matrix)


def _funds_path(name: str) -> str:
    if name in SOURCES:
        return f"funds.{name}"
    return {"sum": "funds.total", "objective": "objective.annual"}.get(name, name)


def _task_columns(matrix: Matrix, row: int, cells: list[RawCell]) -> list[Column]:
    columns = []
    for cell in cells:
        found = [name for name in matrix.labels.meanings(cell.text) if name.startswith("tasks.")]
        if "tasks.name" in found and matrix.labels.means(cell.text, "tasks") and not cell.rows == 1:
            continue
        inner = [
            below for below in matrix.covering(row + 1, cell.column, cell.end)
            if below.row == row + 1 and matrix.is_label(below)
        ]  # fmt: skip
        if len(inner) > 1:
            for below in inner:
                name = next(
                    (
                        name
                        for name in matrix.labels.meanings(below.text)
                        if name in ("appropriation", "other")
                    ),
                    "funds",
                )
                columns.append(Column(below.column, below.end, name, "tasks", unit_in(cell.text)))
        elif found:
            columns.append(
                Column(cell.column, cell.end, found[0].removeprefix("tasks."), "tasks", unit_in(cell.text))
            )
        elif matrix.labels.means(cell.text, "funds.total"):
            columns.append(Column(cell.column, cell.end, "funds", "tasks", unit_in(cell.text)))
    return _to_the_edge(columns, matrix)


def _own_rows(matrix: Matrix, cells: list[RawCell], forms: tuple[Form, ...]) -> Block | None:
    """A list of a form's own: its label at the side, its columns' labels in this row."""
    for form in forms:
        for own in form.declared.own:
            side = next((cell for cell in cells if label_key(cell.text) == label_key(own.label)), None)
            if own.type != "rows" or side is None:
                continue
            known = {label_key(column.label): column for column in own.columns}
            columns = [
                Column(cell.column, cell.end, known[label_key(cell.text)].id, own.label, unit_in(cell.text))
                for cell in cells
                if label_key(cell.text) in known
            ]
            if len(columns) > 1:
                return Block(
                    "own",
                    _to_the_edge(columns, matrix),
                    tuple(label_key(cell.text) for cell in cells),
                    own=own.id,
                )
    return None


class BlockReader:
    """Reads the rows of blocks into drafts."""

    def __init__(self, book: Notebook, matrix: Matrix, form: Form | None) -> None:
        self.book, self.matrix, self.form = book, matrix, form

    # -- indicators ---------------------------------------------------------------------------

    def indicators(self, block: Block, row: int, draft: Draft) -> None:
        """One row of indicators, on one side or on both."""
        own = self.matrix.starting(row)
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

    # -- lists of tasks and of a form's own ----------------------------------------------------

    def listed(self, block: Block, row: int, draft: Draft) -> None:
        """One row of key tasks, or of a form's own list."""
        first = self.matrix.starting(row)
        name = next((cell for cell in first if block.left <= cell.column), None)
        if name is not None and self.matrix.labels.means(name.text, "sum"):
            for cell in first:
                self.book.leave(self.matrix.spot(cell), cell.text, "是合计，由程序计算")
            return
        own = self.form.own_field(block.own) if self.form and block.own else None
        key = own.label if own else "年度重点工作任务"
        number = len(draft.data.get(key, []))
        used: set[tuple[int, int]] = set()
        for column in block.columns:
            cells = [cell for cell in self.matrix.covering(row, column.start, column.end) if cell.row == row]
            used |= {(cell.row, cell.column) for cell in cells}
            if cells:
                self._put_listed(block, draft, (key, number), column, cells)
        for cell in first:
            if (cell.row, cell.column) not in used:
                if self.matrix.is_label(cell):
                    self.book.label(self.matrix.spot(cell), cell.text)
                else:
                    self.book.leave(self.matrix.spot(cell), cell.text, "不在任何一列的下面")

    def _put_listed(
        self, block: Block, draft: Draft, base: Path_, column: Column, cells: list[RawCell]
    ) -> None:
        prefix = f"own.{block.own}" if block.own else "tasks"
        if block.own:
            own = self.form.own_field(block.own) if self.form else None
            inner = next(inner for inner in own.columns if inner.id == column.name) if own else None
            label, kind = (inner.label, inner.type) if inner else ("", "text")
        else:
            term = term_of(draft.kind, f"{prefix}.{column.name}")
            label, kind = (term.label, term.kind) if term else ("", "text")
        text = "\n".join(cell.text for cell in cells)
        spot = self.matrix.spot(cells[0])
        if column.name == "name":
            text = NUMBERED.sub("", text)
        value, doubt = read_value(text, kind, (column.unit, self.book.unit))
        if not label or value is None:
            self.book.leave(spot, text, f"“{label}”{doubt}" if label else "这里没有这一列")
        else:
            self.book.put(draft, (*base, label), value, spot, text, doubt)

    # -- flat lists of projects ----------------------------------------------------------------

    def project_row(self, block: Block, row: int, draft: Draft | None) -> Draft | None:
        """One row of a flat list: a total, a new project, or one more indicator of the last project."""
        found = {column.name: cells for column in block.columns if (cells := self._flat_cells(row, column))}
        started = {name: cells for name, cells in found.items() if any(cell.row == row for cell in cells)}
        if not started:
            return draft
        if self._is_total(block, started):
            if self._unit_of(started):
                block.unit_name = self._unit_of(started)
            for name, cells in started.items():
                for cell in cells:
                    reason = (
                        "是资金使用单位的小计" if name in ("name", "spending_unit") else "是合计，由程序计算"
                    )
                    self.book.leave(self.matrix.spot(cell), cell.text, reason)
            return draft
        if "name" in started:
            draft = self.book.start("project", self.matrix.table.where)
            if block.unit_name and "spending_unit" not in found:
                draft.data["用款单位"] = block.unit_name
        if draft is None:
            for cell in self.matrix.starting(row):
                self.book.leave(self.matrix.spot(cell), cell.text, "前面没有项目名称")
            return None
        self._put_project(block, draft, row, found, started)
        return draft

    def _flat_cells(self, row: int, column: Column) -> list[RawCell]:
        return self.matrix.covering(row, column.start, column.end)

    def _is_total(self, block: Block, started: dict[str, list[RawCell]]) -> bool:
        if any(self.matrix.labels.means(cell.text, "sum") or re.fullmatch(r"[总合小]\s*计.{0,4}", cell.text) for cells in started.values() for cell in cells):  # fmt: skip
            return True
        content = {name for name in started if name.startswith(("objective", "indicators"))}
        columns = {
            column.name for column in block.columns if column.name.startswith(("objective", "indicators"))
        }
        if not columns or content:
            return False
        return "name" not in started or bool(_UNIT_NAME.search(started["name"][0].text))

    def _unit_of(self, started: dict[str, list[RawCell]]) -> str:
        cells = started.get("name", [])
        text = re.sub(r"\s+", "", cells[0].text) if cells else ""
        return text if _UNIT_NAME.search(text) and not self.matrix.labels.means(text, "sum") else ""

    def _put_project(
        self,
        block: Block,
        draft: Draft,
        row: int,
        found: dict[str, list[RawCell]],
        started: dict[str, list[RawCell]],
    ) -> None:
        indicator = {
            name.removeprefix("indicators."): cells
            for name, cells in started.items()
            if name.startswith("indicators.")
        }
        for name, cells in found.items():
            if name.startswith("indicators.") or (
                name not in started and not (name == "spending_unit" and "name" in started)
            ):
                continue
            column = next(column for column in block.columns if column.name == name)
            if name == "indicators":
                self._put_composite(draft, cells)
            else:
                self.put_field(
                    draft,
                    name,
                    "\n".join(cell.text for cell in cells),
                    self.matrix.spot(cells[0]),
                    column.unit,
                )
        if indicator:
            levels = self._levels(
                block,
                f"indicators{draft.number}",
                {name: found.get(f"indicators.{name}", []) for name in ("level1", "level2")},
                [],
            )
            values = {name: cells for name, cells in indicator.items() if name not in ("level1", "level2")}
            for name in ("level1", "level2"):
                for cell in indicator.get(name, []):
                    self.book.label(self.matrix.spot(cell), cell.text)
            if values:
                self._put_indicator(block, draft, "indicators", levels, values, False)

    def _put_composite(self, draft: Draft, cells: list[RawCell]) -> None:
        text = "\n".join(cell.text for cell in cells)
        rows, rest = split_composite(text)
        spot = self.matrix.spot(cells[0])
        number = len(draft.data.get("绩效指标", []))
        for offset, values in enumerate(rows):
            for key, value in values.items():
                self.book.put(draft, ("绩效指标", number + offset, key), value, spot)
        for part in rest:
            self.book.leave(spot, part, "这一段指标的写法不认识")

    def put_field(self, draft: Draft, name: str, text: str, spot: Spot, *units: str | None) -> None:
        """A field of a project by its path; what cannot be read as its kind is left over."""
        term = term_of(draft.kind, name, self.form)
        if term is None:
            self.book.leave(spot, text, "这种记录没有这一项")
            return
        coded = re.match(r"^(\d{3,})\s*[-－—]\s*(.+)$", text) if name == "spending_unit" else None
        code = self.form.own_field("unit_code") if self.form and coded else None
        if coded and code:
            self.book.put(draft, (code.label,), coded[1], spot)
            text = coded[2]
        value, doubt = read_value(text, term.kind, (*units, self.book.unit))
        if value is None:
            self.book.leave(spot, text, f"“{term.label}”{doubt}")
        else:
            self.book.put(draft, term.keys, value, spot, text, doubt)
