"""What is published: localities, departments, disclosures, projects, indicators, funds; all frozen.

The alias of each field is the label printed in the official forms, and is the key in YAML: this module is
the one vocabulary that pairs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from gongkai.reading.acts import (
    Accepted,
    Article,
    Correction,
    FormNames,
    FormsInForce,
    Notice,
    SignOff,
    TimeLimit,
    Withdrawal,
    WordingFix,
)
from gongkai.reading.kinds import (
    Count,
    Day,
    Former,
    Goal,
    Line,
    Money,
    Number,
    OwnValue,
    Record,
    Rich,
    Slug,
    Year,
    YesNo,
    label,
)

# Keys of what the loader adds; no file can hold a NUL, so no file can set them.
OWN, SLUG_KEY = "\0own", "\0slug"


class Period(Record):
    """实施周期, in years."""

    start: Year | None = label("起始年度")
    end: Year | None = label("到期年度")


class Funds(Record):
    """资金 by source; every amount in 元, None where the form is blank."""

    total: Money | None = label("总额")
    appropriation: Money | None = label("财政拨款")
    general_public: Money | None = label("一般公共预算", "财政拨款中的一般公共预算拨款")
    government_fund: Money | None = label("政府性基金预算", "财政拨款中的政府性基金预算拨款")
    state_capital: Money | None = label("国有资本经营预算", "财政拨款中的国有资本经营预算拨款")
    carryover: Money | None = label("上年结转")
    carryover_general_public: Money | None = label("上年结转一般公共预算")
    carryover_government_fund: Money | None = label("上年结转政府性基金预算")
    carryover_state_capital: Money | None = label("上年结转国有资本经营预算")
    fiscal_account: Money | None = label("财政专户", "财政专户管理资金、财政专户拨款")
    unit_funds: Money | None = label("单位资金", "单位资金、自有资金")
    other: Money | None = label("其他资金")


class Evaluation(Record):
    """自评: what was spent and reached by the year's end, and its scores; rate and total as printed."""

    initial: Funds = Field(default_factory=Funds, alias="年初预算数")
    adjusted: Funds = Field(default_factory=Funds, alias="全年预算数", description="调整以后的（A）")
    spent: Funds = Field(default_factory=Funds, alias="执行数", description="全年执行数（B）")
    rate: Line | None = label("执行率", "原表印的，例如 99.97%；不写则算出")
    weight: Number | None = label("执行率分值", "预算执行率占几分，多为 10")
    execution_score: Number | None = label("执行率得分")
    reason: Rich | None = label("执行偏差原因", "执行率不到 90% 的写明")
    result: Rich | None = label("完成情况", "年度总体目标的实际完成情况")
    score: Number | None = label("总分", "原表印的总分；不写则由各项得分算出")
    conclusion: Rich | None = label("结论")
    problems: Rich | None = label("存在问题")
    measures: Rich | None = label("改进措施")
    reported: Day | None = label("填报日期")


_NOTHING = Evaluation.model_validate({})
Evaluated = Annotated[Evaluation | None, AfterValidator(lambda found: None if found == _NOTHING else found)]
"""A 自评 in which nothing is stated is none."""


class Objective(Record):
    """总体绩效目标: the statements for the whole period and for the year."""

    period: Rich | None = label("实施周期总目标")
    annual: Rich | None = label("年度目标")


class Indicator(Record):
    """One 绩效指标 with its planned values as written."""

    level1: Line | None = label("一级指标")
    level2: Line | None = label("二级指标")
    level3: Line | None = label("三级指标")
    nature: Line | None = label("指标性质", "单列的性质或符号，例如 ≥、定性")
    period_target: Goal | None = label("实施周期指标值")
    annual_target: Goal | None = label("年度指标值", "年度指标值；只有一列“指标值”时也写在这里")
    unit: Line | None = label("度量单位")
    standard: Line | None = label("绩效标准")
    weight: Number | None = label("权重", "权重或分值")
    direction: Line | None = label("指标方向性")
    actual: Goal | None = label("实际完成值", "自评：年末实际完成的值")
    score: Number | None = label("得分", "自评得分，不超过权重")
    reason: Line | None = label("偏差原因", "自评：偏差原因分析及改进措施")
    goal: Line | None = label(
        "所属目标", "几个目标各有指标的（长期目标1、长期目标2…），它属于哪一个，照原表印"
    )
    own: Mapping[str, OwnValue] = label("\0own", default={}, exclude=True)


