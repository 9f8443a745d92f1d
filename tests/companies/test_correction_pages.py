"""보완 over HTTP: the request's form again, filled with what was sent; its history in words (§D3, §D4)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from companies.domain import cases, correction, review
from companies.forms.correction import CorrectionForm
from companies.models import (
    FACTS,
    OPEN_STATES,
    Case,
    CaseEvent,
    CaseState,
    Channel,
    CorrectionDraft,
    RegistrationRequest,
)
from kotra_portal.permissions import MemberType
from kotra_portal.reference.models import BkCode
from tests import make
from tests.companies import papers
from tests.companies.registry import NOW, TYPED, document, fax, request
from tests.companies.test_cases import put
from tests.companies.test_company_page import WHOLE
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("bureau")]

BRN = "1208200275"
VERBS = ["", "keep/", "forget/", "documents/"]
REVIEW = "companies.review_case"
REASON = "사업자등록증이 흐립니다.\n<b>다시</b> 보내 주세요."


@pytest.fixture(autouse=True)
def _documents(tmp_path, monkeypatch):
    papers.folder_of_documents(monkeypatch, tmp_path / "documents")


@pytest.fixture
def applicant(login) -> User:
    """A member who asked for a registration and is logged in."""
    member = make.member(name="홍길동")
    login(member)
    return member


@pytest.fixture
def case(applicant) -> Case:
    """A whole request, sent back."""
    code = BkCode.objects.create(code="B99", name_ko="가상품목", name_en="Imagined", parent=_group())
    case = request(applicant, BRN, has_paper=False)
    RegistrationRequest.objects.filter(case=case).update(**WHOLE, main_item=code)
    return put(case, CaseState.CORRECTION)


def _group() -> BkCode:
    return BkCode.objects.create(code="B9", name_ko="가상", name_en="Group")


def path_of(case: Case, verb: str = "") -> str:
    return f"/company/requests/{case.pk}/correct/{verb}"


def typed_of(case: Case, **changed: str) -> dict[str, str]:
    """What the browser sends of the form as it was filled."""
    return CorrectionForm.as_typed(Case.objects.get(pk=case.pk).registration) | changed


def sent_of(case: Case) -> dict[str, object]:
    asked = RegistrationRequest.objects.get(case=case)
    return {name: getattr(asked, name) for name in (*FACTS, "certificate_by")}


# --- Whose it is, and when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("member_type", MemberType)
def test_d11_somebody_elses_request_is_not_found(client, login, case, member_type, method, verb):
    """§D11: 404, as for one that does not exist; nothing is kept or changed."""
    before = sent_of(case)
    login(make.member_of_type(member_type))
    for path in (path_of(case, verb), path_of(Case(pk=case.pk + 1), verb)):
        assert (
            getattr(client, method)(path, typed_of(case, name="남의 기업") if method == "post" else {}).status_code
            == 404
        )
    assert (sent_of(case), case.events.count()) == (before, 1)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("state", CaseState)
def test_d3_what_is_open_can_be_corrected_and_nothing_else(client, applicant, case, state, method):
    """§D3: 접수 as well as 보완 요청; what is closed says so and shows how it stands."""
    put(case, state)
    answer = (
        client.post(path_of(case), typed_of(case, name="새 이름")) if method == "post" else client.get(path_of(case))
    )

    if state not in OPEN_STATES:
        page = client.get(answer.url)
        assertRedirects(answer, f"/company/requests/{case.pk}/")
        assertContains(page, "이미 끝난 신청입니다.")
        assert sent_of(case)["name"] != "새 이름"
    elif method == "post":
        assertRedirects(answer, f"/company/requests/{case.pk}/")
        assert (sent_of(case)["name"], Case.objects.get().state) == ("새 이름", CaseState.RECEIVED)
    else:
        assertContains(answer, "고친 내용 보내기")


@pytest.mark.parametrize("verb", ["keep/", "forget/", "documents/"])
def test_the_address_of_a_verb_leads_to_its_page(client, case, verb):
    assertRedirects(client.get(path_of(case, verb)), path_of(case))


@pytest.mark.parametrize("verb", VERBS)
def test_staff_are_sent_to_their_desk(client, login, case, verb):
    """§D3: they decide elsewhere."""
    login(make.staff())
    assert client.get(path_of(case, verb)).url == "/admin/"


# --- The form -------------------------------------------------------------------------------------------------------


def test_d3_it_is_filled_with_all_that_was_sent(client, case):
    """§D3, §T4: every field as it would be typed again, the reason above it, the number as text."""
    Case.objects.update(reason=REASON)
    page = client.get(path_of(case))
    form = page.context["form"]

    for name in FACTS:
        value, sent = form[name].value(), getattr(case.registration, name)
        if name != "main_item":
            parts = [part for part in value if part] if isinstance(value, list) else value
            shown = "@".join(parts) if name == "email" else parts
            assert form.fields[name].clean(value) == sent, (name, shown)
    assert form["main_item"].value() == "B99"
    assertContains(page, "사업자등록증이 흐립니다.<br>&lt;b&gt;다시&lt;/b&gt; 보내 주세요.")
    assertContains(page, '<strong class="nowrap">120-82-00275</strong>')
    assertNotContains(page, 'name="brn"')
    assert form["certificate_by"].value() == Channel.FAX


def test_d3_what_came_back_is_not_sent_unchanged(client, case):
    """§D3: said beside the form, where what to change stands too."""
    page = client.post(path_of(case), typed_of(case))
    assertContains(page, "바뀐 내용이 없어 보내지 않았습니다.")
    assertContains(page, "사업자등록증이 흐립니다.")
    assert (case.rounds.count(), Case.objects.get().state) == (0, CaseState.CORRECTION)


def test_d3_what_waits_unchanged_waits_on(client, case):
    """§D3: nothing is sent, and that is said."""
    put(case, CaseState.RECEIVED)
    done = client.post(path_of(case), typed_of(case), follow=True)
    assertRedirects(done, f"/company/requests/{case.pk}/")
    assertContains(done, "바뀐 내용이 없어 새로 보내지 않았습니다.")
    assertNotContains(done, "고친 내용을 보냈습니다.")
    assert (case.rounds.count(), case.events.count()) == (0, 1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_d3_a_paper_alone_is_sent_as_a_round(client, login):
    """§D3: it may have been all that was missing; the facts stay to the letter."""
    applicant = make.member()
    case = request(applicant, BRN)
    RegistrationRequest.objects.filter(case=case).update(**WHOLE)
    put(case, CaseState.CORRECTION)
    login(applicant)
    before = sent_of(case)

    done = client.post(path_of(case), typed_of(case) | {"document": papers.upload(papers.pdf())}, follow=True)

    assertRedirects(done, f"/company/requests/{case.pk}/")
    assertContains(done, "고친 내용을 보냈습니다.")
    assertContains(done, "기업정보는 그대로 두고 서류만 더해 다시 보냈습니다.")
    assert (sent_of(case), Case.objects.get().state) == (before, CaseState.RECEIVED)


def test_d9_the_number_stays_whatever_is_sent(client, case):
    """§D9: nor does anything else that the form does not ask."""
    forged = {"brn": "2208162517", "state": "APPROVED", "reason": "", "decider": "1", "registry_answer": "KNOWN"}
    client.post(path_of(case), typed_of(case, name="새 이름") | forged)
    now = Case.objects.get()
    assert (now.registration.brn, now.state, now.decider, now.registration.registry_answer) == (
        BRN, CaseState.RECEIVED, None, "UNKNOWN",
    )  # fmt: skip


def test_d3_an_error_keeps_the_rest(client, case):
    """§D3: what was typed stands there, the error beside its field, nothing was sent."""
    before = sent_of(case)
    page = client.post(path_of(case), typed_of(case, name="새 이름", phone="전화"))
    assertContains(page, 'value="새 이름"')
    assertContains(page, 'id="id_phone_error"')
    assert (sent_of(case), case.rounds.count()) == (before, 0)
    assertContains(client.get(path_of(case)), 'value="새 이름"')  # and when the page is opened again


def test_d3_a_second_press_sends_nothing_more(client, case):
    """§D3: one round, one event; another correction is another."""
    for _press in range(2):
        done = client.post(path_of(case), typed_of(case, name="새 이름"), follow=True)
    assertContains(done, "보낸 내용은 이미 접수되어 심사를 기다리고 있습니다.")
    assert [(row.number, row.name) for row in case.rounds.all()] == [(1, WHOLE["name"])]
    assert case.events.filter(kind=CaseEvent.Kind.CORRECTED).count() == 1
    client.post(path_of(case), typed_of(case, name="더 새 이름"))
    assert case.rounds.count() == 2


def test_s12_what_is_said_to_be_attached_has_to_be_there(client, case):
    """§S12: a file that came with the request counts."""
    page = client.post(path_of(case), typed_of(case, certificate_by="UPLOAD"))
    assertContains(page, "사업자등록증 파일을 첨부하거나")
    document(case)
    assert client.post(path_of(case), typed_of(case, certificate_by="UPLOAD")).status_code == 302
    assert sent_of(case)["certificate_by"] == Channel.UPLOAD


def test_d3_a_race_that_is_lost_to_a_decision_changes_nothing(case):
    """§D3: the state under the lock counts."""
    shown = Case.objects.get()
    put(case, CaseState.REJECTED)
    with pytest.raises(cases.CaseIsClosed):
        correction.correct_request(shown, {"name": "새 이름"}, Channel.FAX, actor=shown.applicant, now=NOW)
    assert case.rounds.count() == 0


# --- Leaving the form and coming back -------------------------------------------------------------------------------


def test_d3_what_was_typed_is_kept_while_typing(client, case):
    """§D3: by the page's script, for this request alone, until it is sent."""
    other = request(make.member())
    assert client.post(path_of(case, "keep/"), typed_of(case, name="반쯤")).status_code == 204
    assertContains(client.get(path_of(case)), 'value="반쯤"')
    assert sent_of(case)["name"] == WHOLE["name"]

    client.post(path_of(case), typed_of(case, name="다 고침"))
    assertContains(client.get(path_of(case)), 'value="다 고침"')
    assert other.rounds.count() == 0


