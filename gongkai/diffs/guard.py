"""What is public stays public: what a disclosure would change of it, against what the record says about that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from gongkai import COMMAND
from gongkai.diffs.changes import Change, changes
from gongkai.diffs.pairs import Data, Keys
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.acts import CORRECTED, REWORDED

_LASTING = (".pdf", ".xlsx", "/index.html")
_MOST = 4
"""So many changes are told one by one."""


@dataclass(frozen=True)
class Version:
    """One disclosure as it is published, or as it would be.

    ``data`` is its object in the published JSON (data/schema.json), ``files`` the addresses of its files and pages with
    their SHA-256 where it is known.
    """

    address: str
    """地区/部门/年度."""
    data: Data
    files: Mapping[str, str]

    @property
    def published(self) -> date | None:
        """Its 发布日期."""
        return date.fromisoformat(self.data["published"]) if "published" in self.data else None


@dataclass(frozen=True)
class Record:
    """Where the record of a disclosure can be pointed at, and which former file names lead where.

    ``place`` takes a project's file name ("" for disclosure.yaml) and keys; a file that is gone is known by its name.
    """

    place: Callable[[str, Keys], Place]
    former: Mapping[str, str] = field(default_factory=dict)
    """Former file names of projects."""
    unread: Collection[str] = ()
    """Projects whose files are there but can't be read, which is told already."""


def guard(public: Version, planned: Version, record: Record, today: date) -> list[Problem]:
    """What may not be published as planned, each with what to write; of what is in preparation only what vanishes.

    Public is what has a 发布日期 that has come.
    """
    return list(_Guarding(public, planned, record, today).problems())


def vanished(public: Version, place: Place, today: date) -> Problem:
    """A whole disclosure of which no record is left."""
    name = (
        public.data.get("title") or f"{public.data['department']['name']} {public.address.rpartition('/')[2]}"
    )
    if not _is_public(public, today):
        return _in_preparation(place, f"“{name}”（{public.address}）不再公开")
    message = f"已公开的“{name}”不见了：{public.address} 没有记录了，它的网址会打不开"
    return Problem(
        place, "guard.vanished", Severity.ERROR, message, _restore("disclosure.yaml", today, "年度")
    )


def _is_public(public: Version, today: date) -> bool:
    return public.published is not None and public.published <= today


def _in_preparation(place: Place, message: str) -> Problem:
    hint = "它没有写发布日期，可以删去；不是有意的，请放回来。"
    return Problem(place, "guard.in-preparation", Severity.WARNING, message, hint)


def _restore(file: str, today: date, what: str) -> str:
    return (
        f"不是有意的，请放回来。要撤回，请保留 {file}，在里面写（名称要留，{what}的其余内容可以删去，写了“公开: 否”的也删去；撤回整个年度的，各项目的文件也要留，至少有项目名称）：\n"
        f"撤回说明:\n  日期: {today}\n  原因: 写明为什么撤回"
    )


