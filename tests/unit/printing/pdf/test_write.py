"""Whole files: read back by three readers, complete in their structure, conforming, the same every time."""

import io
import shutil
import subprocess

import pdfplumber
import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.printing.composed import ARTIFACT
from gongkai.printing.pdf import write

from .samples import LINES, documents, whole


def by_pdfium(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as pdf:
        return "".join(page.get_textpage().get_text_range() for page in pdf)


def by_pdfminer(data: bytes) -> str:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return "".join(char["text"] for page in pdf.pages for char in page.chars)


def by_poppler(data: bytes) -> str:
    answer = subprocess.run(["pdftotext", "-raw", "-", "-"], input=data, capture_output=True, check=True)
    assert not answer.stderr
    return answer.stdout.decode()


READERS = (
    by_pdfium,
    by_pdfminer,
    pytest.param(
        by_poppler, marks=pytest.mark.skipif(not shutil.which("pdftotext"), reason="no poppler here")
    ),
)


@pytest.mark.parametrize("read", READERS)
def test_readers_get_back_what_was_put_in(faces, read):
    text = "".join(read(write(whole(faces), faces)).split())
    for _, line in LINES:
        assert line.replace(" ", "") in text, line


def test_the_same_document_gives_the_same_bytes(faces):
    data = write(whole(faces), faces)
    assert data == write(whole(faces), faces)
    assert data != write(whole(faces, created=None), faces)


def check_structure(document, data):
    """Every marked content has the element the layout said, every link its own; nothing is marked besides."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert not pdf.check_pdf_syntax()
        tree = pdf.Root.StructTreeRoot
        parents = {int(key): value for key, value in zip(*[iter(tree.ParentTree.Nums)] * 2, strict=True)}
        reached = _reached(tree.K)
        assert len(reached) == len(document.elements)
        for page, laid in zip(pdf.pages, document.pages, strict=True):
            wanted = [one.element for one in laid.content if one.element != ARTIFACT]
            marks = [
                int(operands[1].MCID)
                for operands, operator in pikepdf.parse_content_stream(page)
                if str(operator) == "BDC" and "/MCID" in operands[1]
            ]
            own = parents.pop(page.obj.StructParents)
            assert marks == list(range(len(wanted))) and len(own) == len(wanted)
            for mark, (index, element) in enumerate(zip(wanted, own, strict=True)):
                assert str(element.S) == "/" + document.elements[index].role
                assert (page.obj.objgen, mark) in reached[element.objgen]
            for link, annotation in zip(laid.links, page.obj.get("/Annots", []), strict=True):
                element = parents.pop(annotation.StructParent)
                assert element.S == "/Link" and str(annotation.Contents) == link.text
                assert annotation.objgen in reached[element.objgen]
        assert not parents and int(tree.ParentTreeNextKey) == len(document.pages) + sum(
            len(page.links) for page in document.pages
        )


def _reached(top):
    """What is in each element that the tree leads to, by its object: marks as (page, MCID), annotations, elements."""
    found, waiting = {}, [top]
    while waiting:
        element = waiting.pop()
        kids = element.get("/K", pikepdf.Array())
        inside = found[element.objgen] = []
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                inside.append((element.Pg.objgen, kid))
            elif "/MCID" in kid:
                inside.append((kid.Pg.objgen, int(kid.MCID)))
            elif "/Obj" in kid:
                inside.append(kid.Obj.objgen)
            else:
                assert kid.P.objgen == element.objgen
                inside.append(kid.objgen)
                waiting.append(kid)
    del found[top.objgen]
    return found


def test_the_structure_is_complete(faces):
    check_structure(whole(faces), write(whole(faces), faces))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_document_is_a_whole_pdf(faces, data):
    document = data.draw(documents(faces))
    made = write(document, faces)
    check_structure(document, made)
    put = "".join(run.text for page in document.pages for content in page.content for run in content.runs)
    furniture = "".join(one.run.text for page in document.pages for one in page.furniture)
    assert sorted(by_pdfminer(made)) == sorted(put + furniture)


def test_files_conform_to_pdf_a_and_pdf_ua(faces, tmp_path):
    checker = pytest.importorskip("verapdf")
    for name, created in (("dated", whole(faces).created), ("undated", None)):
        (tmp_path / f"{name}.pdf").write_bytes(write(whole(faces, created), faces))
    try:
        failures = checker.verapdf(sorted(tmp_path.iterdir()))
    except RuntimeError as error:
        pytest.skip(str(error))
    assert not failures, "\n".join(map(str, failures))
