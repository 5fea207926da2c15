"""Raw tables and texts of a file → drafts of records: labels with their values, blocks of rows, narratives."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gongkai.exchange.block_rows import BlockReader
from gongkai.exchange.blocks import Block, find_block
from gongkai.exchange.drafts import Draft, Notebook, Read, Spot, is_blank_mark, read_value, term_of
from gongkai.exchange.labels import SOURCES, Labels, is_level1, label_key, unit_in
from gongkai.exchange.matrix import Matrix
from gongkai.exchange.narrative import Narrative
from gongkai.exchange.surroundings import side_of, unit_around
from gongkai.exchange.tables import RawCell, RawDocument, RawTable
from gongkai.reading.forms import Form
from gongkai.reading.source import Path_

_RECORD_STARTS = ("name", "department")
_TITLE = re.compile(r"绩效目标|情况说明|申报表|附件|公开表|一览表")
_YEAR_NOTE = re.compile(r"[（(]?\s*(?:20\d\d|20××|_{2,}|\s)*\s*年度?\s*[）)]?")
_UNIT_NOTE = re.compile(r"(?:金额|货币)?单位[:：](?:人民币)?(亿元|万元|元)")
_INLINE = re.compile(r"^([^:：\n]{2,20})[:：]\s*(\S.*)$", re.DOTALL)
_IN_LISTS = ("indicators.", "period_indicators.", "tasks.")
_LONG = ("objective", "objective.period", "objective.annual")


def recognise(document: RawDocument, forms: Mapping[str, Form], in_force: Sequence[Form] = ()) -> Notebook:
    """Everything in a file that records can hold. ``in_force`` are the forms whose own fields may be used."""
    book = Notebook(document.file, leftovers=list(document.leftovers))
    labels = Labels(forms)
    narrative = Narrative(book, labels)
    for block in document.blocks:
        if isinstance(block, RawTable):
            narrative.table_follows()
            _Table(book, Matrix(block, labels), tuple(in_force), narrative).read()
        else:
            _note_text(book, block.text, Spot(block.where), narrative)
    narrative.end()
    return book


def _note_text(book: Notebook, text: str, spot: Spot, narrative: Narrative | None) -> None:
    """A text that stands alone: title, year, unit, a piece of narrative, or nothing we know."""
    plain = re.sub(r"\s+", "", text)
    unit = _UNIT_NOTE.search(plain)
    if unit and len(plain) < 60:
        book.unit = unit[1]
        rest = re.sub(r"(?:金额|货币)?单位\s*[:：].*$", "", text, flags=re.DOTALL).strip()
        book.label(spot, text if not rest else text[len(rest) :].strip())
        if rest:
            _note_text(book, rest, spot, narrative)
    elif _YEAR_NOTE.fullmatch(plain):
        book.titles.append(text)
        book.label(spot, text)
    elif narrative is not None and narrative.take(text, spot):
        return
    elif inline := re.match(r"^(部门|单位|填报单位|编制单位|部门单位)(?:名称)?\s*[:：]\s*(.+)$", text):
        book.leave(spot, text, f"是{inline[1]}的名称，公开时按 department.yaml 印")
    elif len(plain) < 40 and _TITLE.search(plain):
        book.titles.append(text)
        book.label(spot, text)
    else:
        book.leave(spot, text, "认不出是哪一项")


class _Table:
    """Goes through one table row by row."""

    def __init__(self, book: Notebook, matrix: Matrix, forms: tuple[Form, ...], narrative: Narrative) -> None:
        self.book, self.matrix, self.forms, self.narrative = book, matrix, forms, narrative
        self.kind = "department" if self._is_department() else "project"
        self.form = next(
            (form for form in forms if (form.subject == "department") == (self.kind == "department")), None
        )
        self.reader = BlockReader(book, matrix, self.form)
        self.block: Block | None = None
        self.draft: Draft | None = (
            book.drafts[-1] if book.drafts and book.drafts[-1].kind == self.kind else None
        )
        self.done: set[tuple[int, int]] = set()

    def _is_department(self) -> bool:
        """Whole-department forms have tasks or basic expenditure, and no project of their own."""
        texts = [cell.text for cell in self.matrix.table.cells if cell.text]
        has = {name for text in texts for name in self.matrix.labels.meanings(text)}
        whole = any("整体" in text and "目标" in text for text in (*texts[:6], *self.book.titles[-3:]))
        marks = {"tasks", "tasks.content", "tasks.goal", "expenditure.basic"} & has
        return (
            bool(marks or whole)
            and "department" in has | ({"department"} if whole else set())
            and "name" not in has
        )

    def read(self) -> None:
        """Every row, top to bottom."""
        for row in range(self.matrix.height):
            cells = [cell for cell in self.matrix.starting(row) if (cell.row, cell.column) not in self.done]
            if cells:
                self._row(row, cells)
        self._account()

    def _account(self) -> None:
        """No text goes missing: what no step above took is left over."""
        taken = {read.spot for read in self.book.read} | {spot for spot, _ in self.book.labels}
        left = {leftover.where for leftover in self.book.leftovers}
        for cell in self.matrix.table.cells:
            spot = self.matrix.spot(cell)
            if cell.text and spot not in taken and str(spot) not in left:
                self.book.leave(spot, cell.text, "不知道属于哪一项")

    def _row(self, row: int, cells: list[RawCell]) -> None:
        if self.block and tuple(label_key(cell.text) for cell in cells) == self.block.head:
            self._label_all(cells)
            return
        found = find_block(self.matrix, row, cells, self.forms)
        if found:
            self._start_block(found, cells)
        elif self.block and not self._ends_block(row, cells):
            self._block_row(row)
        else:
            self.block = None
            self._plain_row(row, cells)

    def _start_block(self, block: Block, cells: list[RawCell]) -> None:
        if self.block and self.block.kind == block.kind:
            block.last = self.block.last
        if self.block and block.kind == "projects":
            block.unit_name = self.block.unit_name
        self.block = block
        if block.kind == "projects":
            self.draft = (
                self.draft
                if self.draft and self.draft.data.get("项目名称") and self._is_next_page(block)
                else None
            )
        self._label_all(cells)
        for column in block.columns:
            for cell in self.matrix.covering(cells[0].row + 1, column.start, column.end):
                if block.kind == "tasks" and cell.row == cells[0].row + 1 and self.matrix.is_label(cell):
                    self.book.label(self.matrix.spot(cell), cell.text)
                    self.done.add((cell.row, cell.column))

    def _is_next_page(self, block: Block) -> bool:
        return len(self.book.drafts) > 0 and self.matrix.table.where != self.book.drafts[-1].where

    def _label_all(self, cells: list[RawCell]) -> None:
        for cell in cells:
            self.book.label(self.matrix.spot(cell), cell.text)
            self.done.add((cell.row, cell.column))

    def _block_row(self, row: int) -> None:
        assert self.block
        if self.block.kind == "projects":
            self.draft = self.reader.project_row(self.block, row, self.draft)
        elif self.block.kind == "indicators":
            self.reader.indicators(self.block, row, self._current(None))
        else:
            self.reader.listed(self.block, row, self._current(None))

    def _ends_block(self, row: int, cells: list[RawCell]) -> bool:
        """A row that starts with a label of the record itself, or a title over the whole width."""
        assert self.block
        first = cells[0]
        names = self.matrix.labels.meanings(first.text)
        whole = len(cells) == 1 and first.columns >= self.matrix.width - self.matrix.left > 1
        if whole and self.block.kind != "tasks":
            return not is_level1(first.text)
        if len(cells) == 1 and (_YEAR_NOTE.fullmatch(first.text) or _UNIT_NOTE.fullmatch(re.sub(r"\s+", "", first.text)) or (first.column <= self.matrix.left and _TITLE.search(first.text) and first.text.endswith("表"))):  # fmt: skip
            return True
        if self.block.kind == "projects":
            return False
        at_edge = first.column <= max(self.matrix.left, self.block.left - 1)
        own = label_key(first.text) in self.matrix.labels.own
        side = {"indicators", "tasks", "sum"} if self.block.kind == "indicators" else {"tasks", "sum"}
        known = [
            name for name in names if not name.startswith(("indicators.", "tasks.")) and name not in side
        ]
        return at_edge and bool(known or (own and self.block.kind != "own"))

    # -- labels and values --------------------------------------------------------------------

    def _plain_row(self, row: int, cells: list[RawCell]) -> None:
        if not any(self.matrix.is_label(cell) for cell in cells):
            for cell in cells:
                self._stray(cell)
            return
        for cell in cells:
            if (cell.row, cell.column) in self.done:
                continue
            self.done.add((cell.row, cell.column))
            if self.matrix.is_label(cell):
                self._label(cell)
            else:
                self._stray(cell)

    def _stray(self, cell: RawCell) -> None:
        """A cell without a label: one that holds label and value, a title, or left over."""
        self.done.add((cell.row, cell.column))
        spot = self.matrix.spot(cell)
        has_unit = _UNIT_NOTE.search(re.sub(r"\s+", "", cell.text))
        inline = None if has_unit else _INLINE.match(cell.text)
        if (
            inline
            and self.matrix.labels.meanings(inline[1])
            and not self.matrix.labels.means(inline[1], "unit")
        ):
            self._put(self.matrix.labels.meanings(inline[1]), inline[1], inline[2].strip(), spot, cell)
            return
        if self._goes_on(cell):
            return
        _note_text(self.book, cell.text, spot, None)

    def _goes_on(self, cell: RawCell) -> bool:
        """A long text cut in two rows: the part below stands right under the part above."""
        last = self.book.read[-1] if self.book.read else None
        if (
            not last
            or not self.draft
            or last.record != self.draft.number
            or last.path[0] != "总体绩效目标"
            or cell.row == 0
        ):
            return False
        above = self.matrix.at.get((cell.row - 1, cell.column))
        if above is None or (self.matrix.spot(above) != last.spot and not self._just_joined(last)):
            return False
        holder = self.draft.data
        for part in last.path[:-1]:
            holder = holder[part]  # type: ignore[index]
        before = str(holder[last.path[-1]])  # type: ignore[index]
        between = "\n" if re.search(r"[。！？；]$", before) else ""
        holder[last.path[-1]] = before + between + cell.text  # type: ignore[index]
        spot = self.matrix.spot(cell)
        self.book.read.append(Read(spot, cell.text, self.draft.number, last.path))
        self.book.doubt(self.draft, last.path, spot, "这一段分在几个格子里，已接在一起")
        return True

    def _just_joined(self, last: Read) -> bool:
        return len(self.book.read) > 1 and self.book.read[-2].path == last.path

    def _label(self, cell: RawCell) -> None:
        names = self.matrix.labels.meanings(cell.text)
        spot = self.matrix.spot(cell)
        value = self._value_of(cell, names)
        self.book.label(spot, cell.text)
        if value is None:
            return
        self.done.add((value.row, value.column))
        self._put(names, cell.text, value.text, self.matrix.spot(value), cell)

    def _value_of(self, cell: RawCell, names: list[str]) -> RawCell | None:
        right = [other for other in self.matrix.right_of(cell) if (other.row, other.column) not in self.done]
        below = self.matrix.below(cell)
        is_group = bool({"money", "group"} & set(names)) or (
            names and names[0] in ("tasks", "indicators", "period") and not right
        )
        stacked = (
            bool(set(names) & set(_LONG)) and below is not None and (below.row, below.column) not in self.done
        )
        if right and not (stacked and right[0].column != cell.end):
            return None if is_group else right[0]
        if stacked:
            return below
        next_cell = self.matrix.at.get((cell.row, cell.end))
        alone = next_cell is None or (next_cell.text and self.matrix.is_label(next_cell))
        if alone and below is not None and not is_group and below.columns == cell.columns and cell.rows == 1 and (below.row, below.column) not in self.done:  # fmt: skip
            others = self.matrix.starting(below.row)
            if not any(self.matrix.is_label(other) for other in others):
                return below
        return None

    def _current(self, names: list[str] | None) -> Draft:
        """The draft this table's fields go to; a name starts a new one."""
        starts = bool(names and names[0] in _RECORD_STARTS)
        if self.draft is not None and self.draft.narrative and not starts:
            return self.draft
        if self.draft is None or (starts and self.draft.name and not self.draft.narrative):
            self.draft = self.book.start(self.kind, self.matrix.table.where)
        return self.draft

    def _put(self, names: list[str], label: str, text: str, spot: Spot, cell: RawCell) -> None:
        own = None if names and names[0] not in ("sum",) and self._path(names, cell) else self._own(label)
        path = self._path(names, cell)
        if own is None and path is None:
            known = "部门名称" if "department" in names else ""
            self.book.leave(
                spot,
                text,
                f"是{known}，项目记录里不写" if known else f"“{label_key(label)}”在记录里没有这一项",
            )
            return
        if path == "name" and self.kind == "project":
            self._start_project(text, spot)
        draft = self._current(None)
        if own is not None and self.form:
            field = self.form.own_field(own)
            assert field
            keys: Path_ = (field.label,)
            kind: str = field.type
        else:
            term = term_of(draft.kind, path or "")
            if term is None:
                self.book.leave(spot, text, "这种记录没有这一项")
                return
            keys, kind = term.keys, term.kind
        self._put_value(draft, keys, kind, text, spot, label, cell)

    def _start_project(self, text: str, spot: Spot) -> None:
        name = re.sub(r"\s*\n\s*", "", text).strip()
        told = self.narrative.draft_for(name)
        if told is not None:
            self.draft = told
            return
        if self.draft is None or self.draft.name or self.draft.kind != "project":
            self.draft = self.book.start("project", self.matrix.table.where)

    def _put_value(
        self, draft: Draft, keys: Path_, kind: str, text: str, spot: Spot, label: str, cell: RawCell
    ) -> None:
        if keys == ("实施周期",):
            self._period(draft, text, spot)
            return
        value, doubt = read_value(
            text, kind, (unit_in(label), unit_around(self.matrix, cell), self.book.unit)
        )
        if value is None:
            self.book.leave(spot, text, f"“{keys[-1]}”{doubt}")
            return
        if is_blank_mark(text) and text.strip() != "无":
            self.book.leave(spot, text, "是空白的记号")
            return
        self.book.put(draft, keys, value, spot, text, doubt)

    def _period(self, draft: Draft, text: str, spot: Spot) -> None:
        years = re.fullmatch(
            r"\D{0,3}((?:19|20)\d\d)\s*年?度?\s*[-—–~～至到]+\s*((?:19|20)\d\d)\s*年?度?", text.strip()
        )
        if years:
            self.book.put(draft, ("实施周期", "起始年度"), years[1], spot, text)
            self.book.put(draft, ("实施周期", "到期年度"), years[2], spot, text)
        else:
            self.book.put(
                draft, ("起止时间",), re.sub(r"\s*\n\s*", "", text), spot, text, "原文的栏目是“实施周期”"
            )

    def _own(self, label: str) -> str | None:
        """The own field of the form in force with this label."""
        return next(
            (
                own
                for form, own in self.matrix.labels.own.get(label_key(label), [])
                if self.form and form == self.form.id
            ),
            None,
        )

    def _path(self, names: list[str], cell: RawCell) -> str | None:
        """The field a label means here, by the kind of record and by what stands around it."""
        for name in names:
            if name in ("sum", "unit", "money", "tasks", "indicators", "group") or name.startswith(_IN_LISTS):
                continue
            if name == "department":
                name = "name" if self.kind == "department" else ""
            elif self.kind == "department" and name.startswith("objective"):
                name = "objective"
            elif name == "objective":
                name = "objective.annual"
            if name == "spending_unit" and self.kind == "department":
                name = "name"
            if name in SOURCES:
                name = f"{side_of(self.matrix, cell, self.kind)}.{name}"
            elif name.endswith("funds.total") and self.kind == "project" and name == "funds.total":
                name = (
                    f"{side_of(self.matrix, cell, self.kind)}.total"
                    if label_key(cell.text) == "金额"
                    else name
                )
            if name == "period" or (name and term_of(self.kind, name)):
                return name
        return None
