"""Which names a published file may have, so that the site can be copied to any system and served from it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from gongkai.publishing.manifest import CARRIED, MANIFEST
from gongkai.publishing.swap import OutputError

_LONGEST = 255  # bytes of one name on the usual file systems

# learn.microsoft.com/windows/win32/fileio/naming-a-file: device names also with an extension, no dot or space at
# the end of a name; "." and ".." end in a dot.
_NAME = (
    r"(?!(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\ *(?:[./]|\Z))"
    r'[^\x00-\x1f\x7f<>:"|?*\\/]*[^\x00-\x1f\x7f<>:"|?*\\/. ]'
)
_PATH = re.compile(rf"{_NAME}(?:/{_NAME})*", re.IGNORECASE)


def check_path(path: str) -> None:
    """Raise OutputError unless this is a relative posix path that every system takes."""
    if not _PATH.fullmatch(path):
        hint = '网址由文件夹名和文件名组成：请改掉 con、aux 等系统保留名、开头的 /、“..”、\\ : * ? " < > | 和末尾的点或空格。'
        raise OutputError(f"“{_shown(path)}”不能用作网站里的文件名。", hint)
    if path.casefold() in (MANIFEST, CARRIED):
        raise OutputError(f"“{path}”是发布时自己要用的文件名。", "请换一个名字。")
    try:
        longest = max(map(len, path.encode().split(b"/")))
    except UnicodeEncodeError:
        raise OutputError(f"“{_shown(path)}”不是 UTF-8 编码的文件名。", "请把这个文件改名。") from None
    if longest > _LONGEST:
        raise OutputError(f"“{path}”里有一段名称超过 {_LONGEST} 个字节。", "请缩短文件夹名或文件名。")


def folders_of(paths: Iterable[str], others: Iterable[str] = ()) -> set[str]:
    """Every folder above these files, and ``others``, which are folders, with those above them.

    Raises OutputError if two names differ only in letter case or in Unicode form, or a name is both a file and a
    folder.
    """
    paths, others = list(paths), list(others)
    folders: set[str] = set()
    for folder in (*others, *(path.rpartition("/")[0] for path in paths)):
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    seen: dict[str, str] = {}
    # Where none of them is folded no two can be alike, and nothing need be kept.
    if any(path != _folded(path) for path in (*paths, *others)):
        for name in (*folders, *paths):
            if (other := seen.setdefault(_folded(name), name)) != name:
                first, second = sorted((other, name))
                hint = "在 Windows 和 macOS 上它们是同一个文件。请把其中一个改名，只用小写字母。"
                raise OutputError(f"“{first}”和“{second}”只有大小写不同。", hint)
    for path in paths:
        if path in folders:
            raise OutputError(f"“{path}”既是文件又是文件夹。", "请把其中一个改名。")
    return folders


def _folded(path: str) -> str:
    return path.casefold() if path.isascii() else unicodedata.normalize("NFC", path.casefold())


def _shown(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()
