"""Links of pages: found however they are written, and never in texts, comments or scripts."""

from __future__ import annotations

import pytest

from gongkai.planning.links import page_links

PAGE = "a/b/index.html"
CASES = {
    "plain": ('<p id="top"><a href="../../x.html#y">甲</a> <img src="z.png"></p>', ["x.html#y", "a/b/z.png"]),
    "other quotes": ("<p id='top'><a href='../c/'>甲</a></p>", ["a/c/"]),
    "no quotes": ("<p id=top><a href=../../x.html>甲</a></p>", ["x.html"]),
    "capitals": ('<P ID="top"><A HREF="x.html">甲</A></P>', ["a/b/x.html"]),
    "spaces": ('<p id = "top"><a\nhref = "x.html">甲</a></p>', ["a/b/x.html"]),
    "several pictures": ('<p id="top"><img srcset="1.png 1x, 2.png 2x"></p>', ["a/b/1.png", "a/b/2.png"]),
    "a mark in a value": ('<p title="a>b" id="top"><a title="<" href="x.html">甲</a></p>', ["a/b/x.html"]),
    "text": ('<p id="top">写成 href="no.html" 或 id="no"</p>', []),
    "comment": ('<p id="top"><!-- <a href="no.html" id="no"> --></p>', []),
    "script": ('<p id="top"></p><script>x = "<a href=no.html>"; y = \' id="no"\'</script>', []),
    "escaped": ('<p id="top"><a href="x.html?a=1&amp;b=2#%E7%94%B2">甲</a></p>', ["a/b/x.html#甲"]),
    "elsewhere": ('<p id="top"><a href="https://example.org/">甲</a><a href="mailto:a@b.c">乙</a></p>', []),
    "the site's own address": ('<p id="top"><a href="https://site.cn/j/c/">甲</a></p>', ["c/index.html"]),
    "out of the site": ('<p id="top"><a href="../../../x.html">甲</a></p>', ["../x.html"]),
    "this page": ('<p id="top"><a href="#top">甲</a></p>', ["a/b/index.html#top"]),
}


@pytest.mark.parametrize("name", CASES)
def test_links_are_found_however_they_are_written(name: str) -> None:
    html, links = CASES[name]
    found = page_links(PAGE, html.encode(), "https://site.cn/j/")
    assert list(found.links) == links
    assert found.anchors == {"top"}
