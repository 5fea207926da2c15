"""Fonts of a PDF: of each face the glyphs the document uses, numbered as they come, with their widths and meanings."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from io import BytesIO
from itertools import accumulate

from gongkai.printing.faces import Face, FontSet, Glyph
from gongkai.printing.pdf.objects import Objects, name, shared

_SYMBOLIC = 4
"""Flag of a font descriptor: glyphs are meant by number, not by a Latin character set (ISO 32000-1, 9.8.2)."""
_STEMS = 80
"""Width of upright stems, which fonts don't say and no reader of an embedded font asks for."""


class Used(dict[int, str]):
    """The characters used of one face → the numbers of their glyphs, as four hexadecimal digits.

    A mapping for ``str.translate``: a character gets the next number when it is first met, each its own even where two
    share a glyph, so that text read back is the text that was put in. Number 0 is for what is missing and never used.
    """

    def __init__(self, name: str, face: Face) -> None:
        super().__init__()
        self.name = name
        self.face = face

    def __missing__(self, code: int) -> str:
        self[code] = f"{len(self) + 1:04x}"
        return self[code]

    def write(self, objects: Objects) -> int:
        """The font with its glyphs; the number of its object (ISO 32000-1, 9.7)."""
        face, scale = self.face, 1000 / self.face.units
        font, head = face.font, face.font["head"]
        glyphs = [face.notdef, *(face.glyph(chr(code)) for code in self)]
        # Six letters that tell this subset from others of the font (ISO 32000-1, 9.6.4).
        digest = hashlib.sha256("".join(map(chr, self)).encode()).digest()
        tag = "".join(chr(65 + byte % 26) for byte in digest[:6])
        base = name(f"{tag}+{font['name'].getDebugName(6) or face.key}")
        data = subset(face, glyphs)
        file = objects.stream(f"/Length1 {len(data)}", data)
        box = " ".join(f"{round(edge * scale)}" for edge in (head.xMin, head.yMin, head.xMax, head.yMax))
        capitals = getattr(font["OS/2"], "sCapHeight", font["hhea"].ascent)  # old fonts don't say
        descriptor = objects.add(
            f"<</Type/FontDescriptor/FontName{base}/Flags {_SYMBOLIC}/FontBBox[{box}]/ItalicAngle 0"
            f"/Ascent {round(1000 * face.ascent)}/Descent {round(-1000 * face.descent)}"
            f"/CapHeight {round(capitals * scale)}/StemV {_STEMS}/FontFile2 {file} 0 R>>"
        )
        widths = " ".join(f"{glyph.advance * scale:.6g}" for glyph in glyphs)
        descendant = objects.add(
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont{base}/CIDToGIDMap/Identity/DW 1000/W[0[{widths}]]"
            f"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor {descriptor} 0 R>>"
        )
        meanings = objects.stream("", _meanings(self).encode("ascii"))
        return objects.add(
            f"<</Type/Font/Subtype/Type0/BaseFont{base}/Encoding/Identity-H"
            f"/DescendantFonts[{descendant} 0 R]/ToUnicode {meanings} 0 R>>"
        )


class UsedFonts(dict[str, Used]):
    """The faces a document uses, by key, named ``F1``, ``F2`` … as they come."""

    def __init__(self, fonts: FontSet) -> None:
        super().__init__()
        self._fonts = fonts

    def __missing__(self, key: str) -> Used:
        self[key] = Used(f"F{len(self) + 1}", self._fonts.faces[key])
        return self[key]

    def write(self, objects: Objects) -> str:
        """All fonts; the entries of the pages' font resources."""
        return "".join(f"/{used.name} {used.write(objects)} 0 R" for used in self.values())


def _meanings(used: Used) -> str:
    """What character each glyph number means (ISO 32000-1, 9.10.3)."""
    rows = [f"<{glyph}><{chr(code).encode('utf-16-be').hex()}>" for code, glyph in used.items()]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    return (
        shared("print/tounicode.cmap")
        .decode()
        .format(
            rows="\n".join(
                f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
            )
        )
    )


def subset(face: Face, glyphs: Sequence[Glyph]) -> bytes:
    """A font file of these glyphs of a face, with the tables a PDF needs and no others (ISO 32000-1, 9.9)."""
    from fontTools.ttLib.sfnt import SFNTWriter

    places = [*accumulate((len(glyph.outline) for glyph in glyphs), initial=0)]
    head, hhea = (bytearray(face.font.reader[tag]) for tag in ("head", "hhea"))
    struct.pack_into(">h", head, 50, 1)
    struct.pack_into(">H", hhea, 34, len(glyphs))
    drawn = [glyph.outline for glyph in glyphs if glyph.outline]
    contours = [struct.unpack_from(">h", outline)[0] for outline in drawn]
    points = (
        struct.unpack_from(">H", outline, 8 + 2 * count)[0] + 1
        for outline, count in zip(drawn, contours, strict=True)
    )
    most = max(points, default=0), max(contours, default=0)
    tables = {
        "glyf": b"".join(glyph.outline for glyph in glyphs), "head": bytes(head), "hhea": bytes(hhea),
        "hmtx": b"".join(glyph.metrics for glyph in glyphs), "loca": struct.pack(f">{len(places)}L", *places),
        "maxp": struct.pack(">L14H", 0x10000, len(glyphs), *most, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }  # fmt: skip
    file = BytesIO()
    writer = SFNTWriter(file, len(tables))
    for tag, data in tables.items():
        writer[tag] = data
    writer.close()
    return file.getvalue()
