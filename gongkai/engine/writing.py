"""The finished PDF written with each object turned into bytes once; the engine does it twice, to sum up and to write."""

from __future__ import annotations

import zlib
from typing import Any

import pydyf

_FONT = 6
"""The level outlines are compressed at: the hardest takes twice the time and saves half a percent."""


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
            self.data = _font(made) if "Length1" in getattr(made, "extra", ()) else made.data


def _font(stream: Any) -> bytes:
    extra = pydyf.Dictionary(stream.extra)
    (data,) = stream.stream
    if stream.compress:
        data = zlib.compress(data, _FONT)
        extra["Filter"] = "/FlateDecode"
    extra["Length"] = len(data)
    return b"\n".join((extra.data, b"stream", data, b"endstream"))


def settle(pdf: Any) -> None:
    """Turn all objects of a PDF into bytes; the last thing before it is written."""
    pdf.objects[:] = map(_Written, pdf.objects)
