"""Where things are: the project folder's content, layouts, output and cache, and gongkai's own layouts."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Workspace:
    """One project folder. A project may have its own ``layouts/``; what it lacks comes from gongkai's."""

    root: Path
    output: Path

    @classmethod
    def at(cls, root: Path, output: Path | None = None) -> Workspace:
        """The workspace of a folder; the site goes to ``output/`` in it unless said otherwise."""
        # Not Path.resolve, which breaks off where links lead in a ring; that is told when the folder is used.
        true_root = Path(os.path.realpath(root))
        return cls(true_root, Path(os.path.realpath(output or true_root / "output")))

    @property
    def content(self) -> Path:
        """The records."""
        return self.root / "content"

    @property
    def cache(self) -> Path:
        """What may be deleted at any time."""
        return self.root / ".cache"

    @property
    def font_cache(self) -> Path:
        """Where cut fonts are kept: in the user's cache, so that every project folder shares them."""
        shared = _user_cache() / "gongkai"
        try:
            shared.mkdir(parents=True, exist_ok=True)
        except OSError:
            return self.cache
        return shared if os.access(shared, os.W_OK) else self.cache

    @property
    def font_folders(self) -> tuple[Path, ...]:
        """Where fonts are looked for: where the system keeps them."""
        return tuple(font_folders())

    @property
    def layouts(self) -> tuple[Path, ...]:
        """Layout folders, the project's own first."""
        own, built_in = self.root / "layouts", built_in_layouts()
        return (own, built_in) if own.is_dir() and own != built_in else (built_in,)


def _user_cache() -> Path:
    """The user's cache folder by each system's convention (XDG base directories on Linux)."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


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


def built_in_layouts() -> Path:
    """gongkai's layouts: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "layouts"
    return installed if installed.is_dir() else _PACKAGE.parent / "layouts"


def handbook() -> Path:
    """The handbook and the schemas: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "docs"
    return installed if installed.is_dir() else _PACKAGE.parent / "docs"


def find_layout(layouts: tuple[Path, ...], name: str) -> Path | None:
    """A layout file by its name, the project's own before gongkai's."""
    return next((file for folder in layouts if (file := folder / name).is_file()), None)


def shown(path: Path) -> str:
    """A path as people are told it: from the current folder where it lies below it."""
    try:
        return path.relative_to(Path.cwd()).as_posix() + ("/" if path.is_dir() else "")
    except ValueError:
        return str(path)
