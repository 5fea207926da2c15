"""The machine's own fonts, cut and ready, for all tests of printing."""

from pathlib import Path

import pytest

from gongkai.printing.faces import FontSet
from gongkai.printing.fonts import Fonts, find_fonts
from gongkai.workspace import Workspace


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    found, problems = find_fonts(Workspace.at(Path(__file__).parents[3]).font_cache)
    assert found is not None, problems
    found.prepare()
    return found


@pytest.fixture(scope="session")
def faces(fonts) -> FontSet:
    return FontSet(fonts)
