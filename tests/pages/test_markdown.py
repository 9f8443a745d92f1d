"""Texts in Markdown: structure, never markup of their own."""

import pytest
from django.template import Context, Template

from kotra_portal.templatetags.portal import markdown


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "글 <b onclick=alert(1)>굵게</b>",
        "[링크](javascript:alert(1))",
        "[링크](data:text/html,<script>alert(1)</script>)",
        '![그림](x" onerror="alert(1))',
        "<!-- 주석 -->",
    ],
)
def test_html_and_script_are_shown_and_not_obeyed(hostile):
    html = str(markdown(hostile))
    for dangerous in ("<script", "<img src=x", "<b ", 'href="javascript', 'href="data', ' onerror="', "<!--"):
        assert dangerous not in html


def test_headings_nest_under_the_pages_own():
    text = "# 제1장\n\n## 제1조\n\n### 하나\n\n# 제2장"
    assert str(markdown(text, 3)).split("\n") == [
        "<h3>제1장</h3>",
        "<h4>제1조</h4>",
        "<h5>하나</h5>",
        "<h3>제2장</h3>",
        "",
    ]


def test_a_text_that_starts_deeper_starts_at_the_same_level():
    assert str(markdown("### 제1조\n\n#### 하나")) == "<h2>제1조</h2>\n<h3>하나</h3>\n"


def test_no_heading_is_deeper_than_html_knows():
    assert "<h6>여섯</h6>" in str(markdown("# 하나\n\n###### 여섯", 5))


def test_lists_and_tables_are_kept():
    html = str(markdown("- 하나\n- 둘\n\n| 항목 | 기간 |\n|---|---|\n| 성명 | 5년 |"))
    assert "<li>하나</li>" in html
    assert "<th>항목</th>" in html


def test_wide_tables_scroll_and_phone_numbers_stay_in_one_line():
    html = str(markdown("| 부서 | 전화 |\n|---|---|\n| <b> | 02-3460-7183~4 |"))
    assert html.startswith('<div class="table-scroll" role="group" tabindex="0" aria-label="표"><table>')
    assert html.count("<div") == html.count("</div>")
    assert '<td>&lt;b&gt;</td>\n<td><span class="nowrap">02-3460-7183~4</span></td>' in html


@pytest.mark.parametrize("text", ["", "\x00", "#" * 10_000, "‮거꾸로", "> " * 500 + "깊이"])
def test_odd_texts_are_no_fault(text):
    assert isinstance(str(markdown(text)), str)


def test_it_is_a_filter_of_the_templates():
    template = Template("{% load portal %}{{ text|markdown:4 }}")
    assert template.render(Context({"text": "# 제목"})) == "<h4>제목</h4>\n"
