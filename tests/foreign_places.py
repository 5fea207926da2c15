"""Tables of places whose form nobody drew, written by hand: what a person reads in them, and how much of it an import does.

``python tests/foreign_places.py`` measures every table in every kind of file; ``test_import_places.py`` holds the shares.
Cells are ``L`` (label), ``V`` (a value with the field it belongs to, "" where records have none: it must be in the report).
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from foreign_files import html_file, word_file, workbook
from foreign_kinds import CHROME, FORMS, KNOWN, filled_down, numbers, weasy_pdf

from gongkai.exchange.drafts import Notebook
from gongkai.exchange.intake import take_in
from gongkai.exchange.proposals import same_text
from gongkai.reading.source import leaves
from gongkai.tables.grid import Cell, Grid

PATHS = {
    "名称": ("项目名称",), "主管": ("主管部门",), "实施": ("实施单位",), "属性": ("项目属性",), "起止": ("起止时间",), "概况": ("项目概述",),
    "依据": ("立项依据",), "总额": ("年度资金", "总额"), "拨款": ("年度资金", "财政拨款"), "一般": ("年度资金", "一般公共预算"), "基金": ("年度资金", "政府性基金预算"),
    "结转": ("年度资金", "上年结转"), "单位资金": ("年度资金", "单位资金"), "其他": ("年度资金", "其他资金"), "期总额": ("实施周期资金", "总额"),
    "期拨款": ("实施周期资金", "财政拨款"), "期其他": ("实施周期资金", "其他资金"), "年目标": ("总体绩效目标", "年度目标"), "期目标": ("总体绩效目标", "实施周期总目标"),
    "用款": ("用款单位",), "部门": ("部门名称",), "收入": ("收入来源", "总额"), "收入拨款": ("收入来源", "财政拨款"), "收入其他": ("收入来源", "其他资金"),
    "支出": ("部门预算支出", "总额"), "基本": ("部门预算支出", "基本支出"), "项目支出": ("部门预算支出", "项目支出"), "部门目标": ("总体绩效目标",),
    "初总": ("自评", "年初预算数", "总额"), "预总": ("自评", "全年预算数", "总额"), "执总": ("自评", "执行数", "总额"), "初拨": ("自评", "年初预算数", "财政拨款"),
    "预拨": ("自评", "全年预算数", "财政拨款"), "执拨": ("自评", "执行数", "财政拨款"), "执行率": ("自评", "执行率"), "执行分值": ("自评", "执行率分值"),
    "执行得分": ("自评", "执行率得分"), "完成": ("自评", "完成情况"), "总分": ("自评", "总分"),
}  # fmt: skip
COLUMNS = {"1": "一级指标", "2": "二级指标", "3": "三级指标", "值": "年度指标值", "期值": "实施周期指标值", "性质": "指标性质", "单位": "度量单位", "权重": "权重", "标准": "绩效标准", "实际": "实际完成值", "得分": "得分", "原因": "偏差原因"}  # fmt: skip
MONEY = {"年度资金", "实施周期资金", "收入来源", "部门预算支出", "年初预算数", "全年预算数", "执行数"}
Placed = tuple[str, str, int, int, str]
"""Role, text, columns, rows, field."""


def L(text: str, columns: int = 1, rows: int = 1) -> Placed:
    return "head", text, columns, rows, ""


def V(field: str, text: str, columns: int = 1, rows: int = 1) -> Placed:
    return "value", text, columns, rows, field


def B(columns: int = 1, rows: int = 1) -> Placed:
    return V("-", "", columns, rows)


@dataclass(frozen=True)
class Place:
    """A table of some place: lines above it, its rows, and money unit of bare numbers."""

    name: str
    caption: str
    rows: Sequence[Sequence[Placed]]
    unit: str = "万元"
    form: str = ""
    """The form in force, if it is one that records of the table's kind need."""

    def grid(self) -> Grid:
        cells: list[Cell] = []
        covered: set[tuple[int, int]] = set()
        for row, line in enumerate(self.rows):
            column = 0
            for role, text, columns, rows, field in line:
                while (row, column) in covered:
                    column += 1
                covered |= {(row + r, column + k) for r in range(rows) for k in range(columns)}
                path = f"x.level{field}" if field in ("1", "2") else field
                cells.append(Cell(row, column, rows, columns, role, text, text, path))  # type: ignore[arg-type]
        width = max(cell.column + cell.columns for cell in cells)
        return Grid(self.caption, (100 / width,) * width, tuple(cells), len(self.rows), 0)

    def blank(self) -> Place:
        """The table as its place hands it out: nothing but labels, level names and empty check boxes."""

        def emptied(cell: Placed) -> Placed:
            role, text, columns, rows, field = cell
            if role == "value" and field not in ("1", "2"):
                text = text.replace("☑", "□") if "□" in text else ""
            return role, text, columns, rows, field

        return replace(self, rows=[[emptied(cell) for cell in line] for line in self.rows])

    def wanted(self) -> tuple[dict[str, dict[tuple[Any, ...], str]], list[str]]:
        """Record name → field → text, and texts that only the report can have."""
        records: dict[str, dict[tuple[Any, ...], str]] = {}
        rest: list[str] = []
        name = ""
        held: dict[str, tuple[str, int]] = {}
        counts: Counter[tuple[str, str]] = Counter()
        for row, line in enumerate(self.rows):
            items: list[tuple[str, dict[str, str]]] = [("绩效指标", {})]
            for role, text, _, rows, field in line:
                if field == "3" and items[-1][1].get("3"):
                    items.append(("绩效指标", {}))  # the other side of the row
                if field.startswith("期:"):
                    items[-1] = ("中期绩效指标", items[-1][1])
                field = field.removeprefix("期:")
                if field in ("名称", "部门"):
                    name = text
                    counts.clear()
                if field in PATHS:
                    is_money = PATHS[field][0] in MONEY or (PATHS[field][1:2] and PATHS[field][1] in MONEY)
                    records.setdefault(name, {})[PATHS[field]] = text + self.unit * bool(is_money)
                elif field in ("1", "2"):
                    held[field] = (text, row + rows)
                    if field == "1":
                        held.pop("2", None)
                elif field in COLUMNS:
                    items[-1][1][field] = text
                elif field == "" and text and role == "value":
                    rest.append(text)
            levels = {level: held[level][0] for level in ("1", "2") if level in held and held[level][1] > row}
            for group, item in items:
                if "3" in item:
                    number = counts[name, group]
                    counts[name, group] += 1
                    for field, text in (item | levels).items():
                        records[name][group, number, COLUMNS[field]] = text
        return records, rest


