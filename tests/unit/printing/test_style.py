"""What a form declares under ``print:`` over the conventions of all forms."""

from gongkai.printing.style import FormStyle, TextStyle

from .grids import declaration


def style(names, **written):
    return FormStyle(declaration(print=written)).cell(names)


def test_cells_are_centred_and_long_texts_justified_with_indented_paragraphs():
    plain, long = style(""), style("long")
    assert (plain.text, plain.across, plain.down) == (TextStyle(10.0, 1.5, "center"), 4.0, 3.0)
    assert long.text.align == "justify" and long.indent == 2.0 and long.long and not plain.long
    assert style("text").text.align == "justify" and not style("text").long
    assert style("vertical").vertical


def test_what_is_declared_for_all_cells_holds_for_all():
    cell = style("long", size="9", leading="1.4", across="2", down="1.5")
    assert (cell.text.size, cell.text.leading, cell.across, cell.down) == (9.0, 1.4, 2.0, 1.5)


def test_a_class_changes_what_it_names_and_later_classes_win():
    classes = {"note": {"size": "8", "align": "left"}, "wide": {"size": "12", "down": "6", "indent": "0"}}
    assert style("note", classes=classes).text == TextStyle(8.0, 1.5, "left")
    both = style("note wide", classes=classes)
    assert (both.text.size, both.text.align, both.down, both.indent) == (12.0, "left", 6.0, 0.0)
    assert style("unknown", classes=classes) == style("")
    assert style("long", classes={"long": {"align": "left"}}).text.align == "left"


def test_running_text_is_declared_apart():
    text = FormStyle(
        declaration(print={"text": {"size": "14", "leading": "2", "indent": "0", "table_before": "5"}})
    )
    assert text.paragraph == TextStyle(14.0, 2.0, "justify", 0.0)
    assert text.heading.role == "song-bold" and text.heading.align == "left"
    assert (text.table_before, text.table_after, text.title.size) == (5.0, 16.0, 16.0)
