"""The content folder: which names, links and files are good, what a file says; texts published with tables, and pictures."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

from gongkai.problems import Place, Problem, Severity
from gongkai.reading.acts import Article, Picture
from gongkai.reading.files import TooLarge, read_regular, true_path
from gongkai.reading.kinds import SLUG, Record
from gongkai.reading.prose import Places, Prose, closed, opened, prose_of, read_text
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


# -- texts (说明, 名词解释): a year folder's Markdown files, and their pictures ------------------------------

PICTURE_NAME = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)*\.(png|jpg|jpeg)")
"""PNG and JPEG alone: an SVG file may hold script that a browser runs when the file is opened by its address."""
MAX_PICTURE_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_DEPTH = 40
"""Of elements in each other, two steps a list: more is a slip at the beginning of lines, or a tag without its end."""
_COLORS = frozenset(("1", "L", "LA", "P", "PA", "RGB", "RGBA"))
"""Pillow's names of what the screen and PDF/A's sRGB profile both show."""
_ENDS, _TAIL = {"PNG": b"IEND", "JPEG": b"\xff\xd9"}, 65_536
"""What stands at the end of a whole file, and in how many bytes: cameras write notes of their own behind it."""
_ORIENTATION, _GPS = 0x0112, 0x8825  # Exif 2.32, tags of the main directory


def read_articles(reader: ContentReader, folder: Path, projects: Collection[str]) -> tuple[Article, ...]:
    """The texts of one year, by name; ``projects`` are the names of all its projects, published or not.

    Files that start with . or _ are drafts. A picture that no text shows is told.
    """
    files = [file for file in sorted(folder.glob("*.md")) if not file.name.startswith((".", "_"))]
    read = [_Article(reader, file).read(projects) for file in files]
    articles = tuple(one for one in read if one is not None)
    if len(articles) == len(files):
        shown = {picture.name for article in articles for picture in article.pictures}
        for file in sorted(folder.iterdir()):
            if file.suffix in PICTURES and not file.name.startswith((".", "_")) and file.name not in shown:
                hint = "要公开的，请在说明里写“![图里是什么](文件名)”；不需要的请移走。"
                place, message = Place(reader.name(file)), "没有说明用到这张图片，不会公开"
                reader.tell(place, "load.extra-file", message, hint, Severity.WARNING)
    return articles


class _Article:
    """One text on its way: what is wrong with it goes to the reader."""

    def __init__(self, reader: ContentReader, file: Path) -> None:
        self.reader, self.file, self.name = reader, file, reader.name(file)
        self._sound = True

    def read(self, projects: Collection[str]) -> Article | None:
        """The text; None when it can't be published, told."""
        if not self.reader.good_name(self.file, self.file.stem) or not self.reader.inside(self.file):
            return None
        if self.file.stem in projects:
            hint = "两页会在同一个网址上：请把其中一个改名。"
            self._tell(Place(self.name), "text.name", f"说明与项目 {self.file.stem}.yaml 同名", hint)
        text, problems = read_text(self.file, self.name)
        prose, more = prose_of(self.name, text, pictures=True) if text is not None else (None, [])
        self.reader.problems += [*problems, *more]
        if prose is None:
            return None
        html, pictures = self._shown(prose)
        if not self._sound:
            return None
        return Article(self.file.stem, prose.title, html, self.name, prose.text, pictures)

    def _shown(self, prose: Prose) -> tuple[str, tuple[Picture, ...]]:
        """The HTML with sizes of pictures and scopes of heads, and its pictures; what is wrong is told at its line."""
        root = opened(prose.html)
        if any(len(list(one.iterancestors())) > MAX_DEPTH for one in root.iter()):  # ends at the first
            hint = "请检查行首的编号和缩进，以及没有结束的标签。"
            self._tell(Place(self.name, 1, 1), "text.nesting", "列表、引用或标签一层套一层，套得太深", hint)
            return "", ()
        anchors = {f"#{name}" for name in root.xpath("//@id")}
        places = Places(self.name, prose.text)
        pictures: dict[str, Picture] = {}
        level = 1
        for element in root.iter("h1", "h2", "h3", "h4", "h5", "h6", "img", "a", "th"):
            if element.tag == "img":
                self._read_picture(element, places, pictures)
            elif element.tag == "a":
                self._check_link(element, places, anchors)
            elif element.tag == "th":  # a row with values has its head before them
                row = any(cell.tag == "td" for cell in element.getparent())
                element.set("scope", "row" if row else "col")
            else:
                level = self._check_heading(element, places, level)
        return closed(root), tuple(pictures.values())

    def _check_heading(self, element: Any, places: Places, before: int) -> int:
        """A reader's list of headings, and PDF/UA-1 (7.4.2), have no gaps between levels."""
        level, text = int(element.tag[1]), element.text_content().strip()
        if level == 1:
            hint = f"第一行已经是标题了：请把“# {text}”改成“## {text}”。"
            self._tell(places.find(f"# {text}", text), "text.heading", "一个文件只能有一个一级标题", hint)
        elif level > before + 1:
            place = places.find(f"{'#' * level} {text}", text)
            hint = f"请把“{'#' * level} {text}”改成“{'#' * (before + 1)} {text}”。"
            self._tell(place, "text.heading", f"标题“{text}”跳了一级", hint)
        return level

    def _check_link(self, element: Any, places: Places, anchors: Collection[str]) -> None:
        target, text = element.get("href", ""), element.text_content()
        if not target.startswith(("http://", "https://", "mailto:")) and target not in anchors:
            hint = "请写完整的网址，例如 https://www.example.gov.cn/。"
            self._tell(places.find(f"[{text}](", text), "text.link", f"“{text}”的链接打不开", hint)

    def _read_picture(self, element: Any, places: Places, pictures: dict[str, Picture]) -> None:
        source, told = element.get("src", ""), (element.get("alt") or "").strip()
        place = places.find(f"![{element.get('alt') or ''}]({source}", source)
        if not told:
            hint = f"请写成“![图里是什么]({source})”：看不见图的人靠这句话知道图的内容。"
            self._tell(place, "text.alt", "图片没有文字说明", hint)
        try:
            picture = pictures.get(source) or self._picture(source)
        except _BadPictureError as error:
            self._tell(place, "text.picture", *error.args)
            return
        pictures[source] = picture
        element.attrib.update({"width": str(picture.width), "height": str(picture.height), "loading": "lazy"})

    def _picture(self, name: str) -> Picture:
        if not PICTURE_NAME.fullmatch(name):
            hint = "图片放在说明旁边，只写文件名：小写英文字母、数字和连字符，扩展名 png 或 jpg，例如 zhichu.png。"
            raise _BadPictureError(f"图片“{name}”的写法不对", hint)
        file = self.file.with_name(name)
        if not file.exists():
            raise _BadPictureError(f"没有图片“{name}”", "请把图片放在说明旁边，或改正文件名。")
        if file.is_symlink():
            raise _BadPictureError(f"图片“{name}”是一个链接", "请把图片复制过来，不要用链接。")
        try:
            data = read_regular(file, MAX_PICTURE_BYTES)
        except TooLarge as error:
            message = f"图片“{name}”有 {error.size:,} 字节，超过上限 {MAX_PICTURE_BYTES:,} 字节"
            raise _BadPictureError(message, "请缩小后再放。") from None
        except OSError as error:
            raise _BadPictureError(f"读不了图片“{name}”：{error.strerror}", "请检查文件和权限。") from None
        return Picture(name, *_size(data, name), hashlib.sha256(data).hexdigest())

    def _tell(self, place: Place, rule: str, message: str, hint: str) -> None:
        self._sound = False
        self.reader.tell(place, rule, message, hint)


