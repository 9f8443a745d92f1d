"""마이KOTRA: who I am, what waits for me, what I may do."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from kotra_portal.permissions import MemberType, Permission, allows
from tests import make

pytestmark = pytest.mark.django_db


def test_it_says_who_i_am(client, login):
    login(make.member("individual1", name="홍길동"))
    page = client.get("/my/")
    assertContains(page, "홍길동 님")
    assertContains(page, "individual1")
    assertContains(page, '<span class="badge badge-navy">개인회원</span>', html=True)


@pytest.mark.parametrize("path", ["/", "/my/"])
def test_where_services_are_named_it_says_that_they_open_later(client, login, path):
    login(make.member())
    assertContains(client.get(path), "서비스 신청 화면은 포털의 다음 업데이트부터 차례로 열립니다.")


@pytest.mark.parametrize("member_type", MemberType)
def test_c6_it_says_what_i_may_do_and_what_the_rest_needs(client, login, member_type):
    """§C6, §D24: open services as such, the others with the types that have them."""
    login(make.member_of_type(member_type))
    page = client.get("/my/")
    missing = [permission for permission in Permission if not allows(member_type, permission)]
    assertContains(page, "이용할 수 있음", count=len(Permission) - len(missing))
    assertContains(page, "필요한 회원유형", count=len(missing))


def test_d14_an_unconfirmed_address_waits_with_a_way_to_get_the_mail_again(client, login):
    """§D14: an e-mail address is confirmed by a link."""
    login(make.member("member1", email_confirmed_at=None))
    page = client.get("/my/")
    assertContains(page, "이메일 주소를 확인해 주세요")
    assertContains(page, "member1@example.com")
    assertContains(page, f'action="{reverse("resend_confirmation")}"')


def test_nothing_waits_once_the_address_is_confirmed(client, login):
    login(make.member())
    assertNotContains(client.get("/my/"), "확인이 필요한 일")


def test_it_leads_to_my_data_and_my_password(client, login):
    login(make.member())
    page = client.get("/my/")
    assertContains(page, f'href="{reverse("profile")}"')
    assertContains(page, f'href="{reverse("password")}"')


def test_whoever_is_not_logged_in_logs_in_first(client):
    assertRedirects(client.get("/my/"), "/login/?next=%2Fmy%2F", fetch_redirect_response=False)
    assertContains(client.get("/login/?next=%2Fmy%2F"), "로그인이 필요한 화면입니다.")
    assertNotContains(client.get("/login/"), "로그인이 필요한 화면입니다.")
