"""The tagged structure of a PDF: what each piece of text is, so that it can be read aloud, searched and converted.

WeasyPrint's own tags make n tables of one table over n pages, give heads no scope and leave page furniture without a
meaning. ``build_tags`` takes their place: elements of the HTML, not boxes of pages, become structure elements, so what
runs over pages stays one; what is repeated on a page, and what stands in margins, becomes an artifact.
Rules: ISO 14289-1 (PDF/UA-1) 7.1 to 7.5, 7.18; ISO 32000-1 14.7, 14.8.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pydyf

_ROLES = {
    "section": "Sect", "nav": "TOC", "blockquote": "BlockQuote", "p": "P", "table": "Table", "caption": "Caption",
    "thead": "THead", "tbody": "TBody", "tr": "TR", "th": "TH", "td": "TD", "ul": "L", "ol": "L", "li": "LI",
    "a": "Link", "img": "Figure", "h1": "H1", "h2": "H2", "h3": "H3", "h4": "H4", "h5": "H5", "h6": "H6",
}  # fmt: skip
# What may hold text itself; text anywhere else gets a paragraph of its own.
_TEXT = {"/P", "/Caption", "/TH", "/TD", "/LBody", "/Lbl", "/Link", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6"}
_SCOPES = {"col": "/Column", "colgroup": "/Column", "row": "/Row", "rowgroup": "/Row"}


def build_tags(pdf: Any, document: Any, pdf_version: Any, page_streams: Sequence[Any]) -> None:
    """Add the structure tree of a laid out document to its PDF; in place of ``weasyprint.pdf.tags.add_tags``."""
    _Tree(pdf, document.pages, page_streams).build()


class _Tree:
    """The structure tree of one document while it is made."""

    def __init__(self, pdf: Any, pages: Sequence[Any], streams: Sequence[Any]) -> None:
        from weasyprint.formatting_structure import boxes  # half a second: only when something is printed

        self.boxes = boxes
        self.pdf, self.pages, self.streams = pdf, pages, streams
        self.heading = 0
        self.margin = ""
        self.made: dict[Any, Any] = {}
        self.first_page: dict[Any, int] = {}
        self.page = 0
        self.places: dict[int, dict[int, int]] = {}
        self.root = self._object({"Type": "/StructTreeRoot"})
        self.top = self._object({"Type": "/StructElem", "S": "/Document", "P": self.root.reference})
        self.top["K"] = pydyf.Array()
        self.root["K"] = pydyf.Array([self.top.reference])
        self.annotations: list[tuple[Any, Any]] = []
        self.parents: list[dict[int, str]] = []

    def build(self) -> None:
        """Walk the pages and write tree, parent tree and the entries of the catalogue that go with them."""
        for number, page in enumerate(self.pages):
            self.page, self.marks = number, None
            self.parents.append({})
            for child in page._page_box.children:
                artifact = isinstance(child, self.boxes.MarginBox)
                self.margin = "" if not artifact else "Header" if "top" in child.at_keyword[:5] else "Footer"
                self._walk(child, self.top, artifact)
            assert not self.streams[self.page]._tags, "text that stands in no box"
        self._write_parent_tree()
        self.pdf.catalog["StructTreeRoot"] = self.root.reference
        self.pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
        self.pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})

    def _walk(self, box: Any, parent: Any, artifact: bool) -> None:
        box = getattr(box, "_box", box)  # what is positioned absolutely stands behind a placeholder
        if isinstance(box, self.boxes.TextBox | self.boxes.ReplacedBox):
            self._place(box, parent, artifact)
            return
        artifact = artifact or self._repeated(box)
        element = parent if artifact else self._element(box, parent)
        if box.link_annotation and not artifact:
            self._link(box, element)
        for child in self._children(box):
            self._walk(child, element, artifact)

    def _children(self, box: Any) -> Sequence[Any]:
        """The children of a box in reading order: a table's caption comes first wherever it is printed."""
        children = list(getattr(box, "children", ()))
        if getattr(box, "is_table_wrapper", False):
            children.sort(key=lambda child: child.element_tag != "caption")
        return children

    def _repeated(self, box: Any) -> bool:
        """Heads that the engine repeats on later pages, and labels that were repeated when the table was cut."""
        element = box.element
        if element is None:
            return False
        if element.get("data-again") is not None:
            return True
        return bool(
            getattr(box, "is_header", False) and self.first_page.setdefault(element, self.page) != self.page
        )

    # -- elements -----------------------------------------------------------------------------

    def _element(self, box: Any, parent: Any) -> Any:
        html = box.element
        if html is None or box.element_tag in ("html", "body"):
            return parent
        if box.element_tag == "li::marker":
            return self._label_of_item(parent)
        role = _ROLES.get(box.element_tag)
        if role is None:
            return self._paragraph(box, parent)
        key = html.get("data-cell") or (html.get("data-row") and f"row {html.get('data-row')}") or html
        element = self.made.get(key)
        if element is None:
            if (
                "resumed" in html.get("class", "").split()
                and (before := self._last_paragraph(parent)) is not None
            ):
                element = before
            else:
                element = self._new(self._role(role, parent), parent)
                self._describe(element, html, role)
            self.made[key] = element
        return self._body_of_item(element) if role == "LI" else element

    def _role(self, role: str, parent: Any) -> str:
        """Headings go down one level at a time, from H1 on; the lines of a table of contents are its items."""
        if role == "P" and parent["S"] == "/TOC":
            return "TOCI"
        if role[0] == "H" and role[1:].isdigit():
            self.heading = min(int(role[1:]), self.heading + 1)
            return f"H{self.heading}"
        return role

    def _paragraph(self, box: Any, parent: Any) -> Any:
        """Text that stands in no paragraph (a ``div``) gets one; other boxes without a role add nothing."""
        if parent["S"] in _TEXT or not any(isinstance(child, self.boxes.LineBox) for child in box.children):
            return parent
        return self.made.get(box.element) or self.made.setdefault(box.element, self._new("P", parent))

    def _new(self, role: str, parent: Any) -> Any:
        element = self._object({"Type": "/StructElem", "S": f"/{role}", "P": parent.reference})
        element["K"] = pydyf.Array()
        element["Pg"] = self.pdf.page_references[self.page]
        parent["K"].append(element.reference)
        element.page, element.kids, element.owner = self.page, [], parent
        if hasattr(parent, "kids"):
            parent.kids.append(element)
        return element

    def _describe(self, element: Any, html: Any, role: str) -> None:
        if role in ("TH", "TD"):
            attributes = pydyf.Dictionary({"O": "/Table"})
            for name, span in (
                ("RowSpan", html.get("data-span") or html.get("rowspan", "1")),
                ("ColSpan", html.get("colspan", "1")),
            ):
                if span != "1":
                    attributes[name] = int(span)
            if role == "TH":
                attributes["Scope"] = _SCOPES.get(html.get("scope", ""), "/Column")
            if len(attributes) > 1:
                element["A"] = attributes
        elif role == "Figure":
            element["Alt"] = pydyf.String(html.get("alt") or "")
        elif role == "L":
            numbering = "/Decimal" if html.tag == "ol" else "/Disc"
            element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": numbering})

    def _body_of_item(self, item: Any) -> Any:
        for kid in item.kids:
            if kid["S"] == "/LBody":
                return kid
        return self._new("LBody", item)

    def _label_of_item(self, parent: Any) -> Any:
        """The number or bullet of a list item stands beside its body, not in it."""
        if parent["S"] != "/LBody":
            return parent
        label = self._new("Lbl", parent.owner)
        references = parent.owner["K"]
        references.insert(0, references.pop())
        return label

    def _last_paragraph(self, cell: Any) -> Any:
        """The paragraph a cell ended with on the page before, which this one resumes."""
        kids = getattr(cell, "kids", ())
        return kids[-1] if kids and kids[-1]["S"] == "/P" else None

    # -- text, links --------------------------------------------------------------------------

    def _place(self, box: Any, parent: Any, artifact: bool) -> None:
        kid = self.streams[self.page]._tags.pop(box, None)
        if kid is None:
            return
        number = kid["mcid"]
        # The dots and page number behind an entry of the contents: its link says where it leads.
        number_of_entry = parent["S"] == "/TOCI" and "::" in (box.element_tag or "")
        if artifact or number_of_entry:
            self._make_artifact(number, "/Layout" if number_of_entry else "/Pagination")
            return
        if isinstance(box, self.boxes.ReplacedBox):
            parent = self._new("Figure", parent)
            self._describe(parent, box.element, "Figure")
        elif parent["S"] not in _TEXT:
            parent = self._new("P", parent)
        self.parents[self.page][number] = parent.reference
        if parent.page == self.page:
            parent["K"].append(number)
        else:
            page = self.pdf.page_references[self.page]
            parent["K"].append(pydyf.Dictionary({"Type": "/MCR", "Pg": page, "MCID": number}))

    def _make_artifact(self, number: int, kind: str) -> None:
        properties = pydyf.Dictionary({"Type": kind})
        if self.margin:
            properties["Subtype"] = f"/{self.margin}"
        index = self._places()[number]
        self.streams[self.page].stream[index - 1 : index + 1] = ["/Artifact", properties]

    def _places(self) -> dict[int, int]:
        """Where each marked content of this page begins in its stream: contents have thousands of dots."""
        if self.page not in self.places:
            stream = self.streams[self.page].stream
            self.places[self.page] = {
                part["MCID"]: index
                for index, part in enumerate(stream)
                if isinstance(part, pydyf.Dictionary) and "MCID" in part
            }
        return self.places[self.page]

    def _link(self, box: Any, element: Any) -> None:
        annotation = box.link_annotation
        annotation["Contents"] = pydyf.String("".join(_texts(box)))
        reference = {"Type": "/OBJR", "Obj": annotation.reference, "Pg": self.pdf.page_references[self.page]}
        element["K"].append(pydyf.Dictionary(reference))
        self.annotations.append((annotation, element))

    # -- the parent tree ----------------------------------------------------------------------

    def _write_parent_tree(self) -> None:
        numbers = pydyf.Array()
        for page, parents in enumerate(self.parents):
            numbers.append(page)
            numbers.append(pydyf.Array(parents.get(n, "null") for n in range(max(parents, default=-1) + 1)))
        for number, (annotation, element) in enumerate(self.annotations, len(self.parents)):
            annotation["StructParent"] = number
            numbers += [number, element.reference]
        self.root["ParentTree"] = self._object({"Nums": numbers}).reference
        self.root["ParentTreeNextKey"] = len(self.parents) + len(self.annotations)

    def _object(self, content: dict[str, Any]) -> Any:
        made = pydyf.Dictionary(content)
        self.pdf.add_object(made)
        return made


def _texts(box: Any) -> list[str]:
    if hasattr(box, "text"):
        return [box.text]
    return [text for child in getattr(box, "children", ()) for text in _texts(child)]
