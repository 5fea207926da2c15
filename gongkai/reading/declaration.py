"""form.yaml: what a form may declare about an official table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from pydantic import Field

from gongkai.amounts import AmountStyle
from gongkai.reading.kinds import Count, Line, Number, Record, Rich, Width, YesNo

_PLACES = re.compile(r"\{([\w.]+)\}")
Subject = Literal["project", "department", "summary", "document"]
OwnType = Literal["text", "rich", "amount", "number", "count", "date", "choice", "target", "day", "rows"]


class Amounts(Record):
    """How amounts are printed; decimals blank: as many as the value needs."""

    unit: Literal["元", "万元", "亿元"] = Field("元", description="单位")
    decimals: Count | None = Field(None, description="小数位数；不写则需要几位印几位")
    grouping: YesNo = Field(True, description="是否印千位分隔符")
    show_unit: YesNo = Field(False, description="是否在数后印单位")
    zero: Line | None = Field(None, description="零怎么印；不写则和别的金额一样")

    def style(self) -> AmountStyle:
        """The same as the value type that formatting takes."""
        return AmountStyle(self.unit, self.decimals, self.grouping, self.show_unit, self.zero)


class Level2(Record):
    """A second-level indicator name of the system, with its code if the form prints one."""

    name: Line = Field(description="名称")
    code: Line | None = Field(None, description="代码，表上印代码时才写")


class Level1(Record):
    """A first-level indicator name and the second-level ones below it, in printed order."""

    name: Line = Field(description="名称")
    code: Line | None = Field(None, description="代码，表上印代码时才写")
    weight: Number | None = Field(None, description="下面各指标的权重合计应当是几分，校验自评时核对")
    level2: tuple[Level2, ...] = Field((), description="下面的二级指标")


class IndicatorSystem(Record):
    """The indicator names a form knows; ``print_empty``: every second-level row is printed, even when blank."""

    levels: tuple[Level1, ...] = Field((), description="一级指标，按印出的先后")
    print_empty: YesNo = Field(
        False, description="没有指标的二级指标是否也印一个空行；是：按本体系的先后排列"
    )

    execution_weight: Number | None = Field(None, description="预算执行率应当占几分，校验自评时核对")

    def code_of(self, name: str | None) -> str | None:
        """The code printed before a first- or second-level name; None where it has none."""
        names = [(level.name, level.code) for level in self.levels]
        names += [(level2.name, level2.code) for level in self.levels for level2 in level.level2]
        return dict(reversed(names)).get(name or "")


class OwnField(Record):
    """A field only this form has: ``id`` in templates (``own.<id>``), ``label`` as YAML key."""

    id: Line = Field(description="在模板里的名字，英文：own.<id>")
    on: Literal["record", "unit", "indicators", "disclosure"] = Field(
        "record",
        description="属于哪里：record 记录，unit 用款单位（写在项目里，同一单位的写得一样），indicators 每个指标，disclosure 这次公开",
    )
    label: Line = Field(description="在记录里的键")
    type: OwnType = Field(
        "text",
        description="text 一行文字，rich 长文字，amount 金额，number 数，count 整数，date 日期，choice 选项，target 指标值（照原样印），day 日期（照原样印，例如 2024年3月），rows 若干行",
    )
    choices: tuple[Line, ...] = Field((), description="choice 可选的值")
    columns: tuple[OwnField, ...] = Field((), description="rows 每一行的各项")
    description: Line | None = Field(None, description="给填写人的说明")


class PageSetup(Record):
    """The printed page; ``pages`` is how many the example takes."""

    size: Literal["A4", "A3"] = Field("A4", description="纸张")
    orientation: Literal["portrait", "landscape"] = Field(
        "portrait", description="portrait 竖放，landscape 横放"
    )
    pages: Count = Field(1, description="样例印成几页")


class ClassPrint(Record):
    """How cells of one class are printed; what is blank is as in all cells."""

    size: Number | None = Field(None, description="字号，磅")
    leading: Number | None = Field(None, description="行距，字号的倍数")
    align: Literal["left", "center", "right", "justify"] | None = Field(
        None, description="left 靠左，center 居中，right 靠右，justify 两端对齐"
    )
    indent: Number | None = Field(None, description="长文字每段首行缩进几个字")
    across: Number | None = Field(None, description="文字与左右框线的距离，磅")
    down: Number | None = Field(None, description="文字与上下框线的距离，磅")


class TextPrint(Record):
    """How the running text of a document is printed."""

    size: Number = Field(Decimal("12"), description="字号，磅")
    leading: Number = Field(Decimal("1.8"), description="行距，字号的倍数")
    indent: Number = Field(Decimal("2"), description="每段首行缩进几个字")
    table_before: Number = Field(Decimal("8"), description="表格上方的空白，磅")
    table_after: Number = Field(Decimal("16"), description="表格下方的空白，磅")


class PrintStyle(Record):
    """How the table is printed: its cells, those of single classes, and the running text around it."""

    size: Number = Field(Decimal("10"), description="表内字号，磅")
    leading: Number = Field(Decimal("1.5"), description="表内行距，字号的倍数")
    across: Number = Field(Decimal("4"), description="文字与左右框线的距离，磅")
    down: Number = Field(Decimal("3"), description="文字与上下框线的距离，磅")
    classes: Mapping[str, ClassPrint] = Field(
        default_factory=dict, description="某一类（class）单元格另外的印法"
    )
    text: TextPrint = Field(default_factory=TextPrint, description="公开文本的正文")


class Declaration(Record):
    """form.yaml, as written."""

    base: Line | None = Field(
        None,
        description="另一种表式的代号：这里只写与它不同的；字段等按键合并，不要的键写“-”；没有 form.html、form.css 的用它的",
    )
    title: Line = Field(
        description="印在表上方的表名；可以写 {year} 和 {字段的路径}，例如 {year}年{name}绩效目标表"
    )
    name: Line = Field(description="这种表式的全称，用来与别的表式区分")
    subject: Subject = Field(
        description="一张表公开什么：project 一个项目，department 部门整体，summary 全部项目一张表，document 公开文本"
    )
    users: Line | None = Field(None, description="哪里的部门使用")
    since: Line | None = Field(None, description="从哪一年起使用；不清楚就不写")
    source: Line | None = Field(None, description="表式的出处")
    amounts: Amounts = Field(default_factory=Amounts, description="金额的印法")
    amounts_of: Mapping[str, Amounts] = Field(default_factory=dict, description="个别字段另外的印法")
    indicators: IndicatorSystem = Field(default_factory=IndicatorSystem, description="指标体系")
    fields: Mapping[str, Line | None] = Field(
        description="表上有的字段和印出的名称；名称留空：有内容，但没有自己的名称"
    )
    totals: tuple[Line, ...] = Field(
        (), description="印出合计数的金额字段：各项目的合计，或一个记录里各行的合计（tasks.funds）"
    )
    blanks: Mapping[str, Rich] = Field(default_factory=dict, description="字段空白时，空格里照原表式印的文字")
    required: tuple[Line, ...] = Field((), description="必填的字段")
    own: tuple[OwnField, ...] = Field((), description="只有本表式才有的字段")
    columns: tuple[Width, ...] = Field(
        (),
        description="各列的宽度，百分数，合计 100；写 '*' 的一列，按 repeat 的各个名称分成几列；公开文本没有自己的表格，不写",
    )
    repeat: Line | None = Field(
        None,
        description="每个名称一列的，写名称的字段：rows 字段里的第一列，例如 indicators.own.counties.county",
    )
    print: PrintStyle = Field(
        default_factory=PrintStyle, description="印在 PDF 里的字号、行距、对齐；网页另由 form.css 决定"
    )
    page: PageSetup = Field(default_factory=PageSetup, description="印制的纸张")
    signature: tuple[Line, ...] = Field((), description="印在表下的签字、盖章栏，例如 填报单位（盖章）")
    repeat_labels: YesNo = Field(True, description="跨页的合并单元格，在下一页重印名称")
    continued: Line = Field("（续）", description="重印的名称后面加的字样")

    @property
    def in_title(self) -> tuple[str, ...]:
        """The fields that stand in its title."""
        return tuple(path for path in _PLACES.findall(self.title) if path != "year")

    def title_of(self, year: int | None = None, values: Mapping[str, str] | None = None) -> str:
        """Its title with what fields say; without them as any record's table of the form is called."""
        said = {**(values or {}), "year": str(year or "")}
        title = self.title if year else re.sub(r"\{year\}年?度?", "", self.title)
        return re.sub(r"“”|《》|（）|\(\)", "", _PLACES.sub(lambda found: said.get(found[1], ""), title))
