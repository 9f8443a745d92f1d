"""The page that adds a file to a request, and the one view that sends files to those who may see them (§D3, §D11)."""

from urllib.parse import quote

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AccessLog
from companies.domain import cases, documents as rules
from companies.models import CaseState, Document
from kotra_portal.permissions import MemberType
from kotra_portal.uploads import LARGEST_FILE
from tests import make
from tests.companies import papers

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOBODYS = "0b1f7a52-2f0e-4b8e-9c5c-2a1d6e3f4a5b"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where this test's documents lie."""
    return papers.folder_of_documents(monkeypatch, tmp_path / "documents")


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch, settings):
    return papers.temporary_folder(monkeypatch, settings, tmp_path / "temporary")


@pytest.fixture
def member():
    return make.member("member1")


@pytest.fixture
def case(member):
    return papers.case(member)


@pytest.fixture
def own(client, login, member) -> Client:
    """The applicant's browser."""
    return login(member)


def add(case, content: bytes | None = None, name: str = "사업자등록증 (사본).pdf") -> Document:
    file = papers.upload(content or papers.pdf(), name)
    return rules.add_to_case(case, file, actor=case.applicant, now=timezone.now())


def path_of(document: Document | str, query: str = "") -> str:
    return reverse("document", args=[getattr(document, "pk", document)]) + query


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)


# --- One file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["사업자등록증.pdf", "사진.jpg", "스캔.png"])
def test_the_applicant_sees_the_file_and_nothing_can_come_of_it(own, case, name, folder):
    """§D11: its type is ours, it runs and loads nothing, no cache keeps it, no other site frames it."""
    content = {"pdf": papers.pdf(), "jpg": papers.picture(), "png": papers.picture("PNG")}[name[-3:]]
    document = add(case, content, name)

    response = own.get(path_of(document))

    assert body_of(response) == papers.files_in(folder)[0].read_bytes()
    assert response.headers["Content-Type"] == document.content_type
    assert response.headers["Content-Length"] == str(document.size)
    assert response.headers["Content-Disposition"] == f"inline; filename*=utf-8''{quote(name)}"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = response.headers["Content-Security-Policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "frame-ancestors 'self'"} <= set(policy)
    assert not any("script" in part or "allow" in part for part in policy)


def test_the_file_is_downloaded_under_its_own_name(own, case):
    response = own.get(path_of(add(case), "?download=1"))
    assert response.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('사업자등록증 (사본).pdf')}"
    response.close()


def test_a_hostile_name_stays_within_its_header(own, case):
    document = add(case, name='a"; filename="b.html\r\nSet-Cookie: c=d')
    response = own.get(path_of(document))
    assert response.headers["Content-Disposition"] == 'inline; filename="a; filename=b.html Set-Cookie c=d.pdf"'
    response.close()


def test_a_head_sends_nothing_and_a_post_is_no_way(own, case):
    document = add(case)
    assert body_of(own.head(path_of(document))) == b""
    assert own.post(path_of(document)).status_code == 405


@pytest.mark.parametrize("visitor", [*MemberType, "staff", "other right", "own"])
def test_somebody_elses_file_is_as_one_that_does_not_exist(visitor, case, frozen):
    """§D3, §D11: the same page, letter by letter but for the address; to staff whose own case it is, too."""
    frozen()
    own = papers.staff_who_may("companies.view_document")
    own.member_account = case.applicant
    own.save()
    other = papers.staff_who_may("companies.change_document")
    people = {"staff": make.staff(), "other right": other, "own": own}
    person = people[visitor] if visitor in people else make.member_of_type(visitor)
    browser = Client()
    browser.force_login(person)
    document = add(case)

    foreign, missing = browser.get(path_of(document)), browser.get(path_of(NOBODYS))

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert without_tokens(foreign).replace(str(document.pk), "X") == without_tokens(missing).replace(NOBODYS, "X")
    assert not AccessLog.objects.exists()


def without_tokens(page) -> str:
    return page.text.replace(str(page.context["csrf_token"]), "")


def test_whoever_is_not_logged_in_is_asked_to(client, case):
    document = add(case)
    assertRedirects(client.get(path_of(document)), f"/login/?next={path_of(document)}", fetch_redirect_response=False)


def test_each_opening_by_staff_is_recorded_before_the_file_is_sent(case, monkeypatch):
    """§D11: who, when, from where, whose; nothing is sent that could not be recorded."""
    staff, browser, document = papers.staff_who_may("companies.view_document"), Client(), add(case)
    browser.force_login(staff)

    for _ in range(2):
        assert body_of(browser.get(path_of(document), REMOTE_ADDR="192.0.2.7")) == papers.pdf()

    entries = list(AccessLog.objects.all())
    assert len(entries) == 2
    assert (entries[0].actor, entries[0].subject, entries[0].target, entries[0].address, entries[0].action) == (
        staff, case.applicant, f"document {document.pk}", "192.0.2.7", AccessLog.Action.OPENED_DOCUMENT,
    )  # fmt: skip

    def fail(*_args, **_kwargs) -> None:
        raise RuntimeError("no log")

    monkeypatch.setattr("companies.views.documents.access_log.record", fail)
    browser.raise_request_exception = False
    assert browser.get(path_of(document)).status_code == 500


def test_the_applicants_own_openings_are_nobodys_business(own, case):
    body_of(own.get(path_of(add(case))))
    assert not AccessLog.objects.exists()


