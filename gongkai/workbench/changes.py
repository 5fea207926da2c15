"""What somebody does on the page → the text of the record file, with comments, quotes and order kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from gongkai.authoring.carry import MARK
from gongkai.exchange.binding import put_at, value_at
from gongkai.exchange.tables import clean
from gongkai.exchange.values import read_value, split_composite
from gongkai.problems import CommandError
from gongkai.reading.edit_yaml import rewritten
from gongkai.reading.files import MAX_BYTES
from gongkai.reading.source import Path_, parse_yaml

Change = Mapping[str, Any]
"""One step, as the page sends it: ``do`` names it, the rest is what it needs."""
_LEVELS = ("一级指标", "二级指标")


def changed_text(text: str, changes: Sequence[Change]) -> str:
    """The text after all steps. Raises CommandError where one can't be done."""
    for change in changes:
        if change.get("do") == "text":
            text = str(change["text"]).replace("\r\n", "\n")
        elif change.get("do") == "looked":
            text = _without_mark(text, int(change["line"]), str(change["text"]))
        else:
            text = _step(text, change)
    if len(text.encode()) > MAX_BYTES:
        raise CommandError("内容太长，一个文件放不下。", "一个文件只写一条记录。")
    return text


def _step(text: str, change: Change) -> str:
    document, _ = parse_yaml(text.encode(), "")
    if document is None:
        raise CommandError("这个文件现在读不了，不能在表上改。", "请先在“文本”里改正标出的错误。")
    data: dict[str, Any] = deepcopy(document.fields)
    try:
        _STEPS[str(change.get("do"))](data, change)
        return rewritten(text, data)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise CommandError("这一处已经不在原来的地方，没有改动。", "请刷新网页再试。") from error


def _without_mark(text: str, line: int, mark: str) -> str:
    lines = text.split("\n")
    if not (0 < line <= len(lines) and lines[line - 1].strip() == MARK + mark):
        raise CommandError("要核对的标记已经不在原来的地方。", "请刷新网页再试。")
    del lines[line - 1]
    return "\n".join(lines)


def written(text: str, kind: str, unit: str) -> Any:
    """What was typed, as the record writes it; what can't be read stays as typed, and the check tells of it."""
    text = text.replace("\r\n", "\n").strip()
    if kind == "list":
        rows, _ = split_composite(text)
        return rows or None
    if kind == "rich":
        return text or None
    value, _ = read_value(clean(text), kind, (unit or None,))
    return (text if value is None else value) or None


# -- steps: each changes the data ------------------------------------------------------------------


def _set(data: dict[str, Any], change: Change) -> None:
    """A ``value`` as it is, or a ``text`` as it is read, in each of the fields."""
    if "value" in change:
        value = change["value"]
    else:
        value = written(str(change["text"]), str(change["kind"]), str(change.get("unit", "")))
    for keys in change["keys"]:
        _put(data, tuple(keys), deepcopy(value))


def _put(data: dict[str, Any], keys: Path_, value: Any) -> None:
    if value is None and not value_at(data, keys):
        return
    last = keys[-1]
    if isinstance(last, int):
        value_at(data, keys[:-1])[last : last + 1] = [value]
        return
    put_at(data, keys, value)
    _drop_empty(data, keys[:-1])


def _drop_empty(data: dict[str, Any], keys: Path_) -> None:
    """Parts in which nothing is left go, rows stay."""
    for end in range(len(keys), 0, -1):
        holder = value_at(data, keys[: end - 1])
        if isinstance(holder, dict) and not holder.get(str(keys[end - 1])):
            holder.pop(str(keys[end - 1]), None)


def _delete(data: dict[str, Any], change: Change) -> None:
    *above, last = change["keys"]
    del value_at(data, tuple(above))[last]
    _drop_empty(data, tuple(above))


def _rows(data: dict[str, Any], change: Change) -> list[Any]:
    *above, last = change["keys"]
    holder: Any = data
    for key in above:
        holder = holder.setdefault(key, {})
    if holder.get(last) is None:
        holder[last] = []
    rows: list[Any] = holder[last]
    return rows


def _add_row(data: dict[str, Any], change: Change) -> None:
    """A row before the one ``at`` a place, without a place after the last."""
    rows = _rows(data, change)
    rows.insert(max(int(change.get("at", len(rows))), 0), dict(change["value"]))


def _move_row(data: dict[str, Any], change: Change) -> None:
    rows, at, to = _rows(data, change), int(change["at"]), int(change["to"])
    if not (0 <= at < len(rows) and 0 <= to < len(rows)):
        raise IndexError(to)
    rows.insert(to, rows.pop(at))


def _paste(data: dict[str, Any], change: Change) -> None:
    """A range of a spreadsheet over rows from ``at``; rows that are not there yet are added.

    ``columns`` are the fields under the pasted columns, each with key, kind and unit. Where a merged level has its
    name in the first row only, the rows below it take that.
    """
    rows, at, columns = _rows(data, change), int(change["at"]), change["columns"]
    above: dict[str, Any] = dict(rows[at]) if 0 <= at < len(rows) else {}
    for number, texts in enumerate(change["rows"], at):
        if number >= len(rows):
            rows.append({})
        row = rows[number]
        values = {
            column["key"]: written(str(text), column["kind"], column.get("unit", ""))
            for column, text in zip(columns, texts, strict=False)
        }
        for level in _LEVELS:
            if not values.get(level) and (level in values or not row.get(level)):
                values[level] = above.get(level)
        for key, value in values.items():
            if value is None:
                row.pop(key, None)
            else:
                row[key] = value
        above = row


_STEPS: dict[str, Callable[[dict[str, Any], Change], None]] = {
    "set": _set,
    "delete": _delete,
    "add": _add_row,
    "move": _move_row,
    "paste": _paste,
}
