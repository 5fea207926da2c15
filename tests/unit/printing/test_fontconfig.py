"""The fontconfig file of documents of free layout: our fonts and no others."""

import os
from pathlib import Path

from gongkai.printing.fontconfig import settings, use_fonts


def test_the_settings_accept_no_other_fonts(fonts):
    assert "<glob>*</glob>" in settings(fonts)
    families = {
        "Gongkai Song",
        "Gongkai Hei",
        "Noto Serif CJK SC",
        "Noto Sans CJK SC",
        "BabelStone Han",
        "DejaVu Sans",
    }
    accepted = settings(fonts).partition("<acceptfont>")[2].partition("</acceptfont>")[0]
    assert all(any(family in one for family in families) for one in accepted.split("<pattern>")[1:])
    assert "JP" not in accepted


def test_a_process_that_uses_fonts_is_told_of_the_file(fonts, monkeypatch):
    monkeypatch.setenv("FONTCONFIG_FILE", "")
    use_fonts(fonts)
    assert Path(os.environ["FONTCONFIG_FILE"]).read_text(encoding="utf-8") == settings(fonts)
