"""Markdown in bounded time: texts with more brackets and asterisks than anyone means as marks stay as typed."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

MOST_WORK = 10_000_000
"""Marks times characters, summed over the texts of one document. A page of 100,000 characters has some 500,000."""
_MARKS = re.compile(r"[\[*_`<]")


def bounded() -> Extension:
    """An extension for ``Markdown(extensions=…)``.

    For every bracket the parser looks for its end through the whole text, for every kind of link again; 8,000
    brackets in one line take it ten seconds, 100,000 half an hour.
    """
    return _Bounded()


class _Bounded(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        """Before the library's ``inline``, which has priority 20."""
        md.treeprocessors.register(_AsTyped(md), "bounded", 30)


class _AsTyped(Treeprocessor):
    def run(self, root: Element) -> None:
        """Texts from where the work is too much are closed to the parser of links and emphasis."""
        work = 0
        for element in root.iter():
            text = element.text or ""
            work += len(text) * len(_MARKS.findall(text))
            if work > MOST_WORK:
                element.text = AtomicString(text)
