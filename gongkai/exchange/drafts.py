"""Records in the making: what has been recognised, where it came from, and the fate of every cell."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

from gongkai.amounts import AmountError, parse_amount
from gongkai.exchange.labels import unit_in
from gongkai.exchange.tables import Leftover
from gongkai.reading.forms import Form
from gongkai.reading.records import DepartmentTarget, Project
from gongkai.reading.source import Path_
from gongkai.reading.vocabulary import Term, terms

_MODELS = {"project": Project, "department": DepartmentTarget}
_BLANK = re.compile(r"[-—–/\\／无]+|…+|\.{3,}")
_RESIDUE = re.compile(r"(?:(?:目标|任务|指标)\s*\d*\s*[:：]?[\s…]*)+|…+|[×xX]{2,}|待填写?")
# A line break in the middle of a long sentence is one of the page, not of the text.
_WRAPPED = re.compile(r"(?<=[^\s。！？；：.;:!?]{15})\n(?=[^\s\d（(①-⑳一二三四五六七八九十目])")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text stands: the sheet, page or table, and the cell in it."""

    where: str
    ref: str = ""

    def __str__(self) -> str:
        return f"{self.where} {self.ref}".strip()


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

    def put(self, draft: Draft, path: Path_, value: str, spot: Spot, text: str = "", doubt: str = "") -> None:
        """Set a value in a draft; a second, different one is left over, as is a blank mark (``/``, ``—``)."""
        source = text or value
        if not value.strip():
            return
        if _RESIDUE.fullmatch(value.strip()):
            self.leave(spot, source, "是表式里没有填写的提示文字")
            return
        holder: Any = draft.data
        for part, following in itertools.pairwise(path):
            if isinstance(part, int):
                while len(holder) <= part:
                    holder.append({})
                holder = holder[part]
            else:
                holder = holder.setdefault(part, [] if isinstance(following, int) else {})
        key = path[-1]
        if isinstance(holder, dict) and key in holder:
            if holder[key] != value:
                self.leave(spot, source, f"“{key}”前面已经读到别的内容")
            else:
                self.read.append(Read(spot, source, draft.number, path))
            return
        holder[key] = value
        self.read.append(Read(spot, source, draft.number, path))
        if doubt:
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


def read_value(text: str, kind: str, units: tuple[str | None, ...]) -> tuple[str | None, str]:
    """A text as the record writes a field of ``kind``, and a doubt about it; (None, reason) where it cannot be.

    ``units`` are the money units stated around the cell, the nearest first.
    """
    line = re.sub(r"\s*\n\s*", "", text).strip()
    if kind == "amount":
        return _amount(line, units)
    if kind == "year":
        found = re.fullmatch(r"((?:19|20)\d\d)\s*(?:年度?)?(?:\.0)?", line)
        return (found[1], "") if found else (None, "不是四位数的年份")
    if kind in ("count", "number"):
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:分|%|人|个)?", line)
        return (found[1], "" if found[1] == line else f"原文是“{line}”") if found else (None, "不是数字")
    if kind == "rich":
        return _WRAPPED.sub("", without_paragraph_tags(text)), ""
    return line, ""


def without_paragraph_tags(text: str) -> str:
    """What upstream systems wrap in ``<p>…</p>`` as paragraphs with a blank line between."""
    if not re.search(r"</p>|<br\s*/?>", text, re.IGNORECASE):
        return text.strip()
    text = re.sub(r"\s*</p>\s*(?:<p[^>]*>)?\s*", "\n\n", text, flags=re.IGNORECASE)
    return re.sub(r"<p[^>]*>|<br\s*/?>", "\n", text, flags=re.IGNORECASE).strip()


def _amount(line: str, units: tuple[str | None, ...]) -> tuple[str | None, str]:
    if _BLANK.fullmatch(line):
        return None, "是空白的记号"
    plain = re.sub(r"[\s￥¥]", "", line).replace("，", ",").rstrip("。；;")
    own = unit_in(plain)
    unit = own or next(filter(None, units), None)
    number = re.sub(r"(亿元|万元|元)$", "", plain)
    value = number + (unit or "元")
    try:
        parse_amount(value)
    except AmountError:
        return None, "不是一个金额"
    return value, "" if unit else "表上没有写金额的单位，按“元”读"


def is_blank_mark(text: str) -> bool:
    """``/``, ``—``, ``……``: what people write where there is nothing."""
    return _BLANK.fullmatch(text.strip()) is not None
