"""YAML text → its data; what is no YAML, or more than records need, is told in the clerk's words at its place."""

from __future__ import annotations

import re
from array import array
from dataclasses import replace
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gongkai.problems import Problem, Severity
from gongkai.reading.files import problem

Data = str | list["Data"] | dict[str, "Data"] | None
"""What a record file holds: text, lists, mappings; a blank value is None."""

MAX_DEPTH = 12
MAX_NODES = 50_000
_LIMIT_HINT = "一条记录不需要这么多；请检查缩进，或分成几个文件。"
_BASE = "tag:yaml.org,2002:"
_TEXT = _BASE + "str"
_TAGS = {ScalarNode: _TEXT, SequenceNode: _BASE + "seq", MappingNode: _BASE + "map"}

WIDE_SPACES = ("\u3000", "\u00a0")
WIDE_SPACE = ("这里是全角空格（或从 Word 粘来的不间断空格）", "请删去它，换成半角空格。")
_ALIAS = (
    "这里用了 YAML 的引用（*），记录里不能用",
    "请把内容照写一遍；如果星号是文字，请用引号括起来，例如 '*'。",
)
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


# By what the parser says; told where that begins which has no end.
_SAID = (
    ("quoted scalar", "source.quote", "引号没有配对", "从这里开始的引号没有结束；请补上另一个引号，文字里的引号请用“”。"),
    ("simple key", "source.no-colon", "这一行没有冒号", f"每一行写成“名称: 值”，{_EXAMPLE}上一项的第二段文字要比它的名称多缩进两格。"),
    ("flow", "source.bracket", "括号没有配对", "从这里开始的 [ 或 { 没有结束；文字以括号开头时请用引号括起来。"),
)  # fmt: skip


