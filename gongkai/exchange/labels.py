"""What the labels of official tables mean: every wording in use → the field of a record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from gongkai.reading.forms import Form
from gongkai.reading.vocabulary import SUBJECTS, terms

_NOTE = re.compile(r"[（(\[【][^（()）\]】]*[）)\]】]")
_NUMBERED = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,2}[）)]|[一二三四五六七八九十]+[、.．]|\d{1,2}[、.．](?!\d)|[①-⑳])"
)
_YEAR = re.compile(r"^(?:20\d\d|20××|XX|×{2,4}|_{2,}|\s)*年度?(?=.{2,})")
_LEADING = re.compile(r"^(?:其中|其|项目名称及)?[:：]")

VARIANTS: dict[str, tuple[str, ...]] = {
    "name": ("项目名称", "预算项目名称", "项目名", "项目（政策）名称"),
    "code": ("项目代码", "项目编码", "项目编号"),
    "type": ("项目类型",),
    "level": ("项目等级", "项目级次", "项目级别"),
    "nature": ("项目属性", "项目性质"),
    "category": ("项目类别", "项目分类"),
    "authority": ("主管部门", "主管部门及代码", "预算主管部门", "主管单位", "主管部门名称", "业务主管部门"),
    "spending_unit": ("用款单位", "预算单位", "资金使用单位", "单位名称", "使用单位", "预算单位名称", "项目单位", "申报单位"),
    "implementing_unit": ("实施单位", "项目实施单位", "实施部门", "具体实施单位"),
    "period": ("实施周期", "项目周期", "项目实施周期", "项目期限"),
    "period.start": ("起始年度", "开始年度", "起始年份", "项目起始年度"),
    "period.end": ("到期年度", "终止年度", "截止年度", "结束年度", "项目到期年度"),
    "start_date": ("计划开始日期", "计划开始时间", "开始日期", "开始时间", "项目开始时间"),
    "finish_date": ("计划完成日期", "计划完成时间", "完成日期", "结束日期", "完成时间", "结束时间", "项目结束时间"),
    "overview": ("项目概述", "项目概况", "项目简介", "项目总体概况"),
    "basis": ("立项依据", "项目立项依据", "立项必要性", "设立依据"),
    "implementer": ("实施主体", "项目实施主体"),
    "plan": ("实施方案", "项目实施方案"),
    "schedule": ("起止时间", "项目起止时间"),
    "content": ("项目内容", "项目主要内容"),
    "money": ("项目资金", "资金情况", "预算资金", "资金总额情况", "项目资金情况"),
    "funds.total": ("年度资金总额", "年度资金申请总额", "年度资金合计", "年度预算资金总额", "年度预算金额", "预算金额", "预算数", "总计", "资金总额", "预算总额", "当年年度预算", "当年预算", "预算安排", "年度预算安排", "年度预算数", "年度预算", "金额", "总额"),
    "period_funds.total": ("实施周期资金总额", "中期资金总额", "实施期资金总额", "项目资金总额", "项目总金额", "项目总额", "项目总预算", "项目预算总额"),
    "appropriation": ("财政拨款", "财政资金", "当年财政拨款", "财政拨款小计", "财政拨款收入", "本年财政拨款", "年财政拨款"),
    "general_public": ("一般公共预算", "一般公共预算拨款", "一般公共预算资金", "一般公共预算财政拨款"),
    "government_fund": ("政府性基金", "政府性基金预算", "政府性基金预算拨款", "政府性基金预算资金"),
    "state_capital": ("国有资本经营", "国有资本经营预算", "国有资本经营预算拨款", "国有资本经营预算资金"),
    "carryover": ("上年结转", "上年结转资金", "上年结转结余"),
    "fiscal_account": ("财政专户", "财政专户拨款", "财政专户管理资金", "财政专户资金"),
    "unit_funds": ("单位资金", "自有资金", "自有资金小计", "单位自有资金", "自筹资金"),
    "other": ("其他资金", "其它资金", "其他收入", "其他来源资金"),
    "objective": ("总体绩效目标", "总体目标", "绩效目标", "年度绩效目标", "整体绩效目标"),
    "objective.period": ("实施周期总目标", "实施周期目标", "项目总目标", "中期目标", "实施期目标", "长期目标", "实施期总目标", "中长期目标", "项目总体目标", "项目总体绩效目标", "项目绩效总目标"),
    "objective.annual": ("年度目标", "年度总体目标", "年度总体绩效目标", "当年目标", "当年度目标", "年度主要目标和成果", "年度主要目标", "年度预期目标"),
    "indicators": ("绩效指标", "年度绩效指标", "项目绩效指标"),
    "indicators.level1": ("一级指标",),
    "indicators.level2": ("二级指标",),
    "indicators.level3": ("三级指标", "指标名称", "指标内容"),
    "indicators.nature": ("指标性质", "性质", "指标符号", "运算符号"),
    "indicators.period_target": ("实施周期指标值", "实施期指标值", "中期指标值", "周期指标值", "总指标值", "实施周期目标值"),
    "indicators.annual_target": ("年度指标值", "当年度指标值", "指标值", "年度/项目指标值", "目标值", "当年指标值", "年度目标值", "计划指标值", "项目指标值"),
    "indicators.unit": ("度量单位", "计量单位", "指标单位", "单位"),
    "indicators.standard": ("绩效标准", "评价标准", "评分标准", "指标标准"),
    "indicators.weight": ("权重", "分值", "分值权重", "指标权重", "权重分值", "权重/分值", "指标分值"),
    "indicators.direction": ("指标方向性", "指标方向", "方向性", "指标趋向"),
    "department": ("部门名称", "部门单位名称", "部门（单位）名称"),
    "expenditure.total": ("部门预算支出", "部门预算总支出", "年度预算申请总额"),
    "expenditure.basic": ("基本支出",),
    "expenditure.project": ("项目支出",),
    "tasks": ("年度重点工作任务", "年度主要任务", "主要任务", "重点工作任务"),
    "tasks.name": ("名称", "任务名称"),
    "tasks.content": ("主要实施内容", "主要内容", "任务内容"),
    "tasks.funds": ("拟投入的资金", "拟投入资金", "预算总额"),
    "tasks.goal": ("期望达到的目标", "目标内容", "预期目标"),
    "sum": ("合计", "小计", "金额合计", "总计金额"),
    "group": ("基本信息", "预算整体情况", "收入来源", "事业发展性支出", "按预算级次划分", "执行率分值", "资金来源", "年度预算情况", "项目绩效目标", "项目基本信息"),
    "unit": ("单位", "金额单位", "货币单位"),
}  # fmt: skip
"""Field or role → wordings. ``appropriation`` … ``other`` stand in 年度资金 or 实施周期资金 by their surroundings."""

SOURCES = ("appropriation", "general_public", "government_fund", "state_capital", "carryover", "fiscal_account", "unit_funds", "other")  # fmt: skip
LEVEL1 = ("产出指标", "效益指标", "满意度指标", "成本指标", "项目完成指标", "项目效益指标", "产出", "效益", "满意度", "成本", "完成指标", "绩效产出指标")  # fmt: skip
_LEVEL2 = ("数量", "质量", "时效", "成本", "经济效益", "社会效益", "生态效益", "环境效益", "可持续影响", "可持续发展", "服务对象满意度", "社会公众满意度", "社会公众或服务对象满意度", "满意度", "经济成本", "社会成本", "生态环境成本", "生态环境效益", "可持续", "受益对象满意度")  # fmt: skip
LEVEL2 = tuple(name + tail for name in _LEVEL2 for tail in ("指标", ""))


@lru_cache(maxsize=20_000)
def label_key(text: str) -> str:
    """A label without what varies: white space, numbering, year, notes in brackets, colon, （续）."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    plain = _LEADING.sub("", plain.replace("×", "X"))
    plain = _NUMBERED.sub("", plain, count=1)
    plain = re.sub(r"\(/\w{1,4}\)", "", plain)
    while (shorter := _NOTE.sub("", plain)) != plain and shorter:
        plain = shorter
    plain = plain.rstrip(":：*;；,，")
    return _YEAR.sub("年度" if _YEAR_MATTERS.search(plain) else "", plain) if len(plain) < 40 else plain


