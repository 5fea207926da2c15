"""What one process keeps to work with: templates, forms, printers, and where made content goes."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.building.store import Objects
from gongkai.checks import DepartmentRule, own_rules
from gongkai.keys import code_key
from gongkai.printing.fonts import Fonts, find_fonts
from gongkai.reading.forms import Form
from gongkai.tables.templates import Compiled, Templates
from gongkai.workspace import Workspace

if TYPE_CHECKING:
    from gongkai.printing.free import FreePrinter
    from gongkai.printing.printer import Printer

_GARBAGE = 50_000, 20, 20
"""Python looks for garbage after 700 new objects; a record is more, none of it garbage: a tenth of the time."""


class Worker:
    """Templates, forms and printers of one process, each made once. ``objects`` take what is made."""

    def __init__(self, workspace: Workspace, forms: Mapping[str, Form], objects: Objects) -> None:
        self.workspace, self.forms, self.objects = workspace, forms, objects

    @cached_property
    def templates(self) -> Templates:
        """The template environment."""
        cache = self.workspace.font_cache
        shared = cache != self.workspace.cache  # what somebody else put into a project folder is not run
        return Templates(
            self.workspace.layouts, Compiled(cache / "templates", code_key()) if shared else None
        )

    @cached_property
    def own_rules(self) -> tuple[DepartmentRule, ...]:
        """The site's own rules, beside gongkai's; what is wrong with them is told when the site is loaded."""
        return own_rules(self.workspace.layouts)[0]

    @cached_property
    def printer(self) -> Printer:
        """The printer; made when the first PDF is printed."""
        from gongkai.printing.printer import Printer

        return Printer(self.forms, self._fonts)

    @cached_property
    def free_printer(self) -> FreePrinter:
        """The printer of texts; made when the first is printed."""
        from gongkai.printing.free import FreePrinter

        return FreePrinter(self.workspace.layouts, self._fonts)

    @cached_property
    def _fonts(self) -> Fonts:
        fonts, _ = find_fonts(self.workspace.font_cache, self.workspace.font_folders)
        assert fonts is not None, "the build stops before printing where fonts are missing"
        fonts.prepare()
        return fonts


_here: Worker | None = None
_made_of: object = None
"""What it was built from: a process that builds again and again must see a changed template."""


def start(workspace: Workspace, forms: Mapping[str, Form], store: Path, program: str) -> Worker:
    """This process's worker; another one when the program (code and layouts, by key) has changed."""
    global _here, _made_of
    made_of = (workspace, store, program)
    if _here is None or _made_of != made_of:
        gc.set_threshold(*_GARBAGE)
        _here, _made_of = Worker(workspace, forms, Objects(store / "objects")), made_of
    return _here


def here() -> Worker:
    """The worker that this process was started with."""
    assert _here is not None
    return _here
