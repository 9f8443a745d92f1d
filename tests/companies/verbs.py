"""Each verb of this app that a form sends: somebody's browser, the address, and the right data."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from companies.domain import approval, cases, correction_draft, review
from companies.domain.dispute_links import link_token
from companies.forms.correction import CorrectionForm
from companies.models import Bar, Case, CaseEvent, CaseKind, CaseState, Company, RegistrationRequest, Relationship
from tests import make, walk
from tests.companies import desk, firm, papers
from tests.companies.registry import NOW, document, draft, fax, request
from tests.companies.test_cases import put
from tests.companies.test_company_edit_pages import typed
from tests.companies.test_company_page import WHOLE

A_WEEK_AGO = NOW - timedelta(days=8)
REASON = "서류를 확인했습니다."
PASSWORD = {"current_password": make.PASSWORD}


class Scene:
    """A company that the registry's word registered, and its people."""

    def __init__(self, bureau: object) -> None:
        """Its MASTER is there; the others come when they are asked for."""
        self.bureau = bureau
        self.company, self.master = firm.registered(bureau)

    @cached_property
    def full(self) -> User:
        """A 정회원."""
        return make.member_of_type("FULL", at=self.company)

    @cached_property
    def associate(self) -> User:
        """A 준회원."""
        return make.member_of_type("ASSOCIATE", at=self.company)

    def place(self, member: User) -> Relationship:
        """The member's relationship with the company."""
        return Relationship.objects.get(company=self.company, member=member)


@dataclass
class Press:
    """A button that is about to be pressed; a new file goes along each time."""

    browser: Client
    path: str
    data: dict[str, object] = field(default_factory=dict)
    has_file: bool = False

    def __call__(self, extra: dict[str, str]) -> HttpResponse:
        """Press it, with fields that its form has not."""
        file = {"document": papers.upload(papers.pdf())} if self.has_file else {}
        return self.browser.post(self.path, extra | self.data | file)


Verb = Callable[[Scene], Press]


def by(person: User, name: str, /, *parts: object, query: str = "", has_file: bool = False, **data: object) -> Press:
    """Of this person, the verb of this URL name."""
    browser = Client()
    browser.force_login(person)
    return Press(browser, reverse(name, args=parts) + query, data, has_file)


# --- 기업 등록, 전환신청 ----------------------------------------------------------------------------------------------


def _on_page(name: str, brn: str, /, *parts: object, has_file: bool = False, **changes: object) -> Press:
    """A button of 기업 등록, on the page that a member's search for this number led to."""
    press = by(make.member(), name, *parts, has_file=has_file)
    press.data = walk.company_form(walk.to_company(press.browser, brn), **changes)
    return press


def search_number(_scene: Scene) -> Press:
    return by(make.member(), "search_number", brn=make.brn())


def search_again(scene: Scene) -> Press:
    scene.bureau.is_down = True
    press = _on_page("search_again", make.brn())
    scene.bureau.is_down = False
    return press


def forget_registration(_scene: Scene) -> Press:
    return _on_page("forget_registration", make.brn())


def keep_registration(_scene: Scene) -> Press:
    return _on_page("keep_registration", make.brn(), go="later")


def join_found_company(scene: Scene) -> Press:
    return _on_page("join_found_company", scene.company.brn)


def register_found_company(scene: Scene) -> Press:
    vouched_for = dict.fromkeys(["name", "representative", "opened_on", "corporate_number", "certificate_by"])
    return _on_page("register_found_company", scene.bureau.knows(), **vouched_for)


def request_registration(_scene: Scene) -> Press:
    return _on_page("request_registration", make.brn())


def add_draft_document(_scene: Scene) -> Press:
    return _on_page("add_draft_document", make.brn(), has_file=True)


def remove_draft_document(_scene: Scene) -> Press:
    member, brn = make.member(), make.brn()
    paper = document(draft(member, brn))
    press = by(member, "remove_draft_document", paper.pk)
    press.data = walk.company_form(press.browser.get("/company/register/"))
    return press


def relate_company(scene: Scene) -> Press:
    return by(make.member(), "relate_company", q=scene.company.brn, company=scene.company.pk)


# --- 내 기업, 신청 ----------------------------------------------------------------------------------------------------


def leave_company(scene: Scene) -> Press:
    return by(scene.full, "leave_company", as_seen=f"{scene.place(scene.full).pk} FULL")


def remind_master(scene: Scene) -> Press:
    return by(scene.associate, "remind_master")


def withdraw_request(_scene: Scene) -> Press:
    case = request(make.member())
    return by(case.applicant, "withdraw_request", case.pk)


