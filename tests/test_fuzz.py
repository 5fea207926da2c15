"""Made-up and mangled input: readers answer with a value or with problems, soon, and never with an exception."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from fuzz.doors import DOORS
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gongkai.amounts import AmountError, parse_amount
from gongkai.authoring.carry import carry_over
from gongkai.problems import Problem
from gongkai.reading.files import MAX_BYTES
from gongkai.reading.prose import prose_html
from gongkai.reading.source import Document, parse_yaml
from gongkai.tables.richtext import paragraphs, rich
from gongkai.targets import parse_target

FOUND = Path(__file__).parent / "crashes"
"""Input that once broke a reader, by door (see fuzz/doors.py): kept and read again. ``expected.txt`` has the problems."""
YAML_SIGNS = "-:?,[]{}#&*!|>'\"%@`~\n \t\\=<>/项目名称指标值0123456789.年元万%≥≤：，。（）《》"
ROBUST = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])

texts = st.text(max_size=400) | st.text(st.sampled_from(YAML_SIGNS), max_size=400)
NUMBERS = st.text(
    st.sampled_from("0123456789.,，．0１２.+-−%％万亿元美人次个/天月年≥≤><=约不低于至~～—第 "), max_size=60
)


def seeds() -> list[bytes]:
    content = Path(__file__).parents[1] / "content"
    return [file.read_bytes() for file in sorted(content.rglob("*.yaml"))]


def read(raw: bytes) -> Document | None:
    document, problems = parse_yaml(raw, "content/a/b/2026/c.yaml")
    assert document is not None or problems
    lines = (
        raw.count(b"\n") + raw.count(b"\r") + raw.count(b"\x85") + raw.count(b"\xa8") + raw.count(b"\xa9") + 2
    )
    for problem in problems:
        assert isinstance(problem, Problem)
        assert problem.message
        assert 0 <= problem.place.line <= lines
    return document


@ROBUST
@given(st.binary(max_size=400) | texts.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_told(raw: bytes) -> None:
    read(raw)


@ROBUST
@given(st.data())
def test_a_mangled_record_is_read_or_told(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(seeds())))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        cut = data.draw(st.integers(0, 40))
        put = data.draw(
            st.binary(max_size=6) | st.text(st.sampled_from(YAML_SIGNS), max_size=6).map(str.encode)
        )
        raw[at : at + cut] = put
    document = read(bytes(raw))
    if document is not None:
        assert isinstance(carry_over(document, 2027), str)


EXPECTED = [line.split() for line in (FOUND / "expected.txt").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("name", "rules"), [(name, rules) for name, *rules in EXPECTED])
def test_what_once_broke_a_reader_is_told(name: str, rules: list[str]) -> None:
    door = DOORS[name.partition("/")[0]]
    assert set(rules) <= {problem.rule for problem in door.knock((FOUND / name).read_bytes())}


def test_all_that_was_found_has_its_line() -> None:
    found = {file.relative_to(FOUND).as_posix() for file in FOUND.glob("*/*")}
    assert found == {name for name, *_ in EXPECTED}


@ROBUST
@given(texts | NUMBERS)
@example("9" * 5000)
@example("1" + "," * 5000)
@example("1e999999999")
@example("９．９万元")
@example("٣元")
def test_amounts_are_read_or_refused(text: str) -> None:
    try:
        amount = parse_amount(text)
    except AmountError:
        pass
    else:
        assert amount.yuan.is_finite()


@ROBUST
@given(texts | NUMBERS)
@example("≥" * 5000)
@example("1" * 5000 + "人")
@example("1-" * 3000)
def test_targets_keep_their_text(text: str) -> None:
    target = parse_target(text)
    assert target.text.strip() == text.strip()


HTML = st.text(st.sampled_from("<>/=\"'&;!-?" + string.ascii_lowercase + " \n*_`[]()#|:~项"), max_size=300)
DANGEROUS = (
    "<script",
    "<style",
    "<img",
    "<iframe",
    "<svg",
    "<object",
    "<link",
    "<meta",
    "<form",
    "javascript:",
)


@ROBUST
@given(HTML | texts)
@example("<img src=x onerror=alert(1)>")
@example("[a](javascript:alert(1))")
@example("<a href=' javascript:alert(1)'>x</a>")
@example("<p style='background:url(http://a/b)'>x</p>")
@example("<svg><style><img src=x onerror=alert(1)></style></svg>")
@example("`" * 2000)
@example("[" * 2000)
@example("*a " * 1000)
@example("<" * 5000)
@example("| " * 3000 + "\n" + "|-" * 3000)
@example("> " * 300 + "x")
@example("- " * 300 + "x")
@example("&" * 3000)
@example("[a]: " * 1000)
@example("![" * 1000)
@example("1. " * 500)
@example("_" * 3000 + "a" + "_" * 3000)
def test_rich_text_lets_no_markup_through(text: str) -> None:
    for show in (rich, prose_html, paragraphs):
        shown = str(show(text)).lower()
        assert not [tag for tag in DANGEROUS[:-1] if tag in shown]
        assert 'href="javascript:' not in shown
        assert "<p style" not in shown


LARGE = {
    "deep": b"a: " + b"[" * 20_000,
    "deep mapping": b"\n".join(b" " * n + b"a:" for n in range(1000)),
    "flow": b"a: {" + b"b: {" * 5000,
    "many keys": b"\n".join(b"k%d: 1" % n for n in range(80_000))[: MAX_BYTES - 1],
    "one key again": b"a: 1\n" * 30_000,
    "aliases": b"a: &a [1,1,1,1,1,1,1,1]\n" + b"".join(b"k%d: [*a,*a,*a,*a]\n" % n for n in range(2000)),
    "hashes": b"a: x #y\n" * 30_000,
    "long line": b"a: " + b"x" * (MAX_BYTES - 10),
    "spaces": b"a:" + b" " * (MAX_BYTES - 10) + b"b",
    "colons": b":" * 200_000,
    "quotes": b"a: '" + b"''" * 200_000,
    "too large": b"a" * (MAX_BYTES + 1),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_files_take_bounded_time(name: str, tmp_path: Path) -> None:
    parse_yaml(LARGE[name], "content/a.yaml")
