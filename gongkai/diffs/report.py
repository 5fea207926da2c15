"""What changes on the public site, in words for a terminal and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import takewhile
from operator import eq

from gongkai.diffs.disclosure import Difference
from gongkai.diffs.fields import FieldChange
from gongkai.diffs.site import SiteDifference

_STATES = {"new": "新公开", "ended": "不再公开", "changed": "改变"}
_PARTS = {"new": "新增", "ended": "删去", "changed": ""}
_LONG = 32  # characters; of a longer text only what changed is shown
_AROUND = 10  # characters shown before and after what changed


def difference_text(found: SiteDifference) -> str:
    """All of it for people: one paragraph a disclosure; says so when nothing changes."""
    head = [] if found.published else ["网站还没有发布过，下面全部是新公开的。"]
    if not found.disclosures:
        nothing = "公开的内容没有变化。" if found.published else "没有可以公开的内容。"
        if any(problem.blocks for problem in found.problems):
            nothing = "其余公开的内容没有变化。"
        return "\n".join([*head, nothing])
    counts = "，".join(f"{word} {found.count(state)} 份" for state, word in _STATES.items())  # type: ignore[arg-type]
    head.append(f"与已发布的网站相比：{counts}，没有变化 {found.unchanged} 份。")
    paragraphs = ["\n".join(_disclosure(one)) for one in found.disclosures]
    return "\n\n".join(["\n".join(head), *paragraphs])


def difference_json(found: SiteDifference) -> str:
    """The same for programs: whole texts, null where blank."""
    counts = {state: found.count(state) for state in _STATES}  # type: ignore[arg-type]
    whole = {
        "published": found.published,
        "counts": {**counts, "unchanged": found.unchanged},
        "disclosures": [asdict(one) for one in found.disclosures],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _disclosure(one: Difference) -> Iterator[str]:
    yield f"{_STATES[one.state]}：{one.name}（{one.key}）"
    yield from _inside(one, "  ")


def _inside(one: Difference, indent: str) -> Iterator[str]:
    for field in one.fields:
        yield f"{indent}{_field(field, one.state)}"
    for part in one.parts:
        key = f"（{part.key}）" if part.kind == "项目" else ""
        state = (_STATES if part.kind == "项目" and part.state != "changed" else _PARTS)[part.state]
        head = f"{indent}{state}{part.kind}“{part.name}”{key}"
        if part.state != "changed":
            told = "，".join(_field(field, part.state) for field in part.fields)
            yield f"{head}：{told}" if told else head
            if part.was:
                yield f"{indent}  → {_renamed(part, one.key)}"
            continue
        yield head
        yield from _inside(part, indent + "  ")


def _renamed(part: Difference, folder: str) -> str:
    """What to do about a file name that changed; the old address would lead nowhere."""
    if part.was in part.former:
        return f"由 {part.was} 改名，旧网址会转到这里。"
    return (
        f"与不再公开的 {part.was} 同名。只是改了文件名的，请在 content/{folder}/{part.key}.yaml 里写："
        f"曾用文件名: [{part.was}]，旧网址才会转到新网址。"
    )


def _field(field: FieldChange, state: str) -> str:
    if state != "changed":
        return f"{field.label} {_one_line(field.new if state == 'new' else field.old)}"
    old, new = _narrowed(field.old, field.new)
    return f"{field.label}：{old} → {new}"


def _narrowed(old: str | None, new: str | None) -> tuple[str, str]:
    """Of two long texts, what differs with a little around it."""
    if old is None or new is None or max(len(old), len(new)) <= _LONG:
        return _one_line(old), _one_line(new)
    start = _same(old, new)
    end = _same(old[start:][::-1], new[start:][::-1])
    first = max(0, start - _AROUND)
    return _cut(old, first, len(old) - max(0, end - _AROUND)), _cut(
        new, first, len(new) - max(0, end - _AROUND)
    )


def _same(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(bool, map(eq, one, other)))


def _cut(text: str, start: int, end: int) -> str:
    inside = _one_line(text[start:end])
    return f"{'…' if start else ''}{inside}{'…' if end < len(text) else ''}"


def _one_line(text: str | None) -> str:
    return "空白" if text is None else " ".join(text.split("\n"))
