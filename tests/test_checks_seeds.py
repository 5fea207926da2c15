"""What the rules find in the published seeds, held as a file, and the handbook held against the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongkai.checks.check import check_department
from gongkai.checks.handbook import rules_page
from gongkai.problems import Problem, Severity, ordered
from gongkai.reading.forms import load_forms
from gongkai.reading.load import Loader
from gongkai.workspace import built_in_layouts

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden" / "seed-findings.txt"
HANDBOOK = ROOT / "docs" / "规则.md"
SEEDS = (
    "dongguan/shi-zhi-gongwei/2023/",
    "dongguan/shi-zhi-gongwei/2026/",
    "huadu/qu-zhi-gongwei/undated/",
    "dongkeng/dangjian-fuwu-zhongxin/2024/",
    "langxi/xian-zhi-gongwei/2023/",
)


@pytest.fixture(scope="module")
def findings() -> list[Problem]:
    loader = Loader(ROOT, load_forms((built_in_layouts(),))[0])
    found: list[Problem] = []
    for locality in loader.localities():
        for folder in loader.department_folders(locality):
            loaded = loader.department(locality, folder)
            assert loaded is not None
            found += check_department(loaded)
    assert not [problem for problem in loader.problems if problem.blocks]
    return [one for one in ordered(found) if one.place.file.removeprefix("content/").startswith(SEEDS)]


def line_of(problem: Problem) -> str:
    related = " ".join(f"{place.line}:{place.column}" for place in problem.related)
    place = problem.place
    state = f"已认可（{problem.accepted}）" if problem.accepted else problem.severity.label
    where = f"{place.file.removeprefix('content/')}:{place.line}:{place.column}"
    return f"{where} {state} {problem.rule} {problem.message}" + (f" [{related}]" if related else "")


def test_the_findings_in_the_seeds(findings: list[Problem], request: pytest.FixtureRequest) -> None:
    text = "\n".join(map(line_of, findings)) + "\n"
    if request.config.getoption("--update-golden"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8"), "run pytest --update-golden tests/test_checks_seeds.py"


def test_no_finding_in_the_seeds_blocks_or_is_unused(findings: list[Problem]) -> None:
    assert [one for one in findings if one.severity is Severity.ERROR] == []
    assert [one for one in findings if one.rule == "accepted.unused"] == []


KNOWN = {
    # What a careful reader finds wrong in the five published texts: file, rule, and a word of the message.
    "补贴 36 人 × 1000 元 × 12 不是 504,000 元": ("dangwu-gongzuozhe-butie", "cost.price", "432,000"),
    "费用总额 1.2 万元，预算 1.25 万元": ("wangluo-anquan", "cost.rounding", "1.25"),
    "目标写 2025-2027，指标写 2026 至 2028": ("yangguang-rexian", "years.ranges", "2025-2027"),
    "人次对人（民兵）": ("minbing-shiyefei", "period.unit", "300人次"),
    "人次对人（派遣）": ("paiqian-renyuan", "period.unit", "9人次"),
    "费用 5.6 倍，数量 3 倍": ("dangjian-chuangxin-dasai", "period.ratio", "45万元"),
    "培训 2 倍，费用 3.3 倍": ("dangyuan-peixun", "period.ratio", "8个班次"),
    "2099（大赛）": ("dangjian-chuangxin-dasai", "years.placeholder", "2099"),
    "2099（培训）": ("dangyuan-peixun", "years.placeholder", "2099"),
    "2099（民兵）": ("minbing-shiyefei", "years.placeholder", "2099"),
    "2099（派遣）": ("paiqian-renyuan", "years.placeholder", "2099"),
    "2099（网安）": ("wangluo-anquan", "years.placeholder", "2099"),
    "2099（网站）": ("wangzhan-weihu", "years.placeholder", "2099"),
    "2099（热线）": ("yangguang-rexian", "years.placeholder", "2099"),
    "事件数量：较少": ("wangluo-anquan", "indicators.count", "较少"),
    "满意度 90 没有百分号": ("dangjian-gongwei-gongzuo", "indicators.unit", "90或以上"),
    "活动 1 没有单位": ("guanxin-xiayidai", "indicators.unit", "“1”"),
    "满意度放在效益下（关心下一代）": ("guanxin-xiayidai", "indicators.system", "满意度"),
    "满意度放在效益下（文化）": ("jiguan-wenhua-huodong", "indicators.system", "满意度"),
    "满意度放在效益下（主题）": ("zhuti-huodong", "indicators.system", "满意度"),
    "没有年度": ("undated/disclosure", "completeness.year", "年度"),
    "实施单位写成项目名称": ("dang-de-jianshe", "completeness.unit-is-project", "党的建设"),
    "网站没有指标": ("2023/disclosure", "completeness.tasks", "网站"),
    "派遣没有指标": ("2023/disclosure", "completeness.tasks", "派遣"),
    "关党员": ("2023/disclosure", "wording.typo", "机关党员"),
    "能力抵御": ("wangluo-anquan", "wording.typo", "能力抵御"),
    "抗汗": ("xiaoneng-kaoping", "wording.typo", "抗旱"),
    "群从": ("xiaoneng-kaoping", "wording.typo", "群众"),
    "机关工及": ("xiaoneng-kaoping", "wording.typo", "机关工委及"),
    "括号没有配对": ("xiaoneng-kaoping", "wording.unbalanced", "（"),
    "引号没有配对": ("qiye-gongwei-dangjian", "wording.unbalanced", "“"),
    "书名号套书名号（企业）": ("qiye-gongwei-dangjian", "wording.nested-title", "《"),
    "书名号套书名号（社工委）": ("shegongwei-dangjian", "wording.nested-title", "《"),
    "书名号套书名号（郎溪）": ("dang-de-jianshe", "wording.nested-title", "《"),
    "【2021】": ("dangwu-gongzuozhe-butie", "wording.document-number", "【2021】"),
    "[2022]": ("dang-de-jianshe", "wording.document-number", "[2022]"),
    "标点连用": ("dang-de-jianshe", "wording.doubled", "。；"),
    "指标名称末尾的句号": ("hangfeng-pingyi", "wording.end-mark", "。"),
    "半角逗号": ("2023/disclosure", "wording.half-width", ","),
    "按时间节点推进": ("hangfeng-pingyi", "measurability.vague", "时间节点"),
    "满意（派遣）": ("paiqian-renyuan", "measurability.vague", "满意"),
    "全是百分之九十以上": ("jigou-yunxing-fuzhu", "measurability.all-high", "4 个指标"),
    "一个指标四件事": ("dang-de-jianshe", "measurability.composite", "4 件事"),
    "目标照抄（热线）": ("yangguang-rexian", "period.same-goal", "一字不差"),
}  # fmt: skip


@pytest.mark.parametrize("known", KNOWN, ids=list(KNOWN))
def test_a_known_inconsistency_is_found(known: str, findings: list[Problem]) -> None:
    file, rule, word = KNOWN[known]
    assert [one for one in findings if file in one.place.file and one.rule == rule and word in one.message]


def test_the_handbook_is_the_rules(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        HANDBOOK.write_text(rules_page(), encoding="utf-8")
    assert HANDBOOK.read_text(encoding="utf-8") == rules_page(), "run pytest --update-golden"