def send_again(scene: Scene) -> Press:
    case = desk.asked_of(scene.company, CaseKind.COMPANY_EDIT, scene.full, has_paper=False)
    review.request_correction(case, reason=REASON, **firm.seen(case, now=NOW))
    paper = fax(case)
    cases.record(case, CaseEvent.Kind.DOCUMENT_ADDED, actor=case.applicant, now=NOW, document=str(paper.pk))
    return by(case.applicant, "send_again", case.pk)


def _sent_back(name: str, /, *, has_file: bool = False, **changed: str) -> Press:
    case = put(request(make.member(), "1208200275"), CaseState.CORRECTION)
    RegistrationRequest.objects.filter(case=case).update(**WHOLE)
    case = Case.objects.get(pk=case.pk)
    correction_draft.keep_typed(case, {"name": "고치던 이름"}, actor=case.applicant, now=NOW)
    press = by(case.applicant, name, case.pk, has_file=has_file)
    press.data = CorrectionForm.as_typed(case.registration) | {"certificate_by": "FAX"} | changed
    return press


def correct_request(_scene: Scene) -> Press:
    return _sent_back("correct_request", name="새 이름")


def keep_correction(_scene: Scene) -> Press:
    return _sent_back("keep_correction", name="새 이름")


def forget_correction(_scene: Scene) -> Press:
    return _sent_back("forget_correction")


def add_correction_document(_scene: Scene) -> Press:
    return _sent_back("add_correction_document", has_file=True)


def add_case_document(_scene: Scene) -> Press:
    case = request(make.member())
    return by(case.applicant, "add_case_document", case.pk, has_file=True)


# --- 기업정보 수정 ----------------------------------------------------------------------------------------------------


def _edited(scene: Scene, name: str, **data: str) -> Press:
    Company.objects.filter(pk=scene.company.pk).update(**WHOLE)
    press = by(scene.full, name)
    press.data = typed(press.browser.get("/company/edit/"), phone="02-1234-5678") | data
    return press


def edit_company(scene: Scene) -> Press:
    return _edited(scene, "edit_company")


def keep_company_edit(scene: Scene) -> Press:
    return _edited(scene, "keep_company_edit", go="postcode")


def discard_company_edit(scene: Scene) -> Press:
    keep_company_edit(scene)({})
    return by(scene.full, "discard_company_edit")


def request_company_edit(scene: Scene) -> Press:
    asked = {"name": "새이름상사", "representative": "최새로", "certificate_by": "FAX"}
    return by(scene.full, "request_company_edit", **asked)


# --- MASTER -----------------------------------------------------------------------------------------------------------


def approve_associates(scene: Scene) -> Press:
    return by(scene.master, "approve_associates", member=[scene.place(scene.associate).pk])


def end_relationships(scene: Scene) -> Press:
    query = f"?member={scene.place(scene.full).pk}"
    own = scene.place(scene.master).pk  # whom the address does not name
    return by(scene.master, "end_relationships", query=query, reason="퇴사", member=own)


def choose_to_end(scene: Scene) -> Press:
    return by(scene.master, "choose_to_end", member=[scene.place(scene.full).pk])


def lift_bar(scene: Scene) -> Press:
    approval.end_relationship(scene.place(scene.full), actor=scene.master, reason="퇴사", bar=True, now=NOW)
    return by(scene.master, "lift_bar", Bar.objects.get().pk)


def offer_transfer(scene: Scene) -> Press:
    return by(scene.master, "offer_transfer", nominee=scene.place(scene.full).pk, **PASSWORD)


def withdraw_transfer(scene: Scene) -> Press:
    return by(scene.master, "withdraw_transfer", firm.offer(scene.full).pk)


def accept_transfer(scene: Scene) -> Press:
    return by(scene.full, "accept_transfer", firm.offer(scene.full).pk)


def refuse_transfer(scene: Scene) -> Press:
    return by(scene.full, "refuse_transfer", firm.offer(scene.full).pk)


def request_master_change(scene: Scene) -> Press:
    asked = {"why": "MASTER가 퇴사했습니다.", "master_leaves": "leaves", "certificate_by": "FAX"}
    return by(scene.full, "request_master_change", **asked)


def agree_master_change(scene: Scene) -> Press:
    return by(scene.master, "agree_master_change", firm.ask(scene.full).pk, **PASSWORD)


def object_master_change(scene: Scene) -> Press:
    return by(scene.master, "object_master_change", firm.ask(scene.full).pk, objection="아직 다닙니다.")


def dispute_registration(scene: Scene) -> Press:
    claim = {"name": "이대한", "position": "대표자", "phone": "02-3460-7183", "email": "lee@daehan.example"}
    claim["explanation"] = "우리 회사 직원이 아닙니다."
    return Press(Client(), reverse("dispute_registration", args=[link_token(scene.company)]), claim)


