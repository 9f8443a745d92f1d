"""The pages that stand in for a page: friendly, with what to do next and whom to ask."""

import pytest
from django.http import HttpRequest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from companies.models import Role
from kotra_portal import error_pages
from kotra_portal.permissions import MemberType, Permission
from tests import make

PHONE = "02-3460-7183~4"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("show", "status", "title"),
    [
        (error_pages.bad_request, 400, "요청을 읽을 수 없습니다"),
        (error_pages.permission_denied, 403, "이 화면을 볼 권한이 없습니다"),
        (error_pages.page_not_found, 404, "화면을 찾을 수 없습니다"),
    ],
)
def test_each_error_has_a_page_of_its_own_even_before_it_is_known_who_asks(rf, show, status, title):
    page = show(rf.get("/anything/"))
    assertContains(page, f"<h1>{title}</h1>", html=True, status_code=status)
    assertContains(page, PHONE, status_code=status)
    assertContains(page, "홈으로 가기", status_code=status)


def test_our_own_fault_is_shown_without_database_or_session():
    page = error_pages.server_error(HttpRequest())
    assertContains(page, "일시적인 오류가 발생했습니다", status_code=500)
    assertContains(page, PHONE, status_code=500)


@pytest.mark.django_db
def test_an_unknown_path_is_not_found(client):
    assertContains(client.get("/nowhere/"), "화면을 찾을 수 없습니다", status_code=404)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/language/", "/display/", "/session/extend/", "/signup/start/"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_address_that_only_buttons_use_says_so_when_it_is_opened(client, path, language):
    client.cookies["language"] = language
    page = client.get(path)
    title = {"ko": "이 방식으로는 열 수 없는 주소입니다", "en": "This address cannot be opened this way"}[language]
    assertContains(page, f"<h1>{title}</h1>", html=True, status_code=405)
    assertContains(page, PHONE, status_code=405)
    assert page.headers["Allow"] == "POST"


@pytest.mark.django_db
def test_a_page_that_takes_nothing_says_so_too(client):
    assertContains(client.post("/guide/faq/"), "바뀐 내용은 없습니다.", status_code=405)


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{"accept": "application/json"}, {"hx-request": "true"}])
def test_a_script_gets_no_page(client, headers):
    answer = client.get("/session/extend/", headers=headers)
    assert (answer.status_code, answer.content) == (405, b"")


@pytest.mark.django_db
def test_a_form_without_its_token_changes_nothing_and_says_how_to_go_on():
    page = Client(enforce_csrf_checks=True).post("/display/", {"display": "contrast"})
    assertContains(page, "<h1>화면이 오래되어 보내지 못했습니다</h1>", status_code=403, html=True)
    assertContains(page, "새로 고침한 뒤 다시 보내 주세요", status_code=403)


@pytest.mark.django_db
@pytest.mark.urls("tests.matrix_urls")
class TestRefusedByTheMatrix:
    """§D24: which membership is needed, which one has, who can grant it, and the way there."""

    def refused(self, client: Client, member: User, permission: Permission) -> object:
        client.force_login(member)
        return client.get(f"/matrix/{permission.value}/")

    def test_d24_an_individual_reads_what_is_needed_and_how_to_get_there(self, client):
        """§D24."""
        page = self.refused(client, make.member(), Permission.OTHER_SERVICES)
        assertContains(page, "기타 서비스 신청", status_code=403)
        for label in ("MASTER", "정회원", "준회원"):
            assertContains(page, f'<span class="badge badge-primary">{label}</span>', status_code=403, html=True)
        assertContains(page, '<span class="badge">개인회원</span>', status_code=403, html=True)
        assertContains(page, "새로 등록하면 MASTER가 됩니다.", status_code=403)
        assertContains(page, 'class="button" href="/company/convert/"', status_code=403)

    def test_d24_an_associate_reads_the_granters_masked_name(self, client):
        """§D24: the MASTER of the associate's company can grant it; the name is masked."""
        workplace = make.company()
        make.relationship(make.member(name="홍길동"), workplace, Role.MASTER)
        associate = make.member_of_type(MemberType.ASSOCIATE, at=workplace)
        page = self.refused(client, associate, Permission.USE_MILEAGE)
        assertContains(page, "소속 기업의 MASTER 홍*동 님", status_code=403)
        assertContains(page, "승인할 수 있는 사람", status_code=403)
        assertContains(page, 'class="button" href="/company/#remind"', status_code=403)
        assertNotContains(page, "홍길동", status_code=403)

    @pytest.mark.parametrize("member_type", [MemberType.FULL, MemberType.ASSOCIATE])
    def test_d24_whoever_is_no_master_reads_who_is(self, client, member_type):
        """§D24: what only a MASTER has is not granted by an approval; the name is masked."""
        workplace = make.company()
        make.relationship(make.member(name="홍길동"), workplace, Role.MASTER)
        page = self.refused(client, make.member_of_type(member_type, at=workplace), Permission.APPROVE_MEMBER)
        assertContains(page, "소속 기업의 MASTER만 할 수 있는 일입니다.", status_code=403)
        assertContains(page, "소속 기업의 MASTER 홍*동 님", status_code=403)
        assertNotContains(page, "승인할 수 있는 사람", status_code=403)
