"""What makes a PDF archival and accessible besides its tags: metadata of PDF/A-3a and PDF/UA-1, source data attached.

Rules: ISO 19005-3 (PDF/A-3) 6.6.2 metadata and 6.8 embedded files; ISO 14289-1 (PDF/UA-1) 5 identification.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from gongkai.reading.write_yaml import write_data

if TYPE_CHECKING:
    from weasyprint import Attachment

_PRIVATE = frozenset({"已认可", "不公开原因"})
"""Keys of a record that speak to its writers, not to readers."""

# The identification schema of PDF/UA is not among those PDF/A knows, so it must be described in the file.
_DESCRIPTION = """<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:language><rdf:Bag><rdf:li>{lang}\
</rdf:li></rdf:Bag></dc:language></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """Data to attach: file name, content, what it is in Chinese."""

    name: str
    text: str
    description: str


def source_files(name: str, records: Mapping[str, Any]) -> tuple[SourceFile, ...]:
    """The records a PDF was printed from as YAML and JSON, values as text like in the records themselves.

    ``records`` maps file names to what was read from them. Comments and notes to the checker are left out.
    """
    public = {file: _public(data) for file, data in records.items()}
    data = public if len(public) > 1 else next(iter(public.values()))
    return (
        SourceFile(f"{name}.yaml", write_data(data, {}), "本文件所依据的绩效目标记录（YAML）"),
        SourceFile(
            f"{name}.json",
            json.dumps(data, ensure_ascii=False, indent=1),
            "本文件所依据的绩效目标记录（JSON）",
        ),
    )


def _public(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {key: _public(value) for key, value in data.items() if key not in _PRIVATE}
    return [_public(value) for value in data] if isinstance(data, list | tuple) else data


def attachments(files: Iterable[SourceFile], day: date | None) -> list[Attachment]:
    """The files as WeasyPrint attaches them, dated ``day``; ``settle_attachments`` takes the dates off when there is none."""
    from weasyprint import Attachment

    moment = datetime.combine(day or date(1970, 1, 1), datetime.min.time())
    return [
        Attachment(
            string=file.text, name=file.name, description=file.description, url_fetcher=_fetch_nothing,
            created=moment, modified=moment, relationship="Source",
        )
        for file in files
    ]  # fmt: skip


def _fetch_nothing(url: str) -> Any:
    raise ValueError(f"{url} is asked for, where all is at hand")


def settle_attachments(pdf: Any, *, dated: bool) -> None:
    """Name each attached file once in the catalogue; without a day of publication take off its dates.

    WeasyPrint names each twice, and no date is better than a made-up one.
    """
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = type(pdf.catalog["AF"])(dict.fromkeys(pdf.catalog["AF"]))
    for thing in () if dated else pdf.objects:
        extra = getattr(thing, "extra", {})
        if extra.get("Type") == "/EmbeddedFile":
            for key in ("CreationDate", "ModDate"):
                extra["Params"].pop(key, None)


def identify(metadata: Any) -> None:
    """Make a document's XMP metadata say PDF/UA-1 besides PDF/A, and its language."""
    generate = metadata.generate_rdf_metadata

    def both(*arguments: Any) -> bytes:
        rdf: bytes = generate(*arguments)
        more = _DESCRIPTION.format(lang=escape(metadata.lang or "zh-CN", quote=False)).encode()
        end = rdf.rindex(b"</rdf:RDF>")
        return rdf[:end] + more + rdf[end:]

    metadata.generate_rdf_metadata = both