def _items(levels: Sequence[tuple[str, Sequence[tuple[str, Sequence[Sequence[Placed]]]]]], mark: str = "") -> list[list[Placed]]:  # fmt: skip
    """Rows of indicators under merged levels."""
    lines: list[list[Placed]] = []
    for first, seconds in levels:
        height = sum(len(items) for _, items in seconds)
        for number, (second, items) in enumerate(seconds):
            for at, cells in enumerate(items):
                lines.append([*([V("1", first, 1, height)] if number == at == 0 else []), *([V("2", second, 1, len(items))] if at == 0 else []), *cells])  # fmt: skip
    return lines


def _i(third: str, value: str, *more: Placed, wide: int = 1) -> list[Placed]:
    return [V("3", third, wide), V("值", value), *more]


HUNAN = Place(
    "湘·项目（勾选、长期与年度两张指标表）",
    "项目支出绩效目标申报表\n（2024年度）\n填报单位（盖章）：临湘市水利局",
    [
        [L("项目名称"), V("名称", "农村饮水安全维修养护", 2), L("项目属性"), V("属性", "新增项目□ 延续项目☑", 2)],
        [L("主管部门"), V("主管", "临湘市水利局", 2), L("主管部门编码"), V("", "205001", 2)],
        [L("项目实施单位"), V("实施", "临湘市农村供水站", 2), L("项目负责人"), V("", "（略）", 2)],
        [L("项目起止时间"), V("起止", "2024年1月—2026年12月", 5)],
        [L("资金总额及构成（万元）", 1, 3), L("资金总额"), V("总额", "1280.5", 4)],
        [L("其中：财政拨款"), V("拨款", "1000", 4)],
        [L("其他资金"), V("其他", "280.5", 4)],
        [L("项目概况"), V("概况", "对全市26处农村水厂的管网、设备维修更换。", 5)],
        [L("立项依据"), V("依据", "湘水发〔2023〕12号。", 5)],
        [L("项目绩效目标", 1, 2), L("长期目标", 3), L("年度目标", 2)],
        [V("期目标", "三年内完成26处水厂改造，供水保证率稳定在95%以上。", 3), V("年目标", "完成9处水厂管网改造，受益3.2万人。", 2)],
        [L("长期绩效指标", 1, 5), L("一级指标"), L("二级指标"), L("三级指标"), L("指标值"), L("备注")],
        [V("1", "产出指标", 1, 2), V("2", "数量指标"), V("3", "改造水厂数"), V("期:期值", "26处"), B()],
        [V("2", "质量指标"), V("3", "水质合格率"), V("期:期值", "≥95%"), V("", "以疾控中心检测为准")],
        [V("1", "效益指标"), V("2", "社会效益指标"), V("3", "受益人口"), V("期:期值", "9.6万人"), B()],
        [V("1", "满意度指标"), V("2", "服务对象满意度指标"), V("3", "用水户满意度"), V("期:期值", "≥92%"), B()],
        [L("年度绩效指标", 1, 7), L("一级指标"), L("二级指标"), L("三级指标"), L("指标值"), L("备注")],
        *_items([("产出指标", [("数量指标", [_i("当年改造水厂数", "9处", B())]), ("质量指标", [_i("验收合格率", "100%", B())]), ("时效指标", [_i("完工时间", "2024年12月底前", B())])]),
                 ("效益指标", [("社会效益指标", [_i("当年受益人口", "3.2万人", B())]), ("可持续影响指标", [_i("管护机制", "健全", B())])]),
                 ("满意度指标", [("服务对象满意度指标", [_i("群众满意度", "≥90%", B())])])]),
    ],
)  # fmt: skip
HUBEI = Place(
    "鄂·部门整体（收入与支出、占比、近两年）",
    "部门整体支出绩效目标表\n（2023年度）\n金额单位：万元",
    [
        [L("部门（单位）名称"), V("部门", "安陆市档案馆", 6)],
        [L("部门总体资金情况", 1, 8), L("收入构成", 1, 4), L("资金来源"), L("当年金额"), L("占比"), L("近两年收支金额", 2)],
        [L("财政拨款"), V("收入拨款", "512.36"), V("", "97.2%"), V("", "498.10"), V("", "476.55")],
        [L("其他资金"), V("收入其他", "14.64"), V("", "2.8%"), V("", "12.00"), V("", "10.45")],
        [L("合计"), V("收入", "527.00"), V("", "100%"), V("", "510.10"), V("", "487.00")],
        [L("支出构成", 1, 4), L("支出类别"), L("当年金额"), L("占比"), L("近两年收支金额", 2)],
        [L("基本支出"), V("基本", "401.20"), V("", "76.1%"), V("", "395.00"), V("", "380.00")],
        [L("项目支出"), V("项目支出", "125.80"), V("", "23.9%"), V("", "115.10"), V("", "107.00")],
        [L("合计"), V("支出", "527.00"), V("", "100%"), V("", "510.10"), V("", "487.00")],
        [L("部门职能概述", 2), V("", "负责全市档案的接收、保管和利用。", 5)],
        [L("整体绩效目标", 2), V("部门目标", "目标1：完成馆藏档案数字化40万页；目标2：新馆全面投入使用。", 5)],
        [L("绩效指标", 1, 7), L("一级指标"), L("二级指标"), L("指标内容", 2), L("指标值"), L("备注")],
        *_items([("产出指标", [("数量指标", [_i("数字化页数", "≥40万页", B(), wide=2), _i("接收进馆档案", "1.2万卷", B(), wide=2)]), ("质量指标", [_i("数字化合格率", "≥99%", B(), wide=2)])]),
                 ("效益指标", [("社会效益指标", [_i("查档接待", "≥3000人次", B(), wide=2)]), ("可持续影响指标", [_i("档案安全", "无事故", B(), wide=2)])]),
                 ("满意度指标", [("社会公众或服务对象满意度指标", [_i("查档者满意度", "≥95%", B(), wide=2)])])]),
    ],
)  # fmt: skip
COUNTIES = Place(
    "豫·转移支付区域（各县一列）",
    "中央对地方转移支付区域绩效目标表\n（2023年度）",
    [
        [L("转移支付名称", 2), V("名称", "2023年农业防灾减灾和水利救灾资金", 6)],
        [L("中央主管部门", 2), V("主管", "农业农村部", 2), L("省级主管部门"), V("", "河南省农业农村厅", 3)],
        [L("资金情况（万元）", 2, 3), L("年度金额："), V("总额", "8600", 5)],
        [L("其中：中央补助"), V("", "8600", 5)],
        [L("地方资金"), V("", "0", 5)],
        [L("年度总体目标", 2), V("年目标", "支持受灾地区恢复农业生产，完成小麦“一喷三防”1200万亩次。", 6)],
        [L("绩效指标", 1, 6), L("一级指标", 1, 2), L("二级指标", 1, 2), L("三级指标", 1, 2), L("指标值", 1, 2), L("分县指标值", 3)],
        [L("西华县"), L("扶沟县"), L("太康县")],
        *_items([("产出指标", [("数量指标", [_i("一喷三防面积", "1200万亩次", V("", "410万亩次"), V("", "360万亩次"), V("", "430万亩次")), _i("购置排涝设备", "86台", V("", "30台"), V("", "26台"), V("", "30台"))])]),
                 ("效益指标", [("经济效益指标", [_i("挽回小麦损失", "≥24万吨", V("", "≥8万吨"), V("", "≥7万吨"), V("", "≥9万吨"))])]),
                 ("满意度指标", [("服务对象满意度指标", [_i("受灾农户满意度", "≥90%", V("", "≥90%"), V("", "≥90%"), V("", "≥90%"))])])]),
    ],
)  # fmt: skip
EVALUATION = Place(
    "皖·自评（实际完成、分值、得分）",
    "项目支出绩效自评表\n（2023年度）",
    [
        [L("项目名称", 2), V("名称", "城区老旧小区路灯改造", 6)],
        [L("主管部门", 2), V("主管", "含山县城管局", 2), L("实施单位", 2), V("实施", "含山县路灯所", 2)],
        [L("项目资金（万元）", 2, 3), B(), L("年初预算数"), L("全年预算数（A）"), L("全年执行数（B）"), L("分值"), L("执行率（B/A）")],
        [L("年度资金总额"), V("初总", "360"), V("预总", "352.8"), V("执总", "345.2"), V("执行分值", "10"), V("执行率", "97.8%")],
        [L("其中：当年财政拨款"), V("初拨", "360"), V("预拨", "352.8"), V("执拨", "345.2"), V("", "—"), V("", "—")],
        [L("年度总体目标", 1, 2), L("预期目标", 4), L("实际完成情况", 3)],
        [V("年目标", "更换LED路灯2100盏，改造控制柜36台。", 4), V("完成", "更换LED路灯2100盏，改造控制柜36台，节电率达到52%。", 3)],
        [L("绩效指标", 1, 6), L("一级指标"), L("二级指标"), L("三级指标"), L("年度指标值"), L("实际完成值"), L("分值"), L("得分")],
        *_items([("产出指标（50分）", [("数量指标", [_i("更换路灯", "2100盏", V("实际", "2100盏"), V("权重", "20"), V("得分", "20"))]), ("质量指标", [_i("亮灯率", "≥98%", V("实际", "99%"), V("权重", "15"), V("得分", "15"))]), ("时效指标", [_i("完工时间", "10月底前", V("实际", "11月5日"), V("权重", "15"), V("得分", "13"))])]),
                 ("效益指标（30分）", [("生态效益指标", [_i("节电率", "≥50%", V("实际", "52%"), V("权重", "30"), V("得分", "30"))])]),
                 ("满意度指标（10分）", [("服务对象满意度指标", [_i("居民满意度", "≥90%", V("实际", "93%"), V("权重", "10"), V("得分", "10"))])])]),
    ],
    form="national-evaluation",
)  # fmt: skip


