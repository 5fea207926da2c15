"""From an empty folder to a site of two projects, typing only what messages say; forms shown and copied; the handbook."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pages import ROOT

from gongkai.authoring.create import Beginning, begin
from gongkai.problems import CommandError
from gongkai.reading.forms import load_forms
from gongkai.workspace import Workspace, built_in_layouts

FORMS = load_forms((built_in_layouts(),))[0]


def run(folder: Path, *words: str, answers: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gongkai", *words],
        cwd=folder, input=answers, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_an_empty_folder_becomes_a_site_by_what_messages_say(tmp_path: Path) -> None:
    told = run(tmp_path, "check")
    assert told.returncode != 0
    assert "gongkai init" in told.stdout
    answers = "huadu-summary\n某某区\n某某局\n2026\n民兵事业费\n"
    made = run(tmp_path, "init", answers=answers)
    assert made.returncode == 0, made.stderr
    said = re.search(r"gongkai (new \S+) --name 项目名称", made.stdout)
    assert said
    address = said[1].removeprefix("new ").replace("xiangmu-mingcheng", "dangyuan-peixun")
    assert run(tmp_path, "new", address, "--name", "党员培训").returncode == 0
    for _ in range(3):
        checked = run(tmp_path, "check")
        for file, problems in re.findall(
            r"^(content/[^\s（]+)[^\n]*\n((?: +.*\n)+)", checked.stdout, re.MULTILINE
        ):
            path = tmp_path / file
            text = path.read_text(encoding="utf-8")
            for key in re.findall(r"请(?:在“\S+?”下面)?补上“(\S+?): …”", problems):
                value = "2.77万元" if re.search(rf"{key}:.*金额", text) else "某某局"
                text = re.sub(rf"({key}:) +#.*", rf"\1 {value}", text)
            if "个指标没有填" in problems:  # 请填写，或删去这几行
                text = text[: text.index("绩效指标:")]
            path.write_text(text, encoding="utf-8")
    built = run(tmp_path, "build", "--workers", "1")
    assert built.returncode == 0, built.stdout
    assert len(list((tmp_path / "output").glob("*/*/2026/*/index.html"))) == 2


def test_a_site_is_begun_with_a_table_nobody_has_made_a_form_of(tmp_path: Path) -> None:
    table = shutil.copy(
        FORMS["dongguan-project-2026"].folder / "official.html", tmp_path / "某县绩效目标表.html"
    )
    folder = tmp_path / "site"
    folder.mkdir()
    made = run(folder, "init", "--from", str(table), answers="某县\n某局\n2026\n民兵事业费\n")
    assert made.returncode == 0, made.stderr + made.stdout
    form = "mou-xian-ji-xiao-mu-biao-biao"
    assert (folder / "layouts/forms" / form / "official.html").is_file()
    assert form in (folder / "content/mou-xian/locality.yaml").read_text(encoding="utf-8")
    assert "已经存在" in run(folder, "init", "--from", str(table)).stderr


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_form_can_be_begun_with(form: str, tmp_path: Path) -> None:
    whole = FORMS[form].subject == "department"
    workspace = Workspace.at(tmp_path)
    year, written = begin(
        workspace, Beginning("某站", "某某市", "某某局", 2026, form, "" if whole else "项目一")
    )
    assert year == "mou-mou-shi/mou-mou-ju/2026"
    for file in written:
        for link in re.findall(r"\$schema=(\S+)", file.read_text(encoding="utf-8")):
            assert (file.parent / link).resolve().is_file(), (file, link)
    with pytest.raises(CommandError, match="已经存在"):
        begin(workspace, Beginning("某站", "某某市", "某某局", 2026, form))


def test_what_is_not_answered_makes_nothing(tmp_path: Path) -> None:
    for answers in ("", "huadu-summary\n", "huadu-summary\n某区\n某局\n明年\n", "nothing\n"):
        assert run(tmp_path, "init", answers=answers).returncode == 2
        assert list(tmp_path.iterdir()) == []


def test_a_form_is_shown_and_copied_and_the_copy_passes_its_test(tmp_path: Path) -> None:
    shown = run(tmp_path, "forms", "huadu-summary")
    assert "项目名称（必填）" in shown.stdout or "项目名称" in shown.stdout
    assert run(tmp_path, "forms", "huadu-summary", "--copy", "my-summary").returncode == 0
    copy = tmp_path / "layouts/forms/my-summary"
    assert "my-summary" in (copy / "form.html").read_text(encoding="utf-8")
    assert not [one for one in load_forms((tmp_path / "layouts", built_in_layouts()))[1] if one.blocks]
    for words in (
        ("huadu-summary", "--copy", "my-summary"),
        ("nothing",),
        ("huadu-summary", "--copy", "../x"),
    ):
        assert run(tmp_path, "forms", *words).returncode == 2


def test_the_handbook_opens_without_a_network(tmp_path: Path) -> None:
    assert run(tmp_path, "手册", "--to", "handbook").returncode == 0
    pages = {file.name: file.read_text(encoding="utf-8") for file in (tmp_path / "handbook").glob("*.html")}
    assert len(pages) > 5
    assert all(f'<h2 id="{form}">' in pages["表式一览.html"] for form in FORMS)
    assert pages["表式一览.html"].count('<table class="form ') >= len(FORMS)
    for name, page in pages.items():
        for link, anchor in re.findall(r'<\w+ [^>]*(?:href|src)="(?!https?:|data:)([^"#]*)#?([^"]*)', page):
            assert (tmp_path / "handbook" / link).exists(), (name, link)
            assert not anchor or f'id="{anchor}"' in pages[link or name], (name, link, anchor)


def test_messages_name_the_command_that_was_typed(tmp_path: Path) -> None:
    shutil.copy(ROOT / "build.py", tmp_path)
    told = subprocess.run(
        [sys.executable, "build.py", "check"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip
    assert "python build.py init" in told.stdout
