"""What the labels of official tables mean: every wording in use → the field of a record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from gongkai.problems import Problem, Severity
from gongkai.reading.forms import Form
from gongkai.reading.source import read_yaml
from gongkai.reading.vocabulary import SUBJECTS, terms
from gongkai.workspace import built_in_layouts

_FILE = "labels.yaml"
"""In layouts/: what labels mean."""

_NOTE = re.compile(r"[（(\[【][^（()）\]】]*[）)\]】]")
_NUMBERED = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,2}[）)]|[一二三四五六七八九十]+[、.．]|\d{1,2}[、.．](?!\d)|[①-⑳])"
)
_YEAR = re.compile(r"^(?:20\d\d|20××|XX|×{2,4}|_{2,}|\s)*年度?(?=.{2,})")
UNIT_NOTE = re.compile(r"(?:金额|货币)?单位[:：](?:人民币)?(亿元|万元|元)")
_INLINE = re.compile(r"((?:其中[:：])?[^:：\n]{2,20})[:：]\s*(?=\S)")
_LEADING = re.compile(r"^(?:其中|其|项目名称及)?[:：]")

SOURCES = ("appropriation", "general_public", "government_fund", "state_capital", "carryover", "fiscal_account", "unit_funds", "other")  # fmt: skip
LEVEL1 = ("产出指标", "效益指标", "满意度指标", "成本指标", "项目完成指标", "项目效益指标", "产出", "效益", "满意度", "成本", "完成指标", "绩效产出指标")  # fmt: skip
_LEVEL2 = ("数量", "质量", "时效", "成本", "经济效益", "社会效益", "生态效益", "环境效益", "可持续影响", "可持续发展", "服务对象满意度", "社会公众满意度", "社会公众或服务对象满意度", "满意度", "经济成本", "社会成本", "生态环境成本", "生态环境效益", "可持续", "受益对象满意度")  # fmt: skip
LEVEL2 = tuple(name + tail for name in _LEVEL2 for tail in ("指标", ""))


@lru_cache(maxsize=20_000)
def label_key(text: str) -> str:
    """A label without what varies: white space, numbering, year, notes in brackets, colon, （续）."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    plain = _LEADING.sub("", plain.replace("×", "X"))
    plain = _NUMBERED.sub("", plain, count=1)
    plain = re.sub(r"\(/\w{1,4}\)|\(\d[\d.\-—–~至]*[分%]?\)分?", "", plain)
    while (shorter := _NOTE.sub("", plain)) != plain and shorter:
        plain = shorter
    plain = plain.rstrip(":：*;；,，")
    return _YEAR.sub("年度" if _YEAR_MATTERS.search(plain) else "", plain) if len(plain) < 40 else plain


_YEAR_MATTERS = re.compile(r"年度?(?:目标|总体|预算|资金|指标|绩效|重点|主要)")


def one_line(text: str) -> str:
    """A label without the line ends and spaces that only fit it into its cell."""
    return re.sub(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])", "", text)


def level_name(text: str) -> str:
    """A level name as written, without white space, code (``1-产出指标``), （续） and note of its weight (``（50分）``)."""
    plain = re.sub(r"\s+", "", text)
    plain = re.sub(r"[（(]续[)）]|[（(]\d+(?:\.\d+)?(?:[-—–~～至]\d+(?:\.\d+)?)?[分%％]?[)）]分?", "", plain)
    return re.sub(r"^\d{1,3}[-－—.、]?(?=[\u4e00-\u9fff])", "", plain).rstrip(":：")


def is_level1(text: str) -> bool:
    """Whether this is a first-level name of a system in use."""
    return level_name(text) in LEVEL1


def is_level2(text: str) -> bool:
    """Whether this is a second-level name of a system in use."""
    return level_name(text) in LEVEL2


