"""An official table as somebody sent it → one whole grid: every cell, blank ones too, and what stands around it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from xlsxwriter.utility import xl_rowcol_to_cell as address

from gongkai.exchange.labels import UNIT_IN_LABEL, Labels, unit_in
from gongkai.exchange.recognise import copies
from gongkai.exchange.tables import RawCell, RawDocument, RawTable, RawText
from gongkai.problems import CommandError

_TITLE = re.compile(r"(?:表|公开|一览|目标)(?:[（(][^（）()]*[）)])?$")
_YEAR = re.compile(r"[（(]?\s*(?:20\d\d|20?[×xX*_\s]+|_*)\s*年度?\s*[）)]?")
_UNIT = re.compile(r"(?:金额|货币|计量)?单位\s*[:：]\s*(?:人民币)?\s*(?:亿元|万元|元)")
_BLANK_LINE = re.compile(r"[_＿]{2,}")
_BESIDE = re.compile(r"^(?:填报|编制|申报|填表|制表|预算|主管|部门|单位|项目)[^:：]{0,12}[:：]")
_ANNEX = re.compile(r"附[件表]?\s*[\d一二三四五六七八九十\-—]*\s*[:：]?|表\s*[\d一二三四五六七八九十\-—]+")
_BELOW = re.compile(r"^(?:注|备注|说明|填表说明|填报说明)\s*\d?[:：.、]|签字|签章|盖章|公章|^(?:填表|填报|制表|审核|复核|经办|单位负责|项目负责|财务负责|联系|负责|分管)[^:：]{0,8}[:：]")  # fmt: skip
_MOST_BELOW = 8


@dataclass(frozen=True)
class Original(RawTable):
    """The table: its cells cover every place; ``widths`` are per cent and add up to 100.

    ``left`` and ``right`` are what is printed above the table at its edges, ``below`` the lines under it.
    """

    title: str = ""
    note: str = ""
    left: str = ""
    right: str = ""
    below: tuple[str, ...] = ()

    @property
    def unit(self) -> str | None:
        """The money unit the table states above itself or in a label: 元, 万元, 亿元."""
        labels = (cell.text for cell in self.cells if UNIT_IN_LABEL.search(cell.text))
        return next((unit for text in (self.right, *labels) if (unit := unit_in(text))), None)

    def with_blank_row(self) -> Original:
        """The table with one row more: a sheet's last rows are not kept where they are blank."""
        height, width = self.size
        return replace(self, cells=tuple(_filled(list(self.cells), height + 1, width)))


@dataclass
class _Around:
    """What is gathered from lines above and below."""

    title: str = ""
    note: str = ""
    left: str = ""
    right: str = ""
    below: list[str] = field(default_factory=list)

    def above(self, text: str) -> bool:
        """Take one line above the table; False for one that is none of a title's."""
        plain = re.sub(r"\s+", "", text)
        if _ANNEX.fullmatch(plain):
            return True
        if unit := _UNIT.search(text):
            start = unit.start()
            self.right, before = re.sub(r"\s+", "", text[start:]), text[:start].strip(" （(")
            return not before or self.above(before)
        if _YEAR.fullmatch(plain) and len(plain) < 14:
            self.note = plain
        elif _BESIDE.match(plain) and len(plain) < 40:
            self.left = re.split(r"[:：]", plain)[0] + "："
        elif _TITLE.search(plain) and 4 < len(plain) < 45:
            self.title = plain
        else:
            return False
        return True


def find_original(document: RawDocument, labels: Labels) -> tuple[Original, int]:
    """The official table of a file, and how many other tables it has. Raises CommandError where there is none."""
    tables = [(_score(block, labels), -index) for index, block in enumerate(document.blocks) if isinstance(block, RawTable)]  # fmt: skip
    best, place = max(tables, default=(0, 0))
    if best < 3:
        raise CommandError(
            f"“{document.file}”里没有认得出的绩效目标表。",
            "请检查是不是拿错了文件；扫描件请先找到导出的原文件；Word 里用空格排成的请先做成表格。",
        )
    around = _Around()
    for text in _texts(document.blocks[:-place][::-1]):
        if not around.above(text) or around.title:
            break
    below = list(_texts(document.blocks[-place + 1 :]))[:_MOST_BELOW]
    around.below = [text for text in below if _BELOW.search(text)]
    table = document.blocks[-place]
    assert isinstance(table, RawTable)
    return _whole(next(copies(table, labels)), around), sum(score >= 3 for score, _ in tables) - 1


