"""Known typos of published targets: what is wrong in any context, and what is meant."""

from __future__ import annotations

import re

TYPOS = {
    "建立建全": "建立健全", "拔付": "拨付", "划拔": "划拨", "拔款": "拨款", "下拔": "下拨", "布署": "部署", "复盖": "覆盖",
    "抗汗": "抗旱", "服务群从": "服务群众", "广大群从": "广大群众", "人民群从": "人民群众", "捡查": "检查", "审汁": "审计",
    "贯切": "贯彻", "通迅": "通讯", "震憾": "震撼", "幅射": "辐射",
    "签定": "签订", "再接再励": "再接再厉", "一愁莫展": "一筹莫展", "迫不急待": "迫不及待", "不径而走": "不胫而走",
    "走头无路": "走投无路", "甘败下风": "甘拜下风", "松驰": "松弛",
    "满意渡": "满意度", "满意度度": "满意度", "期间能力抵御": "期间有能力抵御", "帐户": "账户", "帐目": "账目",
    "记帐": "记账", "对帐": "对账", "防洪抗早": "防洪抗旱", "防汛抗早": "防汛抗旱",
    "脱贫功坚": "脱贫攻坚", "攻坚克坚": "攻坚克难", "乡村震兴": "乡村振兴", "乡村振新": "乡村振兴",
    "党风连政": "党风廉政", "廉正建设": "廉政建设", "精神文朋": "精神文明", "机关工及": "机关工委及", "经济效溢": "经济效益",
    "社会效溢": "社会效益", "可持继": "可持续", "可待续发展": "可持续发展", "可待续影响": "可持续影响", "宣传贯策": "宣传贯彻",
    "工作作顺利": "工作顺利",
}  # fmt: skip
"""Wrong → right; only what no correct sentence contains."""

PATTERN = re.compile(
    "|".join(map(re.escape, TYPOS))
    + r"|(?<![\u4e00-\u9fff])关党员(?=志愿|教育|干部|培训|活动)"
    + r"|(?<!目)的的(?!确|哥|士)|(?<![自知])己经(?!营|济|费|理|手|典|络)"
)

_BY_PATTERN = {"关党员": "机关党员", "的的": "的", "己经": "已经"}


SUSPECTS = (*TYPOS, *_BY_PATTERN)
"""What PATTERN can begin to match: plain search for these is several times faster than the pattern."""


def correction(found: str) -> str:
    """What is meant by a typo that PATTERN found."""
    return TYPOS.get(found) or _BY_PATTERN[found]