def _two_sides(name: str, unit: str, money: tuple[str, ...], rows: Sequence[tuple[str, str, str, str]]) -> list[list[Placed]]:  # fmt: skip
    lines: list[list[Placed]] = [
        [L("项目名称", 2), V("名称", name, 5)],
        [L("业务主管部门", 2), V("主管", "霞浦县林业局", 2), L("项目单位"), V("用款", unit, 2)],
        [L("资金情况（万元）", 2, 3), L("中期资金总额"), V("期总额", money[0]), L("年度资金总额"), V("总额", money[1], 2)],
        [L("其中：财政拨款"), V("期拨款", money[2]), L("其中：财政拨款"), V("拨款", money[3], 2)],
        [L("其它资金"), V("期其他", money[4]), L("其它资金"), V("其他", money[5], 2)],
        [L("总体目标", 1, 2), L("中期目标（2024—2026年）", 3), L("年度目标", 3)],
        [V("期目标", f"{name}全部完成。", 3), V("年目标", f"{name}完成三分之一。", 3)],
        [L("绩效指标", 1, len(rows) + 1), L("一级指标"), L("二级指标"), L("指标内容"), L("指标值"), L("指标内容"), L("指标值")],
    ]  # fmt: skip
    for number, (first, second, third, values) in enumerate(rows):
        period, annual = values.split("|")
        lines.append(
            [
                V("1", first),
                V("2", second),
                V("3", third),
                V("期:期值", period),
                V("3", third),
                V("值", annual),
            ]
        )
        assert number >= 0
    return lines


