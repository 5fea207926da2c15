"""Short texts drawn from the glyphs they had before: labels, amounts and units stand in every document of a form."""

from __future__ import annotations

from typing import Any, NamedTuple

from weasyprint import draw
from weasyprint.draw import text as engine

from gongkai.printing.engine.cells import Same

_LONG = 24
"""Longer texts hardly come again."""
_KEPT = 5000

_drawn: dict[Any, tuple[Any, ...] | None] = {}
_fonts: dict[tuple[Any, str, float], tuple[Any, Any]] = {}
"""Fonts with a layout that keeps each alive."""
_engine_draw = engine.draw_text


class _Font(NamedTuple):
    """A font, with the characters and widths of the glyphs a text takes from it."""

    pango: Any
    to_unicode: dict[int, str]
    widths: dict[int, int]


def install() -> None:
    """Let the engine draw texts this way."""
    draw.draw_text = _draw_text


def forget_glyphs() -> None:
    """Free what is kept for further documents."""
    _drawn.clear()


def _draw_text(
    stream: Any, textbox: Any, offset_x: float, text_overflow: str, block_ellipsis: Any = "none"
) -> None:
    """In place of ``weasyprint.draw.text.draw_text``."""
    style, layout = textbox.style, textbox.pango_layout
    plain = (
        len(layout.text) <= _LONG
        and textbox.text.strip()
        and style["visibility"] == "visible"
        and style["text_decoration_line"] == "none"
        and text_overflow == "clip"
        and block_ellipsis == "none"
        and not layout.justification_spacing
    )
    steps = _steps(stream, textbox) if plain else None
    if steps is None:
        _engine_draw(stream, textbox, offset_x, text_overflow, block_ellipsis)
        return
    stream.set_color(style["color"])
    stream.begin_text()
    stream.set_text_matrix(1, 0, 0, -1, textbox.position_x, textbox.position_y + textbox.baseline)
    for step in steps:
        if isinstance(step, _Font):
            font, _ = stream.add_font(step.pango)
            for glyph, text in step.to_unicode.items():
                font.to_unicode.setdefault(glyph, text)
            for glyph, width in step.widths.items():
                font.widths.setdefault(glyph, width)
        else:
            getattr(stream, step[0])(*step[1:])
    stream.end_text()


def _steps(stream: Any, textbox: Any) -> tuple[Any, ...] | None:
    """What is to be done to draw a text; None when it has more than plain glyphs."""
    key = Same(textbox.style), textbox.pango_layout.text
    if key not in _drawn:
        while len(_drawn) >= _KEPT:
            del _drawn[next(iter(_drawn))]
        _drawn[key] = _record(stream, textbox)
    return _drawn[key]


def _record(stream: Any, textbox: Any) -> tuple[Any, ...] | None:
    textbox.pango_layout.reactivate(textbox.style)
    recorder = _Recorder(stream, textbox.style.font_config, textbox.pango_layout.layout)
    try:
        engine.draw_first_line(recorder, textbox, "clip", "none", engine.Matrix(d=-1))
    finally:
        textbox.pango_layout.deactivate()
        recorder.give_back()
    return tuple(recorder.steps) if recorder.plain else None


class _Recorder:
    """In place of a stream: notes what is drawn, as if the document had nothing of the fonts yet."""

    def __init__(self, stream: Any, configuration: Any, layout: Any) -> None:
        self.stream, self.configuration, self.layout, self.plain = stream, configuration, layout, True
        self.ink_rect, self.logical_rect = stream.ink_rect, stream.logical_rect
        self.steps: list[Any] = []
        self.found: dict[Any, tuple[dict[int, str], dict[int, int]]] = {}

    def add_font(self, pango_font: Any) -> tuple[Any, float]:
        """The document's font, with its glyphs put aside."""
        font, size = self.stream.add_font(pango_font)
        if font not in self.found:
            self.found[font] = font.to_unicode, font.widths
            font.to_unicode, font.widths = {}, {}
        self.plain = self.plain and not (font.bitmap or font.png or font.svg or font.colr)
        kept, _ = _fonts.setdefault((self.configuration, font.hash, size), (pango_font, self.layout))
        self.steps.append(_Font(kept, font.to_unicode, font.widths))
        return font, size

    def give_back(self) -> None:
        """Give the document's fonts their glyphs back."""
        for font, (to_unicode, widths) in self.found.items():
            self.plain = self.plain and not font.missing
            font.to_unicode, font.widths = to_unicode, widths

    def set_text_matrix(self, *values: float) -> None:
        """Where a text stands is not part of it."""

    def show_text(self, text: str) -> None:
        """Note glyphs."""
        self.steps.append(("show_text", text))

    def set_font_size(self, font: str, size: float) -> None:
        """Note a font."""
        self.steps.append(("set_font_size", font, size))

    def set_text_rise(self, rise: float) -> None:
        """Note a rise."""
        self.steps.append(("set_text_rise", rise))