def test_staff_need_their_second_step_for_a_file_too(case, settings):
    """§D14."""
    settings.DEMO_MODE = False
    browser, document = Client(), add(case)
    browser.force_login(papers.staff_who_may("companies.view_document"))

    response = browser.get(path_of(document), secure=True)

    assert response.status_code == 302
    assert response.url.startswith(reverse("admin:second_factor"))
    assert not AccessLog.objects.exists()


def test_a_file_that_is_gone_is_said_and_told_to_the_operator(own, case, folder, caplog):
    """No 500; and staff's log holds no opening of what nobody saw."""
    document = add(case)
    papers.files_in(folder)[0].unlink()

    assertContains(own.get(path_of(document)), "<h1>파일을 찾을 수 없습니다</h1>", status_code=410, html=True)
    assert str(document.pk) in caplog.text
    browser = Client()
    browser.force_login(papers.staff_who_may("companies.view_document"))
    assert browser.get(path_of(document)).status_code == 410
    assert not AccessLog.objects.exists()


def test_no_address_leads_to_the_folder(own, case, folder):
    """Nothing but the view: neither the name on the disk nor a path through it."""
    document = add(case)
    for path in (document.file.name, f"media/{document.file.name}", f"static/{document.file.name}"):
        assert own.get(f"/{path}").status_code == 404
    static = portal_settings.STATIC_ROOT
    assert not str(portal_settings.STORAGES["documents"]["OPTIONS"]["location"]).startswith(str(static))


# --- Adding to a request --------------------------------------------------------------------------------------------


def send(browser: Client, case, *files: object):
    path = reverse("add_case_document", args=[case.pk])
    return browser.post(path, {"document": list(files)} if files else {}, follow=True)


def test_the_applicant_adds_a_file_and_sees_it(own, case):
    """§D3."""
    page = send(own, case, papers.upload(papers.photograph(), "사업자등록증 사진.jpg"))

    assertRedirects(page, f"/company/requests/{case.pk}/")
    assertContains(page, "‘사업자등록증 사진.jpg’ 파일을 추가했습니다.")
    assertContains(page, path_of(Document.objects.get()))
    assertContains(send(own, case, papers.upload(papers.photograph(), "b.jpg")), "파일은 이미 올라와 있습니다.")
    assert Document.objects.count() == 1


def test_the_limits_stand_on_the_page_beforehand(own, case):
    """§S12: and the other ways."""
    page = own.get(f"/company/requests/{case.pk}/")
    for said in (
        "PDF, JPEG, PNG",
        "10MB",
        "10개",
        "02-3460-7932",
        "service@kotra.or.kr",
        'accept=".pdf,.jpg,.jpeg,.png"',
    ):
        assertContains(page, said)


REFUSED = {
    "HEIC": (papers.HEIC, "아이폰의 HEIC 사진은 첨부할 수 없습니다."),
    "HWP": (papers.OTHERS["HWP"], "형식(HWP)은 첨부할 수 없습니다."),
    "empty": (b"", "빈 파일입니다."),
    "damaged": (papers.pdf()[:-50], "파일이 손상되어 열 수 없습니다."),
    "too large": (b"%PDF-" + b" " * LARGEST_FILE, "10MB가 넘는 파일은 첨부할 수 없습니다."),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_stands_beside_the_field_once(own, case, content, sentence, folder, temporary):
    """§D3: also for a file above the quota; nothing of it is left."""
    page = send(own, case, papers.upload(content, "사업자등록증.pdf"))

    assertRedirects(page, f"/company/requests/{case.pk}/#id_document_field")
    assertContains(page, 'id="id_document_error"')
    assertContains(page, sentence, count=2)  # beside the field, and in the summary
    assertContains(page, 'aria-invalid="true"')
    assertNotContains(own.get(f"/company/requests/{case.pk}/"), sentence)
    assert (papers.files_in(folder), list(temporary.iterdir()), Document.objects.count()) == ([], [], 0)


def test_a_refusal_is_said_at_its_own_request_only(own, case, member):
    """§D3: another request of the same person is not spoken of."""
    cases.withdraw_request(case, actor=member, now=timezone.now())
    another = papers.case(member)
    own.post(reverse("add_case_document", args=[another.pk]), {"document": papers.upload(b"hello")})
    assertNotContains(own.get(f"/company/requests/{case.pk}/"), "PDF, JPEG, PNG 파일만")


def test_a_button_pressed_too_early_asks_for_a_file(own, case):
    assertContains(send(own, case), "올릴 파일을 먼저 선택해 주세요.", count=2)


def test_a_request_that_was_closed_meanwhile_takes_no_file_and_says_so(own, case, member):
    """§D3."""
    cases.withdraw_request(case, actor=member, now=timezone.now())
    assertContains(send(own, case, papers.upload(papers.pdf())), "이미 끝난 신청입니다.")
    case.refresh_from_db()
    assert (case.state, Document.objects.count()) == (CaseState.WITHDRAWN, 0)


@pytest.mark.parametrize("member_type", MemberType)
def test_nobody_adds_a_file_to_somebody_elses_request(member_type, case, folder):
    """§D11: it does not exist for them."""
    browser = Client()
    browser.force_login(make.member_of_type(member_type))
    assert send(browser, case, papers.upload(papers.pdf())).status_code == 404
    assert papers.files_in(folder) == []
