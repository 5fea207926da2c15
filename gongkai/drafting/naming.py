"""Labels of an official table → fields: of the vocabulary where one fits, else an own field named from the label."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from pypinyin import lazy_pinyin

from gongkai.drafting.original import one_line
from gongkai.exchange.labels import SOURCES, UNIT_IN_LABEL, Labels, label_key
from gongkai.reading.declaration import Subject
from gongkai.reading.forms import Form
from gongkai.reading.vocabulary import SUBJECTS, terms

_ROLES = {"money", "group", "unit", "sum", "indicators", "tasks"}
"""Meanings that are no field of their own."""
_PERIOD = re.compile(r"中期|实施周期|实施期|长期|中长期|项目总")
_LISTS = ("indicators", "period_indicators", "tasks")
_ALIKE = 0.78
_PHASES = ("evaluation.initial", "evaluation.adjusted", "evaluation.spent")
_OF_TOTAL = {
    "evaluation.rate": "evaluation.rate", "evaluation.reason": "evaluation.reason",
    "indicators.weight": "evaluation.weight", "indicators.score": "evaluation.execution_score",
}  # fmt: skip
"""Columns of a 自评's money of which only the year's total has a field."""
_MONEY = re.compile(r"金额|资金|经费|拨款|收入|支出|预算|基金|专户|结转")
_NO_MONEY = re.compile(r"率|占比|比例|说明|情况|依据|用途|分值|得分|权重|名称|文号|单位|部门|年度$")
_LONG = re.compile(
    r"目标|概况|概述|依据|内容|说明|情况|措施|职能|职责|方案|必要性|可行性|效益|描述|分析|原因|用途|范围|安排"
)
_REWRITTEN = (
    (re.compile("其它"), "其他"),
    (re.compile(r"^(?:当年|全年|本年)度?(?=预算|绩效|目标|资金)"), "年度"),
    (re.compile(r"^(?:项目)?(?:起止|实施|执行)(?:年度|年限|期限|日期|年月)$|^项目期$"), "起止时间"),
    (re.compile(r"^预期目标$"), "年度目标"),
    (re.compile(r"^.{1,6}(?:目标值|指标值)$"), "指标值"),
)
"""Wordings → those the vocabulary of labels knows."""


@dataclass
class Own:
    """An own field to be declared."""

    id: str
    label: str
    type: str = "text"
    on: str = "record"
    choices: tuple[str, ...] = ()
    columns: list[Own] = field(default_factory=list)


@dataclass
class Names:
    """Hands out a path for every label, each path once; what was not certain is in ``doubts`` by path."""

    subject: Subject
    labels: Labels
    like: Form | None = None
    stated: frozenset[str] = frozenset()
    """What the table's labels mean, all of them."""
    own: dict[str, Own] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    """Path → label as printed, in the order of the table."""
    doubts: dict[str, str] = field(default_factory=dict)

    def field(self, text: str, around: str, wide: bool, options: tuple[str, ...] = ()) -> str:
        """The path for a labelled value of the record. ``around`` are the labels of the groups it stands in."""
        label = one_line(text)
        path, doubt = self._known(label, around)
        if path is None or path in self.taken:
            return self._new(label, around, self._type(label, around, wide), options=options)
        return self._take(path, label, doubt)

    def column(self, text: str, of: str, around: str = "") -> str:
        """The path for a column of a list: ``indicators``, ``tasks`` or an own list's path; "" for one without a label."""
        label = one_line(text)
        if not label:
            return ""
        if of.startswith("own."):
            return self._inner(of, label, around)
        path, doubt = self._column_of(label, of)
        if path is not None and path not in self.taken:
            return self._take(path, label, doubt)
        if of == "tasks":
            self.doubts[of] = f"“{label}”这一列在字段表里没有，空着；要公开的请把整张表改成自有的 rows 字段"
            return ""
        shared = (one.id for one in self.own.values() if one.on == "indicators" and one.label == label)
        known = next((f"{of}.own.{one}" for one in shared if f"{of}.own.{one}" not in self.taken), "")
        if known:
            return self._take(known, label, "")
        path = self._new(label, around, self._type(label, "", False), on="indicators")
        if of == "period_indicators":
            self.taken[f"{of}.{path.partition('.')[2]}"] = self.taken.pop(path)
        return path if of == "indicators" else f"{of}.{path.partition('.')[2]}"

    def crossed(self, label: str, head: str) -> str:
        """The path for a value named by its row and its column: no label of the table is its own."""
        kind = "number" if re.search("得分|分值", head) else self._type(head, label, False)
        path = self._new(f"{label}{head}", "", kind)
        self.taken[path] = ""
        return path

    @property
    def evaluates(self) -> bool:
        """Whether the table tells what was reached: it has a column of what was spent."""
        return "evaluation.spent" in self.stated

    def of_evaluation(self, label: str, head: str) -> str:
        """The path of money of a 自评, by its row (the source) and its column; "" where it is none."""
        sources = (meaning.rpartition(".")[2] for meaning in self.labels.meanings(label))
        source = next((one for one in sources if one in ("total", *SOURCES)), "") if self.evaluates else ""
        for meaning in self.labels.meanings(head) if source else ():
            if meaning in _PHASES:
                return f"{meaning}.{source}"
            if meaning in _OF_TOTAL:
                return _OF_TOTAL[meaning] if source == "total" else f"{_OF_TOTAL[meaning]}.{source}"
        return ""

    def listed(self, text: str) -> str:
        """The path for a list of the form's own: its side label."""
        return self._new(one_line(text), "", "rows")

    def named(self, path: str, label: str | None = None) -> str:
        """A path that is certain, with its printed label (None: it has none of its own)."""
        self.taken.setdefault(path, one_line(label) if label else "")
        return path

    def kind(self, path: str) -> str:
        """What a path of the vocabulary, or an own field of the record, holds; "" for others."""
        term = terms(SUBJECTS[self.subject]).get(path)
        own = self.own.get(path.removeprefix("own."))
        return term.kind if term else own.type if own else ""

    # -- the vocabulary -----------------------------------------------------------------------

    def _take(self, path: str, label: str, doubt: str) -> str:
        self.taken[path] = label
        if doubt:
            self.doubts[path] = doubt
        return path

    def _known(self, label: str, around: str) -> tuple[str | None, str]:
        if self.like is not None:
            for path, printed in self.like.declared.fields.items():
                if printed and label_key(printed.replace("{year}", "2000")) == label_key(label) and not path.startswith((*_LISTS, "own.")):  # fmt: skip
                    return path, ""
        known = terms(SUBJECTS[self.subject])
        for meaning, doubt in self._meanings(label):
            for path in self._paths(meaning, label, around):
                if path in known and known[path].kind not in ("list", "mapping") and not known[path].in_list:
                    return path, doubt
        return None, ""

    def _meanings(self, label: str) -> Iterator[tuple[str, str]]:
        """Fields and roles the label may be of, the likeliest first; with a doubt where it only resembles a known one."""
        yield from ((meaning, "") for meaning in self.labels.meanings(label))
        key = label_key(label)
        for pattern, instead in _REWRITTEN:
            if (plain := pattern.sub(instead, key)) != key:
                doubt = f"“{label}”看作“{plain}”" if pattern.pattern.endswith("$") else ""
                yield from ((meaning, doubt) for meaning in self.labels.meanings(plain))
        yield from ((term.path, "") for term in terms(SUBJECTS[self.subject]).values() if term.label == key)
        near = ((SequenceMatcher(None, key, label_key(wording)).ratio(), wording, path) for path, wordings in self.labels.wordings.items() for wording in wordings if label_key(wording)[-2:] == key[-2:] and not path.startswith("period."))  # fmt: skip
        ratio, wording, path = max(near, default=(0.0, "", ""))
        if ratio >= _ALIKE:
            yield path, f"“{label}”看作“{wording}”"

    def _paths(self, meaning: str, label: str, around: str) -> list[str]:
        """Where a meaning stands in a record of this subject, the likeliest first."""
        period = bool(_PERIOD.search(around) or _PERIOD.search(label))
        if meaning in SOURCES:
            return [f"{'period_funds' if period else 'funds'}.{meaning}"]
        if meaning in ("funds.total", "period_funds.total") and self.subject == "department":
            return ["expenditure.total", "funds.total"] if "支出" in label + around else ["funds.total"]
        if meaning == "period_funds.total" and "period_funds.total" not in self.taken:
            alone = label_key(label) in ("项目资金总额", "项目总额") and "funds.total" not in self.stated
            return ["funds.total"] if alone and not period else ["period_funds.total", "funds.total"]
        if meaning == "funds.total" and period:
            return ["period_funds.total", "funds.total"]
        if meaning.startswith("objective"):
            if self.subject == "department":
                return ["objective"]
            return ["objective.period"] if meaning == "objective.period" or (period and "年度目标" not in label) else ["objective.annual"]  # fmt: skip
        if meaning == "department":
            return ["name"] if self.subject == "department" else ["authority"]
        if meaning in ("name", "sum") and self.subject == "department":
            side = {"收入": "funds.total", "支出": "expenditure.total"}
            return [path for word, path in side.items() if meaning == "sum" and word in around]
        if meaning == "spending_unit" and self.subject == "department":
            return ["name"]
        return ["schedule"] if meaning == "period" else [meaning]

    def _column_of(self, label: str, of: str) -> tuple[str | None, str]:
        base = "indicators" if of == "period_indicators" else of
        meanings = dict(reversed(list(self._meanings(label))))
        inner = {meaning: doubt for meaning, doubt in meanings.items() if meaning.startswith(f"{base}.")}
        if not inner and base == "tasks":
            inner = {f"tasks.{name}": "" for name in ("appropriation", "other") if name in meanings}
            inner |= {"tasks.funds": ""} if {"funds.total", "sum"} & set(meanings) else {}
        for meaning, doubt in sorted(inner.items(), key=lambda item: item[1]):
            if of == "period_indicators" and meaning == "indicators.annual_target":
                meaning = "indicators.period_target"
            path = meaning.replace(base, of, 1)
            if path in terms(SUBJECTS[self.subject]):
                return path, doubt
        return None, ""

    # -- own fields -----------------------------------------------------------------------------

    def _new(
        self, label: str, around: str, kind: str, on: str = "record", options: tuple[str, ...] = ()
    ) -> str:
        name = re.sub(r"[:：*※]+$", "", re.sub(r"^(?:其中|[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．])[:：]?", "", label)) or label  # fmt: skip
        known = {term.keys[0] for term in terms(SUBJECTS[self.subject]).values()}
        known |= {one.label for one in self.own.values()}
        if name in known:
            group = re.sub(r"[（(].*?[）)]|[:：\s]", "", around.split("·")[-1])
            name = f"{group}{name}" if f"{group}{name}" not in known else _free(name, known)
        own = Own(self._id(name), name, "choice" if options else kind, on, options)
        self.own[own.id] = own
        path = f"{'indicators.' if on == 'indicators' else ''}own.{own.id}"
        self.taken[path] = label
        return path

    def _inner(self, of: str, label: str, around: str) -> str:
        own = self.own[of.removeprefix("own.")]
        name = _free(label, {column.label for column in own.columns})
        column = Own(self._id(name, {one.id for one in own.columns}), name, self._type(label, around, False))
        own.columns.append(column)
        path = f"{of}.{column.id}"
        self.taken[path] = label
        return path

    def _id(self, label: str, others: set[str] | None = None) -> str:
        syllables = (
            re.sub(r"[^a-z0-9]", "", part.lower()) for part in lazy_pinyin(label_key(label) or label)
        )
        whole = "_".join(filter(None, syllables))[:40].strip("_") or "ziduan"
        return _free(whole if whole[0].isalpha() else f"n{whole}", set(self.own) if others is None else others, "_")  # fmt: skip

    def _type(self, label: str, around: str, wide: bool) -> str:
        plain = label_key(label)
        inside = _MONEY.search(around.split("·")[-1]) if around else None
        has_unit = UNIT_IN_LABEL.search(label)
        if has_unit or (not _NO_MONEY.search(plain) and (_MONEY.search(plain) or inside) and not wide):
            return "amount"
        return "rich" if wide and _LONG.search(plain) else "text"


def _free(name: str, taken: Collection[str], mark: str = "") -> str:
    """The name, or the first with a number behind it that is not taken."""
    numbered = (f"{name}{mark}{number}" for number in itertools.count(2))
    return next(one for one in itertools.chain([name], numbered) if one not in taken)
