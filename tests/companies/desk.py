"""What the tests of the staff's desk share: reviewers, cases in every state, and the addresses of the verbs."""

from datetime import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from companies.domain import cases, correction, profile, review
from companies.models import Case, CaseKind, CaseState, Channel, Company
from tests import make
from tests.companies import firm, papers
from tests.companies.registry import NOW, SOON, TYPED, document, fax

RIGHTS = ("companies.view_case", "companies.review_case", "companies.view_document")
QUEUE = "/admin/companies/case/"
_PAPERS = ("add-fax", "add-emailed", "remove-paper")
VERBS = ("approve", "request-correction", "reject", "take", "release", "assign", *_PAPERS)
OUTCOMES = ("keep-registration", "change-master", "cancel-registration")  # of a dispute (§D8)
DECISIONS = ("approve", "request-correction", "reject", *OUTCOMES)


def reviewer(**fields: object) -> User:
    """A staff account with the rights of a reviewer."""
    person = papers.staff_who_may(*RIGHTS)
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()
    return person


def case_in(state: CaseState, *, by: User | None = None, **fields: object) -> Case:
    """A case of somebody's that came to this state by the domain's verbs."""
    case = sent(**fields)
    by = by or reviewer(name="이심사")
    seen = {"actor": by, "seen": cases.version(case), "now": SOON}
    if state == CaseState.CORRECTION:
        review.request_correction(case, reason="등록증을 보내 주세요.", **seen)
    elif state == CaseState.APPROVED:
        review.approve_registration(case, **seen)
    elif state == CaseState.REJECTED:
        review.reject_registration(case, reason="다른 기업입니다.", **seen)
    elif state == CaseState.WITHDRAWN:
        cases.withdraw_request(case, actor=case.applicant, now=SOON)
    elif state == CaseState.SETTLED:
        other = sent(brn=case.registration.brn)
        review.approve_registration(other, actor=by, seen=cases.version(other), now=SOON)
    elif state == CaseState.OVERTAKEN:  # what happens to the other kinds of cases
        Case.objects.filter(pk=case.pk).update(state=state, closed_at=SOON)
    case.refresh_from_db()
    return case


def sent(applicant: User | None = None, *, now: datetime = NOW, has_paper: bool = True, **fields: object) -> Case:
    """An open request with its first event, as the domain leaves it; with the certificate that came by fax, or none."""
    case = papers.case(applicant or make.member(), opened_at=now, waiting_since=now)
    asked = case.registration
    for name, value in (TYPED | fields).items():
        setattr(asked, name, value)
    asked.save()
    cases.record(case, "SENT", actor=case.applicant, now=now)
    if has_paper:
        fax(case)
    return case


def asked_of(company: Company, kind: CaseKind, by: User, *, now: datetime = NOW, has_paper: bool = True) -> Case:
    """An open case of this kind about a registered company, which ``by`` asks for; with a paper that came by fax."""
    if kind == CaseKind.MASTER_CHANGE:
        case = firm.ask(by, has_paper=False, now=now)
    elif kind == CaseKind.COMPANY_EDIT:
        names = {"name": "새이름상사", "representative": "최새로"}
        case = profile.request_company_edit(by, **names, certificate_by=Channel.FAX, now=now)
    else:
        case = firm.disputed(company, has_paper=False, now=now)
    if has_paper:
        paper = {"name": "fax.pdf", "channel": Channel.FAX, "sha256": f"{case.pk:064d}"}
        document(case, added_by=case.applicant or make.staff(), **paper)
    return case


def corrected(case: Case, **facts: object) -> Case:
    """The same case, sent anew by its applicant."""
    now = {name: getattr(case.registration, name) for name in ("name", "representative")}
    return correction.correct_request(case, now | facts, Channel.FAX, actor=case.applicant, now=SOON)


def path(case: Case, verb: str = "change") -> str:
    """The address of a case's page, or of one of its verbs."""
    return f"{QUEUE}{case.pk}/{verb}/"


def queries_of(client: object, address: str) -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 200
    return len(asked)
