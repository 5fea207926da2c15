"""Tables and texts as they stand in files from outside: the one raw form that all readers give."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from gongkai.problems import Place, Problem, Severity

MAX_CELLS = 200_000
"""Cells with content that one file may have."""
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ue000-\uf8ff]")  # fmt: skip


_SUPPLEMENT = "⼾户⺒巳⺓幺⻪黾⺁厂⺇几⺌小⺎兀⺏尣⺐尢⺕彐⺝月⺟母⺠民⺡氵⺢水⺣火⺩王⺪疋⺬示⺭礻⺮竹⺰纟⺱网⺶羊⺷羊⺹老⺻聿⺼肉⺾艹⻁虎⻃西⻄西⻅见⻆角⻈讠⻉贝⻊足⻋车⻌辶⻏阝⻐钅⻑長⻒長⻓长⻔门⻕阜⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙⻱龟⻳龟"
"""Radicals that Unicode gives no character for, or one of another script, each with its character."""
_PLAIN = {code: unicodedata.normalize("NFKC", chr(code)) for code in (0x2329, 0x232A, *range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00), *range(0xFE30, 0xFE50))} | {ord(_SUPPLEMENT[index]): _SUPPLEMENT[index + 1] for index in range(0, len(_SUPPLEMENT), 2)}  # fmt: skip
"""Radicals, compatibility characters and vertical forms, as some programs' PDFs hold them → the characters meant."""


@dataclass(frozen=True, slots=True)
class RawCell:
    """One cell: its top left corner from 0, the rows and columns it covers, its text, and how people call it (B3)."""

    row: int
    column: int
    rows: int
    columns: int
    text: str
    ref: str

    @property
    def end(self) -> int:
        """The first column right of the cell."""
        return self.column + self.columns

    @property
    def place(self) -> tuple[int, int]:
        """Row and column of its corner."""
        return self.row, self.column

    @property
    def bottom(self) -> int:
        """The first row below the cell."""
        return self.row + self.rows


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text stands: the sheet, page or table, and the cell in it."""

    where: str
    ref: str = ""

    def __str__(self) -> str:
        return f"{self.where} {self.ref}".strip()


class _Places(dict[tuple[int, int], RawCell]):
    """The cell at each place that one covers; at all others a blank one."""

    def __missing__(self, place: tuple[int, int]) -> RawCell:
        return RawCell(*place, 1, 1, "", "")


@dataclass(frozen=True)
class RawTable:
    """A table of a file; ``where`` names the sheet or page in Chinese. Empty cells may be left out.

    ``widths`` of its columns are in any unit, and absent where the file states none.
    """

    cells: tuple[RawCell, ...]
    where: str
    widths: tuple[float, ...] = ()
    landscape: bool = False

    @cached_property
    def at(self) -> dict[tuple[int, int], RawCell]:
        """The cell at each place; a blank one where none is, but for ``get``."""
        found = _Places()
        for cell in self.cells:
            for row in range(cell.row, cell.bottom):
                for column in range(cell.column, cell.end):
                    found.setdefault((row, column), cell)
        return found

    @cached_property
    def size(self) -> tuple[int, int]:
        """How many rows and columns it has."""
        cells = self.cells
        return max((cell.bottom for cell in cells), default=0), max((cell.end for cell in cells), default=0)

    @cached_property
    def first_column(self) -> int:
        """The first column with text."""
        return min((cell.column for cell in self.cells if cell.text), default=0)

    @cached_property
    def whole_rows(self) -> dict[int, list[RawCell]]:
        """The cells whose top is in a row, left to right, by row."""
        ordered = sorted(self.cells, key=lambda cell: cell.place)
        return {row: list(cells) for row, cells in itertools.groupby(ordered, key=lambda cell: cell.row)}

    @cached_property
    def rows(self) -> dict[int, list[RawCell]]:
        """Those with text alone."""
        rows = {row: [cell for cell in cells if cell.text] for row, cells in self.whole_rows.items()}
        return {row: cells for row, cells in rows.items() if cells}

    def row(self, number: int) -> list[RawCell]:
        """The cells that begin in a row, left to right."""
        return self.whole_rows.get(number, [])

    def covering(self, row: int, start: int, end: int) -> list[RawCell]:
        """The cells with text that cover columns of a row, each once."""
        cells = (self.at.get((row, column)) for column in range(start, end))
        return list({(cell.row, cell.column): cell for cell in cells if cell and cell.text}.values())

    def spot(self, cell: RawCell) -> Spot:
        """The place of a cell as people say it."""
        return Spot(self.where, cell.ref)


@dataclass(frozen=True, slots=True)
class RawText:
    """A paragraph outside of tables."""

    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Leftover:
    """A text of the source that is in no record, and why."""

    where: str
    text: str
    reason: str


def problem_of(file: str, rule: str, message: str, hint: str, severity: Severity = Severity.ERROR) -> Problem:
    """What is wrong with a file of an import."""
    return Problem(Place(file), f"import.{rule}", severity, message, hint)


@dataclass
class RawDocument:
    """One file as read: tables and paragraphs in order, what was set aside, and what is wrong with the file."""

    file: str
    blocks: list[RawTable | RawText] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def tell(self, rule: str, message: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        """Note a problem of the file."""
        self.problems.append(problem_of(self.file, rule, message, hint, severity))

    def set_aside(self, where: str, text: str, reason: str) -> None:
        """Note a text that will be in no record; blank ones are nothing."""
        if text.strip():
            self.leftovers.append(Leftover(where, text.strip(), reason))

    def too_many_cells(self, count: int) -> bool:
        """Whether ``count`` cells are over the limit; then the problem is noted."""
        if count > MAX_CELLS:
            self.tell("too-large", f"文件里有 {count:,} 个有内容的单元格，超过上限 {MAX_CELLS:,}", "请删去无关的工作表，或分成几个文件。")  # fmt: skip
        return count > MAX_CELLS


def clean(text: str) -> str:
    """The text as a record can hold it: line ends as ``\\n``, plain characters, none invisible, no outer space."""
    text = re.sub("\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text).replace("\xa0", " ")
    return _INVISIBLE.sub("", text).translate(_PLAIN).strip()
