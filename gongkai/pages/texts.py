"""Markdown pages of the site (关于本站 …): content/pages/*.md → titles and HTML."""

from __future__ import annotations

from pathlib import Path

from gongkai.pages.render import Text
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.kinds import SLUG
from gongkai.reading.source import MAX_BYTES
from gongkai.tables.richtext import page_html


def load_texts(folder: Path) -> tuple[tuple[Text, ...], list[Problem]]:
    """Every page; the first line ``# …`` is its title."""
    texts: list[Text] = []
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.md")) if folder.is_dir() else ():
        name = f"content/pages/{file.name}"
        if not SLUG.fullmatch(file.stem):
            hint = "名称就是网址，只用小写英文字母、数字和连字符，例如 about.md。"
            problems.append(
                Problem(Place(name), "load.name", Severity.ERROR, f"文件名“{file.stem}”不能用作网址", hint)
            )
            continue
        if refused := _refused(file, folder.parent):
            problems.append(Problem(Place(name), *refused))
            continue
        try:
            text = file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            problems.append(
                Problem(
                    Place(name, 1, 1),
                    "source.encoding",
                    Severity.ERROR,
                    "文件的编码不是 UTF-8",
                    "请用记事本另存为 UTF-8。",
                )
            )
            continue
        first, _, rest = text.lstrip().partition("\n")
        if not first.startswith("# "):
            problems.append(
                Problem(
                    Place(name, 1, 1), "text.title", Severity.ERROR, "第一行应当是标题", "例如“# 关于本站”。"
                )
            )
            continue
        texts.append(Text(file.stem, first[2:].strip(), page_html(rest)))
    return tuple(texts), problems


def _refused(file: Path, content: Path) -> tuple[str, Severity, str, str] | None:
    """Rule, severity, message and hint where a page may not be read: a link out of the content folder, or too large."""
    if not file.resolve().is_relative_to(content.resolve()):
        return (
            "load.outside",
            Severity.ERROR,
            "这是指向 content 文件夹外面的链接",
            "请把文件复制进来，不要用链接。",
        )
    size = file.stat().st_size
    if size > MAX_BYTES:
        message = f"文件有 {size:,} 字节，超过上限 {MAX_BYTES:,} 字节"
        return "source.too-large", Severity.ERROR, message, "请分成几个页面。"
    return None
