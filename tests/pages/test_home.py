"""The home page: services from the matrix, notices, and what each visitor is offered."""

from datetime import date

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from kotra_portal.pages.models import Notice
from kotra_portal.pages.tiles import OTHER_SERVICES, TILES
from kotra_portal.permissions import MemberType, Permission
from tests import make

pytestmark = pytest.mark.django_db


def notice(title: str, **fields: object) -> Notice:
    texts = {"title_ko": title, "title_en": f"{title} (en)", "body_ko": "**본문**", "body_en": "**Text**"}
    return Notice.objects.create(**{"published_on": date(2026, 1, 2)} | texts | fields)


def test_s1_an_anonymous_visitor_is_offered_to_sign_up_at_the_top(client):
    """§S1: the home page has 회원가입 at the top."""
    page = client.get("/")
    assertContains(page, f'<a class="account-signup" href="{reverse("signup")}">회원가입</a>', html=True)
    assertContains(page, "가입비는 없습니다.")


def test_a_member_finds_their_own_page_and_no_sign_up(client, login):
    login(make.member(name="홍길동"))
    page = client.get("/")
    assertContains(page, "<strong>홍길동</strong> 님", html=True)
    assertContains(page, f'href="{reverse("my")}"')
    assertNotContains(page, f'href="{reverse("signup")}"')


def test_staff_find_the_way_to_their_desk_instead_of_a_members_page(client, login):
    """§D3: staff accounts are not members."""
    login(make.staff())
    page = client.get("/")
    assertContains(page, f'href="{reverse("admin:index")}"')
    assertNotContains(page, f'href="{reverse("my")}"')


def test_c6_each_tile_names_who_may_use_the_service():
    """§C6: the tiles are read from the matrix."""
    users = {tile.permission: tile.users for tile in TILES}
    assert users == {
        Permission.ONLINE_CONSULTATION: list(MemberType),
        Permission.BRIEFING: list(MemberType),
        Permission.OTHER_SERVICES: [MemberType.MASTER, MemberType.FULL, MemberType.ASSOCIATE],
        Permission.USE_MILEAGE: [MemberType.MASTER, MemberType.FULL],
    }


def test_d15_the_other_services_stand_there_by_name(client):
    """§D15: the fifteen services that the manual's home page names as 기타 서비스."""
    page = client.get("/")
    assert len(set(OTHER_SERVICES)) == 15
    for name in OTHER_SERVICES:
        assertContains(page, f"<li>{name}</li>", html=True)


def test_notices_stand_newest_first_and_not_before_their_day(client, frozen):
    frozen("2026-01-05 09:00")
    notice("첫째", published_on=date(2026, 1, 4))
    notice("둘째", published_on=date(2026, 1, 5))
    notice("내일", published_on=date(2026, 1, 6))
    shown = [row.title for row in client.get("/").context["notices"]]
    assert shown == ["둘째", "첫째"]


def test_d22_notices_are_in_the_visitors_language(client):
    """§D22: every text in both languages."""
    notice("안내")
    client.post(reverse("choose_language"), {"language": "en"})
    page = client.get("/")
    assertContains(page, "안내 (en)")
    assertContains(page, "<strong>Text</strong>", html=True)


def test_the_icon_is_found_at_its_old_place_too(client):
    assert client.get("/favicon.ico").url.endswith("img/icon.svg")


def test_every_menu_entry_and_link_of_the_frame_leads_to_a_page(client):
    links = [path for path in _paths(client.get("/").content.decode()) if not path.startswith("/static/")]
    answers = {path: client.get(path).status_code for path in links}
    assert {path: code for path, code in answers.items() if code not in {200, 302}} == {}
    assert len(answers) >= 8


def _paths(html: str) -> set[str]:
    return {part.split('"')[0] for part in html.split('href="')[1:] if part.startswith("/")}
