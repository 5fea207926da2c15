"""How official tables and running text are set: what a form's ``print:`` declares, over the conventions of all forms.

Sizes are points, indents and margins of running text em of their own size. Conventions: GB/T 9704-2012, and what the
published tables of departments look like.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from gongkai.printing.faces import TextRole
from gongkai.reading.declaration import ClassPrint, Declaration

Align = Literal["left", "center", "right", "justify"]

BORDER = 0.6
"""The width of every border; neighbouring cells share it."""


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a paragraph is set. ``indent``: of its first line, in em. ``leading``: line height in em; 0: the face's own.

    ``plain``: without the refinements of ``filling``.
    """

    size: float = 10.0
    leading: float = 1.5
    align: Align = "left"
    indent: float = 0.0
    role: TextRole = "song"
    plain: bool = False


@dataclass(frozen=True, slots=True)
class CellStyle:
    """How a cell is set: its text, the room at its sides and above and below, and whether a label runs downwards.

    ``indent`` is of paragraphs of long text; plain text has none. ``long``: its row may go on over the page's end.
    """

    text: TextStyle
    across: float
    down: float
    indent: float
    vertical: bool = False
    long: bool = False


TITLE = TextStyle(16.0, 0.0, "center", role="song-bold")
CAPTION = {
    "form-title": TITLE,
    "form-subtitle": TextStyle(12.0, 1.5, "center"),
    "form-note": TextStyle(10.0, 1.5, "left"),
    "form-unit": TextStyle(10.0, 1.5, "right"),
}
"""The lines above a table, by their classes."""
CAPTION_AFTER = 6.0
SIGNATURE = TextStyle(10.0, 1.5)
MM = 72 / 25.4
SIGNATURE_BEFORE, SIGNATURE_AFTER = 8 * MM, 9 * MM

LONG_TEXT_TABLE = (4.0, 3.0)
"""The room around texts in a small table that stands in running text: at their sides, above and below."""

_ALWAYS = dict.fromkeys(("long", "text"), ClassPrint.model_validate({"align": "justify"}))


class FormStyle:
    """How one form is printed: its cells by their classes, and the running text around its tables.

    ``table_before`` and ``table_after`` are the room around a table in running text, in points. ``continued`` is put
    behind repeated labels; None: they are not repeated.
    """

    def __init__(self, declared: Declaration) -> None:
        self.declared = declared
        self.cell = lru_cache(maxsize=256)(self._cell)
        self.continued = declared.continued if declared.repeat_labels else None
        text = declared.print.text
        self.paragraph = TextStyle(float(text.size), float(text.leading), "justify", float(text.indent))
        self.heading = replace(self.paragraph, role="song-bold", align="left")
        self.title = replace(TITLE, leading=float(text.leading))
        self.table_before, self.table_after = float(text.table_before), float(text.table_after)

    def _cell(self, classes: str) -> CellStyle:
        """The style of a cell with these classes, as they stand in ``class="…"``."""
        own, names = self.declared.print, classes.split()
        given = own.model_dump(include={"size", "leading", "across", "down"}) | {
            "align": "center",
            "indent": 2,
        }
        for rule in (rule for name in names for rule in (_ALWAYS.get(name), own.classes.get(name)) if rule):
            given |= rule.model_dump(exclude_none=True)
        text = TextStyle(float(given["size"]), float(given["leading"]), given["align"])
        across, down, indent = (float(given[key]) for key in ("across", "down", "indent"))
        return CellStyle(text, across, down, indent, "vertical" in names, "long" in names)
