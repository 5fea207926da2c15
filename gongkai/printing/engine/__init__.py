"""What is changed in the print engine to print many similar tables fast: only a process that prints loads it.

Each module takes the place of a part of WeasyPrint, whose version is pinned; tests read the finished PDFs.
"""

from __future__ import annotations

import weasyprint.css
import weasyprint.layout.block
import weasyprint.pdf

from gongkai.printing.engine import (
    backgrounds,
    borders,
    colors,
    flow,
    fonts,
    glyphs,
    lengths,
    paging,
    tree,
    walks,
)
from gongkai.printing.engine.cascade import SharedStyles
from gongkai.printing.engine.cells import block_container_layout
from gongkai.printing.tags import build_tags


def install() -> None:
    """Make the engine of this process work our way."""
    weasyprint.css.StyleFor = SharedStyles
    weasyprint.layout.block.block_container_layout = block_container_layout
    backgrounds.install()
    borders.install()
    colors.install()
    flow.install()
    fonts.install()
    glyphs.install()
    lengths.install()
    paging.install()
    tree.install()
    walks.install()
    weasyprint.pdf.add_tags = build_tags
