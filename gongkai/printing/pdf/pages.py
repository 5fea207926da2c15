"""What stands on a page, as PDF operators: marked text, rules joined to few strokes, furniture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import cos, radians, sin

from gongkai.printing.composed import ARTIFACT, Furniture, Page, Rule, Run
from gongkai.printing.pdf.fonts import Used
from gongkai.printing.pdf.objects import number


def page_contents(page: Page, tags: Sequence[str], fonts: Mapping[str, Used]) -> bytes:
    """The content stream of a page; the marked contents are numbered in their order (ISO 32000-1, 14.6 to 14.8)."""
    parts = [_strokes(page)] if page.rules else []
    if page.content or page.furniture:
        pen = _Pen(fonts)
        pen.write_contents(page, tags)
        pen.write_furniture(page)
        parts.append(f"BT\n{''.join(pen.parts)}ET")
    return "\n".join(parts).encode("ascii")


class _Pen:
    """Writes the texts of a page. Moves from line to line are counted in hundredths, so that rounding doesn't add up."""

    def __init__(self, fonts: Mapping[str, Used]) -> None:
        self.parts: list[str] = []
        self._fonts = fonts
        self._font: tuple[str, float] = ("", 0.0)
        self._spacing = 0.0
        self._x = self._y = 0

    def write_contents(self, page: Page, tags: Sequence[str]) -> None:
        """The text area, piece by piece."""
        left, top, marks, add = page.left, page.height - page.top, 0, self.parts.append
        for content in page.content:
            if content.element == ARTIFACT:
                add("/Artifact BMC\n")
            else:
                add(f"/{tags[content.element]}<</MCID {marks}>>BDC\n")
                marks += 1
            for run in content.runs:
                self._set(run)
                x, y = round(100 * (left + run.x)), round(100 * (top - run.y))
                add(f"{(x - self._x) / 100:.8g} {(y - self._y) / 100:.8g} Td ")
                self._x, self._y = x, y
                add(f"<{run.text.translate(self._fonts[run.face])}>Tj\n")
            add("EMC\n")

    def write_furniture(self, page: Page) -> None:
        """Running heads and page numbers: no part of the text (ISO 32000-1, 14.8.2.2)."""
        for one in page.furniture:
            self.parts.append(f"/Artifact<</Type/Pagination/Subtype/{one.part}>>BDC\n")
            self._set(one.run)
            self.parts.append(
                f"{_matrix(one, page.height)} Tm <{one.run.text.translate(self._fonts[one.run.face])}>Tj\nEMC\n"
            )

    def _set(self, run: Run) -> None:
        if (run.face, run.size) != self._font:
            self._font = (run.face, run.size)
            self.parts.append(f"/{self._fonts[run.face].name} {run.size:.6g} Tf ")
        if run.spacing != self._spacing:
            self._spacing = run.spacing
            self.parts.append(f"{run.spacing:.4g} Tc ")


def _matrix(one: Furniture, height: float) -> str:
    angle = radians(-one.turned)
    numbers = (cos(angle), sin(angle), -sin(angle), cos(angle), one.run.x, height - one.run.y)
    return " ".join(f"{round(one, 4):.8g}" for one in numbers)


def _strokes(page: Page) -> str:
    """All rules of a page in one artifact: one path for each width, square ends so that corners close."""
    left, top = page.left, page.height - page.top
    paths = ["/Artifact<</Type/Layout>>BDC 2 J"]
    for width, lines in joined(page.rules).items():
        steps = (
            f"{number(left + x1)} {number(top - y1)} m {number(left + x2)} {number(top - y2)} l"
            for x1, y1, x2, y2 in lines
        )
        paths.append(f"{number(width)} w {' '.join(steps)} S")
    return "\n".join((*paths, "EMC"))


def joined(rules: Iterable[Rule]) -> dict[float, list[tuple[float, float, float, float]]]:
    """Rules by width, those of one line that touch made one."""
    lines: dict[tuple[float, bool, float], list[tuple[float, float]]] = {}
    for rule in rules:
        level = rule.y1 == rule.y2
        place, ends = (rule.y1, (rule.x1, rule.x2)) if level else (rule.x1, (rule.y1, rule.y2))
        lines.setdefault((rule.width, level, round(place, 2)), []).append((min(ends), max(ends)))
    paths: dict[float, list[tuple[float, float, float, float]]] = {}
    for (width, level, place), pieces in lines.items():
        path = paths.setdefault(width, [])
        path += [
            (first, place, last, place) if level else (place, first, place, last)
            for first, last in _touching(pieces)
        ]
    return paths


def _touching(pieces: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    pieces = sorted(pieces)
    first, last = pieces[0]
    for start, end in pieces[1:]:
        if start > last + 0.01:
            yield first, last
            first, last = start, end
        last = max(last, end)
    yield first, last
