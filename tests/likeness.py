"""Whether two PDFs look the same: page by page their sizes, ruled lines and lines of text, each within half a point.

``python tests/likeness.py OLD NEW`` compares two files, or the files of the same names in two folders.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pdfplumber

TOLERANCE = 0.5
"""Points by which a place may differ."""
_THIN = 1.5
"""A filled shape up to this thick is a ruled line."""
_TOUCHING = 1.0
"""Pieces of one line with a smaller gap between them are drawn as one."""
_SAME_BASELINE = 0.3
_SHOWN = 3
"""Differences of one kind on one page that are shown; the others are counted."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruled line: where it lies (y of a level one, x of an upright one), and from where to where it goes."""

    way: Literal["level", "upright"]
    at: float
    start: float
    end: float
    width: float

    def __str__(self) -> str:
        axis, along = ("y", "x") if self.way == "level" else ("x", "y")
        return (
            f"{self.way} {axis}={self.at:.1f} {along}={self.start:.1f}–{self.end:.1f} {self.width:.1f} wide"
        )


@dataclass(frozen=True, slots=True)
class Line:
    """The text on one baseline in one cell, without white space; ``places``: where each character begins."""

    text: str
    places: tuple[tuple[float, float], ...]
    face: str
    """Faces and sizes of its characters, the most frequent first."""

    @property
    def place(self) -> tuple[float, float]:
        """Where its first character stands."""
        return self.places[0]

    def __str__(self) -> str:
        x, y = self.place
        text = self.text if len(self.text) <= 24 else f"{self.text[:12]}…{self.text[-10:]}"
        return f"“{text}” at {x:.1f},{y:.1f}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn on a page; points from its upper left corner."""

    width: float
    height: float
    rules: tuple[Rule, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, in words; page from 1, 0 for the whole file."""

    page: int
    text: str

    def __str__(self) -> str:
        return f"p{self.page}: {self.text}" if self.page else self.text


def compare(old: Path | bytes, new: Path | bytes, tolerance: float = TOLERANCE) -> list[Difference]:
    """What differs between two PDFs; nothing, if they look the same."""
    return compare_sheets(read_sheets(old), read_sheets(new), tolerance)


def compare_sheets(old: list[Sheet], new: list[Sheet], tolerance: float = TOLERANCE) -> list[Difference]:
    """What differs between the pages of two documents."""
    found = [Difference(0, f"{len(old)} pages → {len(new)}")] if len(old) != len(new) else []
    for number, (one, other) in enumerate(zip(old, new, strict=False), 1):
        found += [Difference(number, text) for text in _between(one, other, tolerance)]
    return found


def read_sheets(source: Path | bytes) -> list[Sheet]:
    """The pages of a PDF, as they are drawn (turned as their /Rotate says)."""
    with pdfplumber.open(io.BytesIO(source) if isinstance(source, bytes) else source) as pdf:
        sheets = []
        for page in pdf.pages:
            rules = tuple(_merged(_drawn(page)))
            lines = tuple(_lines(page.chars, float(page.height), rules))
            sheets.append(Sheet(float(page.width), float(page.height), rules, lines))
            page.close()
        return sheets


def _drawn(page: Any) -> Iterator[Rule]:
    """Every ruled line as it is drawn: stroked, or as a thin filled shape."""
    for shape in [*page.lines, *page.rects, *page.curves]:
        left, top, right, bottom = (float(shape[name]) for name in ("x0", "top", "x1", "bottom"))
        pen = float(shape["linewidth"] or 0) if shape["stroke"] else 0.0
        if bottom - top <= _THIN and right - left > bottom - top:
            yield Rule("level", (top + bottom) / 2, left, right, pen or bottom - top)
        elif right - left <= _THIN:
            yield Rule("upright", (left + right) / 2, top, bottom, pen or right - left)
        elif shape["stroke"] and shape["object_type"] == "rect":
            for y in (top, bottom):
                yield Rule("level", y, left, right, pen)
            for x in (left, right):
                yield Rule("upright", x, top, bottom, pen)


def _merged(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Lines put together from the pieces they are drawn of."""
    for band in _bands(sorted(rules, key=lambda rule: (rule.way, rule.at))):
        whole: Rule | None = None
        for piece in sorted(band, key=lambda rule: rule.start):
            if whole is None or piece.start - whole.end > _TOUCHING:
                if whole is not None:
                    yield whole
                whole = piece
            else:
                whole = Rule(
                    whole.way, whole.at, whole.start, max(whole.end, piece.end), max(whole.width, piece.width)
                )
        if whole is not None:
            yield whole


def _bands(rules: list[Rule]) -> Iterator[list[Rule]]:
    """Pieces that lie on the same straight line."""
    band: list[Rule] = []
    for rule in rules:
        if band and (rule.way != band[-1].way or rule.at - band[-1].at > _SAME_BASELINE):
            yield band
            band = []
        band.append(rule)
    if band:
        yield band


def _lines(chars: list[dict[str, Any]], height: float, rules: tuple[Rule, ...]) -> Iterator[Line]:
    """Characters gathered to lines: of one baseline and direction, ended by an upright ruled line."""
    walls = [rule for rule in rules if rule.way == "upright"]
    turned: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for char in chars:
        if not char["text"].isspace():
            a, b = char["matrix"][:2]
            size = (a * a + b * b) ** 0.5 or 1.0
            turned[round(a / size), round(b / size)].append(char)
    for (a, b), group in turned.items():
        for row in _baselines(group, (a, b)):
            level = height - row[0]["matrix"][5]
            crossed = sorted(wall.at for wall in walls if b == 0 and wall.start < level - 2 < wall.end)
            cells: dict[int, list[dict[str, Any]]] = defaultdict(list)
            for char in row:
                cells[sum(at < char["matrix"][4] + 0.1 for at in crossed)].append(char)
            for cell in cells.values():
                yield _line(cell, height)


def _baselines(chars: list[dict[str, Any]], way: tuple[int, int]) -> Iterator[list[dict[str, Any]]]:
    a, b = way

    def along(char: dict[str, Any]) -> float:
        return float(a * char["matrix"][4] + b * char["matrix"][5])

    def across(char: dict[str, Any]) -> float:
        return float(b * char["matrix"][4] - a * char["matrix"][5])

    row: list[dict[str, Any]] = []
    for char in sorted(chars, key=across):
        if row and across(char) - across(row[-1]) > _SAME_BASELINE:
            yield sorted(row, key=along)
            row = []
        row.append(char)
    if row:
        yield sorted(row, key=along)


def _line(chars: list[dict[str, Any]], height: float) -> Line:
    faces = Counter(f"{_face(char['fontname'])} {char['size']:.1f}" for char in chars)
    return Line(
        "".join(char["text"] for char in chars),
        tuple((char["matrix"][4], height - char["matrix"][5]) for char in chars),
        ", ".join(face for face, _ in faces.most_common()),
    )


def _face(name: str) -> str:
    """A face's name without the mark of its subset, and without what the plain face may be called or not."""
    return name.rpartition("+")[2].removesuffix("-Regular")


def _between(old: Sheet, new: Sheet, tolerance: float) -> Iterator[str]:
    if abs(old.width - new.width) > tolerance or abs(old.height - new.height) > tolerance:
        yield f"size {old.width:.1f} × {old.height:.1f} → {new.width:.1f} × {new.height:.1f}"
    yield from _rules_between(old, new, tolerance)
    yield from _lines_between(old, new, tolerance)


def _rules_between(old: Sheet, new: Sheet, tolerance: float) -> Iterator[str]:
    gone, left = _unmatched(list(old.rules), list(new.rules), tolerance)
    moves: dict[float, list[Rule]] = defaultdict(list)
    for rule in list(gone):
        if other := next((other for other in left if _alongside(rule, other)), None):
            gone.remove(rule)
            left.remove(other)
            moves[round(other.at - rule.at, 1)].append(rule)
    for shift, rules in moves.items():
        yield from _few(f"line moved by {shift:+.1f}", rules, 1)
    yield from _few("line only in old", gone)
    yield from _few("line only in new", left)


def _unmatched(old: list[Rule], new: list[Rule], tolerance: float) -> tuple[list[Rule], list[Rule]]:
    """The lines that only one page has."""
    gone, left = [], new
    for rule in old:
        same = next((other for other in left if _same_rule(rule, other, tolerance)), None)
        if same is None:
            gone.append(rule)
        else:
            left.remove(same)
    return gone, left


def _alongside(one: Rule, other: Rule) -> bool:
    """Level lines of the same width and ends, at another height: a row above them has grown or shrunk."""
    return one.way == other.way == "level" and _same_rule(replace(one, at=0.0), replace(other, at=0.0), 0.5)


def _same_rule(one: Rule, other: Rule, tolerance: float) -> bool:
    """The same line; its ends may also differ by the width of the line that it meets there."""
    ends = tolerance + max(one.width, other.width)
    return (
        one.way == other.way
        and abs(one.at - other.at) <= tolerance
        and abs(one.start - other.start) <= ends
        and abs(one.end - other.end) <= ends
        and abs(one.width - other.width) <= 0.2
    )


def _lines_between(old: Sheet, new: Sheet, tolerance: float) -> Iterator[str]:
    pairs, gone, left = _paired(old.lines, new.lines)
    yield from _few("text only in old", gone)
    yield from _few("text only in new", left)
    moves: dict[tuple[float, float], list[Line]] = defaultdict(list)
    for one, other in pairs:
        shift = _shift(one, other)
        if max(map(abs, shift)) > tolerance:
            moves[round(shift[0], 1), round(shift[1], 1)].append(one)
    for (right, down), lines in moves.items():
        yield from _few(f"text moved by {right:+.1f},{down:+.1f}", lines, 1)
    faces: dict[str, list[Line]] = defaultdict(list)
    for one, other in pairs:
        if one.face != other.face:
            faces[f"face {one.face} → {other.face}"].append(one)
    for change, lines in faces.items():
        yield from _few(change, lines, 1)


def _paired(
    old: tuple[Line, ...], new: tuple[Line, ...]
) -> tuple[list[tuple[Line, Line]], list[Line], list[Line]]:
    """Lines of equal text, each with the nearest; then the lines only in the old page, then those only in the new."""
    texts: dict[str, list[Line]] = defaultdict(list)
    for line in new:
        texts[line.text].append(line)
    pairs, gone = [], []
    for line in old:
        if same := texts[line.text]:
            nearest = min(same, key=lambda other: sum(map(abs, _shift(line, other))))
            same.remove(nearest)
            pairs.append((line, nearest))
        else:
            gone.append(line)
    return pairs, gone, [line for lines in texts.values() for line in lines]


def _shift(old: Line, new: Line) -> tuple[float, float]:
    """How far the character that moved most has moved to the right, and down."""
    shifts = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(old.places, new.places, strict=True)]
    return max(shifts, key=lambda shift: abs(shift[0]) + abs(shift[1]))