def another_browser(person: User) -> Client:
    """The same person on another device."""
    browser = Client()
    browser.force_login(person)
    return browser


def test_d3_what_was_typed_is_there_after_days_and_on_another_device(client, applicant, case, frozen):
    """§D3, §S13: logging out loses nothing; the form says that it is not sent, and so does the request's page."""
    client.post(path_of(case, "keep/"), typed_of(case, name="반쯤"))
    client.post("/logout/")
    frozen(timezone.now() + timedelta(days=20))
    page = another_browser(applicant).get(path_of(case))
    assertContains(page, 'value="반쯤"')
    assertContains(page, "고치던 내용을 채워 두었습니다")
    assertContains(another_browser(applicant).get(f"/company/requests/{case.pk}/"), "아직 보내지 않은 내용이 있습니다")


def test_d3_what_was_left_as_it_was_sent_is_nothing_typed(client, case):
    """§D3: the page's script keeps the form also where nobody changed it."""
    RegistrationRequest.objects.update(remarks="첫 줄\n둘째 줄")
    client.post(path_of(case, "keep/"), typed_of(case, remarks="첫 줄\r\n둘째 줄"))
    assertNotContains(client.get(path_of(case)), "고치던 내용을 채워 두었습니다")
    assertNotContains(client.get(f"/company/requests/{case.pk}/"), "아직 보내지 않은 내용이 있습니다")


