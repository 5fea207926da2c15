"""What is public stays public: acts on dated disclosures are errors that say what to write, everything else is free."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pages
import pytest

from gongkai.building import pipeline
from gongkai.building.look import Terms
from gongkai.commands.difference import compare_with_published, difference_text
from gongkai.problems import Problem, Severity
from gongkai.workspace import Workspace

UNIT = "dongguan/shi-zhi-gongwei"
TODAY = date(2026, 3, 2)
Act = Callable[[Path], None]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two departments of the seeds; one has published, the other is in preparation."""
    folder = tmp_path_factory.mktemp("guard")
    (folder / "content").mkdir()
    for name in ("site.yaml", "pages", "dongguan", "dongkeng"):
        source = pages.ROOT / "content" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / "content" / name)
    write("2026/shuoming.md", "# 编制说明\n\n按零基预算的要求编制，共7个项目。\n")(folder)
    for year in ("2023", "2026"):
        put(
            f"{year}/disclosure.yaml", f"发布日期: {year}-02-13\n公开信息:\n  发文字号: 东直工〔{year}〕3号\n"
        )(folder)
    assert rebuild(folder).published
    return folder


@pytest.fixture
def site(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "site", symlinks=True))


def rebuild(site: Path) -> pipeline.Outcome:
    return pages.rebuild(site, terms=Terms(TODAY))


def place(site: Path, file: str) -> Path:
    """A file of the department; from the project folder where it begins with content/ or layouts/."""
    return site / file if file.startswith(("content/", "layouts/")) else site / "content" / UNIT / file


def write(file: str, text: str) -> Act:
    def act(site: Path) -> None:
        place(site, file).parent.mkdir(parents=True, exist_ok=True)
        place(site, file).write_text(text, encoding="utf-8")

    return act


def put(file: str, text: str) -> Act:
    def act(site: Path) -> None:
        place(site, file).write_text(place(site, file).read_text("utf-8").rstrip() + "\n" + text, "utf-8")

    return act


def change(file: str, old: str, new: str) -> Act:
    def act(site: Path) -> None:
        text = place(site, file).read_text("utf-8")
        assert old in text, old
        place(site, file).write_text(text.replace(old, new, 1), "utf-8")

    return act


def delete(file: str) -> Act:
    def act(site: Path) -> None:
        one = place(site, file)
        shutil.rmtree(one) if one.is_dir() else one.unlink()

    return act


def unordered(file: str) -> Act:
    """A project's file goes, from the order too."""

    def act(site: Path) -> None:
        delete(file)(site)
        change(f"{file[:4]}/disclosure.yaml", f"  - {Path(file).stem}\n", "")(site)

    return act


def move(old: str, new: str) -> Act:
    return lambda site: shutil.move(place(site, old), place(site, new))


def both(*acts: Act) -> Act:
    def act(site: Path) -> None:
        for one in acts:
            one(site)

    return act


def said(site: Path) -> list[Problem]:
    """What ``check`` says for the guard."""
    found = pipeline.check(Workspace.at(site), terms=Terms(TODAY)).problems
    return [problem for problem in found if problem.rule.startswith("guard.")]


