"""Composite indicator cells: ``1、1-产出指标；11-数量指标；名称；实施周期指标值:…；年度指标值:…。2、…``"""

from __future__ import annotations

import re

from gongkai.exchange.labels import is_level1, is_level2, level_name

_START = re.compile(
    r"(?:(?<=^)|(?<=[。；;.\n])|(?<=[^\d.])(?=\d{1,3}、\d{1,2}-))\s*\d{1,3}\s*[、.．]\s*(?=\d{0,2}\s*[-—－]?\s*[\u4e00-\u9fff]{2,8}(?:指标)?\s*[；;，,])"
)


def split_composite(text: str) -> tuple[list[dict[str, str]], list[str]]:
    """The indicators of a composite cell as YAML rows, and the pieces that could not be read."""
    joined = re.sub(r"\s*\n\s*", "", text)
    starts = list(_START.finditer(joined))
    if not starts:
        return [], [text]
    rest = [joined[: starts[0].start()].strip()] if joined[: starts[0].start()].strip() else []
    rows = []
    for index, match in enumerate(starts):
        end = starts[index + 1].start() if index + 1 < len(starts) else len(joined)
        row = _row(joined[match.end() : end].strip())
        if row is None:
            rest.append(joined[match.start() : end])
        else:
            rows.append(row)
    return rows, rest


def _row(text: str) -> dict[str, str] | None:
    text = re.sub(r"[。.]$", "", text)
    levels = re.match(r"([^；;]+)[；;]([^；;]+)[；;]", text)
    if levels is None or not is_level1(levels[1]) or not is_level2(levels[2]):
        return None
    row = {"一级指标": level_name(levels[1]), "二级指标": level_name(levels[2])}
    rest = text[levels.end() :]
    found = list(re.finditer(r"(?:^|[；;])\s*(实施周期指标值|当年度指标值|年度指标值|指标值)\s*[:：]", rest))
    name = rest[: found[0].start()] if found else rest
    if name.strip(" ；;"):
        row["三级指标"] = name.strip(" ；;")
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(rest)
        value = rest[match.end() : end].strip(" ；;")
        key = "实施周期指标值" if match[1] == "实施周期指标值" else "年度指标值"
        if value:
            row[key] = value
    return row
