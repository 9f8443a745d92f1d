"""The documents: the version in force, the earlier ones, and none of the future."""

from datetime import date

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Terms, TermsKind
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _versions(frozen) -> None:
    frozen("2026-06-15 09:00")
    Terms.objects.filter(kind=TermsKind.USE).delete()
    make.terms(TermsKind.USE, 1, effective_on=date(2015, 3, 1), body_ko="# 총칙\n\n처음의 글")
    make.terms(TermsKind.USE, 2, effective_on=date(2026, 6, 15), body_ko="# 총칙\n\n지금의 글")
    make.terms(TermsKind.USE, 3, effective_on=date(2026, 6, 16), body_ko="# 총칙\n\n내일의 글")


def test_s4_the_version_in_force_is_shown_with_its_history(client):
    """§S4: each document with its versions."""
    page = client.get("/terms/use/")
    assertContains(page, "지금의 글")
    assertContains(page, "제2판 · 2026.06.15. 시행")
    assertContains(page, 'href="/terms/use/?version=1"')
    assertNotContains(page, "?version=3")


def test_an_earlier_version_says_that_it_is_one(client):
    page = client.get("/terms/use/?version=1")
    assertContains(page, "처음의 글")
    assertContains(page, "이전 판입니다")


@pytest.mark.parametrize("version", ["3", "0", "-1", "x", "1 OR 1=1", "\x00", "9" * 10_000, "", "２"])
def test_an_unknown_version_is_not_found(client, version):
    assert client.get("/terms/use/", {"version": version}).status_code == 404


@pytest.mark.parametrize("kind", ["other", "USE", "use%00"])
def test_an_unknown_document_is_not_found(client, kind):
    assert client.get(f"/terms/{kind}/").status_code == 404


def test_all_documents_are_listed(client):
    for kind in TermsKind:
        make.terms(kind)
    page = client.get("/terms/")
    for kind in TermsKind:
        assertContains(page, f'href="/terms/{kind.value}/"')


def test_html_within_a_document_is_shown_and_not_obeyed(client):
    make.terms(TermsKind.USE, 4, effective_on=date(2026, 6, 14), body_ko="<script>alert(1)</script>")
    page = client.get("/terms/use/?version=4")
    assertNotContains(page, "<script>alert")
    assertContains(page, "&lt;script&gt;alert(1)&lt;/script&gt;")