def test_d3_what_was_typed_is_dropped_on_its_owners_word(client, case):
    """§D3: the form shows what was sent; nothing is sent by it."""
    client.post(path_of(case, "keep/"), typed_of(case, name="반쯤"))
    page = client.post(path_of(case, "forget/"), follow=True)
    assertRedirects(page, path_of(case))
    assertContains(page, "보낸 내용을 다시 채웠습니다.")
    assertNotContains(page, "반쯤")
    assert (CorrectionDraft.objects.count(), case.rounds.count()) == (0, 0)


def test_d3_staff_see_nothing_of_what_is_not_sent(client, case):
    """§D3: they review what was sent."""
    client.post(path_of(case, "keep/"), typed_of(case, name="반쯤 고친 이름"))
    reviewer = papers.staff_who_may(REVIEW, "companies.view_case", "companies.view_document")
    assertNotContains(another_browser(reviewer).get(f"/admin/companies/case/{case.pk}/change/"), "반쯤")


def test_d3_what_is_kept_of_a_field_has_a_bound(client, case):
    """§S13: and holds nothing that a database cannot."""
    client.post(path_of(case, "keep/"), typed_of(case, name="\0" + "가" * 3000))
    assert CorrectionDraft.objects.get().typed["name"] == "가" * 2000


