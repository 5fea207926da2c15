"""YAML text → plain data with the place of every key and value; scalars stay text."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gongkai.problems import Place, Problem, Severity
from gongkai.reading.decoding import decode, problem
from gongkai.reading.diagnose import WIDE_SPACE, WIDE_SPACES, diagnose
from gongkai.reading.regular import TooLarge, read_regular

Data = str | list["Data"] | dict[str, "Data"] | None
"""What a record file holds: text, lists, mappings; a blank value is None."""
Path_ = tuple[str | int, ...]

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 12
MAX_NODES = 50_000
_LIMIT_HINT = "一条记录不需要这么多；请检查缩进，或分成几个文件。"
_BASE = "tag:yaml.org,2002:"


_TEXT = _BASE + "str"
_TAGS = {ScalarNode: _TEXT, SequenceNode: _BASE + "seq", MappingNode: _BASE + "map"}


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


Spots = Mapping[Path_, tuple[int, int]]


@dataclass(frozen=True)
class Document:
    """One file as read: its data, and where each value and each key stands.

    Places are looked up in ``marks`` when the first is asked for: most files have nothing to tell of.
    """

    file: str
    data: Data
    marks: array[int] = field(default_factory=lambda: array("I"), repr=False, compare=False)
    """Line and column of every key and value of the file, in the order of the file."""
    text: str = ""
    whole: Data = field(default=None, repr=False, compare=False)
    """For a part of a file: the data of all of it, and where the part stands there."""
    base: Path_ = ()

    @property
    def values(self) -> Spots:
        """Line and column of each value, by the path into ``data``."""
        return self._places[0]

    @property
    def keys(self) -> Spots:
        """Line and column of each key, by the path of its value."""
        return self._places[1]

    @cached_property
    def _places(self) -> tuple[Spots, Spots]:
        values: dict[Path_, tuple[int, int]] = {}
        keys: dict[Path_, tuple[int, int]] = {}
        if self.marks:
            marks = iter(self.marks)
            _note_places(
                self.whole if self.base else self.data, (), zip(marks, marks, strict=True), values, keys
            )
        return self._below(values), self._below(keys)

    def _below(self, spots: Spots) -> Spots:
        """Those of this part of the file, from its own beginning."""
        size = len(self.base)
        if not size:
            return spots
        return {path[size:]: spot for path, spot in spots.items() if path[:size] == self.base}

    def place(self, path: Path_, *, key: bool = False) -> Place:
        """Where ``path`` stands (its key with ``key``); for a path that is absent, its nearest parent."""
        for end in range(len(path), -1, -1):
            part = path[:end]
            spots = (self.keys, self.values) if key else (self.values, self.keys)
            for spot in spots:
                if part in spot:
                    return Place(self.file, *spot[part])
        return Place(self.file, 1, 1)

    def part(self, base: Path_) -> Document:
        """What stands at ``base``, as a document of its own with its places in the whole file."""
        data: Any = self.data
        for step in base:
            data = data[step] if isinstance(data, list) or step in (data or {}) else None
        return Document(self.file, data, self.marks, self.text, self.data, base)


def _note_places(
    data: Data,
    path: Path_,
    marks: Iterator[tuple[int, int]],
    values: dict[Path_, tuple[int, int]],
    keys: dict[Path_, tuple[int, int]],
) -> None:
    """Give every key and value its place, in the order in which the reader notes their marks."""
    values[path] = next(marks)
    if isinstance(data, dict):
        for key, value in data.items():
            inner = (*path, key)
            keys[inner] = next(marks)
            _note_places(value, inner, marks, values, keys)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            _note_places(value, (*path, index), marks, values, keys)


def path_text(path: Path_) -> str:
    """``绩效指标[3].权重``: a path as people write it, rows counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_yaml(file: Path, name: str) -> tuple[Document | None, list[Problem]]:
    """Read one record file; ``name`` is how it is called in problems. None when nothing could be read."""
    try:
        raw = read_regular(file, MAX_BYTES)
    except TooLarge as error:
        message = f"文件有 {error.size:,} 字节，超过上限 {MAX_BYTES:,} 字节"
        hint = "一个文件只写一条记录；图片、附件不要放进记录。"
        return None, [problem(name, 0, 0, "source.too-large", message, hint)]
    except OSError as error:
        message = f"读不了这个文件：{error.strerror}"
        hint = "请检查文件是否存在、权限是否正确。"
        return None, [problem(name, 0, 0, "source.unreadable", message, hint)]
    return parse_yaml(raw, name)