SIDES = Place(
    "闽·两个项目一张工作表，中期与年度左右并列",
    "项目绩效目标表\n（2024年度）",
    [
        *_two_sides("海岸带防护林修复", "霞浦县国有林场", ("900", "300", "800", "260", "100", "40"), [("产出指标", "数量指标", "修复面积", "3000亩|1000亩"), ("产出指标", "质量指标", "成活率", "≥90%|≥88%"), ("效益指标", "生态效益指标", "岸线绿化率", "≥95%|≥80%"), ("满意度指标", "服务对象满意度指标", "村民满意度", "≥90%|≥85%")]),
        [B(7)],
        *_two_sides("松材线虫病防治", "霞浦县森防站", ("450", "150", "450", "150", "0", "0"), [("产出指标", "数量指标", "清理疫木", "1.2万株|4000株"), ("产出指标", "时效指标", "清理完成时间", "2026年4月|2024年4月"), ("效益指标", "生态效益指标", "疫情发生面积", "下降60%|下降20%")]),
    ],
)  # fmt: skip
# fmt: off
JIANGXI = Place("赣·项目（社会投入、绩效标准列、起止分两格）","项目支出绩效目标申报表\n（2025年度）\n单位：万元",[
 [L("项目名称"),V("名称","城乡公交一体化运营补助",5)],
 [L("主管部门及代码"),V("主管","婺源县交通运输局",2),L("实施单位"),V("实施","婺源县公交公司",2)],
 [L("项目属性"),V("属性","□新增项目 ☑延续项目",2),L("项目日期范围"),V("","2025-01-01至2025-12-31",2)],
 [L("项目资金（万元）",1,3),L("年度资金总额",2),V("总额","1,860.00",3)],
 [L("其中：财政拨款",2),V("拨款","1,500.00",3)],
 [L("其他资金",2),V("其他","360.00",3)],
 [L("年度绩效目标"),V("年目标","保障62条城乡公交线路正常运营，全年发车不少于18万班次。",5)],
 [L("一级指标"),L("二级指标"),L("三级指标",2),L("指标值"),L("评分标准")],
 *_items([("成本指标",[("经济成本指标",[_i("每班次补助","≤80元",V("标准","超出扣分"),wide=2)])]),
  ("产出指标",[("数量指标",[_i("运营线路","62条",V("标准","少一条扣1分"),wide=2),_i("发车班次","≥18万班次",V("标准","按比例"),wide=2)]),("质量指标",[_i("准点率","≥92%",V("标准","按比例"),wide=2)])]),
  ("效益指标",[("社会效益指标",[_i("通公交行政村比例","100%",V("标准","按比例"),wide=2)])]),
  ("满意度指标",[("服务对象满意度指标",[_i("乘客满意度","≥90%",V("标准","按比例"),wide=2)])])])])
