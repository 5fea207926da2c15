"""The fonts PDFs are printed with: found, checked and cut before printing starts; nothing else is ever used.

A large CJK font is cut to a small one with TrueType outlines: the characters of everyday Chinese, cut once and kept.
PDFs of tables take their glyphs from it as they stand. Documents of free layout are printed by WeasyPrint, which keeps
the glyph ids of the font it embeds: from a whole CJK font that costs 200 KB a PDF and twice the time; from a font of
ten thousand glyphs, the common ones first, it costs next to nothing.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache, cached_property
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import yaml
from pydantic import TypeAdapter

from gongkai.atomic import write_whole
from gongkai.problems import Place, Problem, Severity
from gongkai.workspace import built_in_layouts, font_folders

log = logging.getLogger("gongkai")

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and of how many."""


VERSION = 4
"""Raise it when the cut comes out differently, so that kept cuts are made anew."""
MAX_ERROR = 2.0
"""How far an outline may move when cubic curves become quadratic, in units of 1/1000 em."""
_DATE = 3_786_912_000
"""When a cut says it was made, whenever it is: 2024-01-01, in seconds since 1904."""
UNITS = 500
"""Units of the em that outlines are rounded to: with 1000 they take an eighth more of every PDF. Of a character of
12 pt both together move a point by less than 0.02 mm, which is no pixel of any printer in an office."""

# Latin with accents, punctuation, currency, letterlike signs, numerals, arrows, mathematics, enclosed and geometric
# signs, CJK punctuation, units (㎡), vertical and full-width forms.
_SIGNS = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2044), (0x2070, 0x209C), (0x20A0, 0x20BF), (0x2100, 0x22FF),
    (0x2460, 0x24FF), (0x2500, 0x26FF), (0x3000, 0x303F), (0x3220, 0x33FF), (0xFE30, 0xFE4F), (0xFF01, 0xFFE6),
)  # fmt: skip
_MEASURES = (
    "sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent", "sxHeight", "sCapHeight", "fsType",
)  # fmt: skip
"""What a cut has from its font (OpenType 1.9, OS/2)."""


Role = Literal["song", "song-bold", "hei", "signs", "rare"]
SONG, HEI = "Gongkai Song", "Gongkai Hei"
"""The families of the cuts; style sheets call 宋体 and 黑体 by these names, whichever fonts a machine has."""


@dataclass(frozen=True, slots=True)
class Found:
    """A face that was found: what it is for, its file, its number in a collection, its family."""

    role: Role
    file: Path
    index: int
    family: str
    cut: Path | None
    """Where its cut lies; None: it is used whole."""
    codes: str
    """The characters it has."""

    @property
    def cut_family(self) -> str:
        """What its cut is called."""
        return HEI if self.role == "hei" else SONG


@dataclass(frozen=True, slots=True)
class Known:
    """A font file as systems name it, the family of its simplified Chinese face, and whether it may be cut."""

    role: Role
    file: str
    family: str
    cut: bool


@cache
def known_fonts() -> tuple[Known, ...]:
    """The fonts that are looked for, those that win first."""
    text = (built_in_layouts() / "print" / "fonts.yaml").read_text("utf-8")
    known = [Known(**one) for one in yaml.load(text, yaml.CSafeLoader)]
    return tuple(sorted(known, key=lambda one: one.cut) if sys.platform == "win32" else known)


SIGN_CODES = frozenset(map(chr, range(0x2190, 0x27C0)))
"""What a font of signs is used for: arrows to dingbats. Its letters would not go with ours."""
_FACES = TypeAdapter(list[Found])
_CUTTING = "裁剪字体（只在第一次）"
_RESTRICTED, _NO_SUBSETS, _BITMAPS_ONLY = 0x2, 0x100, 0x200
_MISSING = {
    "linux": "请安装思源字体：sudo apt-get install fonts-noto-cjk（下载 54 MB，占用 91 MB），然后重新运行。",
    "darwin": "请安装思源字体：brew install --cask font-noto-serif-cjk-sc font-noto-sans-cjk-sc，然后重新运行。",
    "win32": "Windows 应当自带宋体和黑体：请在“设置 → 可选功能”里添加“中文(简体)补充字体”，或安装 Noto Serif CJK SC 和 Noto Sans CJK SC。",
}


