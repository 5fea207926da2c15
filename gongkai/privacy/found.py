"""What is found: a piece of text that tells of a person; what people put between digits; and names, which both kinds need."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["identity", "mobile", "landline", "bank", "address", "child"]

# Characters nobody sees, which may stand anywhere inside a number; and what people put between its groups. A line
# break parts two numbers: columns of amounts would be read as one.
UNSEEN = "\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
BETWEEN = (
    " \\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"  # blanks of every width
    "\\-\u2010-\u2015\u2212\u2500\u30fc\ufe58\ufe63\uff0d_\uff3f~\uff5e"  # dashes
    ".\u00b7\u2022\u2024\u2027\u2219\u22c5\u30fb\uff0e\u2026*\u3001"  # dots
    "/\\\\|\uff0f\uff3c\uff5c()\uff08\uff09\\[\\]\uff3b\uff3d{}\u3010\u3011\u3014\u3015\u300c\u300d"
)


@dataclass(frozen=True, slots=True)
class Personal:
    """Something personal at ``start``–``end`` of the text it was found in."""

    kind: Kind
    start: int
    end: int
    checked: bool = True
    """False for a number that only the words before it show to be one: its check digit is wrong."""


# The hundred most frequent surnames (公安部 2020 年全国姓名报告 and the census before it), and double ones.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘田董袁于余叶蒋杜苏魏程吕丁沈"
    "任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎闫薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武"
    "莫孔向汤温康施牛葛樊邢翟伍庞柯骆温祝欧岑简卓"
)
_DOUBLE = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|司徒|夏侯|慕容"
_HAN = "\u4e00-\u9fff"
# What begins like a name and is none: places, offices and everyday words of budgets.
_NO_NAME = re.compile(
    "方案|方面|方式|方法|方向|高度|高中|高新|高质|高校|高效|高标|高等|安全|江苏|江西|江门|江北|江南|金额|金融|"
    "程序|程度|万元|万人|万户|万亩|石龙|石碣|石排|石狮|黄江|黄埔|马上|武汉|武装|白云|温泉|温馨|向社|简介|简称|"
    "任务|任何|任职|田间|田野|林业|林地|史料|史志|康复|康养|施工|施行|严格|严重|龙岩|夏季|何时|于是|余额|余下|"
    "许可|许多|谢绝|段落|顾问|顾客|孔子|周边|周年|周期|周岁|马路|陆续|陆地|钟点|石油|白天|白色|毛利|牛奶|温度|钱款|"
    "张贴|张家|胡同|宋代|唐代|汤池|雷达|戴帽|程控|万一|史前|莫过|向上|向下|丁类|卓越|伍佰|杜绝|欧洲|祝福|单位|曾经|曾用"
)
_NO_ENDING = re.compile(
    "[区县市镇乡村街道局委办科处室部所院校厅会队站馆园社馆县省厂店路线号元年月日个项类级费款表册岁][某]?$"
)
NAME = f"(?:(?:{_DOUBLE})[{_HAN}]{{1,2}}|[{_SURNAMES}][{_HAN}]{{1,2}})"
"""The form of a name, to build patterns of; what it matches is one only if ``is_name`` says so."""


def is_name(text: str) -> bool:
    """Whether a match of NAME is to be taken for a person; a masked one (张某, 李××) names nobody."""
    return not ("某" in text or _NO_NAME.match(text) or _NO_ENDING.search(text))
