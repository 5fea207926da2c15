"""What is said of a site and its publications: notices, forms, texts, time limits, corrections, accepted findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from gongkai.reading.kinds import Day, FileName, Line, Record, Rich, Slug, Year, YesNo, label

NoticeKind = Literal["目标", "自评", "转移支付", "其他"]


class Accepted(Record):
    """已认可: a finding that is right all the same, and why."""

    rule: Line = Field(alias="规则")
    path: Line | None = label("位置", "问题所在的字段，例如 绩效指标[3].年度指标值；不写则不限位置")
    scope: Literal["本文件", "本次公开"] | None = label(
        "适用", "写在 disclosure.yaml 里的“本次公开”，所有项目文件都适用"
    )
    reason: Line = Field(alias="原因")


class Withdrawal(Record):
    """撤回说明: why something that was published is published no longer; its address says so."""

    day: Day = Field(alias="日期")
    reason: Line = Field(alias="原因")


CORRECTED, REWORDED = "更正", "仅改错字"
"""The kinds of corrections, as the data tells them apart."""


class WordingFix(Record):
    """仅改错字: wording that was put right after publication, no figure among it."""

    day: Day = Field(alias="日期")
    text: Rich = Field(alias="内容")


class Correction(WordingFix):
    """更正说明: what was changed after publication."""

    files: tuple[FileName, ...] = label(
        "原文件", "更正前公开的文件，放在年度文件夹的 files/ 里，仍可下载；写文件名", default=()
    )


class SignOff(Record):
    """签发: who let a year be published, when, and what it said then."""

    who: Line = Field(alias="签发人")
    day: Day = Field(alias="日期")
    value: Line = Field(alias="校验值", description="sign 命令给出的；内容改了就不一致，要重新签发")


class Notice(Record):
    """公告: one more act of publication within a year."""

    slug: Slug = Field(
        alias="文件名", description="网址里的名称，只用小写英文字母、数字和连字符，例如 ziping"
    )
    kind: NoticeKind = Field(alias="类别")
    title: Line | None = label("标题", "不写则由部门、年度和类别组成")
    published: Day | None = label("发布日期", "这一天以前，它的内容不公开")
    number: Line | None = label("发文字号")
    projects: tuple[Slug, ...] = label(
        "项目", "公告里的项目（文件名），按先后；自评不写则是全部写了自评的项目", default=()
    )
    texts: tuple[Slug, ...] = label("说明", "随公告公开的说明的文件名（不含 .md）", default=())


class FormNames(Record):
    """表式: which forms are used, by what they show."""

    department: Slug | None = label("部门整体表")
    project: Slug | None = label("项目表")
    summary: Slug | None = label("项目汇总表")
    document: Slug | None = label("公开文本")
    evaluation: Slug | None = label("项目自评表")
    department_evaluation: Slug | None = label("部门自评表")

    def named(self) -> Iterator[tuple[str, str]]:
        """(field, form) of each that is named."""
        for field in FormNames.model_fields:
            if name := getattr(self, field):
                yield field, name


class FormsInForce(FormNames):
    """表式 of a locality from and to a year (blank: without limit, and for 未注明 years); no kind twice in one."""

    first: Year | None = label("起始年度")
    last: Year | None = label("截止年度")

    def covers(self, year: int | None) -> bool:
        """Whether these forms are in force in ``year`` (None: 未注明, only without limits)."""
        if year is None:
            return self.first is None and self.last is None
        return (self.first or year) <= year <= (self.last or year)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a text: its file's name, its size in pixels as shown, the SHA-256 of its bytes."""

    name: str
    width: int
    height: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Article:
    """说明: a text published with a year's tables; ``file`` is what it is called in problems, ``text`` what stands in it."""

    slug: str
    title: str
    html: str
    """Sanitised; what follows the title."""
    file: str
    text: str
    pictures: tuple[Picture, ...] = ()


class SiteSettings(Record):
    """站点: what holds for the whole site; everything but the title may be left out."""

    title: Line = Field(alias="站点名称")
    base_url: Line | None = label("网址", "例如 https://www.example.gov.cn/jixiao/")
    site_code: Line | None = label("网站标识码")
    host: Line | None = label("主办单位")
    icp: Line | None = label("ICP备案号")
    police: Line | None = label("公安备案号")
    contact: Line | None = label("联系方式")
    facts: tuple[Line, ...] = label("公开信息项", "公开页上方信息栏的项目和顺序", default=())
    licence: Line | None = label("数据许可")
    convention: Literal["天津"] | None = label(
        "页面规范", "天津：地区页按《天津市级部门预决算信息公开页面设计规范》列出公开目录，校验时核对"
    )
    draft: YesNo = label("草稿", "是：每一页标明是草稿，并请搜索引擎不要收录", default=False)
    yearbook: YesNo = label("年度汇编", "是：每个地区每年的公开合订成一份 PDF", default=False)


# -- until when a budget must be published -----------------------------------------------------------

TimeLimit = Literal["20日", "20个工作日"]
"""预算法第十四条: twenty days; where the locality's own notice says so, twenty working days."""
_DAYS = 20


def deadline(approved: date, limit: TimeLimit) -> date:
    """The last day, by the holidays and made-up working days that the State Council has announced.

    Of a year whose holidays are not announced yet only Saturdays and Sundays are known.
    """
    if limit == "20日":
        return approved + timedelta(_DAYS)
    day, left = approved, _DAYS
    while left:
        day += timedelta(1)
        left -= _is_workday(day)
    return day


def _is_workday(day: date) -> bool:
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # no such year in it yet
        return day.weekday() < 5