@cache
def repertoire() -> tuple[int, ...]:
    """Code points of a cut font: signs, GB2312 and 通用规范汉字表 (2013), common ones first."""
    standard = built_in_layouts() / "print" / "standard-hanzi.txt"
    rest = standard.read_text(encoding="utf-8").split()
    signs = (code for first, last in _SIGNS for code in range(first, last + 1))
    # In the order of the standard: signs, then the common characters, then the less common ones.
    places = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    gb2312 = "".join(place.decode("gb2312", "ignore") for place in places)
    return tuple(dict.fromkeys([*signs, *map(ord, gb2312 + "".join(rest))]))


def make_cut(face: Found) -> None:
    """Write the cut of a font; whole or not at all, so that two processes may make the same one."""
    assert face.cut is not None, "the face is one to be cut"
    bold = face.role != "song"
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.scaleUpem import scale_upem

    with TTFont(face.file, fontNumber=face.index, lazy=True) as font:
        cmap = font.getBestCmap()
        codes = [code for code in repertoire() if code in cmap]
        names = [".notdef", *dict.fromkeys(cmap[code] for code in codes)]
        metrics = font["hmtx"].metrics
        builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
        builder.setupGlyphOrder(names)
        builder.setupCharacterMap({code: cmap[code] for code in codes})
        glyphs, drawn = font.getGlyphSet(), {}
        for name in names:
            pen = TTGlyphPen(None)
            glyphs[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
            drawn[name] = pen.glyph()
        builder.setupGlyf(drawn)
        builder.setupHorizontalMetrics({name: metrics[name] for name in names})
        builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
        # Our own family name; the copyright and licence of the font it was cut from.
        style, kept = (
            "Bold" if bold else "Regular",
            {"copyright": 0, "licenseDescription": 13, "licenseInfoURL": 14},
        )
        full = f"{face.cut_family} {style}"
        builder.setupNameTable({
            **{key: font["name"].getDebugName(number) or "" for key, number in kept.items()},
            "familyName": face.cut_family, "styleName": style, "uniqueFontIdentifier": full, "fullName": full,
            "psName": full.replace(" ", "-"), "version": f"Version {VERSION}.0",
        })  # fmt: skip
        builder.setupOS2(
            usWeightClass=700 if bold else 400, fsSelection=0x20 if bold else 0x40, achVendID="    ",
            **{name: getattr(font["OS/2"], name) for name in _MEASURES},
        )  # fmt: skip
        builder.setupPost(keepGlyphNames=False)
        head = builder.font["head"]
        head.created = head.modified = _DATE
        head.macStyle = int(bold)
        builder.font.recalcTimestamp = False
        scale_upem(builder.font, UNITS)
        written = BytesIO()
        builder.font.save(written)
        write_whole(face.cut, written.getvalue())


@dataclass(frozen=True)
class Fonts:
    """The fonts of a machine, and the folder of what is made from them."""

    folder: Path
    faces: tuple[Found, ...]

    @cached_property
    def key(self) -> str:
        """Changes with the font files and the way they are cut, not with where they lie."""
        names = (face.cut.name for face in self.faces if face.cut)
        return hashlib.sha256("\n".join((*names, *sorted(self.covered))).encode()).hexdigest()[:16]

    @cached_property
    def covered(self) -> frozenset[str]:
        """Characters every weight can print."""
        extra = [face.codes for face in self.faces if face.role in ("rare", "signs")]
        common = [frozenset(face.codes) for face in self.faces if face.role not in ("rare", "signs")]
        return frozenset.intersection(*common).union(*extra)

    def prepare(self, progress: Progress | None = None) -> None:
        """Make the cuts that are not there yet: some ten seconds each, once. Safe in two processes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        missing = [face for face in self.faces if face.cut and not face.cut.is_file()]
        if not missing:
            return
        log.info("fonts: cutting %d fonts, once", len(missing))
        told = progress or (lambda *_: None)
        told(_CUTTING, 0, len(missing))
        processes = min(len(missing), os.cpu_count() or 1)
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            for done, future in enumerate(as_completed([pool.submit(make_cut, face) for face in missing]), 1):
                future.result()
                told(_CUTTING, done, len(missing))


def find_fonts(cache: Path, folders: Sequence[Path] | None = None) -> tuple[Fonts | None, list[Problem]]:
    """The fonts to print with; what is made from them goes to ``cache``.

    None with problems when PDFs cannot be printed properly on this machine; each says what installs what is missing.
    """
    place = cache / "fonts"
    names = {known.file for known in known_fonts()}
    files = {
        name: Path(parent, name)
        for folder in reversed(font_folders() if folders is None else folders)
        for parent, _, found in os.walk(folder)
        for name in names.intersection(found)
    }
    faces = _remembered(files, place)
    found = {face.role for face in faces}
    wanted: dict[Role, str] = {"song": "宋体（Noto Serif CJK SC）", "hei": "黑体（Noto Sans CJK SC）"}
    hint = _MISSING.get(sys.platform, _MISSING["linux"])
    problems = [
        Problem(Place("系统"), "print.setup", Severity.ERROR, f"没有找到印制 PDF 用的{name}", hint)
        for role, name in wanted.items()
        if role not in found
    ]
    if problems:
        return None, problems
    return Fonts(place, tuple(faces)), []


def _remembered(files: Mapping[str, Path], place: Path) -> list[Found]:
    """The faces in the files; kept beside the cuts, because opening large fonts takes a while."""
    stats = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for _, file in sorted(files.items())]
    signature = hashlib.sha256(repr((VERSION, sys.platform, known_fonts(), stats)).encode()).hexdigest()[:16]
    memory = place / f"faces-{signature}.json"
    try:
        return _FACES.validate_json(memory.read_bytes())
    except (OSError, ValueError):
        faces = _find(files, place)
        write_whole(memory, _FACES.dump_json(faces))
        return faces


def _find(files: Mapping[str, Path], place: Path) -> list[Found]:
    faces: dict[Role, Found] = {}
    for known in known_fonts():
        file = files.get(known.file)
        if file and known.role not in faces and (face := _face(known, file, place)):
            faces[known.role] = face
    return list(faces.values())


def _face(known: Known, file: Path, place: Path) -> Found | None:
    """The face of a file with the family's name.

    None when it has none (another font by the same name, or a broken one), or when it may not be used.
    """
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    try:
        fonts = TTCollection(file, lazy=True).fonts if file.suffix == ".ttc" else [TTFont(file, lazy=True)]
    except TTLibError:
        return None
    for index, font in enumerate(fonts):
        names = {record.toUnicode() for record in font["name"].names if record.nameID in (1, 16)}
        # Whether its licence bits allow subsets of it in documents (OpenType 1.9, OS/2: fsType).
        bits = font["OS/2"].fsType
        may_embed = bits & 0xF != _RESTRICTED and not bits & (_NO_SUBSETS | _BITMAPS_ONLY)
        if known.family in names and may_embed and (known.cut or "glyf" in font):
            codes = frozenset(map(chr, font.getBestCmap()))
            codes &= SIGN_CODES if known.role == "signs" else codes
            cut = None
            if known.cut:  # its name changes with the font, the repertoire, and how cuts are made
                own = hashlib.sha256(file.read_bytes()).digest()
                made = f"{VERSION} {MAX_ERROR} {UNITS} {index} " + ",".join(map(str, repertoire()))
                cut = place / f"{known.role}-{hashlib.sha256(made.encode() + own).hexdigest()[:16]}.ttf"
            return Found(known.role, file, index, known.family, cut, "".join(sorted(codes)))
    return None
