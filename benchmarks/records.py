"""Makes realistic records in any number: the forms' own examples with their wording mixed and their figures moved.

The same number and seed give the same bytes. Nothing here is published by anybody.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from gongkai.workspace import built_in_layouts

SEED = 20_260_213
Data = dict[str, Any]

# Locality, its forms: every form is used, each project form by one locality.
LOCALITIES: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("alpha", "甲市", {"项目表": "dongguan-project-2026", "部门整体表": "dongguan-department-2023"}),
    ("beta", "乙镇", {"项目表": "dongguan-project-2024"}),
    ("gamma", "丙区", {"项目表": "shanghai-project-2026"}),
    ("delta", "丁区", {"项目表": "sichuan-project-2021", "项目汇总表": "sichuan-summary-2023"}),
    ("epsilon", "戊部", {"项目表": "national-project-2024"}),
    ("zeta", "己县", {"项目表": "langxi-project-2023", "公开文本": "langxi-document-2023"}),
    ("eta", "庚区", {"项目汇总表": "huadu-summary"}),
)
_ODD = re.compile(r"[()\[\]（）【】《》〈〉“”\"]|关党员")
"""Marks that stand in pairs, and slips of the originals: mixing sentences with them makes findings by the thousand."""
_AMOUNT = re.compile(r"^([\d,]+(?:\.\d+)?)(万?元)$")


class _Text(yaml.CSafeLoader):
    """Scalars stay text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (PyYAML's own protocol)


class _Dumper(yaml.CSafeDumper):
    """Text of several lines as blocks, everything else plain where it can be."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012


def _represent(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent)


@dataclass
class Vocabulary:
    """Wording of the examples: sentences, subjects of projects, and indicator rows by the kind of indicator."""

    sentences: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    rows: dict[str, list[Data]] = field(default_factory=dict)

    def learn(self, project: Data) -> None:
        """Take in the wording of one project."""
        self.names.append(project["项目名称"])
        for text in _texts(project):
            sentences = re.split(r"(?<=[。；;])|\n", text)
            self.sentences += [one for one in sentences if 8 <= len(one) <= 160 and not _ODD.search(one)]
        for row in project.get("绩效指标", ()):
            if row.get("年度指标值", "1").isdigit():
                continue
            self.rows.setdefault(_kind(row.get("二级指标", "")), []).append(row)


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, str) and len(data) > 30:
        yield data


def _kind(name: str) -> str:
    return name.replace("指标", "")[:2]


@dataclass
class Maker:
    """Makes records; everything it does follows from ``seed``.

    ``projects``: how many a department has over its ``years``, of which it has the first or more.
    """

    seed: int = SEED
    projects: tuple[int, int] = (10, 20)
    years: tuple[int, ...] = (2024, 2025, 2026)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.examples = {folder.name: _example(folder) for folder in sorted(_forms().iterdir())}
        self.words = Vocabulary()
        for example in self.examples.values():
            for project in example.get("项目", ()):
                self.words.learn(project)

    def write(self, root: Path, projects: int) -> int:
        """Write ``content/`` with so many projects below ``root``; gives the number of departments."""
        content = root / "content"
        _write(content / "site.yaml", {"站点名称": "性能测试站点"})
        for slug, name, forms in LOCALITIES:
            _write(content / slug / "locality.yaml", {"地区名称": name, "表式": [dict(forms)]})
        left, number = projects, 0
        while left:
            size = min(left, self.random.randint(*self.projects))
            place, _, forms = LOCALITIES[number % len(LOCALITIES)]
            self._department(content / place / f"bumen-{number:05d}", number, size, forms)
            left, number = left - size, number + 1
        return number

    def _department(self, folder: Path, number: int, size: int, forms: Mapping[str, str]) -> None:
        name = f"第{number + 1}测试局"
        _write(folder / "department.yaml", {"部门名称": name, "部门代码": f"{number:06d}"})
        years = self.years[: 1 + self.random.randrange(len(self.years))]
        for index, year in enumerate(years):
            count = size // len(years) + (index < size % len(years))
            slugs = [f"xiangmu-{one + 1:02d}" for one in range(count)]
            disclosure: Data = {"年度": str(year), "发布日期": f"{year}-02-13"}
            if "部门整体表" in forms:
                disclosure |= _in_year(self._whole(self.examples[forms["部门整体表"]], name), year)
            disclosure["项目顺序"] = slugs
            _write(folder / str(year) / "disclosure.yaml", disclosure)
            for slug in slugs:
                _write(folder / str(year) / f"{slug}.yaml", _in_year(self._project(forms, name), year))

    def _whole(self, example: Data, department: str) -> Data:
        return {"部门整体绩效目标": {**example["公开"]["部门整体绩效目标"], "部门名称": department}}

    def _project(self, forms: Mapping[str, str], department: str) -> Data:
        pick = self.random
        form = forms.get("项目表") or forms["项目汇总表"]
        example = pick.choice(self.examples[form]["项目"])
        data: Data = _moved(example, pick.randint(1, 9))
        data["项目名称"] = f"{pick.choice(self.words.names)[:24]}（{pick.choice(self.words.names)[:6]}）"
        for key in ("主管部门", "用款单位", "实施单位", "实施主体"):
            if key in data:
                data[key] = department
        self._reword(data)
        data["绩效指标"] = self._indicators(example["绩效指标"])
        return data

    def _reword(self, data: Data) -> None:
        """Texts of the same length in other words."""
        for key, value in data.items():
            if isinstance(value, dict):
                self._reword(value)
            elif isinstance(value, str) and len(value) > 30:
                words, length = [], len(value)
                while length > 0:
                    words.append(self.random.choice(self.words.sentences))
                    length -= len(words[-1])
                data[key] = "".join(words) + "\n"

    def _indicators(self, rows: list[Data]) -> list[Data]:
        """The form's own rows, most with an indicator of the same kind from any example in it, some doubled."""
        pick = self.random
        made: list[Data] = []
        for row in rows:
            weighted = "权重" in row
            for _ in range(1 if weighted or pick.random() < 0.7 else 2):
                other = pick.choice(self.words.rows[_kind(row.get("二级指标", ""))])
                target = re.sub(r"\d{2,}", lambda found: str(pick.randint(10, 99)), other["年度指标值"])
                values = {key: target for key in row if key.endswith(("指标值", "绩效标准"))}
                name = other["三级指标"]
                if any(name == one["三级指标"] for one in made):
                    name = f"{name}（{len(made) + 1}）"
                made.append({**row, **values, "三级指标": name})
        return made


def _example(folder: Path) -> Data:
    data: Data = yaml.load((folder / "example.yaml").read_text(encoding="utf-8"), _Text)
    return data


def _forms() -> Path:
    return built_in_layouts() / "forms"


def _moved(data: Any, factor: int) -> Any:
    """Every amount so many times: sums stay right."""
    if isinstance(data, dict):
        return {key: _moved(value, factor) for key, value in data.items()}
    if isinstance(data, list):
        return [_moved(value, factor) for value in data]
    found = _AMOUNT.match(data) if isinstance(data, str) else None
    return f"{Decimal(found[1].replace(',', '')) * factor:,f}{found[2]}" if found else data


def _in_year(data: Any, year: int) -> Any:
    """Every year of a plan is the year it is published for."""
    if isinstance(data, dict):
        return {key: _in_year(value, year) for key, value in data.items()}
    if isinstance(data, list):
        return [_in_year(value, year) for value in data]
    return re.sub(r"20\d\d(?=年)", str(year), data) if isinstance(data, str) else data


def _write(file: Path, data: Data) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    file.write_text(text, encoding="utf-8")