SHAANXI = Place("陕·单位汇总（一行一指标）","预算项目绩效目标公开表\n（2024年度）\n金额单位：万元",[
 [L("单位名称"),L("项目名称"),L("预算金额"),L("绩效目标"),L("一级指标"),L("二级指标"),L("三级指标"),L("指标性质"),L("指标值"),L("度量单位"),L("权重")],
 [V("","子洲县文化馆",1,3),V("名称","免费开放补助",1,3),V("总额","50.00",1,3),V("年目标","全年免费开放300天。",1,3),V("1","产出指标",1,2),V("2","数量指标",1,2),V("3","开放天数"),V("性质","≥"),V("值","300"),V("单位","天"),V("权重","30")],
 [V("3","培训场次"),V("性质","≥"),V("值","24"),V("单位","场"),V("权重","30")],
 [V("1","满意度指标"),V("2","服务对象满意度指标"),V("3","群众满意度"),V("性质","≥"),V("值","90"),V("单位","%"),V("权重","10")],
 [V("","子洲县图书馆",1,2),V("名称","图书购置",1,2),V("总额","20.00",1,2),V("年目标","购置新书6000册。",1,2),V("1","产出指标"),V("2","数量指标"),V("3","购书册数"),V("性质","≥"),V("值","6000"),V("单位","册"),V("权重","50")],
 [V("1","效益指标"),V("2","社会效益指标"),V("3","到馆人次"),V("性质","≥"),V("值","3"),V("单位","万人次"),V("权重","30")],
])
GUANGDONG = Place("粤·部门整体（任务、三个目标段）","部门整体支出绩效目标申报表\n（2026年度）",[
 [L("部门名称",2),V("部门","四会市水利局",5)],
 [L("年度履职目标",2),V("","负责水资源管理和防汛。",5)],
 [L("总体绩效目标",2),V("部门目标","堤防达标，农村供水保证率95%。",5)],
 [L("年度预算情况（万元）",2,3),L("按收入类型"),V("","—"),L("按支出类型"),V("","—",2)],
 [L("财政拨款"),V("收入拨款","3200"),L("基本支出"),V("基本","1150",2)],
 [L("其他资金"),V("收入其他","100"),L("项目支出"),V("项目支出","2150",2)],
 [L("绩效指标",1,6),L("一级指标"),L("二级指标"),L("三级指标",2),L("目标值"),L("备注")],
 *_items([("产出指标",[("数量指标",[_i("堤防加固","12公里",B(),wide=2)]),("时效指标",[_i("汛前完成率","100%",B(),wide=2)])]),
  ("效益指标",[("社会效益指标",[_i("保护人口","6万人",B(),wide=2)]),("生态效益指标",[_i("水质达标率","≥90%",B(),wide=2)])]),
  ("满意度指标",[("服务对象满意度指标",[_i("群众满意度","≥88%",B(),wide=2)])])])])