class _TextLoader(yaml.CSafeLoader):
    """The C parser with no implicit types: ``否``, ``012``, ``1_000``, ``12:30`` and dates stay text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (PyYAML's own protocol)
    depth = 0

    # The parser calls these three for every value; without implicit types and paths there is nothing to look up.
    def resolve(self, kind: type[Node], value: Any, implicit: Any) -> str:
        """The tag of what is written without one."""
        return _TAGS[kind]

    def descend_resolver(self, current_node: Node | None, current_index: Any) -> None:
        """One level down. The parser calls itself for each level, until the stack of the process is used up."""
        self.depth += 1
        if self.depth > MAX_DEPTH + 1 and current_node is not None:  # the record itself is level 0
            raise _TooDeep(problem_mark=current_node.start_mark)

    def ascend_resolver(self) -> None:
        """One level up."""
        self.depth -= 1


class _TooDeep(yaml.MarkedYAMLError):
    """A value lies more levels deep than any record needs; the mark is that of what holds it."""


def compose(text: str) -> Node | None:
    """The text as YAML nodes with their places. Raises YAMLError for what is no YAML, or too deep."""
    root: Node | None = yaml.compose(text, Loader=_TextLoader)
    return root


class NodeReader:
    """Turns composed nodes into data, refusing what records do not need."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.problems: list[Problem] = []
        self.marks = array("I")
        self._seen: set[int] = set()
        self._alias_told = False
        lines = text.split("\n") if "#" in text else []
        self._hash_lines = {at: line for at, line in enumerate(lines) if "#" in line.lstrip().lstrip("#")}

    def read(self, node: Node, *, in_list: bool) -> Data:
        """The data of a node and all below it; ``in_list``: it stands somewhere in an item of a list."""
        start, seen = node.start_mark, self._seen
        self.marks.append(start.line + 1)
        self.marks.append(start.column + 1)
        count = len(seen)
        seen.add(id(node))
        if len(seen) == count:
            self._tell_alias()
            return None
        if count >= MAX_NODES:
            if not any(one.rule == "source.limit" for one in self.problems):
                self._tell(node, "source.limit", f"内容超过 {MAX_NODES:,} 项", _LIMIT_HINT)
            return None
        if type(node) is ScalarNode:
            if node.tag != _TEXT:
                self._check_tag(node)
            text: str = node.value
            if not node.style:  # a plain text, neither quoted nor a block
                if self._hash_lines:
                    self._check_comment(node)
                if text[:1] == "｜" or (text and node.end_mark.line > start.line):
                    self._tell_lines(node, text)
            return text if text and not text.isspace() else None
        if isinstance(node, SequenceNode):
            if not self._check_tag(node):
                return None
            return [self.read(child, in_list=True) for child in node.value]
        assert isinstance(node, MappingNode)
        if not self._check_tag(node):
            return None
        return self._read_mapping(node, in_list)

    def _read_mapping(self, node: MappingNode, in_list: bool) -> dict[str, Data]:
        data: dict[str, Data] = {}
        mark = self.marks.append
        for key_node, value_node in node.value:
            if type(key_node) is not ScalarNode:
                self._tell(key_node, "source.key", "冒号前面应当是一个名称", "请检查括号和缩进。")
                continue
            written: str = key_node.value
            key = written.strip()
            if key in data:
                self._tell_repeated(node, key_node, key, in_list)
                continue
            if written[:1] in WIDE_SPACES:
                self._tell(key_node, "source.wide-space", *WIDE_SPACE)
            start = key_node.start_mark
            mark(start.line + 1)
            mark(start.column + 1)
            data[key] = self.read(value_node, in_list=in_list)
        return data

    def _tell_repeated(self, node: MappingNode, key_node: ScalarNode, key: str, in_list: bool) -> None:
        same = (one for one, _ in node.value if isinstance(one, ScalarNode) and one.value.strip() == key)
        first = next(same).start_mark.line + 1
        hint = "请删去其中一个。"
        if in_list:
            hint = "如果从这里起是新的一项，前面要加“- ”；否则请删去其中一个。"
        self._tell(key_node, "source.repeated-key", f"“{key}”写了两次，第 {first} 行已经有了", hint)

    def _check_tag(self, node: Node) -> bool:
        if node.tag == _TAGS[type(node)] or node.tag == "!":
            return True
        hint = "请把整个内容用引号括起来，例如 '!重要'。"
        self._tell(node, "source.tag", "感叹号开头的标签不能用在这里", hint)
        return False

    def _check_comment(self, node: ScalarNode) -> None:
        """``第 #3 号`` would lose its tail without a word: YAML reads it as a comment."""
        end = node.end_mark
        if end.line in self._hash_lines and re.match(r"\s*#\S", self._hash_lines[end.line][end.column :]):
            hint = "文字里有“#”时请用引号括起来；真要写注释，“#”后面空一格。"
            self._tell(node, "source.comment", "这一行“#”后面的文字会被当作注释丢掉", hint)

    def _tell_lines(self, node: ScalarNode, text: str) -> None:
        """A long text without ``|`` loses its paragraphs; a full-width ``｜`` is taken for text."""
        if text[:1] == "｜":
            hint = "长文字在冒号后面写半角“|”，换行缩进，每段一行。"
            self._tell(node, "source.wide-bar", "这里是全角竖线“｜”，应当是半角的“|”", hint)
        else:
            message = "这段文字有几行，却没有写“|”，几行会连成一行"
            hint = "要分段的，在冒号后面写“|”；不分段的，请写在一行里。"
            self._tell(node, "source.joined-lines", message, hint, Severity.WARNING)

    def _tell(
        self, node: Node, rule: str, message: str, hint: str, severity: Severity = Severity.ERROR
    ) -> None:
        found = _at(self.file, node.start_mark, rule, message, hint)
        self.problems.append(replace(found, severity=severity))

    def _tell_alias(self) -> None:
        if self._alias_told:
            return
        self._alias_told = True
        events = yaml.parse(self.text, Loader=_TextLoader)
        mark = next(one.start_mark for one in events if isinstance(one, yaml.AliasEvent) and one.start_mark)
        self.problems.append(problem(self.file, mark.line + 1, mark.column + 1, "source.alias", *_ALIAS))


def diagnose(error: yaml.YAMLError, text: str, name: str) -> Problem:
    """The most likely cause of what the parser refused, at the place where it can be mended."""
    if isinstance(error, _TooDeep) and error.problem_mark:
        return _at(name, error.problem_mark, "source.limit", f"嵌套超过 {MAX_DEPTH} 层", _LIMIT_HINT)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return problem(name, 1, 1, "source.syntax", "文件里有不能识别的内容", "请检查括号、引号和缩进。")
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
                return problem(name, number + 1, column + 1, rule, message, hint)
    for word, *told in _SAID if context else ():
        if word in said:
            return _at(name, context, *told)
    if "alias" in said or "anchor" in said:
        return _at(name, mark, "source.alias", *_ALIAS)
    # Where YAML counts more lines than there are, after a character it takes for the end of one, none is looked at.
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "mapping values" in said and 0 <= line.find(":") < mark.column:
        hint = "文字里的冒号请改用全角“：”，或把整个值用单引号括起来。"
        return _at(name, mark, "source.second-colon", "这一行里有第二个“: ”", hint)
    hint = "同一层的行要左边对齐；冒号后面空一格；有冒号、井号的文字请用引号括起来。"
    return _at(name, mark, "source.syntax", "这一行的写法不对，或与上面的缩进对不齐", hint)


def _at(name: str, mark: Any, rule: str, message: str, hint: str) -> Problem:
    return problem(name, mark.line + 1, mark.column + 1, rule, message, hint)
