"""Cells' HTML as blocks of spans: what is read, and what of it keeps together, is raised, bold, linked, listed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gongkai.printing.blocks import LIST_INDENT, Block, InnerTable, Span, read_blocks
from gongkai.tables.richtext import keep_together, rich


def spans(content: str) -> tuple[Span, ...]:
    (block,) = read_blocks(content)
    assert isinstance(block, Block)
    return block.spans


def plain(blocks: tuple[Block | InnerTable, ...]) -> list[str]:
    return [
        "".join(span.text for span in block.spans) if isinstance(block, Block) else "table"
        for block in blocks
    ]


def test_a_text_without_tags_is_one_block_and_a_blank_one_is_none() -> None:
    assert read_blocks(" 甲 &lt; 乙\n 丙 ") == (Block((Span("甲 < 乙 丙"),)),)
    assert read_blocks(" \n ") == read_blocks("") == read_blocks("<p> </p>") == ()


def test_paragraphs_are_blocks_of_their_own() -> None:
    blocks = read_blocks("前<p>一</p> <p>二<br>三</p>后")
    assert plain(blocks) == ["前", "一", "二\n三", "后"]
    assert [block.kind for block in blocks if isinstance(block, Block)] == ["plain", "p", "p", "plain"]


def test_spaces_collapse_and_vanish_at_the_ends_of_lines() -> None:
    assert plain(read_blocks("<p> 一  <b> 二 </b> <br> 三 </p>")) == ["一 二\n三"]
    assert plain(read_blocks("<p><br>甲<br></p>")) == ["\n甲"]


def test_kinds_of_text_are_kinds_of_spans() -> None:
    found = spans(
        '甲<b>粗</b><strong>强</strong><b class="lead">引</b>m<sup>2</sup>H<sub>2</sub><a href="u?a=1&amp;b=2">链</a>'
    )
    assert found == (
        Span("甲"), Span("粗", bold=True), Span("强", bold=True), Span("引"), Span("m"), Span("2", shift=1),
        Span("H"), Span("2", shift=-1), Span("链", href="u?a=1&b=2"),
    )  # fmt: skip


def test_what_is_kept_together_has_a_number_of_its_own() -> None:
    found = spans(
        '<span class="nobreak">5<b>次</b></span>和<span class="nobreak x">6次</span><span class="y">等</span>'
    )
    assert [(span.text, span.kept, span.bold) for span in found] == [
        ("5", 1, False), ("次", 1, True), ("和", 0, False), ("6次", 2, False), ("等", 0, False),
    ]  # fmt: skip


def test_headings_are_bold_and_larger_with_room_around() -> None:
    first, second = read_blocks("<h3>题</h3><p>文</p>")
    assert isinstance(first, Block) and isinstance(second, Block)
    assert (first.kind, first.size, first.before, first.after, first.spans[0].bold) == (
        "heading",
        1.17,
        1.17,
        1.17,
        True,
    )
    assert (second.size, second.before) == (1.0, 0.0)


def test_quotations_stand_in() -> None:
    (block,) = read_blocks("<blockquote><p>文</p></blockquote>")
    assert isinstance(block, Block)
    assert (block.left, block.before, block.after) == (LIST_INDENT, 1.0, 1.0)


def items(content: str) -> list[tuple[str, str, float, int]]:
    return [
        (block.marker, "".join(span.text for span in block.spans), block.left, len(block.lists))
        for block in read_blocks(content)
        if isinstance(block, Block)
    ]


def test_items_have_bullets_by_depth_and_numbers() -> None:
    assert items("<ul><li>一<ul><li>二<ul><li>三</li></ul></li></ul></li></ul>") == [
        ("•", "一", 3.0, 1), ("◦", "二", 6.0, 2), ("▪", "三", 9.0, 3),
    ]  # fmt: skip
    assert items("<ol><li>一</li><li>二</li></ol>") == [("1.", "一", 3.0, 1), ("2.", "二", 3.0, 1)]


def test_only_the_first_paragraph_of_an_item_has_its_mark() -> None:
    assert items("<ul><li><p>一</p><p>又</p></li><li>二</li></ul>") == [
        ("•", "一", 3.0, 1), ("", "又", 3.0, 1), ("•", "二", 3.0, 1),
    ]  # fmt: skip


def test_a_list_stands_off_from_its_neighbours_and_its_items_do_not() -> None:
    blocks = read_blocks("<p>前</p><ul><li>一</li><li>二</li></ul><p>后</p>")
    assert [(block.before, block.after) for block in blocks] == [(0, 0), (1, 0), (0, 1), (0, 0)]


def test_lists_are_told_apart() -> None:
    one, two, three = (
        block.lists
        for block in read_blocks("<ul><li>一</li></ul><ol><li>二</li><li>三</li></ol>")
        if isinstance(block, Block)
    )
    assert one == ((1, False),) and two == three == ((2, True),)


def test_small_tables_keep_their_cells_where_they_are() -> None:
    content = "<table><tr><th>年度</th><th colspan='2'></th></tr></table>".replace("'", '"')
    content += (
        '<p>文</p><table><tr><td rowspan="2">甲</td><td><p>乙</p></td></tr><tr><td>丙</td></tr></table>'
    )
    first, _, second = read_blocks(content)
    assert isinstance(first, InnerTable) and isinstance(second, InnerTable)
    assert (first.height, first.width) == (1, 3)
    assert [(cell.is_head, cell.columns, plain(cell.blocks)) for cell in first.cells] == [
        (True, 1, ["年度"]), (True, 2, []),
    ]  # fmt: skip
    assert [(cell.row, cell.column, cell.rows) for cell in second.cells] == [(0, 0, 2), (0, 1, 1), (1, 1, 1)]


def test_a_span_of_a_small_table_does_not_reach_below_it() -> None:
    (table,) = read_blocks('<table><tr><td rowspan="9">甲</td></tr></table>')
    assert isinstance(table, InnerTable) and table.cells[0].rows == 1


@given(
    st.lists(st.text(st.sampled_from("甲乙12 年万元*-|<&>[]()~_#\n`"), max_size=40), max_size=6).map(
        "\n".join
    )
)
def test_no_letter_of_a_record_gets_lost(text: str) -> None:
    """What richtext makes of any text reads back as its letters, in order."""
    content = keep_together(str(rich(text)))

    def letters(blocks: tuple[Block | InnerTable, ...]) -> str:
        found = ""
        for block in blocks:
            if isinstance(block, InnerTable):
                found += "".join(letters(cell.blocks) for cell in sorted(block.cells))
            else:
                found += "".join(span.text for span in block.spans)
        return "".join(char for char in found if char in "甲乙年万元")

    assert letters(read_blocks(content)) == "".join(char for char in text if char in "甲乙年万元")
