"""Texts outside of tables: titles, years, units, and running text about projects before their tables → drafts."""

from __future__ import annotations

import re

from gongkai.exchange.drafts import Draft, Notebook, Read, term_of
from gongkai.exchange.labels import UNIT_NOTE, Labels
from gongkai.exchange.tables import Spot
from gongkai.exchange.values import read_value

_PROJECT = (
    re.compile(r"^\s*(?:\d+|[一二三四五六七八九十]+)\s*[.、．]\s*[“\"《]([^”\"》]+)[”\"》]\s*项目\s*。?$"),
    re.compile(r"^\s*(.{2,60}?)\s*项目经费情况说明\s*$"),
)
_ORDER = ("", *"一二三四五六七八九十", *(f"十{one}" for one in "一二三四五六七八九"))
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_HEADING = re.compile(
    r"^\s*(?:(?P<h1>[一二三四五六七八九十]{1,3})[、.．]|[（(]\s*(?P<h2>[一二三四五六七八九十]{1,3})\s*[）)]|(?P<h3>\d{1,2})[、.．]"
    rf"|[（(]\s*(?P<h4>\d{{1,2}})\s*[）)]|(?P<h5>[{_CIRCLES}]))\s*(?P<title>[^。:：\n]{{2,16}}?)\s*(?:[。:：]\s*(?P<rest>.*))?$",
    re.DOTALL,
)
"""A heading of one of the five levels of official texts (GB/T 9704-2012, 7.3.3): 一、 （一） 1. （1） ①."""
_FIELDS = (
    "overview",
    "basis",
    "implementer",
    "plan",
    "schedule",
    "content",
    "funds.total",
    "objective",
    "period",
)
_MONEY = re.compile(r"([\d,，.]+\s*(?:亿|万)?元)")


TITLE = re.compile(r"绩效目标|情况说明|申报表|附件|公开表|一览表")
YEAR_NOTE = re.compile(r"[（(]?\s*(?:20\d\d|20××|_{2,}|\s)*\s*年度?\s*[）)]?")


class Narrative:
    """Takes paragraphs one after another; what stands under a heading it knows goes to the project told about."""

    def __init__(self, book: Notebook, labels: Labels) -> None:
        self.book, self.labels = book, labels
        self.draft: Draft | None = None
        self.field = ""
        self.place = (0, 0)
        """Level and number of the field's heading."""
        self.told: list[Draft] = []
        self._before = ""

    def take(self, text: str, spot: Spot) -> bool:
        """Whether the paragraph was a project's heading, a field's heading, or goes on with a field."""
        for pattern in _PROJECT:
            found = pattern.match(text)
            if found:
                self._start(found[1], spot, text)
                return True
        if self.draft is None:
            return False
        heading = _HEADING.match(text)
        names = (
            [name for name in self.labels.meanings(heading["title"]) if name in _FIELDS] if heading else []
        )
        if heading and names:
            self.field, self.place = names[0], _place(heading)
            self.book.label(spot, text[: heading.end("title")])
            if heading["rest"]:
                self._add(heading["rest"].strip(), spot)
            return True
        if heading and self.field and self._ends_field(heading):
            self.field = ""
        if not self.field or self.field == "objective":
            return False
        self._add(text, spot)
        return True

    def _ends_field(self, heading: re.Match[str]) -> bool:
        """Whether a heading stands beside or above that of the field; one below it belongs to the field's text."""
        level, number = _place(heading)
        return level < self.place[0] or (level == self.place[0] and number == self.place[1] + 1)

    def _start(self, name: str, spot: Spot, text: str) -> None:
        self.draft = self.book.start("project", spot.where)
        self.draft.narrative = True
        self.told.append(self.draft)
        self.field = ""
        self.book.put(self.draft, ("项目名称",), name.strip(), spot, text)

    def _add(self, text: str, spot: Spot) -> None:
        assert self.draft
        term = term_of("project", "schedule" if self.field == "period" else self.field)
        if term is None or self.field == "objective":
            self.book.leave(spot, text, "绩效目标以表格为准")
            return
        if self.field == "funds.total":
            self._money(text, spot)
            return
        value, _ = read_value(text, term.kind, ())
        before = str(self.draft.data.get(term.label, ""))
        if not before or value is None:
            self.book.put(self.draft, term.keys, value or text, spot, text)
        else:
            self.draft.data[term.label] = before + self._between(before, text, spot, term.kind) + text
            self.book.read.append(Read(spot, text, self.draft.number, term.keys))
        self._before = text

    def _between(self, before: str, text: str, spot: Spot, kind: str) -> str:
        """Lines of a PDF are joined where they fill the page; paragraphs of Word stay apart."""
        if (
            spot.where.endswith("页")
            and len(self._before) >= 30
            and not re.match(r"\s*[（(]?[一二三四五六七八九十\d]{1,2}[）)、.]", text)
        ):
            return ""
        if not re.search(r"[。！？；：:;]$", before):
            return ""
        return "\n" if kind == "rich" else ""

    def _money(self, text: str, spot: Spot) -> None:
        assert self.draft
        found = _MONEY.search(text)
        if found:
            value, doubt = read_value(found[1], "amount", ())
            if value:
                self.book.put(self.draft, ("年度资金", "总额"), value, spot, text, doubt)
                return
        self.book.leave(spot, text, "这一段里没有金额")

    def table_follows(self) -> None:
        """A table ends the running text."""
        self.field = ""

    def draft_for(self, name: str) -> Draft | None:
        """The project told about under this name, whose table comes now."""
        plain = re.sub(r"\s+", "", name)
        for draft in self.told:
            if draft.narrative and re.sub(r"\s+", "", draft.name) == plain:
                draft.narrative = False
                return draft
        return None

    def end(self) -> None:
        """The end of the file."""
        for draft in self.told:
            draft.narrative = False


def _place(heading: re.Match[str]) -> tuple[int, int]:
    """Level and number of a heading."""
    level = next(level for level in range(1, 6) if heading[f"h{level}"])
    text = heading[f"h{level}"]
    if text.isdigit() and text.isascii():
        return level, int(text)
    return level, (_CIRCLES if level == 5 else _ORDER).index(text) + (level == 5) if text in (
        *_ORDER,
        *_CIRCLES,
    ) else 0


def note_text(book: Notebook, text: str, spot: Spot, narrative: Narrative | None) -> None:
    """A text that stands alone: title, year, unit, a piece of narrative, or nothing we know."""
    plain = re.sub(r"\s+", "", text)
    unit = UNIT_NOTE.search(plain)
    if unit and len(plain) < 60:
        book.unit = unit[1]
        rest = re.sub(r"(?:金额|货币)?单位\s*[:：].*$", "", text, flags=re.DOTALL).strip()
        book.label(spot, text if not rest else text[len(rest) :].strip())
        if rest:
            note_text(book, rest, spot, narrative)
    elif YEAR_NOTE.fullmatch(plain):
        book.titles.append(text)
        book.label(spot, text)
    elif narrative is not None and narrative.take(text, spot):
        return
    elif inline := re.match(r"^(部门|单位|填报单位|编制单位|部门单位)(?:名称)?\s*[:：]\s*(.+)$", text):
        book.leave(spot, text, f"是{inline[1]}的名称，公开时按 department.yaml 印")
    elif len(plain) < 40 and TITLE.search(plain):
        book.titles.append(text)
        book.label(spot, text)
    else:
        book.leave(spot, text, "认不出是哪一项")