class KeyTask(Record):
    """年度重点工作任务: one task of a department's year."""

    name: Line | None = label("名称")
    content: Rich | None = label("主要实施内容")
    funds: Money | None = label("拟投入的资金")
    appropriation: Money | None = label("财政拨款")
    other: Money | None = label("其他资金")
    goal: Rich | None = label("期望达到的目标")


class Expenditure(Record):
    """部门预算支出."""

    total: Money | None = label("总额")
    basic: Money | None = label("基本支出")
    project: Money | None = label("项目支出")


class DepartmentTarget(Record):
    """部门整体绩效目标: what a whole department means to achieve in the year."""

    name: Line = Field(alias="部门名称")
    expenditure: Expenditure = Field(default_factory=Expenditure, alias="部门预算支出")
    funds: Funds = Field(default_factory=Funds, alias="收入来源")
    objective: Rich | None = label("总体绩效目标")
    tasks: tuple[KeyTask, ...] = label("年度重点工作任务", default=())
    indicators: tuple[Indicator, ...] = label("绩效指标", default=())
    evaluation: Evaluated = label("自评", "年度终了以后的绩效自评")
    own: Mapping[str, OwnValue] = label("\0own", default={}, exclude=True)


class Project(Record):
    """One 项目 of a department in one year; ``slug`` is its file name and lasting identity."""

    slug: str = label("\0slug", default="", exclude=True)
    name: Line = Field(alias="项目名称")
    code: Line | None = label("项目代码")
    type: Line | None = label("项目类型")
    level: Line | None = label("项目等级")
    nature: Line | None = label("项目属性", "常年项目、阶段性项目等；有的表式称“项目性质”")
    category: Line | None = label("项目类别")
    authority: Line | None = label("主管部门")
    spending_unit: Line | None = label("用款单位", "资金使用单位、预算单位")
    implementing_unit: Line | None = label("实施单位")
    period: Period = Field(default_factory=Period, alias="实施周期")
    start_date: Line | None = label("计划开始日期")
    finish_date: Line | None = label("计划完成日期")
    overview: Rich | None = label("项目概述")
    basis: Rich | None = label("立项依据")
    implementer: Rich | None = label("实施主体")
    plan: Rich | None = label("实施方案")
    schedule: Line | None = label("起止时间")
    content: Rich | None = label("项目内容")
    funds: Funds = Field(default_factory=Funds, alias="年度资金")
    period_funds: Funds = Field(
        default_factory=Funds, alias="实施周期资金", description="实施周期（中期）资金"
    )
    objective: Objective = Field(default_factory=Objective, alias="总体绩效目标")
    indicators: tuple[Indicator, ...] = label("绩效指标", default=())
    period_indicators: tuple[Indicator, ...] = label(
        "中期绩效指标", "中期与年度并列的表式里，中期一侧的指标", default=()
    )
    evaluation: Evaluated = label("自评", "年度终了以后的绩效自评")
    forms: tuple[Slug, ...] = label(
        "表式", "这个项目不用本地区的表，用这里写的表式；目标表、自评表可以各写一个", default=()
    )
    disclosed: YesNo = label(
        "公开", "是 或 否；写“否”时必须写不公开原因；不写而写了不公开原因的，不公开", default=True
    )
    withheld_reason: Line | None = label("不公开原因")
    withdrawal: Withdrawal | None = label("撤回说明", "已经公开又撤回的项目：只公开它的名称、撤回日期和原因")
    former: Former = ()
    accepted: tuple[Accepted, ...] = label("已认可", default=(), exclude=True)
    own: Mapping[str, OwnValue] = label("\0own", default={}, exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _reason_withholds(cls, data: Any) -> Any:
        """Who gives a reason for withholding means to withhold, also where 公开 is left blank."""
        if isinstance(data, dict) and data.get("不公开原因") and data.get("公开") is None:
            return {**data, "公开": "否"}
        return data


class Disclosure(Record):
    """公开: what one department publishes for one year (None: 未注明)."""

    slug: str = label("\0slug", default="", exclude=True)
    year: Year | None = label("年度")
    title: Line | None = label("标题", "不写则由部门、年度和表名组成")
    approved: Day | None = label("批复日期", "财政部门批复预算的日期，用来核对是否在二十日内公开")
    published: Day | None = label("发布日期", "例如 2026-02-13")
    facts: Mapping[str, Line] = label("公开信息", "索引号、发布机构、发文字号等", default={})
    all_projects: Count | None = label("项目总数", "部门当年项目总数（含不公开的），用来算公开比例")
    last_year_project_funds: Money | None = label("上年项目支出", "上年没有公开记录时写在这里")
    change_reason: Line | None = label("增减原因")
    order: tuple[Slug, ...] = label("项目顺序", "项目文件名（不含 .yaml），按公开的先后", default=())
    department_target: DepartmentTarget | None = label("部门整体绩效目标")
    forms: FormNames | None = label("表式", "这一年不用本地区的表，用这里写的")
    notices: tuple[Notice, ...] = label("公告", "这一年另外的公告：自评、转移支付等", default=())
    corrections: tuple[Correction, ...] = label("更正说明", default=())
    wording_fixes: tuple[WordingFix, ...] = label(
        "仅改错字", "已经公开的文字改了错字；改了数的要写更正说明", default=()
    )
    withdrawal: Withdrawal | None = label("撤回说明", "已经公开又撤回的：这一年只公开标题、撤回日期和原因")
    former: Former = ()
    signed: SignOff | None = label("签发", "不公开；签发以后改了内容，要重新签发才能发布", exclude=True)
    accepted: tuple[Accepted, ...] = label("已认可", default=(), exclude=True)
    own: Mapping[str, OwnValue] = label("\0own", default={}, exclude=True)
    projects: tuple[Project, ...] = label("\0projects", default=(), exclude=True)
    withdrawn: tuple[Project, ...] = label("\0withdrawn", default=(), exclude=True)
    """Projects, and texts of a withdrawn year, that were published and are no longer: of them only name, day and reason are."""

    articles: tuple[Article, ...] = label("\0articles", default=(), exclude=True)

    @property
    def shown(self) -> tuple[Project, ...]:
        """The projects that are disclosed."""
        return tuple(project for project in self.projects if project.disclosed)


class Department(Record):
    """部门."""

    slug: str = label("\0slug", default="", exclude=True)
    name: Line = Field(alias="部门名称")
    short: Line | None = label("部门简称")
    code: Line | None = label("部门代码")
    sort_key: Line | None = label("排序拼音", "名称里的多音字排错时写在这里")
    former: Former = ()
    disclosures: tuple[Disclosure, ...] = label("\0disclosures", default=(), exclude=True)


class Locality(Record):
    """地区."""

    slug: str = label("\0slug", default="", exclude=True)
    name: Line = Field(alias="地区名称")
    code: Line | None = label("行政区划代码")
    level: Literal["省", "市", "县", "乡镇"] | None = label("级别")
    parent: Slug | None = label("上级地区", "上级地区的文件夹名")
    time_limit: TimeLimit = label(
        "公开期限", "批复后多久之内公开；当地通知写“20个工作日”的才写，不写是 20 日", default="20日"
    )
    forms: tuple[FormsInForce, ...] = label("表式", default=())
    departments: tuple[Department, ...] = label("\0departments", default=(), exclude=True)
