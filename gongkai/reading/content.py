"""Reading the content folder: which names, links and files are good, and what a file says; problems collected."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from gongkai.problems import Place, Problem, Severity
from gongkai.reading.files import true_path
from gongkai.reading.kinds import SLUG, Record
from gongkai.reading.records import SLUG_KEY
from gongkai.reading.source import Document, parse_yaml, read_yaml, validated

R = TypeVar("R", bound=Record)


PICTURES = (".png", ".jpg", ".jpeg")
_OF_YEARS = (".yaml", ".md", *PICTURES)
"""What a year's folder holds: projects, texts, and pictures, of which those that no text shows are told elsewhere."""


class ContentReader:
    """Reads files below one project's ``content/``; ``problems`` grows as it reads.

    ``unsaved`` are contents to take instead of files', by what the files are called in problems.
    """

    def __init__(self, root: Path, unsaved: Mapping[str, bytes] | None = None) -> None:
        self.root, self.content = root, root / "content"
        self._unsaved = unsaved or {}
        self.problems: list[Problem] = []
        self._true_content = true_path(self.content)

    def check_extras(self, folder: Path, expected: str) -> None:
        """A file that nothing reads would be missing from the site without a word."""
        for entry in sorted(folder.iterdir()):
            good = entry.is_dir() or entry.name.startswith((".", "_")) or entry.name == expected
            if good or (expected == "disclosure.yaml" and entry.suffix in _OF_YEARS):
                continue
            named = entry.suffix.lower() in (".yml", ".yaml")
            aside = "不需要的请移走；草稿的文件名可以用下划线“_”开头。"
            hint, place = "请把扩展名改成 .yaml。" if named else aside, Place(self.name(entry))
            self.tell(place, "load.extra-file", "这个文件不会被读取，也不会公开", hint, Severity.WARNING)

    def folders(self, parent: Path, skip: frozenset[str] | set[str] = frozenset()) -> list[Path]:
        """The folders below a folder whose names can be addresses, in name order."""
        found = []
        for path in sorted(parent.iterdir()) if parent.is_dir() else ():
            if path.name.startswith((".", "_")) or path.name in skip or not path.is_dir():
                continue
            if self.inside(path) and self.good_name(path, path.name):
                found.append(path)
        return found

    def good_name(self, path: Path, name: str) -> bool:
        """Whether a name can be an address; tells if not."""
        if SLUG.fullmatch(name):
            return True
        kind = "文件夹" if path.is_dir() else "文件"
        hint = "名称就是网址，只用小写英文字母、数字和连字符，例如 minbing-shiyefei。"
        self.tell(Place(self.name(path)), "load.name", f"{kind}名“{name}”不能用作网址", hint)
        return False

    def inside(self, path: Path) -> bool:
        """Whether a path leads nowhere out of the content folder; tells if it does."""
        if true_path(path).is_relative_to(self._true_content):
            return True
        message, hint = "这是指向 content 文件夹外面的链接", "请把文件复制进来，不要用链接。"
        self.tell(Place(self.name(path)), "load.outside", message, hint)
        return False

    def name(self, path: Path) -> str:
        """What a file is called in problems: its path from the project folder."""
        return path.relative_to(self.root).as_posix()

    def read(self, file: Path) -> Document | None:
        """One file as data with places; None when it cannot be used, told."""
        if not self.inside(file):
            return None
        name = self.name(file)
        unsaved = self._unsaved.get(name)
        document, problems = read_yaml(file, name) if unsaved is None else parse_yaml(unsaved, name)
        self.problems += problems
        return document

    def record(self, file: Path, model: type[R], slug: str = "") -> tuple[R, Document] | None:
        """One file as a record; None when it cannot be used, told."""
        document = self.read(file)
        if document is None:
            return None
        data = document.fields | ({SLUG_KEY: slug} if slug else {})
        record = validated(model, document, self.problems, data)
        return (record, document) if record else None

    def tell(
        self, place: Place, rule: str, message: str, hint: str, severity: Severity = Severity.ERROR
    ) -> None:
        """Note one problem."""
        self.problems.append(Problem(place, rule, severity, message, hint))
