"""Changes put into the text of a record file: what does not change keeps its comments, quotes, order and every space."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gongkai.reading.nodes import Data, compose
from gongkai.reading.source import Path_, parse_yaml
from gongkai.reading.write_yaml import Comments, comment_lines, mapping_lines, row_lines, scalar, write_data

_TO_NEXT_ROW = re.compile(r"(?:[^\n]*\n)(?:\s*#[^\n]*\n|\s*\n)*")


def rewritten(text: str, data: Mapping[str, Data], comments: Comments | None = None) -> str:
    """The text so changed that it reads as ``data``; new keys stand where ``data`` has them.

    ``comments`` are put above what changes, by path. A text that can't be edited is written anew below its head lines.
    """
    root = compose(text)
    if isinstance(root, MappingNode) and not root.flow_style:
        whole = text if text.endswith("\n") else text + "\n"
        result = _Edit(whole, comments or {}).applied(root, data)
        read, _ = parse_yaml(result.encode(), "")
        if read is not None and _bare(read.data) == _bare(data):
            return result
    lines = text.split("\n")
    head = lines[: next((number for number, line in enumerate(lines) if not line.startswith("#")), 0)]
    return write_data(data, comments or {}, head)


@dataclass(frozen=True)
class _Item:
    """A key with its value or a row of a list: where it begins, and where its content ends, in characters."""

    start: int
    end: int
    value: Node
    after_colon: int
    """Where a value would begin: behind the colon or the dash."""


class _Edit:
    """Finds the pieces of a text that must change."""

    def __init__(self, text: str, comments: Comments) -> None:
        self.text, self.comments = text, comments
        self.pieces: list[tuple[int, int, str]] = []

    def applied(self, root: MappingNode, data: Mapping[str, Data]) -> str:
        self._mapping(root, data, ())
        parts, done = [], 0
        for start, end, new in sorted(self.pieces, key=lambda piece: piece[:2]):
            parts += [self.text[done:start], new]
            done = max(done, end)
        return "".join([*parts, self.text[done:]])

    # -- what changes ---------------------------------------------------------------------------

    def _mapping(self, node: MappingNode, data: Mapping[str, Data], path: Path_) -> None:
        items = dict(zip((key.value.strip() for key, _ in node.value), self._items(node), strict=True))
        indent = node.start_mark.column
        for key in items.keys() - data.keys():
            self._remove(items[key], first=key == next(iter(items)) and bool(path))
        before: _Item | None = None
        for key, value in data.items():
            if key in items:
                before = items[key]
                self._value(before, value, (*path, key), indent)
                continue
            self._insert(before, node, (*path, key), mapping_lines({key: value}, (), indent, {}))

    def _value(self, item: _Item, value: Data, path: Path_, indent: int) -> None:
        node = item.value
        if _bare(node) == _bare(value):
            return
        if isinstance(node, MappingNode) and isinstance(value, dict) and value and not node.flow_style:
            self._mapping(node, value, path)
        elif isinstance(node, SequenceNode) and isinstance(value, list) and value and not node.flow_style:
            self._rows(node, value, path)
        else:
            new = _same_style(node, value, indent)
            self.pieces.append((item.after_colon, item.end, new))
            start = self.text.rfind("\n", 0, item.start) + 1
            comment = comment_lines(self.comments.get(path, ""), indent)
            lines = [line for line in comment if line not in self.text[:start]]
            if lines and not self.text[start : item.start].strip():
                self.pieces.append((start, start, "".join(line + "\n" for line in lines)))

    def _rows(self, node: SequenceNode, rows: list[Data], path: Path_) -> None:
        items, indent = list(self._items(node)), node.start_mark.column
        old, new = [_name(_bare(item.value)) for item in items], [_name(_bare(row)) for row in rows]
        for _, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            common = min(last - first, end - start)
            for offset in range(common):
                self._value(items[first + offset], rows[start + offset], (*path, start + offset), indent)
            for item in items[first + common : last]:
                self._remove(item, first=False)
            before = items[first + common - 1] if first + common else None
            for number in range(start + common, end):
                self._insert(before, node, (*path, number), row_lines([rows[number]], (), indent, {}))

    def _insert(self, before: _Item | None, node: Node, path: Path_, new: Iterable[str]) -> None:
        """Whole lines after an item of a node, or in front of its first one (which may stand behind a dash)."""
        first, indent = node.start_mark.index, node.start_mark.column
        lines = [*comment_lines(self.comments.get(path, ""), indent), *new]
        if before is not None:
            end = self._line_end(before.end)
            self.pieces.append((end, end, "".join(line + "\n" for line in lines)))
        else:
            text = "\n".join([*lines, " " * indent])
            self.pieces.append((first, first, text[indent:]))

    def _remove(self, item: _Item, *, first: bool) -> None:
        """The lines of an item and of the comments right above it; ``first``: behind the dash of a row."""
        end = self._line_end(item.end)
        if first:
            start = item.start
            end += len(self.text[end:]) - len(self.text[end:].lstrip(" "))
        else:
            start = self.text.rfind("\n", 0, item.start) + 1
            own = self.text[start : item.start]
            while (above := self.text.rfind("\n", 0, start - 1) + 1) < start and above > 0:
                if not self.text[above:start].startswith(own + "#"):
                    break
                start = above
        self.pieces.append((start, end, ""))

    # -- where things stand ---------------------------------------------------------------------

    def _items(self, node: Node) -> Iterator[_Item]:
        before = node.start_mark.index
        for one in node.value:
            key, value = one if isinstance(one, tuple) else (None, one)
            if key is not None:
                start = key.start_mark.index
                after = self.text.index(":", key.end_mark.index) + 1
            else:
                # The next row's dash stands on the first line below that is no comment.
                found = _TO_NEXT_ROW.match(self.text, before)
                dash = found.end() if found else before
                start = before if value is node.value[0] else self.text.index("-", dash)
                after = start + 1
            end = max(self._end(value), after)
            yield _Item(start, end, value, after)
            before = end

    def _end(self, node: Node) -> int:
        """The end of what a value holds: block values reach over the blank lines and comments that follow."""
        if not isinstance(node, (MappingNode, SequenceNode)) or node.flow_style or not node.value:
            start, end = node.start_mark.index, node.end_mark.index
            return start + len(self.text[start:end].rstrip()) if end > start else 0
        return max((item.end for item in self._items(node)), default=0)

    def _line_end(self, place: int) -> int:
        return self.text.index("\n", place) + 1


def _bare(data: Any) -> Any:
    """Data, or that of a node, without what the reader of records does not see: white space around texts, empty parts."""
    if isinstance(data, MappingNode):
        data = {key.value.strip(): value for key, value in data.value}
    elif isinstance(data, Node):
        data = data.value
    if isinstance(data, Mapping):
        return {key: _bare(value) for key, value in data.items()} or None
    if isinstance(data, list):
        return [_bare(value) for value in data] or None
    return (data or "").strip() or None


def _name(row: Any) -> str:
    """What a row of a list is known by."""
    if not isinstance(row, dict):
        return str(row)
    return str(row.get("三级指标") or row.get("名称") or next(iter(row.values()), ""))


def _same_style(node: Node, value: Data, indent: int) -> str:
    """A new value as it stands behind the colon or dash, quoted as the old one was."""
    style = node.style if isinstance(node, ScalarNode) else None
    if isinstance(value, str) and "\n" not in value and style in (None, "'", '"'):
        plain = scalar(value)
        if plain[0] != '"' and style == "'":
            plain = "'" + value.replace("'", "''") + "'"
        elif plain[0] != '"' and style == '"' and not set(value) & set('"\\'):
            plain = f'"{value}"'
        return " " + plain
    return "\n".join(mapping_lines({"x": value}, (), indent, {}))[indent + 2 :]