def load_wordings(folders: Sequence[Path]) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """Field or role → wordings, of the labels.yaml of all layout folders; what is wrong with these files.

    ``appropriation`` … ``other`` stand in 年度资金 or 实施周期资金 by their surroundings.
    """
    found: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for folder in reversed(folders):
        file = folder / _FILE
        document, its = read_yaml(file, f"layouts/{_FILE}") if file.is_file() else (None, [])
        problems += its
        data = document.fields if document else {}
        fields = set(found or data)
        for path, wordings in data.items():
            if path in fields and isinstance(wordings, list):
                found[path] = (*found.get(path, ()), *map(str, wordings))
            elif document:
                hint = f"写成“英文名: [叫法, 叫法]”，英文名照抄 gongkai 的 layouts/{_FILE}。"
                message = f"“{path}”不是栏目的英文名，或后面不是叫法的列表"
                problems.append(
                    Problem(document.place((path,)), "labels.unusable", Severity.ERROR, message, hint)
                )
    return found, problems


_BUILT_IN, _ = load_wordings((built_in_layouts(),))


class Labels:
    """The dictionary of labels: what is in use, the vocabulary, and what the forms at hand print."""

    def __init__(
        self, forms: Mapping[str, Form], wordings: Mapping[str, tuple[str, ...]] = _BUILT_IN
    ) -> None:
        self.wordings = wordings
        self._meanings: dict[str, list[str]] = {}
        for path, known in wordings.items():
            for wording in known:
                self._learn(wording, path)
        self._used = {key: frozenset(paths) for key, paths in self._meanings.items()}
        self._alike: dict[tuple[str, str], float] = {}
        for model in set(SUBJECTS.values()):
            for term in terms(model).values():
                if not term.in_list and "." not in term.path:
                    self._learn(term.label, "department" if term.label == "部门名称" else term.path)
        self.own: dict[str, list[tuple[str, str]]] = {}
        for form in forms.values():
            self._learn_form(form)

    def _learn_form(self, form: Form) -> None:
        for path, label in form.declared.fields.items():
            if not label or (form.subject == "department" and path == "name"):
                continue
            head, _, rest = path.partition(".")
            if head in ("funds", "period_funds", "carryover") and rest in SOURCES:
                path = rest
            self._learn(label.replace("{year}", "2000"), path)
        for own in form.declared.own:
            self.own.setdefault(label_key(own.label), []).append((form.id, own.id))

    def _learn(self, wording: str, path: str) -> None:
        known = self._meanings.setdefault(label_key(wording), [])
        if path not in known:
            known.append(path)

    def meanings(self, text: str) -> list[str]:
        """Every field or role a text may be the label of, the likeliest first; none for ordinary text."""
        return self._meanings.get(label_key(text), []) if text and len(text) <= 60 else []

    def means(self, text: str, *paths: str) -> bool:
        """Whether the text can be the label of one of these."""
        return any(path in paths for path in self.meanings(text))

    def divided(self, text: str) -> tuple[str, str]:
        """The label and the value of a cell with both, ``项目名称：护林``; two blanks for any other."""
        is_other = self.meanings(text) or UNIT_NOTE.search(re.sub(r"\s+", "", text))
        found = None if is_other else _INLINE.match(text)
        names = self.meanings(found[1]) if found else []
        return (found[1], text[found.end() :]) if found and names and "unit" not in names else ("", "")

    def alike(self, wanted: str, key: str) -> float:
        """Of two keys of labels: 1 for the same one, less for another wording of it, 0 for another."""
        if wanted == key:
            return 1.0
        if (wanted, key) not in self._alike:
            self._alike[wanted, key] = self._likeness(wanted, key)
        return self._alike[wanted, key]

    def _likeness(self, wanted: str, key: str) -> float:
        if self._used.get(wanted, frozenset()) & self._used.get(key, frozenset()):
            return 0.9
        short, long = sorted((wanted, key), key=len)
        near = len(short) >= 3 and len(long) <= len(short) + 4 and short in long and key not in self._used
        return 0.8 if near else 0.0


UNIT_IN_LABEL = re.compile(r"[（(]\s*(?:单位[:：])?\s*[亿万]?元\s*[）)]")
"""What only labels have behind them, also those that nobody knows."""


def unit_in(text: str) -> str | None:
    """The money unit a label states: 元, 万元 or 亿元."""
    found = re.search(r"(亿元|万元|(?<!美)元)", unicodedata.normalize("NFKC", re.sub(r"\s+", "", text)))
    return found[1] if found else None