def parse_yaml(raw: bytes, name: str) -> tuple[Document | None, list[Problem]]:
    """Parse the bytes of one record file; see ``read_yaml``."""
    text, problems = decode(raw, name)
    if text is None:
        return None, [_unchecked(one) for one in problems]
    if not text.strip():
        return None, [problem(name, 1, 1, "source.empty", "文件是空的", "请填写内容，或删除这个文件。")]
    try:
        root = compose(text)
    except _TooDeep as error:
        mark = error.problem_mark
        message = f"嵌套超过 {MAX_DEPTH} 层"
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return None, [*problems, _unchecked(problem(name, *place, "source.limit", message, _LIMIT_HINT))]
    except yaml.YAMLError as error:
        return None, [*problems, _unchecked(diagnose(error, text, name))]
    if root is None:
        return None, [
            problem(name, 1, 1, "source.empty", "文件里只有注释，没有内容", "请填写内容，或删除这个文件。")
        ]
    reader = _Reader(name, text)
    data = reader.read(root, in_list=False)
    problems += reader.problems
    if any(one.rule == "source.limit" for one in reader.problems):
        return None, problems
    if not isinstance(data, dict):
        message = "这不是一条记录：应当由“名称: 值”的行组成"
        hint = "冒号用半角“:”，后面空一格，例如“项目名称: 民兵事业费”。"
        return None, [
            *problems,
            problem(name, reader.marks[0], reader.marks[1], "source.not-a-record", message, hint),
        ]
    return Document(name, data, reader.marks, text), problems


def compose(text: str) -> Node | None:
    """The text as YAML nodes with their places. Raises YAMLError for what is no YAML, or too deep."""
    root: Node | None = yaml.compose(text, Loader=_TextLoader)
    return root


def _unchecked(found: Problem) -> Problem:
    """One such fault hides all others: the clerk is told, lest the next report be a surprise."""
    return replace(found, hint=f"{found.hint}（改正以前，这个文件里的其他内容没有核对。）")


class _Reader:
    """Turns composed nodes into data, refusing what records do not need."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.problems: list[Problem] = []
        self.marks = array("I")
        self._seen: set[int] = set()
        self._alias_told = False
        lines = text.split("\n") if "#" in text else []
        self._hash_lines = {
            number: line for number, line in enumerate(lines) if "#" in line.lstrip().lstrip("#")
        }

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
        first = next(
            one.start_mark.line + 1
            for one, _ in node.value
            if isinstance(one, ScalarNode) and one.value.strip() == key
        )
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
            self._tell(
                node,
                "source.comment",
                "这一行“#”后面的文字会被当作注释丢掉",
                "文字里有“#”时请用引号括起来；真要写注释，“#”后面空一格。",
            )

    def _tell_lines(self, node: ScalarNode, text: str) -> None:
        """A long text without ``|`` loses its paragraphs; a full-width ``｜`` is taken for text."""
        if text[:1] == "｜":
            self._tell(
                node,
                "source.wide-bar",
                "这里是全角竖线“｜”，应当是半角的“|”",
                "长文字在冒号后面写半角“|”，换行缩进，每段一行。",
            )
        else:
            message = "这段文字有几行，却没有写“|”，几行会连成一行"
            hint = "要分段的，在冒号后面写“|”；不分段的，请写在一行里。"
            self._tell(node, "source.joined-lines", message, hint, Severity.WARNING)

    def _tell(
        self, node: Node, rule: str, message: str, hint: str, severity: Severity = Severity.ERROR
    ) -> None:
        place = Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)
        self.problems.append(Problem(place, rule, severity, message, hint))

    def _tell_alias(self) -> None:
        if self._alias_told:
            return
        self._alias_told = True
        for event in yaml.parse(self.text, Loader=_TextLoader):
            if isinstance(event, yaml.AliasEvent) and event.start_mark:
                line, column = event.start_mark.line + 1, event.start_mark.column + 1
                hint = "请把内容照写一遍；如果星号是文字，请用引号括起来，例如 '*'。"
                self.problems.append(
                    problem(
                        self.file,
                        line,
                        column,
                        "source.alias",
                        "这里用了 YAML 的引用（*），记录里不能用",
                        hint,
                    )
                )
                return
