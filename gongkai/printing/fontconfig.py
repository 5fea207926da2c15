"""A fontconfig file that names our fonts and no others, for documents of free layout, which WeasyPrint prints."""

from __future__ import annotations

import hashlib
import os
from functools import partial
from html import escape

from gongkai.atomic import write_whole
from gongkai.printing.fonts import HEI, SONG, Fonts

_xml = partial(escape, quote=False)  # xml.sax.saxutils has the same, and imports half of the network with it


def use_fonts(fonts: Fonts) -> None:
    """Make this process print with these fonts alone; call it before WeasyPrint makes a font configuration."""
    fonts.prepare()
    text = settings(fonts)
    file = fonts.folder / f"fonts-{hashlib.sha256(text.encode()).hexdigest()[:16]}.conf"
    if not file.is_file():
        write_whole(file, text.encode())
    os.environ["FONTCONFIG_FILE"] = str(file)


def settings(fonts: Fonts) -> str:
    """A fontconfig file that accepts our files and faces and no others, and sends every name to one of them."""
    faces, cuts = fonts.faces, fonts.cuts
    files = [*(cut.target for cut in cuts), *(face.file for face in faces)]
    families = [*dict.fromkeys(cut.family for cut in cuts), *dict.fromkeys(face.family for face in faces)]
    by_role = {face.role: face for face in faces}
    rare = [face.family for face in faces if face.role in ("signs", "rare")]
    song = [by_role["song"].family, *rare]
    hei = [by_role["hei"].family, *song]
    cut_families = {cut.family for cut in cuts}
    return "\n".join(
        [
            '<?xml version="1.0"?>',
            '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
            "<fontconfig>",
            *(f"<dir>{_xml(str(one))}</dir>" for one in dict.fromkeys(file.parent for file in files)),
            f"<cachedir>{_xml(str(fonts.folder / 'fontconfig'))}</cachedir>",
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
