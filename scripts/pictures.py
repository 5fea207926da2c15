"""Makes the pictures in README.md from a built site: a project's page and its PDF, into docs/pictures/."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SHOWN = ROOT / "output" / "dongguan" / "shi-zhi-gongwei" / "2026" / "minbing-shiyefei"
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium"


def main() -> None:
    """Both pictures, 1000 pixels wide at most."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 1100})
        page.goto((SHOWN / "index.html").as_uri())
        page.screenshot(path=PICTURES / "page.png")
        browser.close()
    [file] = SHOWN.glob("*.pdf")
    with pypdfium2.PdfDocument(file) as pdf:
        picture = pdf[0].render(scale=1.4).to_pil()
    picture.convert("P", palette=1, colors=32).save(PICTURES / "pdf.png", optimize=True)


if __name__ == "__main__":
    main()
