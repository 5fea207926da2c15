"""The handbook of rules (docs/规则.md), written from the rules' own docstrings."""

from __future__ import annotations

from gongkai.checks import FAMILIES
from gongkai.checks.portal import CONVENTIONS, PageRule
from gongkai.checks.rule import Rule

_HEAD = """\
# 校验规则

`gongkai check` 按下面的规则核对每一条记录；发布之前也会自动核对。程序只报告，不改动原文。

- **错误**：必须改正，否则不发布。
- **警告**：很可能有误，请核对。
- **提示**：供参考。

问题报告里写明两处的数和位置（行、列）。核对以后确实无误的，在记录里认可，写明原因：

```yaml
已认可:
  - 规则: years.placeholder
    位置: 实施周期.到期年度
    原因: 原文如此
```

“规则”写方括号里的名字；“位置”写问题所在的字段，不写则这个文件里同一规则的问题都认可。认可的问题不再阻止发布，
但仍列在报告里，写着原因。认可以后没有对应问题的，会有一条警告（`accepted.unused`），请删去那一条。

`check --format` 可以选择报告的样子：`text` 给人看，`html` 是给签字人看的一页，`json`、`sarif`、`github` 给程序用。

金额比较时允许四舍五入的出入：每个数最后一位的一半，合计则累加；没有写小数的万元数按两位小数看。
"""
_PLANNED = """\
### `withheld.planned` 不公开的项目不能有页面（错误）

编排网站以后再核对一遍：标明“公开: 否”的项目，没有页面、PDF，也不在项目列表里。这一条出现时，是程序有错，请报告。
"""
_ELSEWHERE = """\
### `withheld.elsewhere` 不公开的项目不能出现在别处（错误）

别的部门的记录、`content/pages/` 的网页、`site.yaml`、`locality.yaml` 里，以及 `files/` 里保留的文件（名称和内容）里，不能有不公开的项目的名称；
它从前公开过的 PDF 也不能再留在 `files/` 里。写法的宽窄、空格不同，也算。
"""
_PUBLISHED = """\
### `privacy.published` 公开的文件里不能有个人信息（错误）

发布之前，做好的网页、数据和附件，连同它们的文件名，再看一遍：上面几条说的号码和文字都不能有，被标签、看不见的字符隔开的也算。
能找到它写在哪一行的，报告那一行（记录、`content/pages/`、`layouts/`）；否则报告网址。`files/` 里的 PDF、Word、Excel 文件打开来看；
打不开的种类（旧的 .doc、图片）只提示（`privacy.unread`），请自己看一遍。
"""
_CONVENTION = """\
## 页面规范：{name}

`content/site.yaml` 里写 `页面规范: {name}` 的网站才核对：目录页怎样列出公开的内容。
"""


def rules_page() -> str:
    """The whole page as Markdown: every family, every rule with its severity, text and examples."""
    parts = [_HEAD]
    for title, rules in FAMILIES.items():
        parts.append(f"## {title}\n")
        parts += [_entry(rule) for rule in rules]
        if any(rule.id.startswith("withheld.") for rule in rules):
            parts += [_PLANNED, _ELSEWHERE]
        if any(rule.id.startswith("personal.") for rule in rules):
            parts.append(_PUBLISHED)
    for name, conventions in CONVENTIONS.items():
        parts.append(_CONVENTION.format(name=name))
        parts += [_entry(rule) for rule in conventions]
    return "\n".join(parts)


def _entry(rule: Rule | PageRule) -> str:
    text, _, examples = rule.text.partition("\n错：")
    wrong, _, right = examples.partition("\n对：")
    body = text.strip().replace("\n", "")
    return (
        f"### `{rule.id}` {rule.title}（{rule.severity.label}）\n\n{body}\n\n"
        f"- 错：{_inline(wrong)}\n- 对：{_inline(right)}\n"
    )


def _inline(text: str) -> str:
    return " ".join(text.split("\n")).strip()
