"""Labels of a table → fields of a record: by what the label means, the groups it stands in, its row and its column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gongkai.exchange.labels import SOURCES, Labels, label_key, one_line
from gongkai.reading.declaration import OwnField, Subject
from gongkai.reading.forms import Form
from gongkai.reading.vocabulary import SUBJECTS, terms

_PERIOD = re.compile(r"中期|实施周期|实施期|长期|中长期|项目总")
_PHASES = ("evaluation.initial", "evaluation.adjusted", "evaluation.spent")
_OF_TOTAL = {
    "evaluation.rate": "evaluation.rate", "evaluation.reason": "evaluation.reason",
    "indicators.weight": "evaluation.weight", "indicators.score": "evaluation.execution_score",
}  # fmt: skip
"""Columns of a 自评's money of which only the year's total has a field."""
_REWRITTEN = (
    (re.compile("其它"), "其他"),
    (re.compile(r"^(?:当年|全年|本年)度?(?=预算|绩效|目标|资金)"), "年度"),
    (re.compile(r"^(?:项目)?(?:起止|实施|执行)(?:年度|年限|期限|日期|年月)$|^项目期$"), "起止时间"),
    (re.compile(r"^预期目标$"), "年度目标"),
    (re.compile(r"^.{1,6}(?:目标值|指标值)$"), "指标值"),
)
"""Wordings → those the vocabulary of labels knows."""


@dataclass
class Naming:
    """Hands out paths for labels of a table about a ``subject``; ``form`` is the one whose own fields may be used."""

    subject: Subject
    labels: Labels
    form: Form | None = None
    stated: frozenset[str] = frozenset()
    """What the table's labels mean, all of them."""
    taken: dict[str, str] = field(default_factory=dict)
    """Path → label as printed, in the order of the table."""
    doubts: dict[str, str] = field(default_factory=dict)
    """Path → what was not certain about it."""

    def field(self, text: str, around: str, wide: bool, options: tuple[str, ...] = ()) -> str:
        """The path for a labelled value of the record; "" for none. ``around`` are the labels of its groups."""
        path, _ = self._known(one_line(text), around)
        path = (
            "period" if self.labels.meanings(text)[:1] == ["period"] else path
        )  # 三年, or from one year to another
        own = self._own(text, "record") if path is None or self.labels.means(text, "sum") else None
        return f"own.{own.id}" if own and own.type != "rows" else path or ""

    def column(self, text: str, of: str) -> str:
        """The path for a column of a list: ``indicators``, ``tasks`` or an own list's path; "" for none."""
        label = one_line(text)
        if of.startswith("own."):
            own = self.form.own_field(of.removeprefix("own.")) if self.form else None
            columns = {label_key(one.label): f"{of}.{one.id}" for one in (own.columns if own else ())}
            return columns.get(label_key(label), "")
        if path := self._column_of(label, of)[0]:
            return path
        inner = self._own(text, "indicators") if of.endswith("indicators") else None
        return f"{of}.own.{inner.id}" if inner else ""

    def crossed(self, label: str, head: str) -> str:
        """The path for a value named by its row and its column; "" for none."""
        return ""

    def listed(self, text: str) -> str:
        """The path for a list of the form's own: its side label."""
        own = self._own(text, "record")
        return f"own.{own.id}" if own and own.type == "rows" else ""

    def named(self, path: str, label: str | None = None) -> str:
        """A path that is certain, with its printed label (None: it has none of its own)."""
        self.taken.setdefault(path, one_line(label) if label else "")
        return path

    def _own(self, label: str, on: str) -> OwnField | None:
        fields = self.form.own_on(on) if self.form else ()
        return next((own for own in fields if label_key(own.label) == label_key(label)), None)

    # -- 自评 ---------------------------------------------------------------------------------

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

    # -- the vocabulary -----------------------------------------------------------------------

    def kind(self, path: str) -> str:
        """What a path of the vocabulary holds; "" for others."""
        term = terms(SUBJECTS[self.subject]).get(path)
        return term.kind if term else ""

    def _known(self, label: str, around: str) -> tuple[str | None, str]:
        """The field a label means here, and a doubt; None where it means none."""
        known = terms(SUBJECTS[self.subject])
        for meaning, doubt in self._meanings(label):
            for path in self._paths(meaning, label, around):
                if path in known and known[path].kind not in ("list", "mapping") and not known[path].in_list:
                    return path, doubt
        return None, ""

    def _meanings(self, label: str) -> Iterator[tuple[str, str]]:
        """Fields and roles the label may be of, the likeliest first, each with a doubt."""
        yield from ((meaning, "") for meaning in self.labels.meanings(label))
        key = label_key(label)
        for pattern, instead in _REWRITTEN:
            if (plain := pattern.sub(instead, key)) != key:
                doubt = f"“{label}”看作“{plain}”" if pattern.pattern.endswith("$") else ""
                yield from ((meaning, doubt) for meaning in self.labels.meanings(plain))
        yield from ((term.path, "") for term in terms(SUBJECTS[self.subject]).values() if term.label == key)

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
            return ["name"] if self.subject == "department" else []
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