# --- The staff's ------------------------------------------------------------------------------------------------------


def _at_desk(case: Case, verb: str, *, has_file: bool = False, **data: object) -> Press:
    press = by(desk.reviewer(), "admin:index", has_file=has_file, **{"seen": cases.version(case)} | data)
    press.path = desk.path(case, verb)
    return press


def _asked(scene: Scene, kind: CaseKind) -> Case:
    """A case of a week ago, which can be decided."""
    return desk.asked_of(scene.company, kind, scene.full, now=A_WEEK_AGO)


def staff_approve_a_registration(_scene: Scene) -> Press:
    return _at_desk(desk.sent(), "approve")


def staff_approve_a_master_change(scene: Scene) -> Press:
    return _at_desk(_asked(scene, CaseKind.MASTER_CHANGE), "approve", reason=REASON)


def staff_approve_an_edit(scene: Scene) -> Press:
    return _at_desk(_asked(scene, CaseKind.COMPANY_EDIT), "approve")


def staff_request_correction(_scene: Scene) -> Press:
    return _at_desk(desk.sent(), "request-correction", reason=REASON)


def staff_reject(_scene: Scene) -> Press:
    return _at_desk(desk.sent(), "reject", reason=REASON)


def staff_take(_scene: Scene) -> Press:
    return _at_desk(desk.sent(), "take")


def staff_release(_scene: Scene) -> Press:
    case, person = desk.sent(), desk.reviewer()
    review.assign(case, actor=person, assignee=person, now=NOW)
    return _at_desk(case, "release")


def staff_assign(_scene: Scene) -> Press:
    return _at_desk(desk.sent(), "assign", assignee=desk.reviewer().pk)


def staff_add_fax(scene: Scene) -> Press:
    return _at_desk(_asked(scene, CaseKind.MASTER_CHANGE), "add-fax", has_file=True, sender="OTHERS")


def staff_add_emailed(_scene: Scene) -> Press:
    return _at_desk(desk.sent(has_paper=False), "add-emailed", has_file=True)


def staff_remove_paper(_scene: Scene) -> Press:
    case = desk.sent(has_paper=False)
    paper = fax(case, added_by=desk.reviewer())
    return _at_desk(case, "remove-paper", document=paper.pk, why="다른 신청의 서류")


def staff_keep_registration(scene: Scene) -> Press:
    return _at_desk(_asked(scene, CaseKind.DISPUTE), "keep-registration", reason=REASON)


def staff_change_master(scene: Scene) -> Press:
    chosen = {"new_master": scene.place(scene.full).pk, "former": "FULL"}
    return _at_desk(_asked(scene, CaseKind.DISPUTE), "change-master", reason=REASON, **chosen)


def staff_cancel_registration(scene: Scene) -> Press:
    return _at_desk(_asked(scene, CaseKind.DISPUTE), "cancel-registration", reason=REASON, sure="on")


def staff_find_member(scene: Scene) -> Press:
    return _at_desk(_asked(scene, CaseKind.DISPUTE), "find-member", member=scene.full.username)


def staff_mark(scene: Scene) -> Press:
    marks = {"seen": "ACTIVE", "status": "SUSPENDED", "reason": "국세청 조회"}
    return by(make.staff(is_superuser=True), "admin:companies_company_mark", scene.company.pk, **marks)


OF_MEMBERS: tuple[Verb, ...] = (
    search_number,
    search_again,
    forget_registration,
    keep_registration,
    join_found_company,
    register_found_company,
    request_registration,
    add_draft_document,
    remove_draft_document,
    relate_company,
    leave_company,
    remind_master,
    withdraw_request,
    send_again,
    correct_request,
    keep_correction,
    forget_correction,
    add_correction_document,
    add_case_document,
    edit_company,
    keep_company_edit,
    discard_company_edit,
    request_company_edit,
    approve_associates,
    end_relationships,
    choose_to_end,
    lift_bar,
    offer_transfer,
    withdraw_transfer,
    accept_transfer,
    refuse_transfer,
    request_master_change,
    agree_master_change,
    object_master_change,
    dispute_registration,
)
OF_STAFF: tuple[Verb, ...] = (
    staff_approve_a_registration,
    staff_approve_a_master_change,
    staff_approve_an_edit,
    staff_request_correction,
    staff_reject,
    staff_take,
    staff_release,
    staff_assign,
    staff_add_fax,
    staff_add_emailed,
    staff_remove_paper,
    staff_keep_registration,
    staff_change_master,
    staff_cancel_registration,
    staff_find_member,
    staff_mark,
)
