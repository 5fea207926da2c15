"""The fonts PDFs are printed with: found, checked and cut before printing starts; nothing else is ever used."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache, cached_property
from multiprocessing import get_context
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from gongkai.atomic import write_whole
from gongkai.printing.fontcut import VERSION, Found, Role, cut_name, make_cut
from gongkai.problems import Place, Problem, Severity
from gongkai.workspace import built_in_layouts

log = logging.getLogger("gongkai")

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and of how many."""


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


_SIGN_CODES = frozenset(map(chr, range(0x2190, 0x27C0)))
"""What a font of signs is used for: arrows to dingbats. Its letters would not go with ours."""
_FACES = TypeAdapter(list[Found])
_CUTTING = "裁剪字体（只在第一次）"
_RESTRICTED, _NO_SUBSETS, _BITMAPS_ONLY = 0x2, 0x100, 0x200
_MISSING = {
    "linux": "请安装思源字体：sudo apt-get install fonts-noto-cjk（下载 54 MB，占用 91 MB），然后重新运行。",
    "darwin": "请安装思源字体：brew install --cask font-noto-serif-cjk-sc font-noto-sans-cjk-sc，然后重新运行。",
    "win32": "Windows 应当自带宋体和黑体：请在“设置 → 可选功能”里添加“中文(简体)补充字体”，或安装 Noto Serif CJK SC 和 Noto Sans CJK SC。",
}


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
        start = time.monotonic()
        log.info("fonts: cutting %d fonts, once", len(missing))
        told = progress or (lambda *_: None)
        told(_CUTTING, 0, len(missing))
        processes = min(len(missing), os.cpu_count() or 1)
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            for done, future in enumerate(as_completed([pool.submit(make_cut, face) for face in missing]), 1):
                future.result()
                told(_CUTTING, done, len(missing))
        log.info("fonts: cut in %.1f s", time.monotonic() - start)


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


def missing_glyph(char: str, place: Place, platform: str = sys.platform) -> Problem:
    """A character no font has, and what to do about it."""
    rare = "请改用规范字；确需此字（人名、地名）时安装"
    if char in _SIGN_CODES:
        package = "sudo apt-get install fonts-dejavu-core（占用 3 MB）"
        package = package if platform == "linux" else "DejaVu Sans"
        hint = f"请改用 □、■、√ 这样的常用符号，或安装含有它的字体：{package}。"
    elif platform == "linux":
        hint = f"{rare}生僻字字体：sudo apt-get install fonts-babelstone-han（占用 50 MB）。"
    else:
        hint = f"{rare}含有它的字体 BabelStone Han。"
    message = f"没有字体能印出“{char}”（U+{ord(char):04X}）"
    return Problem(place, "print.glyph", Severity.ERROR, message, hint)


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
            codes &= _SIGN_CODES if known.role == "signs" else codes
            cut = place / cut_name(known.role, file, index) if known.cut else None
            return Found(known.role, file, index, known.family, cut, "".join(sorted(codes)))
    return None
