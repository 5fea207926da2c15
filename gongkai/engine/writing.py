"""The finished PDF written with each object turned into bytes once; the engine does it twice, to sum up and to write."""

from __future__ import annotations

from typing import Any

import pydyf


class _Written(pydyf.Object):  # type: ignore[misc]
    """An object of a PDF that will not change any more, as bytes."""

    data = b""
    compressible = False

    def __init__(self, made: pydyf.Object) -> None:
        self.number, self.offset, self.generation, self.free = (
            made.number,
            made.offset,
            made.generation,
            made.free,
        )
        self.compressible = made.compressible
        if made.free != "f":
            self.data = made.data


def settle(pdf: Any) -> None:
    """Turn all objects of a PDF into bytes; the last thing before it is written."""
    pdf.objects[:] = map(_Written, pdf.objects)
