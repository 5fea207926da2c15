"""A form filled with records → its pages: the tables and the running text of its HTML, laid out one after another."""

from __future__ import annotations

from collections.abc import Mapping

from gongkai.printing.blocks import Block, Span, read_blocks
from gongkai.printing.flow import NO_CAPTION, Caption, Flow, Text
from gongkai.printing.setting import NOTHING, Setter, SetText
from gongkai.printing.style import (
    CAPTION_AFTER,
    LONG_TEXT_TABLE,
    NOTE,
    SIGNATURE,
    SIGNATURE_AFTER,
    SIGNATURE_BEFORE,
    SUBTITLE,
    TITLE,
    UNIT,
    CellStyle,
    FormStyle,
    TextStyle,
)
from gongkai.printing.table import Table
from gongkai.tables.grid import Grid, Prose, Rendered, inner_html, read_fragment

_CAPTION = {"form-title": TITLE, "form-subtitle": SUBTITLE, "form-note": NOTE, "form-unit": UNIT}


def lay_out(
    setter: Setter, forms: Mapping[str, FormStyle], form: str, html: Rendered, width: float, height: float
) -> Flow:
    """A form's HTML on pages with a text area of ``width`` × ``height`` points.

    ``forms`` has the styles of every form by its id; a table in a document may be another form's than the text.
    """
    flow = Flow(width, height)
    sheet = _Sheet(setter, forms, forms[form], flow)
    for piece in html.pieces:
        sheet.add(piece)
    sheet.sign()
    flow.finish()
    return flow


class _Sheet:
    """One form while it is laid out."""

    def __init__(self, setter: Setter, forms: Mapping[str, FormStyle], style: FormStyle, flow: Flow) -> None:
        self.setter, self.forms, self.style, self.flow = setter, forms, style, flow
        self.heading = 0

    def add(self, piece: Grid | Prose) -> None:
        """One table, heading or paragraph."""
        if isinstance(piece, Grid):
            self._table(piece)
        elif piece.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            # Levels below each other, whatever the template calls them (ISO 14289-1, 7.4.2).
            self.heading = min(int(piece.tag[1]), self.heading + 1)
            text = self._paragraph(piece, self.style.heading)
            level = max(int(piece.tag[1]), 3)
            self.flow.add_text(Text(text, f"H{self.heading}", keeps_next=True, mark=level))
        elif "form-title" in piece.classes:
            self.flow.add_text(Text(self._paragraph(piece, self.style.title), after=self.style.title.size))
        elif piece.tag == "p":
            self.flow.add_text(Text(self._paragraph(piece, self.style.paragraph)))
        else:
            self._long_text(piece)

    def _paragraph(self, piece: Prose, style: TextStyle) -> SetText:
        return self.setter.paragraph(_spans(piece.content), style, self.flow.width)

    def _long_text(self, piece: Prose) -> None:
        """A list or a small table that a record's long text brought along."""
        style = self.style.paragraph
        across, down = LONG_TEXT_TABLE
        text = self.setter.blocks(
            read_blocks(piece.whole), CellStyle(style, across, down, style.indent), self.flow.width
        )
        if text.lines:
            self.flow.add_text(Text(text, "P" if not text.elements else "Div", after=text.after))

    def sign(self) -> None:
        """The lines to be signed below the tables, two beside each other."""
        lines = self.style.declared.signature
        if not lines:
            return
        half = self.flow.width / 2
        texts = []
        for number, line in enumerate(lines):
            text = self.setter.cell(f"{line}：", CellStyle(SIGNATURE, 0.0, 0.0, 0.0), half)
            texts.append((half * (number % 2), text))
        self.flow.add_text(Text(_beside(texts), before=SIGNATURE_BEFORE))

    def _table(self, grid: Grid) -> None:
        style = next((self.forms[name] for name in grid.classes.split() if name in self.forms), self.style)
        table = Table(self.setter, grid, style, self.flow.width)
        caption = _caption(self.setter, grid.caption_content, self.flow.width)
        inside = self.style.declared.subject == "document"
        before, after = (self.style.table_before, self.style.table_after) if inside else (0.0, 0.0)
        self.flow.add_table(table, caption, before, after)
        self.flow.overflows += dict.fromkeys(cell.source.text for cell in table.cells if cell.text.too_wide)


def _caption(setter: Setter, content: str, width: float) -> Caption:
    """The lines above a table, each at its height; the note at the left shares its line with the unit."""
    placed: list[tuple[float, SetText]] = []
    y = 0.0
    before = ""
    for element in read_fragment(content) if content else ():
        name = next((one for one in element.get("class", "").split() if one in _CAPTION), "form-subtitle")
        text = setter.paragraph(_spans(inner_html(element)), _CAPTION[name], width)
        shares = name == "form-unit" and before == "form-note"
        top = y - placed[-1][1].height if shares else y
        placed.append((top, text))
        y = max(y, top + text.height)
        before = name
    return Caption(tuple(placed), y + CAPTION_AFTER) if placed else NO_CAPTION


def _spans(content: str) -> tuple[Span, ...]:
    """Inner HTML as one paragraph."""
    return tuple(span for block in read_blocks(content) if isinstance(block, Block) for span in block.spans)


def _beside(texts: list[tuple[float, SetText]]) -> SetText:
    """Texts in two columns, line by line, as one text."""
    lines = []
    for start in range(0, len(texts), 2):
        pair = texts[start : start + 2]
        parts = tuple(
            (-1, tuple(run._replace(x=run.x + x) for run in runs))
            for x, text in pair
            for line in text.lines[:1]
            for _, runs in line.parts
        )
        first = pair[0][1].lines[0]
        lines.append(first._replace(height=first.height + SIGNATURE_AFTER, parts=parts))
    return NOTHING._replace(lines=tuple(lines), height=sum(line.height for line in lines))
