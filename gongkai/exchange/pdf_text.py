"""Characters of a PDF page → lines and the texts of cells; lines that hang over a cell's edge stay with their text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from gongkai.exchange.tables import clean

Box = tuple[float, float, float, float]


def owners(chars: Sequence[Any], boxes: Sequence[Box]) -> dict[int, Box]:
    """The cells of characters that stand over the edge of their cell, by ``id``.

    A text taller than its row hangs out above and below; it was drawn in one go, so lines that follow each other
    in the file, evenly spaced and aligned, belong to the cell that holds their middle.
    """
    found: dict[int, Box] = {}
    for group in drawn_together(chars):
        if len(group) < 2 or all(_fits(line, boxes) for line in group):
            continue
        flat = [char for line in group for char in line]
        x = (min(char["x0"] for char in flat) + max(char["x1"] for char in flat)) / 2
        y = (min(char["top"] for char in flat) + max(char["bottom"] for char in flat)) / 2
        box = next((box for box in boxes if box[0] <= x < box[2] and box[1] <= y < box[3]), None)
        if box:
            found.update((id(char), box) for char in flat)
    return found


def drawn_together(chars: Sequence[Any]) -> list[list[list[Any]]]:
    """Lines in the order they were drawn, those of one text together."""
    lines: list[list[Any]] = []
    for char in chars:
        last = lines[-1][-1] if lines else None
        if (
            last
            and abs(char["top"] - last["top"]) < 0.3 * last["size"]
            and -1 < char["x0"] - last["x1"] < last["size"]
        ):
            lines[-1].append(char)
        else:
            lines.append([char])
    groups: list[list[list[Any]]] = []
    for line in lines:
        if groups and _follows(groups[-1][-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _follows(above: list[Any], line: list[Any]) -> bool:
    size = above[0]["size"]
    down = line[0]["top"] - above[0]["top"]
    left = abs(line[0]["x0"] - above[0]["x0"]) < 1
    middle = abs(line[0]["x0"] + line[-1]["x1"] - above[0]["x0"] - above[-1]["x1"]) < 2
    return bool(0.8 * size < down < 1.7 * size and abs(line[0]["size"] - size) < 0.1 and (left or middle))


def _fits(line: list[Any], boxes: Sequence[Box]) -> bool:
    """Whether a line is inside one cell, but for a little of its height."""
    x, slack = (line[0]["x0"] + line[0]["x1"]) / 2, 0.2 * line[0]["size"]
    return any(
        box[0] <= x < box[2] and box[1] - slack <= line[0]["top"] and line[0]["bottom"] <= box[3] + slack
        for box in boxes
    )


def inside(char: Any, box: Box) -> bool:
    """Whether a character's middle is in a box."""
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x < box[2] and box[1] <= y < box[3])


def cell_text(chars: Sequence[Any], box: Box) -> str:
    """The text of a cell: lines that fill its width are wrapped ones and joined."""
    text = ""
    rows = text_rows(chars)
    width = max((row[-1]["x1"] for row in rows), default=box[2])
    for index, row in enumerate(rows):
        line = _row_text(row).strip()
        full = row[-1]["x1"] > width - 2.2 * max(row[-1]["x1"] - row[-1]["x0"], row[-1]["size"])
        text += line
        if index + 1 < len(rows):
            following = _row_text(rows[index + 1]).strip()
            between = " " if re.search(r"[A-Za-z,]$", line) and re.match(r"[A-Za-z]", following) else ""
            text += between if full or (len(rows) > 1 and width - box[0] < 60) else "\n"
    return clean(text)


def text_rows(chars: Iterable[Any]) -> list[list[Any]]:
    """Characters in lines, by their middle height."""
    rows: list[list[Any]] = []
    for char in sorted(chars, key=lambda char: (char["top"] + char["bottom"]) / 2):
        middle = (char["top"] + char["bottom"]) / 2
        last = rows[-1][0] if rows else None
        if last and middle - (last["top"] + last["bottom"]) / 2 < 0.5 * max(last["size"], char["size"]):
            rows[-1].append(char)
        else:
            rows.append([char])
    return [sorted(row, key=lambda char: char["x0"]) for row in rows]


def _row_text(row: list[Any]) -> str:
    text, last = "", None
    for char in row:
        if last and char["x0"] - last["x1"] > 0.3 * char["size"] and not text.endswith(" "):
            text += " "
        text += char["text"]
        last = char
    return text


def text_lines(chars: list[Any]) -> list[str]:
    """The lines of a part of a page, top to bottom."""
    return [_row_text(row) for row in text_rows(chars)]
