"""Rules without code, gongkai's own and each site's: patterns and words in texts, and conditions on fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gongkai.checks.conditions import OfFields
from gongkai.checks.examined import DepartmentCase
from gongkai.checks.rule import WRITTEN, Rule, WrittenRule, read_rules
from gongkai.checks.texts import SEPARATOR, Examined, Finding, Hit, cut
from gongkai.problems import Problem, Severity

_ID = re.compile(r"[a-z]+(?:-[a-z]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*")
_BRACES = re.compile(r"\{([^{}]*)\}")
_IN_TEXTS = ("found", "short", "around", "right", "source")
_QUOTED = 24


@dataclass(frozen=True)
class _InTexts:
    """Patterns and words ready to run: over all texts of a record in one go."""

    written: WrittenRule
    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, written: WrittenRule) -> _InTexts:
        """From what is written. Raises ValueError for braces that stand for nothing."""
        if not {*_BRACES.findall(f"{written.message}{written.hint}")} <= {*_IN_TEXTS}:
            raise ValueError(f"“报告”“建议”的花括号里只能写 {'、'.join(_IN_TEXTS)}")
        return cls(
            written, re.compile("|".join(written.patterns), re.MULTILINE) if written.patterns else None
        )

    def spans(self, blob: str) -> Iterator[tuple[int, int]]:
        """Where in joined texts something wrong stands, outside the words that may hold it."""
        right = [span for word in self.written.except_ for span in _occurrences(word, blob)]
        found = [match.span() for match in self.pattern.finditer(blob)] if self.pattern else []
        for word in self.written.slips:
            found += _occurrences(word, blob)
        for start, end in found:
            if start < end and not any(first < end and start < last for first, last in right):
                yield start, end

    def finds(self, example: object) -> bool:
        """Whether something wrong stands in an example."""
        return any(self.spans(f"{SEPARATOR}{example}{SEPARATOR}"))

    def run(self, department: DepartmentCase) -> Iterator[Finding]:
        """The findings in everything a reader sees of a department."""
        for (case,) in department.texts():
            for span in self.spans(case.blob):
                hit = case.hit(*span)
                if not self.written.keys or hit.path[-1] in self.written.keys:
                    yield self._told(case, hit)

    def _told(self, case: Examined, hit: Hit) -> Finding:
        found = hit.found.strip() or hit.found
        values = (found, cut(found, _QUOTED), hit.around(), *self.written.slips.get(found, ("", "")))
        words = dict(zip(_IN_TEXTS, values, strict=True))
        return case.in_text(hit, _filled(self.written.message, words), _filled(self.written.hint, words))


def _occurrences(word: str, blob: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in re.finditer(re.escape(word), blob)) if word in blob else iter(())


def _filled(text: str | None, words: Mapping[str, str]) -> str:
    return _BRACES.sub(lambda match: words[match[1]], text or "")


def compiled(written: WrittenRule) -> Rule[DepartmentCase]:
    """The rule that is written. Raises ValueError, in the words of who wrote it, for what can't be used."""
    if not _ID.fullmatch(written.id):
        raise ValueError("规则的名字写成“类别.名字”，只用小写英文字母和连字符")
    if written.coded:
        raise ValueError("要写“样式”或“词表”，看各栏的写“每个”")
    try:
        one = OfFields.of(written) if written.each else _InTexts.of(written)
    except re.error as error:
        raise ValueError(f"“样式”不是正则表达式（{error}）") from None
    for number, example in enumerate((*written.wrong, *written.right)):
        if one.finds(example) != (number < len(written.wrong)):
            said = "没有被找出来" if number < len(written.wrong) else "不应当被找出来"
            raise ValueError(f"例子“{example}”{said}")
    return Rule.of(written, one.run)


def load_rules(folder: Path) -> tuple[tuple[Rule[DepartmentCase], ...], list[Problem]]:
    """A site's rules; what is wrong with them, and examples that fail, are problems. gongkai's patterns may be replaced."""
    rules: list[Rule[DepartmentCase]] = []
    files, problems = read_rules(folder)
    for document, file in files.values():
        for number, one in enumerate(file.rules):
            known = WRITTEN.get(one.id)
            if one == known:  # a copy of gongkai's own file
                continue
            try:
                if known and known.coded:
                    raise ValueError("这个名字已经有了，请换一个类别，例如 shi.…")
                rules.append(compiled(one))
            except ValueError as error:
                message = f"规则 {one.id} 不能用：{error}"
                place = document.place(("规则", number))
                problems.append(
                    Problem(place, "rules.unusable", Severity.ERROR, message, "请改正规则或例子。")
                )
    return tuple(rules), problems