def test_d3_another_request_does_not_get_it(client, applicant, case):
    """§D3: what was typed of one that is over."""
    client.post(path_of(case, "keep/"), typed_of(case, name="반쯤"))
    put(case, CaseState.REJECTED)
    second = request(applicant)
    assertNotContains(client.get(path_of(second)), "반쯤")


def test_d3_an_address_is_looked_up_and_brought_back(client, case):
    """§S11: what was typed is there; another address takes the detail of the old one away."""
    left = client.post(path_of(case, "keep/"), typed_of(case, name="반쯤") | {"go": "postcode"})
    assert left.url == f"/postcode/?return={path_of(case)}"
    assertContains(client.get(left.url + "&q=헌릉로"), f'action="{path_of(case)}"')

    back = client.get(
        path_of(case), {"postcode": "48092", "address": "부산광역시 해운대구 우동 1", "address_en": "Busan"}
    )

    values = {name: back.context["form"][name].value() for name in ("name", "postcode", "address", "address_detail")}
    assert values == {
        "name": "반쯤",
        "postcode": "48092",
        "address": "부산광역시 해운대구 우동 1",
        "address_detail": "",
    }


@pytest.mark.parametrize(
    "path",
    [
        "/company/requests/1/",
        "/company/requests/x/correct/",
        "//evil.example/correct/",
        "/company/requests/1/correct/?a=1",
    ],
)
def test_the_look_up_leads_back_to_no_other_page(client, path):
    page = client.get("/postcode/", {"q": "헌릉로", "return": path})
    assertNotContains(page, f'action="{path}"')


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_d3_files_are_kept_at_once_and_with_the_request(client, login):
    """§D3: 파일 올리기 keeps what was typed; so does sending; a refused file is said beside its field."""
    applicant = make.member()
    case = request(applicant, BRN, has_paper=False)
    login(applicant)
    typed = typed_of(case, name="반쯤")

    added = client.post(path_of(case, "documents/"), typed | {"document": papers.upload(papers.pdf())})
    assert added.url == path_of(case) + "#documents"
    page = client.get(path_of(case))
    assertContains(page, "올린 파일 1개")
    assertContains(page, 'value="반쯤"')
    assert (typed["certificate_by"], page.context["form"]["certificate_by"].value()) == (Channel.FAX, Channel.UPLOAD)

    refused = client.post(path_of(case, "documents/"), typed | {"document": papers.upload(b"MZ", "a.exe")})
    assertContains(refused, 'id="id_document_error"')
    assertContains(refused, 'value="반쯤"')
    assertContains(client.post(path_of(case, "documents/"), typed), "올릴 파일을 먼저 골라 주세요.")

    refused = client.post(path_of(case), typed | {"document": papers.upload(b"MZ", "a.exe")})
    assertContains(refused, 'id="id_document_error"')
    assert case.documents.count() == 1
    whole = typed_of(case, **_needed()) | {"document": papers.upload(papers.pdf(pages=2), "second.pdf")}
    assert client.post(path_of(case), whole).status_code == 302
    assert (case.documents.count(), Case.objects.get().registration.phone) == (2, "0234607114")