HEBEI = Place("冀·自评（资金横排、完成值与偏差）","项目支出绩效自评表\n（2023年度）",[
 [L("项目名称"),V("名称","农业水价综合改革",3),L("主管部门"),V("主管","曲周县水利局",3)],
 [L("项目资金（万元）",1,4),B(2),L("年初预算数"),L("全年预算数"),L("全年执行数"),L("分值"),L("执行率")],
 [L("年度资金总额",2),V("初总","90"),V("预总","90"),V("执总","88.2"),V("执行分值","10"),V("执行率","98%")],
 [L("其中：财政拨款",2),V("初拨","90"),V("预拨","90"),V("执拨","88.2"),V("","—"),V("","—")],
 [L("其他资金",2),B(),B(),B(),V("","—"),V("","—")],
 [L("年度总体目标",1,2),L("预期目标",3),L("实际完成情况",4)],
 [V("年目标","改革面积3万亩，安装计量设施800套。",3),V("完成","改革面积3万亩，安装计量设施812套。",4)],
 [L("绩效指标",1,5),L("一级指标"),L("二级指标"),L("三级指标"),L("年度指标值"),L("实际完成值"),L("得分"),L("偏差原因分析及改进措施")],
 *_items([("产出指标",[("数量指标",[_i("改革面积","3万亩",V("实际","3万亩"),V("得分","25"),B())]),("质量指标",[_i("计量设施完好率","≥95%",V("实际","93%"),V("得分","20"),V("原因","部分设施被盗，已报修"))])]),
  ("效益指标",[("生态效益指标",[_i("节水率","≥10%",V("实际","11%"),V("得分","30"),B())])]),
  ("满意度指标",[("服务对象满意度指标",[_i("农户满意度","≥90%",V("实际","92%"),V("得分","10"),B())])])]),
],form="national-evaluation")
# fmt: on
PLACES = (HUNAN, HUBEI, COUNTIES, EVALUATION, SIDES, JIANGXI, SHAANXI, GUANGDONG, HEBEI)
KINDS: dict[str, tuple[str, Any]] = {
    "Excel": ("xlsx", workbook),
    "数字格式、图章": ("xlsx", lambda grids, seed: numbers(workbook(grids, seed))),
    "没有合并、逐行填写": ("xlsx", filled_down),
    "Word": ("docx", word_file),
    "网页": ("html", html_file),
    "Chromium 的 PDF": ("pdf", CHROME),
    "WeasyPrint 的 PDF": ("pdf", weasy_pdf),
}


