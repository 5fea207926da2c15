"""Labels of an official table → the fields of a new form: of the vocabulary where one fits, else own fields."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from pypinyin import lazy_pinyin

from gongkai.exchange.labels import UNIT_IN_LABEL, label_key, one_line
from gongkai.exchange.naming import Naming
from gongkai.reading.vocabulary import SUBJECTS, terms

_LISTS = ("indicators", "period_indicators", "tasks")
_ALIKE = 0.78
_MONEY = re.compile(r"金额|资金|经费|拨款|收入|支出|预算|基金|专户|结转")
_NO_MONEY = re.compile(r"率|占比|比例|说明|情况|依据|用途|分值|得分|权重|名称|文号|单位|部门|年度$")
_LONG = re.compile(
    r"目标|概况|概述|依据|内容|说明|情况|措施|职能|职责|方案|必要性|可行性|效益|描述|分析|原因|用途|范围|安排"
)


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
class Names(Naming):
    """Hands out each path once, and an own field for every label that means none; ``form`` is one to take paths from."""

    own: dict[str, Own] = field(default_factory=dict)

    def field(self, text: str, around: str, wide: bool, options: tuple[str, ...] = ()) -> str:
        """The path for a labelled value of the record; ``wide``: there is room for a long text."""
        label = one_line(text)
        path, doubt = self._known(label, around)
        if path is None or path in self.taken:
            return self._new(label, around, self._type(label, around, wide), options=options)
        return self._take(path, label, doubt)

    def column(self, text: str, of: str) -> str:
        """The path for a column of a list; "" for one without a label."""
        label = one_line(text)
        if not label:
            return ""
        if of.startswith("own."):
            return self._inner(of, label)
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
        path = self._new(label, "", self._type(label, "", False), on="indicators")
        if of == "period_indicators":
            self.taken[f"{of}.{path.partition('.')[2]}"] = self.taken.pop(path)
        return path if of == "indicators" else f"{of}.{path.partition('.')[2]}"

    def crossed(self, label: str, head: str) -> str:
        """A field of the form's own: no label of the table is its own."""
        kind = "number" if re.search("得分|分值", head) else self._type(head, label, False)
        path = self._new(f"{label}{head}", "", kind)
        self.taken[path] = ""
        return path

    def listed(self, text: str) -> str:
        """A new list of the form's own."""
        return self._new(one_line(text), "", "rows")

    def kind(self, path: str) -> str:
        """What a path of the vocabulary, or an own field of the record, holds; "" for others."""
        own = self.own.get(path.removeprefix("own."))
        return own.type if own else super().kind(path)

    # -- the vocabulary -----------------------------------------------------------------------

    def _take(self, path: str, label: str, doubt: str) -> str:
        self.taken[path] = label
        if doubt:
            self.doubts[path] = doubt
        return path

    def _known(self, label: str, around: str) -> tuple[str | None, str]:
        if self.form is not None:
            for path, printed in self.form.declared.fields.items():
                if printed and label_key(printed.replace("{year}", "2000")) == label_key(label) and not path.startswith((*_LISTS, "own.")):  # fmt: skip
                    return path, ""
        return super()._known(label, around)

    def _meanings(self, label: str) -> Iterator[tuple[str, str]]:
        """Those of labels that only resemble a known one too."""
        yield from super()._meanings(label)
        key = label_key(label)
        near = ((SequenceMatcher(None, key, label_key(wording)).ratio(), wording, path) for path, wordings in self.labels.wordings.items() for wording in wordings if label_key(wording)[-2:] == key[-2:] and not path.startswith("period."))  # fmt: skip
        ratio, wording, path = max(near, default=(0.0, "", ""))
        if ratio >= _ALIKE:
            yield path, f"“{label}”看作“{wording}”"

    def _paths(self, meaning: str, label: str, around: str) -> list[str]:
        """A project's 部门 is the one that answers for it."""
        is_authority = meaning == "department" and self.subject != "department"
        return ["authority"] if is_authority else super()._paths(meaning, label, around)

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

    def _inner(self, of: str, label: str) -> str:
        own = self.own[of.removeprefix("own.")]
        name = _free(label, {column.label for column in own.columns})
        column = Own(self._id(name, {one.id for one in own.columns}), name, self._type(label, "", False))
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