def _needed() -> dict[str, str]:
    """What the short request of the tests lacks."""
    return {
        "opened_on": "20010203", "company_type": "SMALL", "phone": "02-3460-7114", "email": "a@hanbit.example",
        "postcode": "06792", "address": "서울특별시 서초구 헌릉로 13", "corporate_number": "1101110062432",
    }  # fmt: skip


# --- The history ----------------------------------------------------------------------------------------------------


def test_d3_the_rounds_tell_what_was_sent_why_it_came_back_and_what_changed(client, applicant, case):
    """§D3: both rounds in the case's history."""
    reviewer = papers.staff_who_may(REVIEW)
    Case.objects.update(state=CaseState.RECEIVED, reason="")
    review.request_correction(case, actor=reviewer, seen=cases.version(case), reason=REASON, now=NOW)
    client.post(
        path_of(case), typed_of(case, name="(주)새 이름", certificate_by="EMAIL", employees="", is_venture="yes")
    )
    client.post(path_of(case), typed_of(case, remarks="<script>"))

    page = client.get(f"/company/requests/{case.pk}/")
    rounds = page.text.split('id="rounds"')[1].split("</section>")[0]

    assert "1번째로 보낸 내용" in rounds
    assert "2026.11.22. 09:00" in rounds
    assert "사업자등록증이 흐립니다.<br>&lt;b&gt;다시&lt;/b&gt; 보내 주세요." in rounds
    assert "보완 요청을 받지 않고 스스로 고쳤습니다." in rounds
    changed = {
        change.label: (change.before, change.after) for _round, changes in page.context["rounds"] for change in changes
    }
    assert changed == {
        "기업명": (WHOLE["name"], "(주)새 이름"),
        "종업원수": ("1,250명", ""),
        "벤처기업여부": ("아니오", "예"),
        "비고": (WHOLE["remarks"], "<script>"),
        "사업자등록증 제출 방법": ("팩스", "이메일"),
    }
    assert "<script>" not in rounds


@pytest.mark.parametrize("decide", [review.approve_registration, review.reject_registration])
def test_d3_each_request_for_correction_stays_in_the_history(client, applicant, case, decide):
    """§D3: with its reason and time, on both sides' pages, also where no correction followed."""
    reviewer = papers.staff_who_may(REVIEW, "companies.view_case")
    Case.objects.update(state=CaseState.RECEIVED, reason="")
    fax(case)
    seen = {"actor": reviewer, "now": NOW + timedelta(hours=5)}
    review.request_correction(case, seen=cases.version(case), reason=REASON, **seen)
    more = {"reason": "다른 기업입니다."} if decide is review.reject_registration else {}
    decide(case, actor=reviewer, seen=cases.version(case), now=NOW + timedelta(days=2), **more)

    theirs = client.get(f"/company/requests/{case.pk}/").text
    desk = Client()
    desk.force_login(reviewer)
    staffs = desk.get(f"/admin/companies/case/{case.pk}/change/").text

    for page in (theirs, staffs):
        history = page.split('id="history"')[1].split("</ol>")[0]
        asked = next(entry for entry in history.split("<li>") if "사업자등록증이 흐립니다." in entry)
        assert "<strong>보완 요청</strong>" in asked
        assert "2026.11.22. 14:00" in asked
        assert "사업자등록증이 흐립니다.<br>&lt;b&gt;다시&lt;/b&gt; 보내 주세요." in asked


def test_d3_no_event_names_staff_and_none_tells_whose_desk_it_lies_on(client, applicant, case):
    """§D3: 고객지원팀 acts; who of them is their own business."""
    reviewer = papers.staff_who_may(REVIEW)
    User.objects.filter(pk=reviewer.pk).update(name="김심사", name_en="Reviewer Kim")
    reviewer.refresh_from_db()
    Case.objects.update(state=CaseState.RECEIVED, reason="")
    review.assign(case, actor=reviewer, assignee=reviewer, now=NOW)
    review.reject_registration(case, actor=reviewer, seen=cases.version(case), reason=REASON, now=NOW)

    page = client.get(f"/company/requests/{case.pk}/")
    history = page.text.split('id="history"')[1].split("</section>")[0]

    assert "반려" in history
    assert "고객지원팀" in history
    for hidden in ("김심사", "Reviewer", reviewer.username, "담당자"):
        assertNotContains(page, hidden)