def measure(place: Place, book: Notebook) -> tuple[Counter[str], list[str]]:
    """Values right, wrong, reported (they have a field, but only the report has them) and lost; and what is not right."""
    records, rest = place.wanted()
    counts: Counter[str] = Counter()
    notes: list[str] = []
    reported = _bare("\n".join(left.text for left in book.leftovers))
    found = {_bare(draft.name): dict(leaves(draft.data)) for draft in book.drafts}
    own = _bare("\n".join(text for got in found.values() for path, text in got.items()))
    for name, fields in records.items():
        got = found.get(_bare(name), {})
        for path, text in fields.items():
            if path == ("项目属性",):
                text = "延续项目"
            text = text.partition("（")[0] if path[-1] == "一级指标" else text
            kind = "right" if same_text(text, got.get(path)) else "wrong" if path in got else "reported" if _bare(text).removesuffix("万元") in reported else "lost"  # fmt: skip
            counts[kind] += 1
            if kind != "right":
                notes.append(f"{kind} {name[:8]} {path}: {text[:30]!r} / {str(got.get(path))[:30]!r}")
        for path, text in got.items():
            if path not in fields and not any(_bare(text) == _bare(one) for one in rest):
                counts["wrong"] += 1
                notes.append(f"extra {name[:8]} {path}: {text[:30]!r}")
    for name in found.keys() - {_bare(name) for name in records}:
        counts["wrong"] += len(found[name])
        notes.append(f"extra record {name!r}: {len(found[name])} values {list(found[name].items())[:3]}")
    for text in rest:
        kind = "right" if _bare(text) in reported or _bare(text) in own else "lost"
        counts[kind] += 1
        if kind == "lost":
            notes.append(f"lost {text!r}")
    return counts, notes


def _bare(text: str) -> str:
    return "".join(text.split())


def read_back(place: Place, kind: str, folder: Path, seed: int = 1) -> Notebook:
    suffix, make = KINDS[kind]
    file = folder / f"表.{suffix}"
    file.write_bytes(make([([], place.grid())], seed))
    return take_in(file, file.name, KNOWN, [FORMS[place.form]] if place.form else [])[0]


def main(wanted: Sequence[str]) -> None:
    every: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        for place in PLACES:
            for kind in KINDS:
                if wanted and not any(part in place.name or part in kind for part in wanted):
                    continue
                counts, notes = measure(place, read_back(place, kind, Path(name)))
                every += counts
                print(f"{place.name}　{kind}：", dict(counts), flush=True)
                print("".join(f"    {note}\n" for note in notes[: 40 if wanted else 6]), end="")
    total = sum(every.values()) or 1
    print({kind: f"{count} ({100 * count / total:.1f} %)" for kind, count in every.items()}, total)
    CHROME.end()


if __name__ == "__main__":
    main(sys.argv[1:])
