"""The report of an import in Chinese: what was read, what was not and why, what would change, what to look at."""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.exchange.drafts import Notebook
from gongkai.exchange.import_plan import ImportPlan
from gongkai.exchange.proposals import Proposal

_STATUS = {"new": "新建", "changed": "有改动", "same": "没有变化"}
_SHORT = 60


def report_text(plan: ImportPlan) -> str:
    """The whole report; every text of the sources that is in no record is in it, in full."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: ImportPlan) -> Iterator[str]:
    yield "一、记录"
    for proposal in plan.proposals:
        yield from _proposal(proposal)
    if not plan.proposals:
        yield "  没有读到记录。"
    yield "二、需要核对"
    yield from (f"  {doubt}" for doubt in plan.doubts)
    if not plan.doubts:
        yield "  没有。"
    yield "三、来源文件"
    for book in plan.books:
        yield from _book(book)
    yield "四、问题"
    for problem in plan.problems:
        yield f"  {problem.severity.label}：{problem.place}　{problem.message}。{problem.hint}"
    if not plan.problems:
        yield "  没有。"


def _proposal(proposal: Proposal) -> Iterator[str]:
    yield f"  {_STATUS[proposal.status]}　{proposal.file}　{proposal.name}"
    if proposal.status == "changed":
        for difference in proposal.differences:
            before, after = _short(difference.before), _short(difference.after)
            yield f"    {difference.path}：{before} → {after}"


def _short(text: str | None) -> str:
    if text is None:
        return "（没有）"
    plain = text.replace("\n", " ").strip()
    return plain if len(plain) <= _SHORT else plain[:_SHORT] + "……"


def _book(book: Notebook) -> Iterator[str]:
    yield f"  {book.file}：读入记录 {len(book.read)} 处，表头和栏目名称 {len(book.labels)} 处，没有读入 {len(book.leftovers)} 处"
    if book.target:
        yield f"    归到 {book.target}"
    yield from (f"    {line}" for line in book.forms)
    for left in book.leftovers:
        lines = left.text.replace("\n", " ")
        yield f"    {left.where}　“{lines}”：{left.reason}"