@pytest.mark.parametrize(
    ("kind", "detail", "words"),
    [
        (CaseEvent.Kind.SETTLED, {}, "준회원으로 연결했습니다."),
        (CaseEvent.Kind.SKIPPED, {"because": "AlreadyRelated"}, "이미 다른 기업에 소속되어 있어"),
        (CaseEvent.Kind.SKIPPED, {"because": "BarredFromCompany"}, "MASTER가 관계설정을 막아 두어"),
        (CaseEvent.Kind.SKIPPED, {"because": "Something"}, "준회원으로 연결하지 않았습니다."),
        (CaseEvent.Kind.CORRECTED, {}, "고친 내용을 다시 보냈습니다."),
    ],
)
def test_d4_what_the_event_alone_does_not_tell_is_said_in_words(client, case, kind, detail, words):
    """§D4: settled and skipped among them."""
    CaseEvent.objects.create(case=case, kind=kind, at=NOW, actor=None, detail=detail)
    history = client.get(f"/company/requests/{case.pk}/").text.split('id="history"')[1].split("</section>")[0]
    assert words in history


@pytest.mark.parametrize("state", OPEN_STATES)
def test_d3_the_request_leads_to_its_correction(client, case, state):
    """§D3: prominently where it was asked for."""
    put(case, state)
    page = client.get(f"/company/requests/{case.pk}/")
    words = "보완하러 가기" if state == CaseState.CORRECTION else "신청 내용 고치기"
    assertContains(page, f'href="{path_of(case)}">{words}</a>', count=1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_d3_a_paper_alone_is_not_sent_yet_and_the_page_says_so(client, login):
    """§D3: who adds what was missing must still send the request again."""
    applicant = make.member()
    case = put(request(applicant, BRN, has_paper=False), CaseState.CORRECTION)
    login(applicant)
    page = client.get(f"/company/requests/{case.pk}/")
    assertContains(page, "보완이 필요합니다")

    client.post(f"/company/requests/{case.pk}/documents/", {"document": papers.upload(papers.pdf())})

    page = client.get(f"/company/requests/{case.pk}/")
    assertContains(page, "아직 다시 보내지는 않았습니다")
    assertContains(page, f'href="{path_of(case)}">확인하고 다시 보내기</a>')


def test_s11_the_request_shows_what_was_answered_and_names_what_was_not(client, applicant):
    """§S11: no list of dashes."""
    case = request(applicant)
    page = client.get(f"/company/requests/{case.pk}/")
    shown = [label for group in page.context["groups"] for label, _value in group.rows]
    assert shown == ["기업명", "대표자명", "업태", "업종"]
    assertContains(page, "입력하지 않은 항목: 기업명(영문), ")


# --- In English -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", OPEN_STATES)
def test_d22_the_correction_reads_english(client: Client, login, state):
    """§D22: the form, its errors, and the history afterwards."""
    applicant = make.member(name="Kim Suchul", language="en")
    english = {"name": "Hanbit", "representative": "Han", "business_type": "Trade", "business_item": "Parts"}
    case = put(request(applicant, BRN, **english), state)
    Case.objects.update(reason="The certificate is blurred.")
    login(applicant)

    pages = [client.get(path_of(case)), client.post(path_of(case), typed_of(case))]
    for kind in (CaseEvent.Kind.SKIPPED, CaseEvent.Kind.SETTLED):
        CaseEvent.objects.create(case=case, kind=kind, at=NOW, detail={"because": "AlreadyRelated"})
    correction.correct_request(
        case, english | {"name": "New Hanbit"}, Channel.EMAIL, actor=applicant, now=timezone.now() + timedelta(1)
    )
    pages += [client.get(f"/company/requests/{case.pk}/"), client.get("/my/")]

    assert [korean_in(page.text) for page in pages] == [[]] * 4
    assert TYPED["name"] not in pages[2].text
