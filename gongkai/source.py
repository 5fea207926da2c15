"""YAML text → plain data with the place of every key and value; scalars stay text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gongkai.diagnose import WIDE_SPACE, WIDE_SPACES, diagnose
from gongkai.problems import Place, Problem, Severity

Data = str | list["Data"] | dict[str, "Data"] | None
"""What a record file holds: text, lists, mappings; a blank value is None."""
Path_ = tuple[str | int, ...]

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 12
MAX_NODES = 50_000
_BASE = "tag:yaml.org,2002:"


class _TextLoader(yaml.CSafeLoader):
    """The C parser with no implicit types: ``否``, ``012``, ``1_000``, ``12:30`` and dates stay text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (PyYAML's own protocol)


@dataclass(frozen=True)
class Document:
    """One file as read: ``data`` and, for each path into it, where its value and its key stand."""

    file: str
    data: Data
    values: Mapping[Path_, tuple[int, int]] = field(default_factory=dict)
    keys: Mapping[Path_, tuple[int, int]] = field(default_factory=dict)
    text: str = ""

    def place(self, path: Path_, *, key: bool = False) -> Place:
        """Where ``path`` stands (its key with ``key``); for a path that is absent, its nearest parent."""
        for end in range(len(path), -1, -1):
            part = path[:end]
            spots = (self.keys, self.values) if key else (self.values, self.keys)
            for spot in spots:
                if part in spot:
                    return Place(self.file, *spot[part])
        return Place(self.file, 1, 1)


def path_text(path: Path_) -> str:
    """``绩效指标[3].权重``: a path as people write it, rows counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_yaml(file: Path, name: str) -> tuple[Document | None, list[Problem]]:
    """Read one record file; ``name`` is how it is called in problems. None when nothing could be read."""
    try:
        size = file.stat().st_size
        raw = file.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        return None, [
            _problem(
                name,
                0,
                0,
                "source.unreadable",
                f"读不了这个文件：{error.strerror}",
                "请检查文件是否存在、权限是否正确。",
            )
        ]
    if size > MAX_BYTES:
        return None, [
            _problem(
                name,
                0,
                0,
                "source.too-large",
                f"文件有 {size:,} 字节，超过上限 {MAX_BYTES:,} 字节",
                "一个文件只写一条记录；图片、附件不要放进记录。",
            )
        ]
    return parse_yaml(raw, name)


def parse_yaml(raw: bytes, name: str) -> tuple[Document | None, list[Problem]]:
    """Parse the bytes of one record file; see ``read_yaml``."""
    text, problems = _decode(raw, name)
    if text is None:
        return None, problems
    if not text.strip():
        return None, [_problem(name, 1, 1, "source.empty", "文件是空的", "请填写内容，或删除这个文件。")]
    try:
        root = yaml.compose(text, Loader=_TextLoader)
    except (yaml.YAMLError, RecursionError) as error:
        return None, [*problems, diagnose(error, text, name)]
    if root is None:
        return None, [
            _problem(name, 1, 1, "source.empty", "文件里只有注释，没有内容", "请填写内容，或删除这个文件。")
        ]
    reader = _Reader(name, text)
    data = reader.read(root, (), 0)
    problems += reader.problems
    if any(problem.rule == "source.limit" for problem in reader.problems):
        return None, problems
    if not isinstance(data, dict):
        message = "这不是一条记录：应当由“名称: 值”的行组成"
        hint = "冒号用半角“:”，后面空一格，例如“项目名称: 民兵事业费”。"
        place = reader.values[()]
        return None, [*problems, _problem(name, *place, "source.not-a-record", message, hint)]
    return Document(name, data, reader.values, reader.keys, text), problems


def _problem(file: str, line: int, column: int, rule: str, message: str, hint: str) -> Problem:
    return Problem(Place(file, line, column), rule, Severity.ERROR, message, hint)


_SAVE_HINT = "请用记事本打开，选“另存为”，编码选“UTF-8”（不要选“带有 BOM 的 UTF-8”），保存后再试。"


def _decode(raw: bytes, name: str) -> tuple[str | None, list[Problem]]:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None, [
            _problem(name, 1, 1, "source.encoding", "文件的编码是 UTF-16，应当是 UTF-8", _SAVE_HINT)
        ]
    problems = []
    if raw.startswith(codecs.BOM_UTF8):
        raw = raw[3:]
        problems.append(_problem(name, 1, 1, "source.bom", "文件开头有 BOM 标记", _SAVE_HINT))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _byte_position(raw, error.start)
        kind = "GBK（ANSI）" if _is_gbk(raw) else "未知"
        return None, [
            *problems,
            _problem(
                name, line, column, "source.encoding", f"文件的编码不是 UTF-8，看起来是 {kind}", _SAVE_HINT
            ),
        ]
    bad = re.search(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ue000-\uf8ff\u200b-\u200f\u2028-\u202e\u2060-\u2069]",
        text,
    )
    if bad:
        line, column = _position(text, bad.start())
        message = f"这里有一个看不见或不能印出的字符 U+{ord(bad.group()):04X}"
        return None, [
            *problems,
            _problem(name, line, column, "source.character", message, "请删去这个字符后重新输入。"),
        ]
    return text, problems


def _is_gbk(raw: bytes) -> bool:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _byte_position(raw: bytes, offset: int) -> tuple[int, int]:
    head = raw[:offset]
    start = head.rfind(b"\n") + 1
    return head.count(b"\n") + 1, len(head[start:].decode("utf-8", "replace")) + 1


def _position(text: str, offset: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - start + 1


class _Reader:
    """Turns composed nodes into data, noting places and refusing what records do not need."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.values: dict[Path_, tuple[int, int]] = {}
        self.keys: dict[Path_, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()
        self._alias_told = False
        lines = text.split("\n") if "#" in text else []
        self._hash_lines = {
            number: line for number, line in enumerate(lines) if "#" in line.lstrip().lstrip("#")
        }

    def read(self, node: Node, path: Path_, depth: int) -> Data:
        mark = node.start_mark
        self.values[path] = (mark.line + 1, mark.column + 1)
        if id(node) in self._seen:
            self._tell_alias()
            return None
        self._seen.add(id(node))
        if len(self._seen) > MAX_NODES or depth > MAX_DEPTH:
            limit = f"嵌套超过 {MAX_DEPTH} 层" if depth > MAX_DEPTH else f"内容超过 {MAX_NODES:,} 项"
            if not any(problem.rule == "source.limit" for problem in self.problems):
                self._tell(node, "source.limit", limit, "一条记录不需要这么多；请检查缩进，或分成几个文件。")
            return None
        if isinstance(node, ScalarNode):
            self._check_tag(node, "str")
            self._check_comment(node)
            self._check_lines(node)
            return node.value if node.value.strip() else None
        if isinstance(node, SequenceNode):
            if not self._check_tag(node, "seq"):
                return None
            return [self.read(child, (*path, index), depth + 1) for index, child in enumerate(node.value)]
        assert isinstance(node, MappingNode)
        if not self._check_tag(node, "map"):
            return None
        return self._read_mapping(node, path, depth)

    def _read_mapping(self, node: MappingNode, path: Path_, depth: int) -> dict[str, Data]:
        data: dict[str, Data] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._tell(key_node, "source.key", "冒号前面应当是一个名称", "请检查括号和缩进。")
                continue
            key = key_node.value.strip()
            inner = (*path, key)
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            if key in data:
                first = self.keys[inner][0]
                hint = "请删去其中一个。"
                if any(isinstance(part, int) for part in path):
                    hint = "如果从这里起是新的一项，前面要加“- ”；否则请删去其中一个。"
                message = f"“{key}”写了两次，第 {first} 行已经有了"
                self._tell(key_node, "source.repeated-key", message, hint)
                continue
            if key_node.value[:1] in WIDE_SPACES:
                self._tell(key_node, "source.wide-space", *WIDE_SPACE)
            self.keys[inner] = (line, column)
            data[key] = self.read(value_node, inner, depth + 1)
        return data

    def _check_tag(self, node: Node, kind: str) -> bool:
        if node.tag in (_BASE + kind, "!"):
            return True
        hint = "请把整个内容用引号括起来，例如 '!重要'。"
        self._tell(node, "source.tag", "感叹号开头的标签不能用在这里", hint)
        return False

    def _check_comment(self, node: ScalarNode) -> None:
        """``第 #3 号`` would lose its tail without a word: YAML reads it as a comment."""
        if node.style or not self._hash_lines:
            return
        end = node.end_mark
        if end.line in self._hash_lines and re.match(r"\s*#\S", self._hash_lines[end.line][end.column :]):
            self._tell(
                node,
                "source.comment",
                "这一行“#”后面的文字会被当作注释丢掉",
                "文字里有“#”时请用引号括起来；真要写注释，“#”后面空一格。",
            )

    def _check_lines(self, node: ScalarNode) -> None:
        """A long text without ``|`` loses its paragraphs; a full-width ``｜`` is taken for text."""
        if node.style:
            return
        if node.value.startswith("｜"):
            self._tell(
                node,
                "source.wide-bar",
                "这里是全角竖线“｜”，应当是半角的“|”",
                "长文字在冒号后面写半角“|”，换行缩进，每段一行。",
            )
        elif node.end_mark.line > node.start_mark.line and node.value:
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
                    _problem(
                        self.file,
                        line,
                        column,
                        "source.alias",
                        "这里用了 YAML 的引用（*），记录里不能用",
                        hint,
                    )
                )
                return