def _few(what: str, things: list[Any], shown: int = _SHOWN) -> Iterator[str]:
    for thing in things[:shown]:
        yield f"{what}: {thing}"
    if len(things) > shown:
        yield f"{what}: {len(things) - shown} more"


def pairs_of(old: Path, new: Path) -> list[tuple[str, Path, Path]]:
    """The files to compare: (name, old, new); of two folders, every PDF that stands in either."""
    if old.is_file():
        return [(old.name, old, new)]
    names = {str(file.relative_to(folder)) for folder in (old, new) for file in folder.rglob("*.pdf")}
    return [(name, old / name, new / name) for name in sorted(names)]


def main(arguments: list[str] | None = None) -> int:
    """Compare what the arguments name; 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--tolerance", type=float, default=TOLERANCE, help="points (%(default)s)")
    options = parser.parse_args(arguments)
    same = differing = 0
    for name, old, new in pairs_of(options.old, options.new):
        if missing := [str(file) for file in (old, new) if not file.is_file()]:
            found = [Difference(0, f"missing: {', '.join(missing)}")]
        else:
            found = compare(old, new, options.tolerance)
        same, differing = same + (not found), differing + bool(found)
        if found:
            print(f"{name}\n  " + "\n  ".join(map(str, found)), flush=True)
    print(f"{same} the same, {differing} not")
    return 1 if differing or not same else 0


if __name__ == "__main__":
    sys.exit(main())
