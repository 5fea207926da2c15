"""The fonts PDFs are printed with: found, checked and cut before printing starts; nothing else is ever used."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

from gongkai.atomic import write_whole
from gongkai.printing.fontcut import VERSION, Cut, code_ranges, cut_name, make_cut, parse_ranges
from gongkai.problems import Place, Problem, Severity

log = logging.getLogger("gongkai")

Role = Literal["song", "song-bold", "hei", "signs", "rare"]
Progress = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and of how many."""
SONG, HEI = "Gongkai Song", "Gongkai Hei"
"""The families of the cuts; style sheets call 宋体 and 黑体 by these names, whichever fonts a machine has."""


@dataclass(frozen=True, slots=True)
class Known:
    """A font file as systems name it, the family of its simplified Chinese face, and whether it may be cut."""

    role: Role
    file: str
    family: str
    cut: bool = True


# Earlier ones win. Windows' and macOS's own fonts may be embedded but not modified, so they are never cut.
_NOTO = (
    Known("song", "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
    Known("song-bold", "NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC"),
    Known("hei", "NotoSansCJK-Bold.ttc", "Noto Sans CJK SC"),
    Known("song", "NotoSerifCJKsc-Regular.otf", "Noto Serif CJK SC"),
    Known("song-bold", "NotoSerifCJKsc-Bold.otf", "Noto Serif CJK SC"),
    Known("hei", "NotoSansCJKsc-Bold.otf", "Noto Sans CJK SC"),
    Known("song", "SourceHanSerifSC-Regular.otf", "Source Han Serif SC"),
    Known("song-bold", "SourceHanSerifSC-Bold.otf", "Source Han Serif SC"),
    Known("hei", "SourceHanSansSC-Bold.otf", "Source Han Sans SC"),
)
_SYSTEM = (
    Known("song", "simsun.ttc", "SimSun", cut=False),
    Known("hei", "simhei.ttf", "SimHei", cut=False),
    Known("song", "Songti.ttc", "Songti SC", cut=False),
    Known("hei", "STHeiti Medium.ttc", "Heiti SC", cut=False),
)
_RARE = (
    Known("rare", "BabelStoneHan.ttf", "BabelStone Han", cut=False),
    Known("rare", "simsunb.ttf", "SimSun-ExtB", cut=False),
)
# Boxes to tick, ☐ and ☑, which official forms use and the fonts above lack.
_SIGNS = (
    Known("signs", "DejaVuSans.ttf", "DejaVu Sans", cut=False),
    Known("signs", "NotoSansSymbols2-Regular.ttf", "Noto Sans Symbols2", cut=False),
    Known("signs", "seguisym.ttf", "Segoe UI Symbol", cut=False),
    Known("signs", "Apple Symbols.ttf", "Apple Symbols", cut=False),
)
_SIGN_CODES = frozenset(range(0x2190, 0x27C0))
"""What a font of signs is used for: arrows to dingbats. Its letters would not go with ours."""
KNOWN = (*_NOTO, *_SYSTEM, *_RARE, *_SIGNS)

_CUTTING = "裁剪字体（只在第一次）"
_RESTRICTED, _NO_SUBSETS, _BITMAPS_ONLY = 0x2, 0x100, 0x200
_MISSING = {
    "linux": "请安装思源字体：sudo apt-get install fonts-noto-cjk（下载 54 MB，占用 91 MB），然后重新运行。",
    "darwin": "请安装思源字体：brew install --cask font-noto-serif-cjk-sc font-noto-sans-cjk-sc，然后重新运行。",
    "win32": "Windows 应当自带宋体和黑体：请在“设置 → 可选功能”里添加“中文(简体)补充字体”，或安装 Noto Serif CJK SC 和 Noto Sans CJK SC。",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A face that was found: its file, its number in a collection, its family, what it is for."""

    role: Role
    file: Path
    index: int
    family: str
    cut: str
    """The file name of its cut; blank: it is used whole."""
    codes: str
    """The characters it has, as ``code_ranges`` writes them."""


@dataclass(frozen=True)
class Fonts:
    """The fonts of a machine, and the folder of what is made from them."""

    folder: Path
    faces: tuple[Found, ...]

    @cached_property
    def cuts(self) -> tuple[Cut, ...]:
        """What is to be cut; wherever it lies."""
        return tuple(_cut_of(face, self.folder) for face in self.faces if face.cut)

    @cached_property
    def key(self) -> str:
        """Changes with the font files and the way they are cut, not with where they lie."""
        names = (cut.target.name for cut in self.cuts)
        covered = code_ranges(self.covered)
        return hashlib.sha256("\n".join((*names, covered)).encode()).hexdigest()[:16]

    @cached_property
    def covered(self) -> frozenset[int]:
        """Code points every weight can print."""
        extra = [parse_ranges(face.codes) for face in self.faces if face.role in ("rare", "signs")]
        common = [parse_ranges(face.codes) for face in self.faces if face.role not in ("rare", "signs")]
        return frozenset.intersection(*common).union(*extra)

    def prepare(self, progress: Progress | None = None) -> None:
        """Make the cuts that are not there yet: some ten seconds each, once. Safe in two processes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        missing = [cut for cut in self.cuts if not cut.target.is_file()]
        if not missing:
            return
        start = time.monotonic()
        log.info("fonts: cutting %d fonts, once", len(missing))
        told = progress or _tell_nobody
        told(_CUTTING, 0, len(missing))
        processes = min(len(missing), os.cpu_count() or 1)
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            for done, future in enumerate(as_completed([pool.submit(make_cut, cut) for cut in missing]), 1):
                future.result()
                told(_CUTTING, done, len(missing))
        log.info("fonts: cut in %.1f s", time.monotonic() - start)


def _tell_nobody(step: str, done: int, total: int) -> None:
    """Progress where nobody watches."""


def font_folders(platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> list[Path]:
    """Where a system keeps its fonts, users' own last."""
    home = Path.home()
    if platform == "win32":
        windows = Path(environ.get("WINDIR", r"C:\Windows"))
        local = Path(environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
        return [windows / "Fonts", local / "Microsoft" / "Windows" / "Fonts"]
    if platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts"]
    shared = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
    return [*shared, home / ".local" / "share" / "fonts", home / ".fonts"]


def find_fonts(cache: Path, folders: Sequence[Path] | None = None) -> tuple[Fonts | None, list[Problem]]:
    """The fonts to print with; what is made from them goes to ``cache``.

    None with problems when PDFs cannot be printed properly on this machine; each says what installs what is missing.
    """
    place = cache / "fonts"
    files = _files(font_folders() if folders is None else folders)
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


def missing_glyph(char: str, place: Place, platform: str = sys.platform) -> Problem:
    """A character no font has, and what to do about it."""
    rare = "请改用规范字；确需此字（人名、地名）时安装"
    if ord(char) in _SIGN_CODES:
        package = "sudo apt-get install fonts-dejavu-core（占用 3 MB）"
        package = package if platform == "linux" else "DejaVu Sans"
        hint = f"请改用 □、■、√ 这样的常用符号，或安装含有它的字体：{package}。"
    elif platform == "linux":
        hint = f"{rare}生僻字字体：sudo apt-get install fonts-babelstone-han（占用 50 MB）。"
    else:
        hint = f"{rare}含有它的字体 BabelStone Han。"
    message = f"没有字体能印出“{char}”（U+{ord(char):04X}）"
    return Problem(place, "print.glyph", Severity.ERROR, message, hint)


def _files(folders: Sequence[Path]) -> dict[str, Path]:
    return {file.name: file for folder in reversed(folders) for file in _font_files(folder)}


def _remembered(files: Mapping[str, Path], place: Path) -> list[Found]:
    """The faces in the files; kept beside the cuts, because opening large fonts takes a while."""
    stats = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for _, file in sorted(files.items())]
    signature = hashlib.sha256(repr((VERSION, sys.platform, KNOWN, stats)).encode()).hexdigest()[:16]
    memory = place / f"found-{signature}.json"
    try:
        return [Found(**{**one, "file": Path(one["file"])}) for one in json.loads(memory.read_text("utf-8"))]
    except (OSError, ValueError, TypeError, KeyError):
        faces = _find(files)
        write_whole(memory, json.dumps([{**asdict(face), "file": str(face.file)} for face in faces]).encode())
        return faces


def _find(files: Mapping[str, Path]) -> list[Found]:
    preferred = (*_SYSTEM, *_NOTO) if sys.platform == "win32" else (*_NOTO, *_SYSTEM)
    faces: dict[Role, Found] = {}
    for known in (*preferred, *_RARE, *_SIGNS):
        if known.role not in faces and known.file in files and (face := _face(known, files[known.file])):
            faces[known.role] = face
    return list(faces.values())


def _font_files(folder: Path) -> Iterator[Path]:
    names = {known.file for known in KNOWN}
    for parent, _, files in os.walk(folder):
        yield from (Path(parent, name) for name in sorted(files) if name in names)


def _face(known: Known, file: Path) -> Found | None:
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
        if known.family in names and _may_embed(font) and (known.cut or "glyf" in font):
            codes = frozenset(font.getBestCmap())
            codes &= _SIGN_CODES if known.role == "signs" else codes
            name = cut_name(known.role, file, index) if known.cut else ""
            return Found(known.role, file, index, known.family, name, code_ranges(codes))
    return None


def _may_embed(font: Any) -> bool:
    """Whether its licence bits allow subsets of it in documents (OpenType 1.9, OS/2: fsType)."""
    bits: int = font["OS/2"].fsType
    return bits & 0xF != _RESTRICTED and not bits & (_NO_SUBSETS | _BITMAPS_ONLY)


def _cut_of(face: Found, place: Path) -> Cut:
    family = HEI if face.role == "hei" else SONG
    return Cut(face.file, face.index, family, face.role != "song", place / face.cut)