class _Guarding:
    """One disclosure that is still there."""

    def __init__(self, public: Version, planned: Version, record: Record, today: date) -> None:
        self.public, self.planned, self.record, self.today = public, planned, record, today
        self.corrected = self._fresh(CORRECTED)
        self.reworded = self._fresh(REWORDED)

    def problems(self) -> Iterator[Problem]:
        gone = self._gone()
        if not _is_public(self.public, self.today):
            for project in gone:
                message = f"项目“{project['name']}”（{self.public.address}/{project['key']}）不再公开"
                yield _in_preparation(self.record.place(project["key"], ()), message)
            return
        for project in gone:
            yield self._gone_project(project)
        if any("key" not in one for one in self.planned.data.get("withdrawals", ())):
            yield from self._lost_texts()
        else:
            yield from self._lost_corrections()
            yield from self._changed(changes(self.public.data, self.planned.data, self.record.former))
            yield from self._files({project["key"] for project in gone})
        yield from self._lost_withdrawals()

    # -- what the record says -----------------------------------------------------------------

    def _fresh(self, kind: str) -> list[int]:
        """Which of its corrections of a kind are not yet published, by their numbers in the record."""
        known = _corrections(self.public.data, kind)
        return [
            number for number, one in enumerate(_corrections(self.planned.data, kind)) if one not in known
        ]

    @property
    def _there(self) -> set[str]:
        """The projects whose addresses answer."""
        shown = {one["key"] for one in self.planned.data.get("projects", ())}
        return shown | self._withdrawals(self.planned.data) | set(self.record.unread)

    def _withdrawals(self, data: Data) -> set[str]:
        return {one.get("key", "") for one in data.get("withdrawals", ())}

    # -- projects -----------------------------------------------------------------------------

    def _gone(self) -> list[Data]:
        there = self._there
        projects: Iterable[Data] = self.public.data.get("projects", ())
        return [one for one in projects if self.record.former.get(one["key"], one["key"]) not in there]

    def _gone_project(self, project: Data) -> Problem:
        file = f"{project['key']}.yaml"
        message = f"已公开的项目“{project['name']}”不再公开，它的网址会打不开"
        hint = _restore(file, self.today, "项目") + "\n改了文件名的，请在新文件里写：\n"
        hint += f"曾用文件名: [{project['key']}]"
        return Problem(
            self.record.place(project["key"], ("公开",)), "guard.vanished", Severity.ERROR, message, hint
        )

    def _lost_withdrawals(self) -> Iterator[Problem]:
        """What was withdrawn keeps saying so, unless it is public again."""
        there = self._there
        for one in self.public.data.get("withdrawals", ()):
            key = one.get("key")
            if key is not None and key not in there:
                message = f"“{one['name']}”的撤回说明不见了，它的网址会打不开"
                hint = f"请放回 {key}.yaml，至少有：\n项目名称: {one['name']}\n撤回说明:\n"
                hint += f"  日期: {one['day']}\n  原因: {one['reason']}"
                place = self.record.place(key, ("撤回说明",))
                yield Problem(place, "guard.vanished", Severity.ERROR, message, hint)

    def _lost_texts(self) -> Iterator[Problem]:
        """Texts and notices of a year that is withdrawn: their addresses say so while their records are there."""
        there, data = self._there, self.public.data
        texts = [
            (one["key"], f"{one['key']}.md，至少有标题：\n# {one['title']}")
            for one in data.get("articles", ())
        ]
        notices = [(one["slug"], "“公告”里的这一条") for one in data.get("notices", ())]
        for key, what in (*texts, *notices):
            if key not in there:
                message = f"撤回以后，网址 {self.public.address}/{key} 也要说明已撤回，现在会打不开"
                place = self.record.place(key, ())
                yield Problem(place, "guard.vanished", Severity.ERROR, message, f"请放回{what}")

    # -- corrections --------------------------------------------------------------------------

    def _lost_corrections(self) -> Iterator[Problem]:
        for kind, key in ((CORRECTED, "更正说明"), (REWORDED, "仅改错字")):
            now = _corrections(self.planned.data, kind)
            for day, text in _corrections(self.public.data, kind):
                if (day, text) not in now:
                    message = f"已公开的{key}（{day}）不见了，或改写了"
                    hint = f"它也是公开的内容，要留着；再有更正，请在下面加一条。原来写的是：\n{key}:\n"
                    hint += f"  - 日期: {day}\n    内容: {_one_line(text)}"
                    place = self.record.place("", (key,))
                    yield Problem(place, "guard.correction", Severity.ERROR, message, hint)

    # -- amounts, targets, dates, wording -----------------------------------------------------

    def _changed(self, found: Sequence[Change]) -> Iterator[Problem]:
        figures = [one for one in found if one.figure]
        if found and self.corrected:
            yield self._told(found, CORRECTED)
        elif figures:
            yield from self._unexplained(figures, "guard.figure")
            if self.reworded:
                place = self.record.place("", ("仅改错字", self.reworded[0]))
                message = "“仅改错字”只说文字，这次也改了数（指标值、金额、日期，或文字里的数）"
                hint = "改了数的，请改写成“更正说明”，见同时列出的各处；没有要改的，请把数改回去。"
                yield Problem(place, "guard.figure", Severity.ERROR, message, hint)
        if not self.corrected:
            words = [one for one in found if not one.figure]
            if words and self.reworded:
                yield self._told(words, REWORDED)
                return
            yield from self._unexplained(words, "guard.wording")

    def _unexplained(self, changed: Sequence[Change], rule: str) -> Iterator[Problem]:
        """One problem for each record; all with the same example."""
        for _, group in groupby(changed, key=lambda one: one.project):
            several = list(group)
            place, *others = (self.record.place(one.project, one.keys) for one in several)
            message = f"已公开的内容改了，没有说明：{_listed(several)}"
            related = tuple(dict.fromkeys(others))
            yield Problem(place, rule, Severity.ERROR, message, self._example(changed[0]), related=related)

    def _told(self, several: Sequence[Change], kind: str) -> Problem:
        key, numbers = ("更正说明", self.corrected) if kind == CORRECTED else ("仅改错字", self.reworded)
        message = f"这次{key}改动已公开的 {len(several)} 处：{_listed(several)}"
        place = self.record.place("", (key, numbers[0]))
        return Problem(place, "guard.explained", Severity.NOTICE, message, "请核对每一处都在说明里写到了。")

    def _example(self, change: Change) -> str:
        """What to write in the record."""
        said = f"  - 日期: {self.today}\n    内容: {_one_line(_sentence(change))}\n"
        if change.figure:
            return (
                "不是有意的，请改回去。是更正，请在 disclosure.yaml 里写"
                f"（先运行 {COMMAND} keep {self.public.address}，它会给出原文件的名称）：\n"
                f"更正说明:\n{said}    原文件: [keep 给出的文件名]"
            )
        hint = "不是有意的，请改回去。只改错字、没有动数的，请在 disclosure.yaml 里写：\n"
        return f"{hint}仅改错字:\n{said}意思有变化的，请写“更正说明”。"

    # -- files --------------------------------------------------------------------------------

    def _files(self, gone: set[str]) -> Iterator[Problem]:
        """Tables, texts and kept files that would be there no longer, but for those of projects that are gone."""
        before, withdrawn = self._withdrawals(self.public.data), self._withdrawals(self.planned.data)
        fewer = bool(gone or withdrawn - before or self.corrected)
        moved = {*gone, *before, *withdrawn, *self.record.former, *self.record.unread}
        for file, sha256 in sorted(self.public.files.items()):
            inner = file.removeprefix(f"{self.public.address}/")
            if inner.partition("/")[0] in moved:
                continue
            kept = inner.startswith("files/")
            now = self.planned.files.get(file)
            if now is None and (kept or (file.endswith(_LASTING) and not fewer)):
                yield self._lost_file(file, kept)
            elif kept and now and sha256 != now:
                message = f"更正前公开的文件 {inner} 被改动了"
                hint = "它要和当时公开的一样；请放回原来的文件。要再留一份，请用另一个文件名。"
                place = self.record.place("", ("更正说明",))
                yield Problem(place, "guard.kept-file", Severity.ERROR, message, hint)

    def _lost_file(self, file: str, kept: bool) -> Problem:
        message = f"已公开的文件 {file} 会打不开"
        if kept:
            hint = "更正前公开的文件要一直能下载：请把它留在 files/ 里，“更正说明”的“原文件”里也留着它。"
        else:
            hint = (
                "表式、说明（.md）或所用的程序变了，这个文件就没有了。请放回来；确实不再公开的，请在 disclosure.yaml 里写：\n"
                f"更正说明:\n  - 日期: {self.today}\n    内容: 写明不再公开什么，为什么\n    原文件: [keep 给出的文件名]"
            )
        return Problem(self.record.place("", ()), "guard.file", Severity.ERROR, message, hint)


def _corrections(data: Data, kind: str) -> list[tuple[str, str]]:
    """Day and text; what was published before kinds were told is a 更正."""
    return [
        (one["day"], one["text"]) for one in data.get("corrections", ()) if one.get("kind", CORRECTED) == kind
    ]


def _listed(several: Sequence[Change]) -> str:
    told = "；".join(map(_sentence, several[:_MOST]))
    return told + (f"；等 {len(several)} 处" if len(several) > _MOST else "")


def _sentence(change: Change) -> str:
    if not change.new:
        return f"{change.label}（{_short(change.old)}）删去了"
    return f"{change.label}由“{_short(change.old)}”改为“{_short(change.new)}”"


def _short(text: str) -> str:
    line = _one_line(text)
    return line if len(line) <= 40 else f"{line[:39]}…"


def _one_line(text: str) -> str:
    return " ".join(text.split())