_YEAR_MATTERS = re.compile(r"年度?(?:目标|总体|预算|资金|指标|绩效|重点|主要)")


def level_name(text: str) -> str:
    """A level name as written, without white space, code (``1-产出指标``), （续） and note of its weight (``（50分）``)."""
    plain = re.sub(r"\s+", "", text)
    plain = re.sub(r"[（(]续[)）]|[（(]\d+(?:\.\d+)?[分%％]?[)）]", "", plain)
    return re.sub(r"^\d{1,3}[-－—.、]?(?=[\u4e00-\u9fff])", "", plain).rstrip(":：")


def is_level1(text: str) -> bool:
    """Whether this is a first-level name of a system in use."""
    return level_name(text) in LEVEL1


def is_level2(text: str) -> bool:
    """Whether this is a second-level name of a system in use."""
    return level_name(text) in LEVEL2


class Labels:
    """The dictionary of labels: what is in use, the vocabulary, and what the forms at hand print."""

    def __init__(self, forms: Mapping[str, Form]) -> None:
        self._meanings: dict[str, list[str]] = {}
        for path, wordings in VARIANTS.items():
            for wording in wordings:
                self._learn(wording, path)
        for model in set(SUBJECTS.values()):
            for term in terms(model).values():
                if not term.in_list and "." not in term.path:
                    self._learn(
                        term.label,
                        {"name": "department"}.get(term.path, term.path)
                        if term.label == "部门名称"
                        else term.path,
                    )
        self.own: dict[str, list[tuple[str, str]]] = {}
        for form in forms.values():
            self._learn_form(form)

    def _learn_form(self, form: Form) -> None:
        for path, label in form.declared.fields.items():
            if not label or (form.subject == "department" and path == "name"):
                continue
            wording = label.replace("{year}", "2000")
            head, _, rest = path.partition(".")
            if head in ("funds", "period_funds", "carryover") and rest in SOURCES:
                path = rest
            self._learn(wording, path)
        for own in form.declared.own:
            self.own.setdefault(label_key(own.label), []).append((form.id, own.id))

    def _learn(self, wording: str, path: str) -> None:
        known = self._meanings.setdefault(label_key(wording), [])
        if path not in known:
            known.append(path)

    def meanings(self, text: str) -> list[str]:
        """Every field or role a text may be the label of, the likeliest first; none for ordinary text."""
        return self._meanings.get(label_key(text), []) if text and len(text) <= 60 else []

    def means(self, text: str, *paths: str) -> bool:
        """Whether the text can be the label of one of these."""
        return any(path in paths for path in self.meanings(text))


def unit_in(text: str) -> str | None:
    """The money unit a label states: 元, 万元 or 亿元."""
    found = re.search(r"(亿元|万元|(?<!美)元)", unicodedata.normalize("NFKC", re.sub(r"\s+", "", text)))
    return found[1] if found else None
