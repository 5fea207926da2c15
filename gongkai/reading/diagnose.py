"""A file that is no YAML → the most likely cause, in the clerk's words, at the place where it can be mended."""

from __future__ import annotations

import re

import yaml

from gongkai.problems import Place, Problem, Severity

WIDE_SPACES = ("\u3000", "\u00a0")
WIDE_SPACE = ("这里是全角空格（或从 Word 粘来的不间断空格）", "请删去它，换成半角空格。")
_EXAMPLE = "例如“项目名称: 民兵事业费”。"

# Looked for on the lines around where the parser stopped; the last group is where the caret goes.
_LINE_RULES: tuple[tuple[str, str, str, str], ...] = (
    (r"^[ ]*\t", "source.tab", "行首用了制表符（Tab 键），应当用空格", "请把 Tab 换成两个空格。"),
    (r"^(?:[ ]*|[^#\n]*?:)([\u3000\u00a0])", "source.wide-space", *WIDE_SPACE),
    (r"^\s*(?:- )?[^\s#:'\"-][^:\"']*(：)", "source.wide-colon", "这里是全角冒号“：”，应当是半角冒号加一个空格“: ”", _EXAMPLE),
    (r"^\s*(?:- )?[\u4e00-\u9fff（）]+(:)\S", "source.colon-space", "冒号后面缺一个空格", _EXAMPLE),
    (r"^\s*(-)[^\s-]", "source.dash-space", "“-”后面缺一个空格", "例如“- 一级指标: 产出指标”。"),
    (r":\s+(\"[^\"]*\"|'[^']*')[^\s#]", "source.quote", "引号只括了值的一部分", "请把整个值用单引号括起来，或改用中文引号“”。"),
    (r":\s+([*&!%@`|>\[{])", "source.plain-sign", "值以有特殊含义的符号开头", "请用引号括起来，例如 '>95%'、'*'、'[1]'。"),
)  # fmt: skip


def diagnose(error: Exception, text: str, name: str) -> Problem:
    """The problem of a file the parser refused; ``name`` is how the file is called."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return _problem(name, 1, 1, "source.syntax", "文件里有不能识别的内容", "请检查括号、引号和缩进。")
    context = getattr(error, "context_mark", None)
    said = f"{getattr(error, 'problem', '')} {getattr(error, 'context', '')}"
    if "single document" in said:
        return _at(name, mark, "source.documents", "一个文件里有两条记录（中间有“---”）", "请分成两个文件。")
    lines = text.split("\n")
    for pattern, rule, message, hint in _LINE_RULES:
        for number in dict.fromkeys((mark.line, mark.line - 1, context.line if context else mark.line)):
            found = re.search(pattern, lines[number]) if 0 <= number < len(lines) else None
            if found:
                column = found.start(found.lastindex or 0)
                return _problem(name, number + 1, column + 1, rule, message, hint)
    return _by_what_was_said(said, mark, context, lines, name)


def _by_what_was_said(
    said: str, mark: yaml.Mark, context: yaml.Mark | None, lines: list[str], name: str
) -> Problem:
    if "quoted scalar" in said and context is not None:
        hint = "从这里开始的引号没有结束；请补上另一个引号，文字里的引号请用“”。"
        return _at(name, context, "source.quote", "引号没有配对", hint)
    if "simple key" in said and context is not None:
        hint = f"每一行写成“名称: 值”，{_EXAMPLE}上一项的第二段文字要比它的名称多缩进两格。"
        return _at(name, context, "source.no-colon", "这一行没有冒号", hint)
    if "flow" in said and context is not None:
        hint = "从这里开始的 [ 或 { 没有结束；文字以括号开头时请用引号括起来。"
        return _at(name, context, "source.bracket", "括号没有配对", hint)
    if "alias" in said or "anchor" in said:
        hint = "如果星号是文字，请用引号括起来，例如 '*'。"
        return _at(name, mark, "source.alias", "这里用了 YAML 的引用（*），记录里不能用", hint)
    # Where YAML counts more lines than there are, after a character it takes for the end of one, none is looked at.
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "mapping values" in said and 0 <= line.find(":") < mark.column:
        hint = "文字里的冒号请改用全角“：”，或把整个值用单引号括起来。"
        return _at(name, mark, "source.second-colon", "这一行里有第二个“: ”", hint)
    hint = "同一层的行要左边对齐；冒号后面空一格；有冒号、井号的文字请用引号括起来。"
    return _at(name, mark, "source.syntax", "这一行的写法不对，或与上面的缩进对不齐", hint)


def _at(name: str, mark: yaml.Mark, rule: str, message: str, hint: str) -> Problem:
    return _problem(name, mark.line + 1, mark.column + 1, rule, message, hint)


def _problem(name: str, line: int, column: int, rule: str, message: str, hint: str) -> Problem:
    return Problem(Place(name, line, column), rule, Severity.ERROR, message, hint)
