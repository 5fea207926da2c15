"""The machine's own fonts, cut and ready, for all tests of printing."""

import pytest
from printing import WORKSPACE

from gongkai.printing.faces import FontSet, font_set
from gongkai.printing.fonts import Fonts, find_fonts


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    found, problems = find_fonts(WORKSPACE.font_cache)
    assert found is not None, problems
    found.prepare()
    return found


@pytest.fixture(scope="session")
def faces(fonts) -> FontSet:
    return font_set(fonts)
