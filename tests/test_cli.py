"""The command line as people type it: Chinese help, exit codes, new records; and the document that lists it all."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gongkai.cli.main import cli
from gongkai.problems import ExitCode
from gongkai.reading.source import read_yaml

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "sites" / "small"
PROJECT = "content/dongguan/shi-zhi-gongwei/2026/minbing.yaml"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "site"))


def run(folder: Path, *arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "build.py"), *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, input=answer, timeout=120, check=False
    )


def test_every_command_exit_code_and_option_is_documented() -> None:
    text = (ROOT / "docs" / "命令.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    assert commands == set(cli.commands)
    codes = {(int(number), name) for number, name in re.findall(r"^\| (\d+) \| (\w+) \|", text, re.MULTILINE)}
    assert codes == {(code.value, code.name) for code in ExitCode}
    for command in (cli, *cli.commands.values()):
        for parameter in command.params:
            for option in parameter.opts:
                assert option in text or not option.startswith("--"), (
                    f"{option} of {command.name} is not documented"
                )


def test_help_is_chinese(site: Path) -> None:
    for arguments in (["--help"], *([name, "--help"] for name in cli.commands)):
        result = run(site, *arguments)
        assert result.returncode == ExitCode.OK
        english = re.findall(
            r"\b(?:Usage|Options|Commands|Show this|Arguments|INTEGER|PATH|TEXT|DIRECTORY|default)\b",
            result.stdout,
        )
        assert not english, result.stdout


def test_check_of_a_good_site(site: Path) -> None:
    result = run(site, "check")
    assert (result.returncode, result.stderr) == (ExitCode.OK, "")
    assert not (site / "output").exists()


def test_a_report_makes_the_folders_it_goes_to(site: Path) -> None:
    assert run(site, "check", "--to", "reports/2026/a.txt").returncode == ExitCode.OK
    assert (site / "reports/2026/a.txt").read_text(encoding="utf-8")
    into = ("--into", "dongguan/shi-zhi-gongwei/2026", "--report", "reports/new/b.txt")
    (site / "a.html").write_text("<table><tr><td>项目名称</td><td>甲</td></tr></table>", encoding="utf-8")
    assert run(site, "import", "a.html", *into).returncode == ExitCode.OK
    assert (site / "reports/new/b.txt").read_text(encoding="utf-8")


def test_check_of_one_department_lists_its_problems_and_the_errors_of_the_site(site: Path) -> None:
    for department, name in (("shi-wenlian", "东莞市文联"), ("shi-fulian", "东莞市妇联")):
        shutil.copytree(site / "content/dongguan/shi-zhi-gongwei", site / "content/dongguan" / department)
        (site / "content/dongguan" / department / "department.yaml").write_text(
            f"部门名称: {name}\n", "utf-8"
        )
    mine, other = (
        PROJECT.replace("shi-zhi-gongwei", "shi-wenlian"),
        PROJECT.replace("shi-zhi-gongwei", "shi-fulian"),
    )
    for file in (mine, other):
        text = (site / file).read_text(encoding="utf-8")
        (site / file).write_text(text.replace("83,370.00元", "83,370.00"), encoding="utf-8")
    text = (site / other).read_text(encoding="utf-8")
    (site / other).write_text(text.replace("项目等级", "项目等极"), encoding="utf-8")

    whole, part = run(site, "check"), run(site, "check", "dongguan/shi-wenlian/2026")
    assert (whole.returncode, part.returncode) == (ExitCode.PROBLEMS, ExitCode.OK)
    assert f"{other}（" in whole.stdout
    assert f"{mine}（" in whole.stdout
    assert f"{mine}（" in part.stdout
    assert "shi-fulian" not in part.stdout
    assert "content/site.yaml" not in part.stdout

    (site / "content/site.yaml").write_text("站点名: 测试\n", encoding="utf-8")
    part = run(site, "check", "dongguan/shi-wenlian")
    assert part.returncode == ExitCode.PROBLEMS
    assert "content/site.yaml" in part.stdout
    assert "shi-fulian" not in part.stdout


def test_check_of_a_bad_site_shows_line_caret_and_hint(site: Path) -> None:
    file = site / PROJECT
    file.write_text(file.read_text(encoding="utf-8").replace("项目等级", "项目等极"), encoding="utf-8")
    result = run(site, "check")
    assert result.returncode == ExitCode.PROBLEMS
    assert "第 3 行第 1 列 错误：不认识“项目等极”" in result.stdout
    assert "      3 | 项目等极: 二级项目\n          ^\n" in result.stdout
    assert "你是不是要写“项目等级”？" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], "没有命令“chek”。你是不是要写 check？"),
        (["build", "--wokers", "1"], "没有选项 --wokers。你是不是要写 --workers？"),
        (["build", "--workers", "多"], "--workers"),
        (["new"], "缺少参数"),
        (["check", "dongguan/shi-wenlian"], "content/ 里没有“dongguan/shi-wenlian”"),
        (["check", "../small"], "content/ 里没有“../small”"),
        (["new", "Dongguan/X"], "不能用作网址"),
        (["new", "a/b/20/c"], "第三段应当是四位年份"),
    ],
    ids=["command", "option", "value", "missing", "address", "outside", "name", "year"],
)
def test_a_wrong_command_line_is_told_in_chinese(arguments: list[str], message: str, site: Path) -> None:
    result = run(site, *arguments)
    assert result.returncode == ExitCode.USAGE
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert not re.search(r"\b(?:Error|Invalid|Missing|No such)\b", result.stderr)


def test_a_folder_without_content(tmp_path: Path) -> None:
    result = run(tmp_path, "build")
    assert result.returncode == ExitCode.PROBLEMS
    assert "没有 content 文件夹" in result.stdout


def test_new_makes_everything_that_is_missing_and_overwrites_nothing(site: Path) -> None:
    (site / "content/dongguan/locality.yaml").write_text(
        "地区名称: 东莞市\n表式:\n  - 项目表: dongguan-project-2026\n", encoding="utf-8"
    )
    made = run(site, "new", "dongguan/shi-wenlian/2027/yanchu", answer="东莞市文联\n惠民演出\n")
    assert made.returncode == ExitCode.OK, made.stderr
    text = (site / "content/dongguan/shi-wenlian/2027/yanchu.yaml").read_text(encoding="utf-8")
    assert "项目名称: 惠民演出    # 必填" in text
    assert "部门名称: 东莞市文联" in (site / "content/dongguan/shi-wenlian/department.yaml").read_text(
        encoding="utf-8"
    )

    checked = run(site, "check")
    assert checked.returncode == ExitCode.PROBLEMS
    assert "record." not in checked.stdout.replace("record.missing", ""), "a new record must be well formed"
    assert "缺少“项目类型”" in checked.stdout
    assert checked.stdout.count("第 4 个指标") == 1
    assert "第 4 个指标没有填" in checked.stdout
    assert "请填写，或删去这几行。" in checked.stdout
    assert re.search(r"^# 每组.*整组删去\n绩效指标:$", text, re.MULTILINE)

    again = run(site, "new", "dongguan/shi-wenlian/2027/yanchu", answer="别的\n")
    assert again.returncode == ExitCode.USAGE
    assert "已经存在" in again.stderr
    assert (site / "content/dongguan/shi-wenlian/2027/yanchu.yaml").read_text(encoding="utf-8") == text


def test_a_new_disclosure_holds_the_department_target_as_a_comment(site: Path) -> None:
    (site / "content/dongguan/locality.yaml").write_text(
        "地区名称: 东莞市\n表式:\n  - {项目表: dongguan-project-2026, 部门整体表: dongguan-department-2023}\n",
        encoding="utf-8",
    )
    folder = site / "content/dongguan/shi-zhi-gongwei"
    shutil.rmtree(folder / "2026")
    assert run(site, "new", "dongguan/shi-zhi-gongwei/2027").returncode == ExitCode.OK
    shutil.copy(SMALL / PROJECT, folder / "2027")
    assert run(site, "check").returncode == ExitCode.OK

    file = folder / "2027/disclosure.yaml"
    head, said, skeleton = file.read_text(encoding="utf-8").partition("再填写；不公开的不用管。\n")
    assert said
    assert all(line.startswith("# ") for line in skeleton.splitlines())
    used = re.sub(r"^# ", "", skeleton, flags=re.MULTILINE)
    file.write_text(head + said + used, encoding="utf-8")
    checked = run(site, "check")
    assert checked.returncode == ExitCode.PROBLEMS
    assert "source." not in checked.stdout
    assert "部门名称" in checked.stdout


def test_new_from_last_year_moves_years_and_marks_what_to_look_at(site: Path) -> None:
    (site / "content/dongguan/locality.yaml").write_text(
        "地区名称: 东莞市\n表式:\n  - 项目表: dongguan-project-2026\n", encoding="utf-8"
    )
    file = site / PROJECT
    text = (
        file.read_text(encoding="utf-8")
        .replace("约100人次", "2026年约100人次")
        .replace("约300人次", "2025-2027年约300人次")
    )
    file.write_text(text + "已认可:\n  - 规则: x\n    原因: y\n", encoding="utf-8")

    assert run(site, "new", "dongguan/shi-zhi-gongwei/2027", "--from", "2026").returncode == ExitCode.OK

    made = (site / PROJECT.replace("2026", "2027")).read_text(encoding="utf-8")
    assert "年度指标值: 2027年约100人次" in made
    assert "实施周期指标值: 2025-2027年约300人次" in made
    assert made.count("# 请核对：") == 5
    assert "  # 请核对：这是 2026 年的目标\n  年度目标:" in made
    assert "# 请核对：下面各个指标的内容和指标值是 2026 年的\n绩效指标:" in made
    assert "已认可" not in made
    assert "[minbing]" not in made
    order = (site / "content/dongguan/shi-zhi-gongwei/2027/disclosure.yaml").read_text(encoding="utf-8")
    assert "年度: 2027" in order
    assert "  - minbing" in order


def test_a_name_is_that_of_the_last_part_only(site: Path) -> None:
    address = "dongguan/shi-wenlian/2027/yanchu"
    asked = run(site, "new", address, "--name", "惠民演出")
    assert asked.returncode == ExitCode.USAGE
    assert "还有名称没有回答，没有生成任何文件" in asked.stderr
    assert not (site / "content/dongguan/shi-wenlian").exists()

    made = run(site, "new", address, "--name", "惠民演出", answer="东莞市文联\n")
    assert made.returncode == ExitCode.OK, made.stderr
    folder = site / "content/dongguan/shi-wenlian"
    assert "部门名称: 东莞市文联\n" in (folder / "department.yaml").read_text(encoding="utf-8")
    assert "项目名称: 惠民演出" in (folder / "2027/yanchu.yaml").read_text(encoding="utf-8")

    useless = run(site, "new", "dongguan/shi-wenlian/2028", "--name", "惠民演出")
    assert (useless.returncode, useless.stdout) == (ExitCode.USAGE, "")
    assert "--name 是地址最后一段的名称" in useless.stderr
    again = run(site, "new", "dongguan/shi-wenlian")
    assert (again.returncode, again.stdout) == (ExitCode.OK, "要的文件都已经有了，没有生成新的文件。\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2028", "--from", "2025"], "content/dongguan/shi-zhi-gongwei/2025 里没有项目可以沿用"),
        (["2028/minbin", "--from", "2026"], "没有 content/dongguan/shi-zhi-gongwei/2026/minbin.yaml"),
        (["2028", "--from", "2028"], "之前的一年"),
    ],
    ids=["year", "project", "order"],
)
def test_nothing_is_left_behind_where_nothing_can_be_carried_over(
    arguments: list[str], message: str, site: Path
) -> None:
    address, *rest = arguments
    result = run(site, "new", f"dongguan/shi-zhi-gongwei/{address}", *rest)
    assert result.returncode == ExitCode.USAGE
    assert message in result.stderr
    assert str(site) not in result.stderr
    assert not (site / "content/dongguan/shi-zhi-gongwei/2028").exists()


def test_new_where_nothing_can_be_written(site: Path) -> None:
    (site / "content/dongguan/shi-wenlian").write_text("这里是一个文件", encoding="utf-8")
    result = run(site, "new", "dongguan/shi-wenlian", "--name", "东莞市文联")
    assert result.returncode == ExitCode.SETUP
    assert "错误：写不了 content/dongguan/shi-wenlian" in result.stderr
    assert "没有生成任何文件" in result.stderr
    assert "Traceback" not in result.stderr


def test_new_that_is_stopped_does_not_speak_of_the_site(site: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "build.py"), "new", "dongguan/shi-wenlian"],
        cwd=site, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # A shell that starts its jobs in the background makes them deaf to Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stdout
    while "：" not in process.stdout.read1().decode():  # type: ignore[attr-defined]
        assert process.poll() is None
    # Its input stays open until it has ended: the end of input is something else than Ctrl-C. A signal between
    # the question and the reading of the answer is only seen with the next one.
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
    assert process.returncode == ExitCode.INTERRUPTED
    _, errors = process.communicate()
    assert "已中断。已有的文件没有改动。" in errors.decode()
    assert "网站" not in errors.decode()


def test_build_then_verify(site: Path) -> None:
    assert run(site, "build").returncode == ExitCode.OK
    assert run(site, "verify").returncode == ExitCode.OK
    (site / "output/index.html").write_text("改了", encoding="utf-8")
    (site / "output/extra.txt").write_text("多了", encoding="utf-8")
    result = run(site, "verify")
    assert result.returncode == ExitCode.PROBLEMS
    assert "已改动：index.html" in result.stdout
    assert "多余：extra.txt" in result.stdout


def test_new_quotes_a_name_that_yaml_would_misread(site: Path) -> None:
    result = run(site, "new", "dongguan/shi-wenlian", "--name", "甲: 乙 #丙")
    assert result.returncode == ExitCode.OK, result.stderr
    document, problems = read_yaml(site / "content/dongguan/shi-wenlian/department.yaml", "department.yaml")
    assert document is not None
    assert not problems
    assert isinstance(document.data, dict)
    assert document.data["部门名称"] == "甲: 乙 #丙"
