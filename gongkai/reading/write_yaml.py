"""Records → YAML text that reads back to exactly the same record, in the order of the form, with comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gongkai.reading.declaration import OwnField
from gongkai.reading.forms import Form
from gongkai.reading.kinds import Record
from gongkai.reading.nodes import Data
from gongkai.reading.records import DepartmentTarget, Project
from gongkai.reading.source import Path_

Comments = Mapping[Path_, str]
"""What stands above keys and rows, by their paths."""
_INLINE = 40
_PLAIN_START = re.compile(r"[^\s｜\-?:,\[\]{}#&*!|>'\"%@`~=<]|[-=<~?:](?=[^\s\-:,\[\]{}])")
_ENDS_PLAIN = re.compile(r":(\s|$)|\s#|\s$")
_RESERVED = re.compile(r"(?i:true|false|yes|no|on|off|null|y|n)|\.\.\.|---")
_UNSAFE = re.compile(r"[^\t\n\x20-\x7e\xa0-\u1fff\u2010-\u2027\u202f-\u205f\u206a-\ud7ff\uf900-\ufefe\uff00-\ufffd\U00010000-\U0010fffd]")  # fmt: skip


def schema_line(kind: str, depth: int = 4) -> str:
    """The comment by which editors find the JSON Schema of a file ``depth`` folders below the project folder."""
    return f"# yaml-language-server: $schema={'../' * depth}docs/schemas/{kind}.json"


def record_data(
    record: Record, form: Form | None = None, department_form: Form | None = None
) -> dict[str, Data]:
    """The record as YAML keys and text; what is blank is left out.

    ``form`` holds the own fields and the order of keys, ``department_form`` those of a disclosure's 部门整体绩效目标.
    Raises ValueError for own fields without a form.
    """
    data: dict[str, Data] = {}
    for name, info in type(record).model_fields.items():
        key, value = info.alias or name, getattr(record, name)
        # 是否公开 is written where a project would count as withheld if nothing were said.
        as_usual = name == "disclosed" and value and not getattr(record, "withheld_reason", None)
        inner = department_form if isinstance(value, DepartmentTarget) else form
        shown = None if as_usual or key.startswith("\0") else _shown(value, inner)
        if shown is not None:
            data[key] = shown
    own: Mapping[str, Any] = getattr(record, "own", {})
    if own and form is None:
        raise ValueError(f"own fields {sorted(own)} need the form that declares them")
    for field in form.declared.own if form else ():
        if field.id in own:
            data[field.label] = _own_value(field, own[field.id])
    return ordered_data(data, type(record), form)


def _shown(value: Any, form: Form | None) -> Data:
    if isinstance(value, Record):
        return record_data(value, form) or None
    if isinstance(value, tuple):
        return [_shown(item, form) for item in value] or None
    if isinstance(value, Mapping):
        return {key: _shown(item, form) for key, item in value.items()} or None
    return text_of(value)


def text_of(value: Any) -> str | None:
    """A single value as a record writes it: amounts and targets as they were written, dates in ISO form."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)  # a date's str is its ISO form
    return text or None


def _own_value(field: OwnField, value: Any) -> Data:
    if not isinstance(value, tuple):
        return text_of(value)
    stated = ([one for one in field.columns if row.get(one.id) is not None] for row in value)
    return [{one.label: text_of(row[one.id]) for one in of} for row, of in zip(value, stated, strict=True)]


def ordered_data(data: Mapping[str, Data], model: type[Record], form: Form | None) -> dict[str, Data]:
    """A record's keys as the form prints them, then the rest as the vocabulary has them, lists last.

    Only projects and department targets are reordered; without a form the vocabulary's order holds.
    """
    if model not in (Project, DepartmentTarget):
        return dict(data)
    known = [info.alias or name for name, info in model.model_fields.items()]
    ranked = sorted(data, key=lambda key: known.index(key) if key in known else known.index("总体绩效目标"))
    printed = list(dict.fromkeys(key for key in (form.printed_keys() if form else ()) if key in data))
    keys = [*printed, *(key for key in ranked if key not in printed)]
    keys.sort(key=lambda key: isinstance(data[key], list))
    return {key: data[key] for key in keys}


# -- text ------------------------------------------------------------------------------------------


def write_data(data: Mapping[str, Data], comments: Comments, header: Sequence[str] = ()) -> str:
    """Data as YAML block text; every scalar reads back to itself (surrounding white space is the reader's)."""
    lines = [*header, *mapping_lines(data, (), 0, comments)]
    return "\n".join(lines) + "\n"


def mapping_lines(data: Mapping[str, Data], path: Path_, indent: int, comments: Comments) -> Iterator[str]:
    """The lines of keys with their values."""
    for key, value in data.items():
        inner = (*path, key)
        yield from comment_lines(comments.get(inner, ""), indent)
        yield from _entry(f"{' ' * indent}{scalar(key)}:", value, inner, indent, comments)


def _entry(head: str, value: Data, path: Path_, indent: int, comments: Comments) -> Iterator[str]:
    if value is None or value == [] or value == {}:
        yield head
    elif isinstance(value, dict):
        yield head
        yield from mapping_lines(value, path, indent + 2, comments)
    elif isinstance(value, list):
        yield head
        yield from row_lines(value, path, indent + 2, comments)
    elif _wants_block(value):
        yield f"{head} |"
        yield from (" " * (indent + 2) + line if line else "" for line in value.split("\n"))
    else:
        yield f"{head} {scalar(value)}"


def row_lines(items: Sequence[Data], path: Path_, indent: int, comments: Comments) -> Iterator[str]:
    """The lines of rows of a list."""
    for index, item in enumerate(items):
        inner = (*path, index)
        yield from comment_lines(comments.get(inner, ""), indent)
        dash = " " * indent + "-"
        if isinstance(item, dict) and item:
            first = next(iter(item))
            yield from comment_lines(comments.get((*inner, first), ""), indent)
            rest = {key: text for key, text in comments.items() if key != (*inner, first)}
            lines = mapping_lines(item, inner, indent + 2, rest)
            yield dash + " " + next(lines)[indent + 2 :]
            yield from lines
        else:
            yield from _entry(dash, item, inner, indent, comments)


def comment_lines(text: str, indent: int) -> Iterator[str]:
    """A text as lines of comment."""
    for line in text.split("\n"):
        if line.strip():
            yield " " * indent + "# " + _UNSAFE.sub(" ", line).strip()


def _wants_block(text: str) -> bool:
    """Long or several lines, and nothing a block cannot hold: edges of white space, characters to escape."""
    long = "\n" in text or (len(text) > _INLINE and re.search(r"[，。；：、！？]", text) is not None)
    return long and text == text.strip() and not _UNSAFE.search(text)


def scalar(text: str) -> str:
    """A text as one YAML value: plain where YAML reads it back unchanged, in quotes where it would not."""
    if _UNSAFE.search(text) or "\n" in text or "\t" in text:
        escaped = json.dumps(text, ensure_ascii=False)  # YAML takes all of JSON's escapes
        return _UNSAFE.sub(lambda found: f"\\U{ord(found[0]):08x}", escaped)
    taken = _ENDS_PLAIN.search(text) or _RESERVED.fullmatch(text) or text.startswith(("---", "..."))
    if _PLAIN_START.match(text) and not taken:
        return text
    return "'" + text.replace("'", "''") + "'"
