"""Content and layouts that mean harm: they reach no file outside, no network, no code, and take bounded time."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pages
import pytest

from gongkai.building import pipeline
from gongkai.workspace import Workspace

SMALL = Path(__file__).parent / "sites" / "small"
PROJECT = "content/dongguan/shi-zhi-gongwei/2026/minbing.yaml"
PAGE = "output/dongguan/shi-zhi-gongwei/2026/minbing/index.html"
SECRET = "绝不能公开的一行"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "secret.yaml").write_text(f"项目名称: {SECRET}\n", encoding="utf-8")
    return Path(shutil.copytree(SMALL, tmp_path / "site"))


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Every attempt to connect anywhere, refused."""
    tried: list[object] = []

    def refuse(self: socket.socket, address: object) -> None:
        tried.append(address)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    yield tried
    assert tried == []


def build(site: Path) -> pipeline.Outcome:
    return pipeline.build(Workspace.at(site), terms=pages.UNGUARDED)


def edit(site: Path, old: str, new: str) -> None:
    text = (site / PROJECT).read_text(encoding="utf-8")
    assert old in text
    (site / PROJECT).write_text(text.replace(old, new), encoding="utf-8")


def published_text(site: Path) -> str:
    files = [file for file in (site / "output").rglob("*") if file.is_file()]
    return "\n".join(file.read_bytes().decode("utf-8", "replace") for file in files)


HARM = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<iframe src='file:///etc/passwd'></iframe>",
    "<style>@import 'http://evil.example/a.css'; * { display: none }</style>",
    "<link rel=stylesheet href='http://evil.example/b.css'>",
    "<object data='file:///etc/passwd'></object>",
    "</td></tr></table><h1>x</h1>",
    "[x](javascript:alert(1))",
    "![x](file:///etc/passwd)",
    "<p style='background:url(http://evil.example/c)'>x</p>",
    "{{ 7 * 191 }} {% include '/etc/passwd' %}",
    "<a rel=attachment href='file:///etc/passwd'>x</a>",
)


def test_a_record_injects_nothing(site: Path, no_network: list[object]) -> None:
    lines = "\n".join(f"    {harm}" for harm in HARM)
    text = (site / PROJECT).read_text(encoding="utf-8")
    at = text.index("  年度目标: |\n") + len("  年度目标: |\n")
    text = f"{text[:at]}{lines}\n{text[at:]}"
    (site / PROJECT).write_text(text.replace("项目名称: ", "项目名称: <b onclick=x>名</b>"), encoding="utf-8")
    (site / "content/pages").mkdir(exist_ok=True)
    (site / "content/pages/harm.md").write_text("# 页面\n\n" + "\n\n".join(HARM), encoding="utf-8")

    outcome = build(site)

    assert outcome.published, outcome.problems
    for page in (site / "output").rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        for sign in (
            "<script>alert",
            "<img src=x",
            "<img src='file",
            "<iframe src='file",
            "<style>@import",
            "<b onclick",
            "<link rel=stylesheet",
            "<object",
        ):
            assert sign not in html, (page, sign)
        assert "1337" not in html
        assert 'href="javascript:' not in html
        assert "root:x:0:0" not in html
    for pdf in (site / "output").rglob("*.pdf"):
        assert b"root:x:0:0" not in pdf.read_bytes()


@pytest.mark.parametrize(
    "link", [PROJECT, "content/pages/linked.md", "content/dongguan/shi-zhi-gongwei/2026/linked.yaml"]
)
def test_a_link_out_of_the_content_folder_is_not_followed(link: str, site: Path) -> None:
    file = site / link
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    file.symlink_to(site.parent / "secret.yaml")
    outcome = build(site)
    assert any("链接" in problem.message for problem in outcome.problems), outcome.problems
    assert not (site / "output").exists() or SECRET not in published_text(site)


def test_a_locality_linked_from_outside_is_not_read(site: Path) -> None:
    outside = Path(shutil.move(site / "content/dongguan", site.parent / "outside"))
    (site / "content/dongguan").symlink_to(outside)
    outcome = build(site)
    assert any("链接" in problem.message for problem in outcome.problems)


def test_a_style_sheet_of_a_form_fetches_nothing(site: Path, no_network: list[object]) -> None:
    """Fonts and pictures by address or path: refused when printed; and the build goes on."""
    form = site / "layouts/forms/dongguan-project-2026"
    shutil.copytree(Path.cwd() / "layouts/forms/dongguan-project-2026", form)
    (form / "form.css").write_text(
        "@import 'http://evil.example/a.css'; @import 'file:///etc/passwd';"
        "@font-face { font-family: x; src: url(http://evil.example/x.ttf) }"
        "td { background: url(http://evil.example/x.png); color: #000 }"
        "th { background: url(file:///etc/passwd) }",
        encoding="utf-8",
    )
    outcome = build(site)
    assert outcome.problems, "the refused addresses are not told"


def test_a_thousand_rows_and_long_texts_take_bounded_time(site: Path) -> None:
    text = (site / PROJECT).read_text(encoding="utf-8")
    row = text[text.index("  - 一级指标") :].split("\n  - ")[0].rstrip() + "\n"
    text = text.rstrip() + "\n" + "".join(row.replace("三级指标: ", f"三级指标: {n}") for n in range(150))
    (site / PROJECT).write_text(text, encoding="utf-8")
    build(site)


def test_no_file_of_the_build_can_be_read_by_a_name_in_a_record(site: Path) -> None:
    """Names are addresses: nothing but small letters, digits and hyphens, so no way up or out."""
    for name in ("a..%2f..%2fetc", "a b", "Á", "-a", "a" * 300):
        with_name = site / "content/dongguan/shi-zhi-gongwei/2026" / f"{name[:200]}.yaml"
        shutil.copy(site / PROJECT, with_name)
    outcome = build(site)
    assert sum(problem.rule == "load.name" for problem in outcome.problems) >= 4
    assert not any(os.sep in entry.name for entry in site.rglob("*"))
