"""Markdown pages of the site (关于本站 …): content/pages/*.md → titles and HTML."""

from __future__ import annotations

from pathlib import Path

from gongkai.checks.personal import check_text
from gongkai.pages.render import Text
from gongkai.problems import Problem
from gongkai.reading.decoding import problem
from gongkai.reading.kinds import SLUG
from gongkai.reading.regular import TooLarge, read_regular, true_path
from gongkai.reading.source import MAX_BYTES
from gongkai.tables.richtext import page_html


def load_texts(folder: Path) -> tuple[tuple[Text, ...], list[Problem]]:
    """Every page; the first line ``# …`` is its title."""
    texts: list[Text] = []
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.md")) if folder.is_dir() else ():
        name = f"content/pages/{file.name}"
        text = _read(file, name)
        if isinstance(text, Problem):
            problems.append(text)
            continue
        problems += check_text(name, text)
        page = _page(file.stem, name, text)
        if isinstance(page, Problem):
            problems.append(page)
        else:
            texts.append(page)
    return tuple(texts), problems


def _page(slug: str, name: str, text: str) -> Text | Problem:
    """One page, or why it is none."""
    first, _, rest = text.lstrip().partition("\n")
    if not first.startswith("# "):
        return problem(name, 1, 1, "text.title", "第一行应当是标题", "例如“# 关于本站”。")
    try:
        return Text(slug, first[2:].strip(), page_html(rest))
    except RecursionError:
        message, hint = "列表里套列表，套得太深", "请检查行首的编号和缩进。"
        return problem(name, 1, 1, "text.nesting", message, hint)


def _read(file: Path, name: str) -> str | Problem:
    """The text of a file of content/pages/, or why it may or can not be read."""
    if not SLUG.fullmatch(file.stem):
        hint = "名称就是网址，只用小写英文字母、数字和连字符，例如 about.md。"
        return problem(name, 0, 0, "load.name", f"文件名“{file.stem}”不能用作网址", hint)
    if not true_path(file).is_relative_to(true_path(file.parents[1])):
        message = "这是指向 content 文件夹外面的链接"
        return problem(name, 0, 0, "load.outside", message, "请把文件复制进来，不要用链接。")
    try:
        return read_regular(file, MAX_BYTES).decode("utf-8-sig")
    except TooLarge as error:
        message = f"文件有 {error.size:,} 字节，超过上限 {MAX_BYTES:,} 字节"
        return problem(name, 0, 0, "source.too-large", message, "请分成几个页面。")
    except OSError as error:
        hint = "content/pages/ 里只放文件；请检查权限。"
        return problem(name, 0, 0, "source.unreadable", f"读不了这个文件：{error.strerror}", hint)
    except UnicodeDecodeError:
        message, hint = "文件的编码不是 UTF-8", "请用记事本另存为 UTF-8。"
        return problem(name, 1, 1, "source.encoding", message, hint)
