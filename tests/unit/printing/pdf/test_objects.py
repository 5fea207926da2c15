"""Objects read back by another program: any text, any name, more of them than one object stream holds."""

import io

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.printing.pdf.objects import PACKED, Objects, name, number, text


def opened(objects, root):
    return pikepdf.open(io.BytesIO(objects.write(root, objects.add("<<>>"))))


def catalogue(objects, entries):
    pages = objects.add("<</Type/Pages/Count 0/Kids[]>>")
    return objects.add(f"<</Type/Catalog/Pages {pages} 0 R{entries}>>")


@given(
    st.text(st.characters(codec="utf-8")),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1),
)
def test_texts_and_names_read_back(words, key):
    objects = Objects()
    with opened(objects, catalogue(objects, f"/Words{text(words)}/Key{name(key)}")) as pdf:
        assert str(pdf.Root.Words) == words and str(pdf.Root.Key) == f"/{key}"


def test_objects_fill_several_streams():
    objects = Objects()
    numbers = [objects.add(f"[{value}]") for value in range(2 * PACKED + 7)]
    data = objects.stream("/Kind/Text", b"by itself")
    plain = objects.stream("", b"as it is", deflated=False)
    with opened(objects, catalogue(objects, f"/Data {data} 0 R")) as pdf:
        assert [int(pdf.get_object(one, 0)[0]) for one in numbers] == list(range(len(numbers)))
        assert pdf.Root.Data.read_bytes() == b"by itself" and pdf.Root.Data.Kind == "/Text"
        assert pdf.get_object(plain, 0).read_raw_bytes() == b"as it is"
        assert not pdf.check_pdf_syntax()


def test_the_identifier_is_that_of_the_content():
    def made(value):
        objects = Objects()
        with opened(objects, catalogue(objects, f"/Value {value}")) as pdf:
            return bytes(pdf.trailer.ID[0]), bytes(pdf.trailer.ID[1])

    assert made(1) == made(1) and made(1) != made(2) and made(1)[0] == made(1)[1]


@pytest.mark.parametrize(
    "value, written", [(595.276, "595.28"), (12, "12"), (-0.001, "-0"), (12345.67, "12345.67")]
)
def test_numbers_are_written_to_a_hundredth(value, written):
    assert number(value) == written