def _score(table: RawTable, labels: Labels) -> int:
    return len({cell.text for cell in table.cells if labels.meanings(cell.text)})


def _texts(blocks: Sequence[RawTable | RawText]) -> Iterator[str]:
    for block in itertools.takewhile(lambda block: isinstance(block, RawText), blocks):
        assert isinstance(block, RawText)
        yield block.text


def _whole(table: RawTable, around: _Around) -> Original:
    cells = list(table.cells)
    left = min(cell.column for cell in cells if cell.text)
    rows = sorted({cell.row for cell in cells})
    while rows and _is_above(cells, rows[0], around):
        rows.pop(0)
    below: list[str] = []
    while rows and (lines := _lines_below(cells, rows[-1])) is not None:
        below[:0] = lines
        rows.pop()
    top, bottom = rows[0], rows[-1] + 1
    height = max(bottom, *(cell.bottom for cell in cells if top <= cell.row < bottom))
    right = max(cell.end for cell in cells if top <= cell.row < bottom)
    if all(cell.text == "" for cell in cells if cell.end == right and cell.columns == 1 and top <= cell.row):
        right = max(right - 1, *(cell.end for cell in cells if top <= cell.row < bottom and (cell.text or cell.columns > 1)))  # fmt: skip
    kept = [replace(cell, row=cell.row - top, column=cell.column - left, rows=min(cell.rows, height - cell.row), columns=min(cell.end, right) - cell.column) for cell in cells if top <= cell.row < bottom and left <= cell.column < right]  # fmt: skip
    whole = tuple(_filled(kept, height - top, right - left))
    return Original(
        whole, table.where, _percents(table.widths[left:right], whole, right - left), table.landscape,
        around.title, around.note, around.left, around.right, tuple(dict.fromkeys((*below, *around.below))),
    )  # fmt: skip


def _is_above(cells: list[RawCell], row: int, around: _Around) -> bool:
    """Whether a row of the sheet is blank or belongs to the title, not to the table; its texts are taken."""
    own = [cell for cell in cells if cell.row == row]
    texts = [cell for cell in own if cell.text]
    if not texts:
        return all(cell.rows == 1 for cell in own)
    has_unit = any(_UNIT.search(cell.text) for cell in texts)
    if len(texts) > 1 and not has_unit:
        return False
    if _BESIDE.match(texts[0].text) and len(own) > 1 and not has_unit:
        return False
    taken = [around.above(cell.text) for cell in texts]
    return all(taken)


def _lines_below(cells: list[RawCell], row: int) -> list[str] | None:
    """The texts of a row under the table: notes, and lines to be signed; None for a row of the table."""
    own = [cell for cell in cells if cell.row <= row < cell.bottom]
    texts = [cell.text for cell in own if cell.text]
    if any(cell.rows > 1 for cell in own):
        return None
    if not texts:
        return []
    signed = all(_BELOW.search(text) or _BLANK_LINE.search(text) for text in texts)
    return texts if signed else None


def _filled(cells: list[RawCell], height: int, width: int) -> list[RawCell]:
    """The cells with a blank one at every place that none covers."""
    covered = {
        (r, c) for cell in cells for r in range(cell.row, cell.bottom) for c in range(cell.column, cell.end)
    }
    blank = [
        RawCell(row, column, 1, 1, "", address(row, column))
        for row in range(height)
        for column in range(width)
        if (row, column) not in covered
    ]
    return sorted([*cells, *blank], key=lambda cell: (cell.row, cell.column))


def _percents(stated: Sequence[float], cells: Sequence[RawCell], count: int) -> tuple[float, ...]:
    """Widths in halves of a per cent that add up to 100; guessed from the texts where none are stated."""
    is_stated = len(stated) == count and all(width > 0 for width in stated)
    widths = list(stated) if is_stated else [_usual_width(cells, column) for column in range(count)]
    halves = [max(round(200 * width / sum(widths)), 2) for width in widths]
    widest = halves.index(max(halves))
    halves[widest] += 200 - sum(halves)
    return tuple(half / 2 for half in halves)


def _usual_width(cells: Sequence[RawCell], column: int) -> float:
    own = [cell for cell in cells if cell.column == column and cell.columns == 1 and cell.rows < 4]
    return 8.0 + max((len(line) for cell in own for line in cell.text.split("\n")), default=0)
