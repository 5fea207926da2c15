"""What all tests share: one flag that rewrites expected files, and one real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected files")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, which talks to nobody by itself."""
    if CHROMIUM is None:
        pytest.skip("needs Debian's chromium")
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield one
        one.close()


class QuietPage(Protocol):
    """Opens a page of this size."""

    def __call__(self, width: int, height: int) -> AbstractContextManager[Page]: ...


@pytest.fixture
def quiet_page(browser: Browser) -> QuietPage:
    """Pages that must say nothing on the console and throw nothing."""

    @contextmanager
    def opened(width: int, height: int) -> Iterator[Page]:
        told: list[str] = []
        page = browser.new_page(viewport={"width": width, "height": height})
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        yield page
        page.close()
        assert told == []

    return opened
