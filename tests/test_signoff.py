"""What was signed is what is published; who signed is nobody's business but the department's."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pages
import pytest
from click.testing import CliRunner, Result

from gongkai.building import pipeline
from gongkai.cli.main import cli
from gongkai.problems import ExitCode
from gongkai.workspace import Workspace

SMALL = pages.ROOT / "tests/sites/small"
UNIT = "dongguan/shi-zhi-gongwei"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Signed as the command says."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "site"))
    result = sign(folder)
    assert result.exit_code == ExitCode.OK, result.output
    put(folder, "disclosure.yaml", result.output[result.output.index("签发:") :])
    return folder


def sign(site: Path) -> Result:
    return CliRunner().invoke(
        cli, ["--root", str(site), "sign", f"{UNIT}/2026", "--by", "王签发", "--on", "2026-02-12"]
    )


def place(site: Path, file: str) -> Path:
    return site / "content" / UNIT / "2026" / file


def put(site: Path, file: str, text: str) -> None:
    place(site, file).write_text(place(site, file).read_text("utf-8") + text, "utf-8")


def change(site: Path, file: str, old: str, new: str) -> None:
    text = place(site, file).read_text("utf-8")
    assert old in text
    place(site, file).write_text(text.replace(old, new), "utf-8")


def said(site: Path) -> list[str]:
    return [
        one.message for one in pipeline.check(Workspace.at(site)).problems if one.rule == "signoff.changed"
    ]


def test_what_is_signed_is_published_and_the_signature_is_not(site: Path) -> None:
    assert pages.rebuild(site).published
    for file in (site / "output").rglob("*"):
        if file.suffix in (".html", ".json", ".csv", ".yaml", ".sqlite", ".js"):
            assert "王签发".encode() not in file.read_bytes()


CHANGES = {
    "an amount": lambda site: change(site, "minbing.yaml", "83,370.00", "83,371.00"),
    "a word": lambda site: change(site, "minbing.yaml", "民兵满意度", "民兵的满意度"),
    "the date": lambda site: change(site, "disclosure.yaml", "2026-02-13", "2026-02-14"),
    "a text more": lambda site: place(site, "shuoming.md").write_text("# 说明\n\n无。\n", "utf-8"),
    "a project more": lambda site: shutil.copy(place(site, "minbing.yaml"), place(site, "zaiyige.yaml")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_has_changed_since_is_refused_until_it_is_signed_again(site: Path, what: str) -> None:
    assert said(site) == []
    CHANGES[what](site)
    assert said(site) == ["签发（王签发，2026-02-12）以后内容改了，校验值不一致"]
    again = sign(site)
    assert again.exit_code == ExitCode.OK, again.output
    found = re.search(r"校验值: (\w+)", again.output)
    assert found
    text = place(site, "disclosure.yaml").read_text("utf-8")
    place(site, "disclosure.yaml").write_text(re.sub(r"校验值: \w+", f"校验值: {found[1]}", text), "utf-8")
    assert said(site) == []


def test_comments_and_the_order_of_lines_are_no_change(site: Path) -> None:
    put(site, "minbing.yaml", "# 一条注释\n")
    change(site, "minbing.yaml", "项目名称: 民兵事业费\n", "")
    put(site, "minbing.yaml", "项目名称: 民兵事业费\n")
    assert said(site) == []


def test_what_has_errors_is_not_signed(site: Path) -> None:
    change(site, "minbing.yaml", "训练5天", "训练13800138000")
    result = sign(site)
    assert isinstance(result.exception, Exception)
    assert "还有 1 个错误，不能签发" in str(result.exception)