class _BadPictureError(Exception):
    """A picture that can't be published: message and hint."""


def _size(data: bytes, name: str) -> tuple[int, int]:
    """Width and height as shown. Raises _BadPictureError for what isn't shown everywhere, or says too much."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            size, mode, exif = image.size, image.mode, image.getexif()
            if size[0] * size[1] > MAX_PIXELS:
                message = f"图片“{name}”有 {size[0]:,}×{size[1]:,} 点，超过上限 {MAX_PIXELS:,} 点"
                raise _BadPictureError(message, "请缩小后再放。")
            # Not left to decoding: WeasyPrint has Pillow take pictures that break off.
            if _ENDS[image.format or ""] not in data[-_TAIL:]:
                raise EOFError
    except (OSError, EOFError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise _BadPictureError(f"“{name}”不是完好的 PNG 或 JPEG 图片", "请重新导出。") from None
    if mode not in _COLORS:
        message = f"图片“{name}”的颜色格式（{mode}）不是到处都能显示"
        raise _BadPictureError(message, "请另存为 RGB 颜色的图片。")
    if exif.get_ifd(_GPS):
        raise _BadPictureError(f"图片“{name}”里记着拍摄地点", "请用看图软件删去位置信息，或截图后另存。")
    return (size[1], size[0]) if exif.get(_ORIENTATION, 1) > 4 else size
