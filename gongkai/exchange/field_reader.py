"""Labels of a table that stand beside or above one value → fields of drafts."""

from __future__ import annotations

import re

from gongkai.exchange.drafts import Draft, Notebook, Read, Spot, is_blank_mark, read_value, term_of
from gongkai.exchange.labels import SOURCES, label_key, unit_in
from gongkai.exchange.layout import Match, Slot
from gongkai.exchange.matrix import Matrix
from gongkai.exchange.narrative import UNIT_NOTE, Narrative, note_text
from gongkai.exchange.surroundings import side_of, unit_around
from gongkai.exchange.tables import RawCell
from gongkai.reading.forms import Form
from gongkai.reading.source import Path_

_RECORD_STARTS = ("name", "department")
_INLINE = re.compile(r"^([^:：\n]{2,20})[:：]\s*(\S.*)$", re.DOTALL)
_IN_LISTS = ("indicators.", "period_indicators.", "tasks.")
_LONG = ("objective", "objective.period", "objective.annual")


class FieldReader:
    """Reads single values. ``match`` is the form that the table is read by; None: by the meanings of its labels."""

    def __init__(
        self,
        book: Notebook,
        matrix: Matrix,
        forms: tuple[Form, ...],
        narrative: Narrative,
        match: Match | None,
    ) -> None:
        self.book, self.matrix, self.forms, self.narrative, self.match = book, matrix, forms, narrative, match
        self.kind = match.layout.kind if match else "department" if self._is_department() else "project"
        fitting = [form for form in forms if (form.subject == "department") == (self.kind == "department")]
        exact = (form for form in fitting if match and form.id == match.layout.form)
        self.form = next(exact, fitting[0] if fitting else None)
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
        has_unit = UNIT_NOTE.search(re.sub(r"\s+", "", cell.text))
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
        note_text(self.book, cell.text, spot, None)

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

    def _slot_label(self, cell: RawCell, slot: Slot) -> None:
        """A label of the form that the table is read by: its values stand where the form has them."""
        self.book.label(self.matrix.spot(cell), cell.text)
        values = self._beside(cell, slot)
        if len(values) != len(slot.paths):
            return  # blank, or told as left over
        for path, value in zip(slot.paths, values, strict=True):
            self.done.add((value.row, value.column))
            self._put_path(path, cell.text, value.text, self.matrix.spot(value), cell)

    def _beside(self, cell: RawCell, slot: Slot) -> list[RawCell]:
        """The cells with text that are due right of a label or below it, up to the form's next label."""
        if slot.side == "right":
            places = [(cell.row, column) for column in range(cell.end, self.matrix.width)]
        else:
            places = [(row, cell.column) for row in range(cell.bottom, self.matrix.height)]
        found: dict[tuple[int, int], RawCell] = {}
        for place in places:
            other = self.matrix.at.get(place)
            if other is None or not other.text or (other.row, other.column) in self.done:
                continue
            if self.matrix.slot(other) or len(found) == len(slot.paths):
                break
            found[other.row, other.column] = other
        return list(found.values())

    def _label(self, cell: RawCell) -> None:
        slot = self.matrix.slot(cell)
        if slot is not None and slot.paths:
            self._slot_label(cell, slot)
            return
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
        path = self._path(names, cell)
        own = None if path and names[0] != "sum" else self._own(label)
        if own is None and path is None:
            known = "部门名称" if "department" in names else ""
            self.book.leave(
                spot,
                text,
                f"是{known}，项目记录里不写" if known else f"“{label_key(label)}”在记录里没有这一项",
            )
            return
        self._put_path(path if own is None else f"own.{own}", label, text, spot, cell)

    def _put_path(self, path: str | None, label: str, text: str, spot: Spot, cell: RawCell) -> None:
        if path == "name" and self.kind == "project":
            self._start_project(text, spot)
        starts = ["name"] if path == "name" and self.match else None
        draft = self._current(starts)
        term = term_of(draft.kind, path or "", self.form)
        if term is None:
            self.book.leave(spot, text, f"“{label_key(label)}”在记录里没有这一项")
        else:
            self._put_value(draft, term.keys, term.kind, text, spot, label, cell)

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