PROJECT, OTHER, WHOLE = "2026/dangyuan-peixun.yaml", "2026/minbing-shiyefei.yaml", "2023/disclosure.yaml"
WITHDRAW, CORRECT, FIX = "撤回说明:", "更正说明:", "仅改错字:"
ACTS: dict[str, tuple[Act, str, str]] = {
    "delete a department": (delete(f"content/{UNIT}"), "guard.vanished", WITHDRAW),
    "delete a project": (unordered(PROJECT), "guard.vanished", WITHDRAW),
    "公开: 否": (put(PROJECT, "公开: 否\n不公开原因: 涉及国家秘密\n"), "guard.vanished", WITHDRAW),
    "change an amount": (change(PROJECT, "109,800.00", "190,800.00"), "guard.figure", CORRECT),
    "delete a year": (delete("2026"), "guard.vanished", WITHDRAW),
    "a reason for withholding, 公开 blank": (put(PROJECT, "不公开原因: 涉密\n"), "guard.vanished", WITHDRAW),
    "rename a project's file without saying so": (
        both(move(PROJECT, "2026/peixun.yaml"), change("2026/disclosure.yaml", "dangyuan-peixun", "peixun")),
        "guard.vanished",
        "曾用文件名: [dangyuan-peixun]",
    ),
    "rename a department's folder": (move(f"content/{UNIT}", "content/dongguan/szgw"), "guard.vanished", WITHDRAW),
    "rename a year's folder": (
        both(move("2026", "2025"), change("2025/disclosure.yaml", "年度: 2026", "年度: 2025")),
        "guard.vanished",
        WITHDRAW,
    ),
    "a file becomes a draft": (
        both(move(PROJECT, "2026/_peixun.yaml"), change("2026/disclosure.yaml", "  - dangyuan-peixun\n", "")),
        "guard.vanished",
        WITHDRAW,
    ),
    "a blank amount": (change(PROJECT, "  总额: 109,800.00元\n", "  总额:\n"), "guard.figure", CORRECT),
    "a unit instead of another": (change(PROJECT, "109,800.00元", "109,800.00万元"), "guard.figure", CORRECT),
    "a target": (change(PROJECT, "年度指标值: 4个班次", "年度指标值: 3个班次"), "guard.figure", CORRECT),
    "a target in words": (change(PROJECT, "年度指标值: 满意", "年度指标值: 基本满意"), "guard.figure", CORRECT),
    "a comparator": (change(PROJECT, "年度指标值: 100%", "年度指标值: ≤100%"), "guard.figure", CORRECT),
    "an indicator goes": (
        change(
            PROJECT,
            "  - 一级指标: 产出指标\n    二级指标: 数量指标\n    三级指标: 机关培训班次\n"
            "    实施周期指标值: 8个班次\n    年度指标值: 4个班次\n",
            "",
        ),
        "guard.figure",
        CORRECT,
    ),
    "发布日期": (change("2026/disclosure.yaml", "2026-02-13", "2026-02-03"), "guard.figure", CORRECT),
    "发布日期 goes": (change("2026/disclosure.yaml", "发布日期: 2026-02-13\n", ""), "guard.figure", CORRECT),
    "发文字号": (change("2026/disclosure.yaml", "〕3号", "〕5号"), "guard.figure", CORRECT),
    "a year of the period": (change(PROJECT, "到期年度: 2099", "到期年度: 2028"), "guard.figure", CORRECT),
    "a number in an objective": (change(WHOLE, "社区开展志愿服务活动1场", "社区开展志愿服务活动2场"), "guard.figure", CORRECT),
    "a key task's amount": (change(WHOLE, "165,300.00", "156,300.00"), "guard.figure", CORRECT),
    "a department's expenditure": (change(WHOLE, "999.81万元", "998.81万元"), "guard.figure", CORRECT),
    "an amount only its form has": (change(WHOLE, "财政专项资金: 0.00万元", "财政专项资金: 1.00万元"), "guard.figure", CORRECT),
    "wording": (change(PROJECT, "健全培训制度", "建全培训制度"), "guard.wording", FIX),
    "a project's name": (change(PROJECT, "项目名称: 机关党员培训", "项目名称: 机关党员教育"), "guard.wording", FIX),
    "an indicator's name": (change(PROJECT, "受训党员满意度", "参训党员满意度"), "guard.wording", FIX),
    "a number in a text": (change("2026/shuoming.md", "共7个", "共8个"), "guard.figure", CORRECT),
    "wording of a text": (change("2026/shuoming.md", "零基预算", "零机预算"), "guard.wording", FIX),
    "a text goes": (delete("2026/shuoming.md"), "guard.file", CORRECT),
    "a table goes": (
        change("content/dongguan/locality.yaml", "    项目表: dongguan-project-2026", "    部门整体表: dongguan-department-2023"),
        "guard.file",
        CORRECT,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_an_act_on_what_is_public_is_an_error_that_says_what_to_write(site: Path, name: str) -> None:
    act, rule, example = ACTS[name]
    act(site)
    found = [problem for problem in said(site) if problem.blocks]
    assert rule in {problem.rule for problem in found}
    assert any(example in problem.hint for problem in found if problem.rule == rule)
    assert all(problem.place.file.startswith("content/dongguan/") for problem in found)


HARMLESS: dict[str, Act] = {
    "nothing": lambda site: None,
    "a comment": put(PROJECT, "# 已核对\n"),
    "an amount as others write it": change(PROJECT, "109,800.00元", "10.98万元"),
    "a target in other width": change(PROJECT, "年度指标值: 100%", "年度指标值: 100％"),
    "what was blank": put(PROJECT, "项目代码: A100\n"),
    "an indicator more": change(
        PROJECT,
        "绩效指标:\n",
        "绩效指标:\n  - 一级指标: 产出指标\n    二级指标: 数量指标\n    三级指标: 培训人数\n    年度指标值: 300人\n",
    ),
    "a project more": both(
        write("2026/xin.yaml", "项目名称: 新项目\n年度资金:\n  总额: 100元\n"),
        put("2026/disclosure.yaml", "已认可: []\n"),
    ),
    "the order of projects": change(
        "2026/disclosure.yaml",
        "  - wangzhan-weihu\n  - minbing-shiyefei\n",
        "  - minbing-shiyefei\n  - wangzhan-weihu\n",
    ),
    "the order of indicators": change(
        PROJECT,
        "    三级指标: 党员培训出勤率\n    实施周期指标值: 100%\n    年度指标值: 100%\n",
        "    三级指标: 党员培训出勤率\n    年度指标值: 100%\n    实施周期指标值: 100%\n",
    ),
    "words of the site": change("content/site.yaml", "站点名称: ", "站点名称: 新的"),
    "a page of the site": write("content/pages/bangzhu.md", "# 帮助\n\n怎么用。\n"),
    "a layout": write("layouts/site/assets/theme.css", "body { color: #222; }\n"),
    "another year": write(
        "2027/disclosure.yaml",
        "年度: 2027\n部门整体绩效目标:\n  部门名称: 中共东莞市直属机关工作委员会\n",
    ),
    "a rename that is told": both(
        move(PROJECT, "2026/peixun.yaml"),
        change("2026/disclosure.yaml", "dangyuan-peixun", "peixun"),
        put("2026/peixun.yaml", "曾用文件名: [dangyuan-peixun]\n"),
    ),
    "a department's folder that is told": both(
        move(f"content/{UNIT}", "content/dongguan/szgw"),
        put("content/dongguan/szgw/department.yaml", "曾用文件名: [shi-zhi-gongwei]\n"),
    ),
    "an undated amount": change(
        "content/dongkeng/dangjian-fuwu-zhongxin/2024/qiye-gongwei-dangjian.yaml", "总额: ", "总额: 1"
    ),
    "an undated project": both(
        delete("content/dongkeng/dangjian-fuwu-zhongxin/2024/dangyuan-huodong.yaml"),
        change("content/dongkeng/dangjian-fuwu-zhongxin/2024/disclosure.yaml", "  - dangyuan-huodong\n", ""),
    ),
    "an undated department": delete("content/dongkeng/dangjian-fuwu-zhongxin"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_does_not_touch_the_public_is_free(site: Path, name: str) -> None:
    HARMLESS[name](site)
    assert [problem for problem in said(site) if problem.blocks] == []


@pytest.mark.parametrize("name", ["an undated project", "an undated department"])
def test_of_what_is_in_preparation_only_the_vanishing_is_told(site: Path, name: str) -> None:
    HARMLESS[name](site)
    assert {(one.rule, one.severity) for one in said(site)} == {("guard.in-preparation", Severity.WARNING)}


# -- what the record says -------------------------------------------------------------------------


def data_of(site: Path, year: str = "2026") -> dict[str, object]:
    file = site / "output" / UNIT / year / f"dongguan-shi-zhi-gongwei-{year}.json"
    return json.loads(file.read_text("utf-8"))["disclosures"][0]


CORRECTION = "更正说明:\n  - 日期: 2026-03-02\n    内容: 年度资金总额由109,800元更正为190,800元\n    原文件: [old.pdf]\n"


def test_a_correction_publishes_the_change_and_covers_no_later_one(site: Path) -> None:
    change(PROJECT, "109,800.00", "190,800.00")(site)
    before = (site / "output/manifest.json").read_bytes()
    assert rebuild(site).held == (UNIT,) and (site / "output/manifest.json").read_bytes() == before
    put("2026/disclosure.yaml", CORRECTION)(site)
    write("2026/files/old.pdf", "%PDF-1.7 old")(site)
    outcome = rebuild(site)
    assert outcome.published
    (told,) = [one for one in outcome.problems if one.rule == "guard.explained"]
    assert "109,800" in told.message and "190,800" in told.message
    assert said(site) == []  # once
    change(PROJECT, "190,800.00", "200,000.00")(site)
    assert {one.rule for one in said(site)} == {"guard.figure"}


@pytest.mark.parametrize(
    ("act", "rule"),
    [
        (change("2026/disclosure.yaml", CORRECTION, ""), "guard.correction"),
        (change("2026/disclosure.yaml", "更正为190,800元", "更正为190,900元"), "guard.correction"),
        (write("2026/files/old.pdf", "%PDF-1.7 new"), "guard.kept-file"),
    ],
)
def test_a_published_correction_and_its_file_stay(site: Path, act: Act, rule: str) -> None:
    put("2026/disclosure.yaml", CORRECTION)(site)
    write("2026/files/old.pdf", "%PDF-1.7 old")(site)
    assert rebuild(site).published
    act(site)
    assert rule in {one.rule for one in said(site) if one.blocks}


def test_a_wording_fix_is_for_wording_alone(site: Path) -> None:
    change(PROJECT, "健全培训制度", "完善培训制度")(site)
    put("2026/disclosure.yaml", "仅改错字:\n  - 日期: 2026-03-02\n    内容: “健全”改为“完善”\n")(site)
    assert {one.rule for one in said(site)} == {"guard.explained"}
    change(PROJECT, "109,800.00", "190,800.00")(site)
    refused = [one for one in said(site) if one.rule == "guard.figure"]
    assert len(refused) == 2 and any("改了数的" in one.hint for one in refused)
    change(PROJECT, "190,800.00", "109,800.00")(site)
    assert rebuild(site).published
    assert data_of(site)["corrections"] == [
        {"kind": "仅改错字", "day": "2026-03-02", "text": "“健全”改为“完善”"}
    ]
    assert "“健全”改为“完善”" in (site / "output" / UNIT / "2026/index.html").read_text("utf-8")


WITHDRAWAL = "撤回说明:\n  日期: 2026-03-02\n  原因: 重复公开\n"


def test_a_withdrawn_project_says_so_at_its_address_in_feed_and_data(site: Path) -> None:
    write(PROJECT, f"项目名称: 机关党员培训\n{WITHDRAWAL}")(site)
    outcome = rebuild(site)
    assert outcome.published, [one for one in outcome.problems if one.blocks]
    folder = site / "output" / UNIT / "2026/dangyuan-peixun"
    assert [one.name for one in folder.iterdir()] == ["index.html"]
    page = (folder / "index.html").read_text("utf-8")
    assert "已撤回" in page and "重复公开" in page and "2026-03-02" in page and "noindex" in page
    assert "机关党员培训" in (site / "output" / UNIT / "2026/index.html").read_text("utf-8")
    assert "<title>撤回：机关党员培训</title>" in (site / "output/feed.xml").read_text("utf-8")
    data = data_of(site)
    assert data["withdrawals"] == [
        {"key": "dangyuan-peixun", "name": "机关党员培训", "day": "2026-03-02", "reason": "重复公开"}
    ]
    assert "dangyuan-peixun" not in [one["key"] for one in data["projects"]]
    unordered(PROJECT)(site)
    assert {one.rule for one in said(site)} == {"guard.vanished"}  # the address goes on saying so


def test_a_withdrawn_disclosure_says_so(site: Path) -> None:
    put("2026/disclosure.yaml", WITHDRAWAL)(site)
    outcome = rebuild(site)
    assert outcome.published, [one for one in outcome.problems if one.blocks]
    folder = site / "output" / UNIT / "2026"
    assert "重复公开" in (folder / "index.html").read_text("utf-8")
    assert "重复公开" in (folder / "dangyuan-peixun/index.html").read_text("utf-8")
    assert not [file for file in folder.rglob("*") if file.suffix in (".pdf", ".xlsx")]
    assert "重复公开" in (folder / "shuoming/index.html").read_text("utf-8")
    assert len(data_of(site)["withdrawals"]) == 9  # the year, seven projects, a text
    assert "<title>撤回：" in (site / "output/feed.xml").read_text("utf-8")
    assert not re.search("109,?800", "".join(one.read_text("utf-8") for one in folder.rglob("*.*")))
    assert said(site) == []
    for act, name in ((unordered(PROJECT), "dangyuan-peixun"), (delete("2026/shuoming.md"), "shuoming")):
        act(site)
        assert any(f"/{name}." in one.place.file and one.blocks for one in said(site)), said(site)


def test_former_addresses_of_what_is_withdrawn_answer_too(site: Path) -> None:
    move(PROJECT, "2026/peixun.yaml")(site)
    change("2026/disclosure.yaml", "dangyuan-peixun", "peixun")(site)
    put("2026/peixun.yaml", f"曾用文件名: [dangyuan-peixun]\n{WITHDRAWAL}")(site)
    outcome = rebuild(site)
    assert outcome.published, [one for one in outcome.problems if one.blocks]
    folder = site / "output" / UNIT / "2026"
    assert "peixun/" in (folder / "dangyuan-peixun/index.html").read_text("utf-8")
    assert "重复公开" in (folder / "peixun/index.html").read_text("utf-8")


def test_diff_tells_withdrawals_and_texts(site: Path) -> None:
    put(PROJECT, WITHDRAWAL)(site)
    change("2026/shuoming.md", "共7个项目", "共6个项目")(site)
    told = difference_text(compare_with_published(Workspace.at(site), 1))
    assert re.search("撤回说明.*机关党员培训.*2026-03-02.*重复公开", told), told
    assert "共7个项目" in told and "共6个项目" in told and "说明“编制说明”" in told, told


# -- builds ---------------------------------------------------------------------------------------


def test_a_new_machine_with_a_copy_of_the_site_knows_what_is_public(site: Path) -> None:
    shutil.rmtree(site / ".cache")
    change(PROJECT, "109,800.00", "190,800.00")(site)
    assert {one.rule for one in rebuild(site).problems if one.blocks} == {"guard.figure"}


def test_where_nothing_is_public_nothing_is_guarded(site: Path) -> None:
    shutil.rmtree(site / "output")
    change(PROJECT, "109,800.00", "190,800.00")(site)
    assert rebuild(site).published


def test_the_guard_can_be_left_out(site: Path) -> None:
    change(PROJECT, "109,800.00", "190,800.00")(site)
    assert pages.rebuild(site, terms=Terms(TODAY, guarded=False)).published


def test_before_its_day_a_disclosure_is_in_preparation(site: Path) -> None:
    change(PROJECT, "109,800.00", "190,800.00")(site)
    found = pipeline.check(Workspace.at(site), terms=Terms(date(2026, 2, 12))).problems
    assert {one.rule for one in found if one.rule.startswith("guard.")} == {"guard.in-preparation"}


def test_a_preview_is_never_stopped_and_shows_what_the_guard_will_say(site: Path) -> None:
    change(PROJECT, "109,800.00", "190,800.00")(site)
    preview = Workspace(site, site / ".cache/preview/site")
    outcome = pages.built(preview, Terms(TODAY, public=site / "output"))
    assert outcome.published
    assert [one.severity for one in outcome.problems if one.rule == "guard.figure"] == [Severity.WARNING]
