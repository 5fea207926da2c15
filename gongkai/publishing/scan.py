"""The last look before the swap: whether a finished file, or its name, tells of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gongkai.privacy import NAMES, Kind, find_personal, starred
from gongkai.privacy.markup import APART, as_seen, may_hold, plain
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.published_text import is_readable, texts_of

RULE = "privacy.published"
_HINT = "请删去或隐去；公开个人信息违反《个人信息保护法》，网站检查会一票否决。"
_PACKED = (b"%PDF-", b"PK")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something personal in a published file: its kind, and the piece of text."""

    kind: Kind
    piece: str

    @property
    def plain(self) -> str:
        """Without width, blanks and marks: what is compared with other writings of the same."""
        return plain(self.piece)


def scan(address: str, data: bytes) -> list[Finding]:
    """What a finished file tells of persons, each once; ``address`` is its path in the site, looked at as well.

    PDFs of gongkai's own are not taken apart here: they are printed from tables that stand in pages, too. Files that
    are published as they came, in ``files/``, are.
    """
    found: dict[Finding, None] = {}
    foreign = "/files/" in address
    for text in _texts(address, data) if foreign or not data.startswith(b"%PDF-") else ():
        found |= dict.fromkeys(_found(text))
    if may_hold(address.encode()):
        found |= dict.fromkeys(_found(address.replace("/", APART)))
    return list(found)


def _texts(address: str, data: bytes) -> Iterator[str]:
    # In scripts and JSON a digit may be written \u0031.
    if data.startswith(_PACKED) or (is_readable(address, data) and (b"\\u003" in data or may_hold(data))):
        yield from texts_of(address, data)


def _found(text: str) -> Iterator[Finding]:
    return (Finding(one.kind, text[one.start : one.end]) for one in find_personal(text))


def scan_problems(
    address: str, data: bytes, root: Path, judged: Callable[[], str] = str
) -> tuple[Problem, ...]:
    """The findings of ``scan`` as errors, placed where the text stands in content or layouts below ``root``.

    ``judged`` gives the plain text (``plain``) of fields that the rules of records have looked at already: what they
    let pass, knowing the field, or what a record accepts with a reason, is not told again. It is asked for only where
    something is found.
    """
    problems = []
    for found in scan(address, data):
        if found.plain not in judged():
            place = _place(root, address, found)
            message = f"公开的文件里有{NAMES[found.kind]}“{starred(found.piece, found.kind)}”"
            problems.append(Problem(place, RULE, Severity.ERROR, message, _HINT))
    if "/files/" in address and not is_readable(address, data):
        hint = "请自己打开看一遍，确认里面没有个人信息；最好换成 PDF、.docx 或 .xlsx。"
        message = "这一类文件程序读不了，没有查过里面有没有个人信息"
        problems.append(
            Problem(Place(f"content/{address}"), "privacy.unread", Severity.NOTICE, message, hint)
        )
    return tuple(problems)


_SOURCES = {".yaml", ".md", ".html", ".css", ".js", ".svg", ".txt"}


def _place(root: Path, address: str, found: Finding) -> Place:
    """The line that holds it, in what the file is made from; the file in ``files/``; else the address itself."""
    if "/files/" in address:
        return Place(f"content/{address}")
    for file in _sources(root, address):
        text = file.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.split("\n"), 1):
            # In a template its digits may be parted by tags, as in what it makes.
            if any(found.plain in plain(text) for text in (line, as_seen(line))):
                return Place(file.relative_to(root).as_posix(), number, 1)
    return Place(address)


def _sources(root: Path, address: str) -> Iterator[Path]:
    """Files that a page can be made from, the nearest first: its department's records, the site's, layouts."""
    parts = address.split("/")
    content = root / "content"
    folders = [content.joinpath(*parts[:2])] if len(parts) > 2 else []
    for folder in (*folders, content / "pages", root / "layouts"):
        yield from sorted(one for one in folder.rglob("*") if one.suffix in _SOURCES and one.is_file())
    yield from (one for one in (content / "site.yaml", content / parts[0] / "locality.yaml") if one.is_file())
