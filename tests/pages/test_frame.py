"""What stands around every page: skip link, time left, tools, footer, language and display."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PUBLIC = ["/", "/guide/membership/", "/guide/faq/", "/terms/", "/terms/privacy/"]


@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_has_one_h1_a_skip_link_and_the_support_team(client, path):
    page = client.get(path)
    html = page.content.decode()
    assert html.count("<h1") == 1
    assertContains(page, '<a class="skip-link" href="#main-content">본문 바로가기</a>', html=True)
    assertContains(page, '<main id="main-content" tabindex="-1">')
    for words in ("개인정보 처리방침", "이용약관", *(settings.SUPPORT_TEAM[key] for key in ("phone", "fax", "email"))):
        assertContains(page, words)


@pytest.mark.parametrize("path", PUBLIC)
def test_no_page_has_style_or_script_within(client, path):
    html = client.get(path).content.decode()
    assert "style=" not in html
    assert "<style" not in html
    assert all(tag.startswith((" src=", ' type="application/json"')) for tag in html.split("<script")[1:])
    assert " onclick" not in html


def test_the_titles_words_are_h1_and_last_crumb(client):
    page = client.get("/guide/faq/")
    assertContains(page, "<title>자주하는 질문 | KOTRA 회원 포털</title>", html=True)
    assertContains(page, "<h1>자주하는 질문</h1>", html=True)
    assertContains(page, '<li aria-current="page">자주하는 질문</li>', html=True)


def test_e_mail_link_carries_title_and_address_from_the_setting(client, settings):
    settings.PORTAL_URL = "https://portal.example"
    settings.ALLOWED_HOSTS = ["*"]
    page = client.get("/guide/faq/", headers={"host": "elsewhere.example"})
    subject = "%EC%9E%90%EC%A3%BC%ED%95%98%EB%8A%94%20%EC%A7%88%EB%AC%B8"
    body = "https%3A%2F%2Fportal.example%2Fguide%2Ffaq%2F"
    assertContains(page, f'href="mailto:?subject={subject}&amp;body={body}"')


def test_the_official_banner_stands_only_on_an_official_site(client, settings):
    assertNotContains(client.get("/"), "공식 전자정부 누리집")
    settings.OFFICIAL_GOV_SITE = True
    page = client.get("/")
    assertContains(page, "이 누리집은 대한민국 공식 전자정부 누리집입니다.")
    assertContains(page, "이 누리집은 KOTRA에서 운영하는 누리집입니다.")


def test_the_demonstration_says_that_it_is_one(client, settings):
    settings.DEMO_MODE = True
    assertContains(client.get("/"), "시연용 사이트입니다.")
    settings.DEMO_MODE = False
    assertNotContains(client.get("/"), "시연용 사이트입니다.")


def test_d14_the_time_left_stands_as_text_and_can_be_extended(client, login, frozen):
    """§D14: members 30 minutes idle, with the time left shown and extendable."""
    clock = frozen("2026-06-15 09:00")
    login(make.member())
    client.get("/")
    clock.shift(50)
    page = client.get("/")
    assertContains(page, "29분 10초")
    assertContains(page, f'<form class="time-left" method="post" action="{reverse("extend_session")}">')


def test_d22_the_language_is_switched_and_kept(client):
    """§D22: Korean first, English second, switchable."""
    assertContains(client.get("/"), '<html lang="ko"')
    assertRedirects(client.post("/language/", {"language": "en", "next": "/guide/faq/"}), "/guide/faq/")
    assertContains(client.get("/"), '<html lang="en"')


def test_d22_a_members_language_is_kept_for_mails(client, login):
    """§D22: a member's language is kept and used for mails."""
    member = make.member()
    login(member)
    client.post("/language/", {"language": "en"})
    member.refresh_from_db()
    assert member.language == "en"


def test_the_display_is_switched_and_kept(client):
    assertContains(client.get("/"), 'data-display="normal"')
    assertRedirects(client.post("/display/", {"display": "contrast", "next": "/guide/faq/"}), "/guide/faq/")
    assertContains(client.get("/"), 'data-display="contrast"')


@pytest.mark.parametrize("value", ["", "fr", "ko\x00", "x" * 10_000, "‮en", "'><script>"])
@pytest.mark.parametrize(("path", "name"), [("/language/", "language"), ("/display/", "display")])
def test_an_unknown_choice_changes_nothing(client, path, name, value):
    assertRedirects(client.post(path, {name: value}), "/")
    page = client.get("/")
    assertContains(page, '<html lang="ko" data-display="normal">')


def test_an_unknown_display_in_the_cookie_is_the_normal_one(client):
    client.cookies["display"] = '"><script>'
    assertContains(client.get("/"), 'data-display="normal"')


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "\x00",
        "x" * 9,
    ],
)
@pytest.mark.parametrize("path", ["/language/", "/display/"])
def test_a_choice_leads_back_to_this_site_only(client, path, elsewhere):
    answer = client.post(path, {"language": "ko", "display": "normal", "next": elsewhere})
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("path", ["/language/", "/display/"])
def test_a_choice_is_made_by_post_with_a_token(client, path):
    assert client.get(path).status_code == 405
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403


def test_healthz_answers_when_the_database_does(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok", "text/plain")
