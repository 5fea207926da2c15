"""The fonts PDFs are printed with: found, checked and cut before printing starts; nothing else is ever used."""

from __future__ import annotations

import ctypes
import hashlib
import json
import logging
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from html import escape
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

from gongkai.printing.fontcut import VERSION, Cut, code_ranges, cut_name, make_cut, parse_ranges
from gongkai.problems import Place, Problem, Severity

_xml = partial(escape, quote=False)  # xml.sax.saxutils has the same, and imports half of the network with it
log = logging.getLogger("gongkai")

Role = Literal["song", "song-bold", "hei", "rare"]
SONG, HEI = "Gongkai Song", "Gongkai Hei"
"""The names style sheets call 宋体 and 黑体 by; which font that is depends on the machine."""


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
KNOWN = (*_NOTO, *_SYSTEM, *_RARE)

_MISSING = {
    "linux": "请安装思源字体：sudo apt-get install fonts-noto-cjk（下载 54 MB，占用 91 MB），然后重新运行。",
    "darwin": "请安装思源字体：brew install --cask font-noto-serif-cjk-sc font-noto-sans-cjk-sc，然后重新运行。",
    "win32": "Windows 应当自带宋体和黑体：请在“设置 → 可选功能”里添加“中文(简体)补充字体”，或安装 Noto Serif CJK SC 和 Noto Sans CJK SC。",
}
_SUBSETTERS = (
    "libharfbuzz-subset.so.0", "libharfbuzz-subset.so", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll",
)  # fmt: skip
_NO_SUBSETTER = {
    "linux": "sudo apt-get install libharfbuzz-subset0（下载 2 MB，占用 3 MB）",
    "darwin": "brew install harfbuzz",
    "win32": "MSYS2 里运行 pacman -S mingw-w64-x86_64-harfbuzz",
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
    """The fonts of a machine: cuts to make, and a fontconfig file that names our fonts and no others."""

    folder: Path
    faces: tuple[Found, ...]
    cuts: tuple[Cut, ...]
    settings: str
    """The fontconfig file's text."""
    ranges: str

    @cached_property
    def key(self) -> str:
        """Changes with the font files and the way they are cut, not with where they lie."""
        names = (cut.target.name for cut in self.cuts)
        return hashlib.sha256("\n".join((*names, self.ranges)).encode()).hexdigest()[:16]

    @cached_property
    def covered(self) -> frozenset[int]:
        """Code points every weight can print."""
        return parse_ranges(self.ranges)

    def prepare(self) -> None:
        """Make what is not there yet: cuts (some ten seconds, once), the fontconfig file. Safe in two processes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        missing = [cut for cut in self.cuts if not cut.target.is_file()]
        if missing:
            start = time.monotonic()
            log.info("fonts: cutting %d fonts, once", len(missing))
            processes = min(len(missing), os.cpu_count() or 1)
            with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
                list(pool.map(make_cut, missing))
            log.info("fonts: cut in %.1f s", time.monotonic() - start)
        if not self._config.is_file():
            _write_whole(self._config, self.settings)

    def use(self) -> None:
        """Make this process print with these fonts alone; call it before WeasyPrint makes a font configuration."""
        self.prepare()
        os.environ["FONTCONFIG_FILE"] = str(self._config)

    @property
    def _config(self) -> Path:
        return self.folder / f"fonts-{hashlib.sha256(self.settings.encode()).hexdigest()[:16]}.conf"


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
    problems = _check_subsetter()
    place = cache / "fonts"
    files = _files(font_folders() if folders is None else folders)
    faces = _remembered(files, place)
    found = {face.role for face in faces}
    wanted: dict[Role, str] = {"song": "宋体（Noto Serif CJK SC）", "hei": "黑体（Noto Sans CJK SC）"}
    hint = _MISSING.get(sys.platform, _MISSING["linux"])
    problems += [
        Problem(Place("系统"), "print.setup", Severity.ERROR, f"没有找到印制 PDF 用的{name}", hint)
        for role, name in wanted.items()
        if role not in found
    ]
    if problems:
        return None, problems
    cuts = [_cut_of(face, place) for face in faces if face.cut]
    return Fonts(place, tuple(faces), tuple(cuts), _settings(faces, cuts, place), _covered(faces)), []


def missing_glyph_hint(platform: str = sys.platform) -> str:
    """What to do about a character no font has."""
    if platform == "linux":
        return "请改用规范字；确需此字（人名、地名）时安装生僻字字体：sudo apt-get install fonts-babelstone-han（占用 50 MB）。"
    return "请改用规范字；确需此字（人名、地名）时安装含有它的字体 BabelStone Han。"


def _check_subsetter() -> list[Problem]:
    if any(map(_loads, _SUBSETTERS)):
        return []
    command = _NO_SUBSETTER.get(sys.platform, _NO_SUBSETTER["linux"])
    message = "缺少 HarfBuzz 的字体裁剪库，印制每份 PDF 会慢 40 倍左右"
    return [
        Problem(Place("系统"), "print.setup", Severity.ERROR, message, f"请安装：{command}，然后重新运行。")
    ]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


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
        place.mkdir(parents=True, exist_ok=True)
        _write_whole(memory, json.dumps([{**asdict(face), "file": str(face.file)} for face in faces]))
        return faces


def _find(files: Mapping[str, Path]) -> list[Found]:
    preferred = (*_SYSTEM, *_NOTO) if sys.platform == "win32" else (*_NOTO, *_SYSTEM)
    faces: dict[Role, Found] = {}
    for known in (*preferred, *_RARE):
        if known.role not in faces and known.file in files and (face := _face(known, files[known.file])):
            faces[known.role] = face
    return list(faces.values())


def _write_whole(file: Path, text: str) -> None:
    part = file.with_suffix(f".{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    part.replace(file)


def _font_files(folder: Path) -> Iterator[Path]:
    names = {known.file for known in KNOWN}
    for parent, _, files in os.walk(folder):
        yield from (Path(parent, name) for name in sorted(files) if name in names)


def _face(known: Known, file: Path) -> Found | None:
    """The face of a file with the family's name; None when it has none: another font by the same name, or a broken one."""
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    try:
        fonts = TTCollection(file, lazy=True).fonts if file.suffix == ".ttc" else [TTFont(file, lazy=True)]
    except TTLibError:
        return None
    for index, font in enumerate(fonts):
        if known.family in {record.toUnicode() for record in font["name"].names if record.nameID in (1, 16)}:
            codes = code_ranges(font.getBestCmap())
            name = cut_name(known.role, file, index) if known.cut else ""
            return Found(known.role, file, index, known.family, name, codes)
    return None


def _cut_of(face: Found, place: Path) -> Cut:
    family = HEI if face.role == "hei" else SONG
    return Cut(face.file, face.index, family, face.role != "song", place / face.cut)


def _settings(faces: list[Found], cuts: list[Cut], place: Path) -> str:
    """A fontconfig file that accepts our files and faces and no others, and sends every name to one of them."""
    files = [*(cut.target for cut in cuts), *(face.file for face in faces)]
    families = [*dict.fromkeys(cut.family for cut in cuts), *dict.fromkeys(face.family for face in faces)]
    by_role = {face.role: face for face in faces}
    rare = [face.family for face in faces if face.role == "rare"]
    song = [by_role["song"].family, *rare]
    hei = [by_role["hei"].family, *song]
    cut_families = {cut.family for cut in cuts}
    return "\n".join(
        [
            '<?xml version="1.0"?>',
            '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
            "<fontconfig>",
            *(f"<dir>{_xml(str(one))}</dir>" for one in dict.fromkeys(file.parent for file in files)),
            f"<cachedir>{_xml(str(place / 'fontconfig'))}</cachedir>",
            "<selectfont><rejectfont><glob>*</glob><pattern/></rejectfont><acceptfont>",
            *(f"<glob>{_xml(str(file))}</glob>" for file in files),
            *(_pattern(family) for family in families),
            "</acceptfont></selectfont>",
            *(_alias(name, [HEI] * (HEI in cut_families) + hei) for name in (HEI, "sans-serif")),
            *(_alias(name, [SONG] * (SONG in cut_families) + song) for name in (SONG, "serif")),
            _last([SONG] * (SONG in cut_families) + song),
            "</fontconfig>",
        ]
    )


def _covered(faces: list[Found]) -> str:
    rare = [parse_ranges(face.codes) for face in faces if face.role == "rare"]
    common = [parse_ranges(face.codes) for face in faces if face.role != "rare"]
    return code_ranges(frozenset.intersection(*common).union(*rare))


def _pattern(family: str) -> str:
    return f'<pattern><patelt name="family"><string>{_xml(family)}</string></patelt></pattern>'


def _alias(name: str, families: list[str]) -> str:
    strings = "".join(f"<string>{_xml(family)}</string>" for family in families)
    return (
        f'<match target="pattern"><test qual="any" name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="append" binding="same">{strings}</edit></match>'
    )


def _last(families: list[str]) -> str:
    strings = "".join(f"<string>{_xml(family)}</string>" for family in families)
    return f'<match target="pattern"><edit name="family" mode="append_last">{strings}</edit></match>'
