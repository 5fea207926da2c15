"""The handbook of rules (docs/规则.md), written from layouts/rules."""

from __future__ import annotations

from gongkai.checks import ORDER
from gongkai.checks.portal import CONVENTIONS
from gongkai.checks.rule import BUILT_IN, FOLDER
from gongkai.workspace import built_in_layouts

_CONVENTION = "`content/site.yaml` 里写 `页面规范: {name}` 的网站才核对：目录页怎样列出公开的内容。\n"


def rules_page() -> str:
    """The whole page as Markdown: every family, every rule with its severity, text and examples."""
    head = (built_in_layouts() / FOLDER / "handbook.md").read_text(encoding="utf-8")
    parts = [head, *map(_family, ORDER)]
    for name, rules in CONVENTIONS.items():
        heading, _, entries = _family(rules[0].id.partition(".")[0]).partition("\n\n")
        parts.append(f"{heading}\n\n{_CONVENTION.format(name=name)}\n{entries}")
    return "\n".join(parts)


def _family(name: str) -> str:
    file = BUILT_IN[name][1]
    entries = (f"### `{one.id}` {one.title}（{one.severity.label}）\n\n{one.manual}\n" for one in file.rules)
    return "\n".join((f"## {file.family}\n", *entries))
