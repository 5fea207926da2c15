"""site.yaml: what holds for the whole site."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gongkai.reading.kinds import Line, Record, YesNo


class SiteSettings(Record):
    """站点: what holds for the whole site; everything but the title may be left out."""

    title: Line = Field(alias="站点名称")
    base_url: Line | None = Field(None, alias="网址", description="例如 https://www.example.gov.cn/jixiao/")
    site_code: Line | None = Field(None, alias="网站标识码")
    host: Line | None = Field(None, alias="主办单位")
    icp: Line | None = Field(None, alias="ICP备案号")
    police: Line | None = Field(None, alias="公安备案号")
    contact: Line | None = Field(None, alias="联系方式")
    facts: tuple[Line, ...] = Field((), alias="公开信息项", description="公开页上方信息栏的项目和顺序")
    licence: Line | None = Field(None, alias="数据许可")
    convention: Literal["天津"] | None = Field(
        None,
        alias="页面规范",
        description="天津：地区页按《天津市级部门预决算信息公开页面设计规范》列出公开目录，校验时核对",
    )
    draft: YesNo = Field(False, alias="草稿", description="是：每一页标明是草稿，并请搜索引擎不要收录")
    yearbook: YesNo = Field(False, alias="年度汇编", description="是：每个地区每年的公开合订成一份 PDF")
