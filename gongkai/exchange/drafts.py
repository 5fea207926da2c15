"""Records in the making: what has been recognised, where it came from, and the fate of every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gongkai.exchange.binding import put_at, value_at, with_rows
from gongkai.exchange.tables import Leftover, Spot
from gongkai.exchange.values import is_residue, read_value
from gongkai.reading.forms import Form
from gongkai.reading.records import DepartmentTarget, Project
from gongkai.reading.source import Path_
from gongkai.reading.vocabulary import Term, terms, without_rows

_MODELS = {"project": Project, "department": DepartmentTarget}


@dataclass(frozen=True, slots=True)
class Read:
    """A text of the source that is in a record: where it stood, and under which keys it is now."""

    spot: Spot
    text: str
    record: int
    path: Path_


@dataclass
class Draft:
    """One record in the making: its data under YAML keys, and comments for what was uncertain."""

    number: int
    kind: str
    file: str
    data: dict[str, Any] = field(default_factory=dict)
    comments: dict[Path_, str] = field(default_factory=dict)
    where: str = ""
    narrative: bool = False
    slug: str = ""
    exact: bool = False
    """Read from a spreadsheet of the form itself: what is absent was taken away on purpose."""

    @property
    def name(self) -> str:
        """The project's or department's name; "" while it is unknown."""
        return str(self.data.get("项目名称" if self.kind == "project" else "部门名称", ""))


@dataclass
class Notebook:
    """Everything found in one file: drafts, what was read, labels, and what is in no record."""

    file: str
    drafts: list[Draft] = field(default_factory=list)
    read: list[Read] = field(default_factory=list)
    labels: list[tuple[Spot, str]] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    """By which form each table was read, in words."""
    unit: str | None = None
    target: str = ""
    """Where the file's records go: 地区/部门/年度."""

    def set_aside(self, reason: str) -> None:
        """Give all that was read back to the report: none of it will be in a record."""
        for read in self.read:
            self.leave(read.spot, read.text, reason)
        self.read, self.drafts = [], []

    def start(self, kind: str, where: str) -> Draft:
        """A new draft."""
        draft = Draft(len(self.drafts), kind, self.file, where=where)
        self.drafts.append(draft)
        return draft

    def label(self, spot: Spot, text: str) -> None:
        """A text of the form itself."""
        if text:
            self.labels.append((spot, text))

    def leave(self, spot: Spot, text: str, reason: str) -> None:
        """A text that will be in no record."""
        if text:
            self.leftovers.append(Leftover(str(spot), text, reason))

    def field(
        self, draft: Draft, path: str, text: str, spots: Sequence[Spot], units: Sequence[str | None] = (), *,
        form: Form | None = None, label: str = "", doubt: str = "",
    ) -> None:  # fmt: skip
        """Set a field by its path, rows of lists numbered; what cannot be read as its kind is left over.

        ``spots`` are the cells that the text stands in, ``units`` the money units stated around it.
        """
        term = term_of(draft.kind, without_rows(path), form)
        value, its = (
            read_value(text, term.kind, (*units, self.unit)) if term else (None, "在记录里没有这一项")
        )
        for spot in spots:
            if term is None or value is None:
                self.leave(spot, text, f"“{term.label if term else label or path}”{its}")
            else:
                self.put(draft, with_rows(term.keys, path), value, spot, text, doubt or its)

    def put(self, draft: Draft, path: Path_, value: str, spot: Spot, text: str = "", doubt: str = "") -> None:
        """Set a value in a draft; a second, different one is left over, as is what a form prints to be filled in."""
        source, before = text or value, value_at(draft.data, path)
        if not value.strip():
            return
        if is_residue(value):
            self.leave(spot, source, "是表式里没有填写的提示文字")
        elif before not in (None, value):
            self.leave(spot, source, f"“{path[-1]}”前面已经读到别的内容")
        else:
            put_at(draft.data, path, value)
            self.read.append(Read(spot, source, draft.number, path))
            if doubt and before is None:
                self.doubt(draft, path, spot, doubt)

    def doubt(self, draft: Draft, path: Path_, spot: Spot, why: str) -> None:
        """Note beside the field that it must be looked at, with the place in the source."""
        line = f"请核对：{why}（{self.file}，{spot}）"
        before = draft.comments.get(path)
        draft.comments[path] = f"{before}\n{line}" if before else line


def term_of(kind: str, path: str, form: Form | None = None) -> Term | None:
    """The vocabulary's entry of a path for a kind of record, own fields of the form included; None: no such field."""
    if path.startswith(("own.", "indicators.own.")) and form:
        try:
            return form.term(path)
        except (KeyError, StopIteration):
            return None
    return terms(_MODELS[kind]).get(path)
