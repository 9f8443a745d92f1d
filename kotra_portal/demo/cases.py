"""Forty requests of every kind and state for the demonstration's reviewers, made through the domain's verbs.

Who asks for what stands in samples/cases.tsv; what became of it since is its story. Each step of a story leaves one
event behind, so a run that was broken off goes on where it stopped.
"""

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from accounts.models import User
from companies.domain import cases, correction, documents, registration, review, search
from companies.models import Case, Channel, proposed_classification
from companies.numbers import is_corporation
from kotra_portal.demo import papers
from kotra_portal.demo.companies import as_stored, without_mails
from kotra_portal.demo.people import sign_up, somebody

SAMPLES = Path(__file__).parent / "samples" / "cases.tsv"
CARRIERS = ("SKT", "KT", "LGU")
MEMBERS_FOR = 40  # days that the newest of the applicants has been a member, at least
FIRST, SECOND = "support1", "support2"
SAME_FILE_AS = "(주)구름사다리"  # whose certificate somebody else hands in

BLURRED = "사업자등록증 사진이 흐려 등록번호와 개업일자를 읽을 수 없습니다. 다시 찍거나 스캔해 첨부해 주세요."
OTHER_NAME = "입력한 대표자명이 사업자등록증의 대표자와 다릅니다. 확인해 고치거나, 바뀐 등록증을 첨부해 주세요."
CUT_OFF = "사업자등록증의 아래쪽이 잘려 있습니다. 모든 면이 보이게 다시 첨부해 주세요."
FAX_MISSING = "팩스로 보내신다는 사업자등록증이 아직 오지 않았습니다. 다시 보내거나 파일을 첨부해 주세요."
NO_ADDRESS = "상세주소가 사업자등록증과 다릅니다. 등록증대로 고쳐 주세요."
STILL_OTHER = "고친 상세주소도 등록증과 다릅니다. 등록증에는 5층으로 되어 있습니다."
NOT_THE_BUSINESS = (
    "신청인과 기업의 관계를 확인할 수 없습니다. 기업에 소속되어 있으면 재직을 확인할 서류와 함께 다시 신청해 주세요."
)
NO_PAPER = "보완을 요청한 뒤 일주일 동안 사업자등록증을 받지 못했습니다. 서류를 준비해 다시 신청해 주세요."
OTHER_COMPANY = "첨부한 사업자등록증이 다른 기업의 것입니다. 등록하려는 기업의 등록증으로 다시 신청해 주세요."


@dataclass(frozen=True)
class Request:
    """One line of the samples: who asks for which company, and how many hours ago."""

    username: str
    name: str
    name_en: str
    gender: str
    birth_date: str
    brn: str
    company: str
    company_en: str
    representative: str
    opened_on: str
    business_type: str
    business_item: str
    trade_kind: str
    postcode: str
    address: str
    story: str
    hours: str
    file: str  # the kind of the certificate that is attached, or nothing
    certificate_by: str


@dataclass(frozen=True)
class Step:
    """What somebody did, how many hours after the request was sent, with which words."""

    act: Callable[[Case, Request, "Step", datetime], object]
    after: float
    by: str = ""
    words: str = ""


def _seen(case: Case, step: Step, now: datetime) -> dict[str, object]:
    return {"actor": _reviewer(step.by), "seen": cases.version(case), "now": now}


def _approve(case: Case, _request: Request, step: Step, now: datetime) -> None:
    review.approve_registration(case, **_seen(case, step, now))


def _reject(case: Case, _request: Request, step: Step, now: datetime) -> None:
    review.reject_registration(case, reason=step.words, **_seen(case, step, now))


def _send_back(case: Case, _request: Request, step: Step, now: datetime) -> None:
    review.request_correction(case, reason=step.words, **_seen(case, step, now))


def _assign(case: Case, _request: Request, step: Step, now: datetime) -> None:
    """The words say to whom, if it is somebody else."""
    actor = _reviewer(step.by)
    review.assign(case, actor=actor, assignee=_reviewer(step.words or step.by), now=now)


def _add_fax(case: Case, request: Request, step: Step, now: datetime) -> None:
    paper = _certificate(request, kind="PNG", look="fax", name="팩스")
    documents.add_paper(case, paper, Channel.FAX, actor=_reviewer(step.by), now=now)


def _add_file(case: Case, request: Request, step: Step, now: datetime) -> None:
    paper = _certificate(request, kind="JPEG", look="again", name=step.words)
    documents.add_to_case(case, paper, actor=case.applicant, now=now)


def _correct(case: Case, _request: Request, step: Step, now: datetime) -> None:
    way = Channel(case.registration.certificate_by)
    correction.correct_request(case, {"address_detail": step.words}, way, actor=case.applicant, now=now)


def _withdraw(case: Case, _request: Request, _step: Step, now: datetime) -> None:
    cases.withdraw_request(case, actor=case.applicant, now=now)


STORIES: dict[str, tuple[Step, ...]] = {
    "waits": (),
    "fax_awaited": (),
    "mail_awaited": (),
    "same_file": (),
    "settled": (),  # by another's approval
    "assigned": (Step(_assign, 20, FIRST),),
    "assigned_to_other": (Step(_assign, 3, FIRST), Step(_assign, 26, FIRST, SECOND)),
    "fax_arrived": (Step(_add_fax, 21, SECOND),),
    "blurred": (Step(_send_back, 24, FIRST, BLURRED),),
    "other_name": (Step(_send_back, 47, SECOND, OTHER_NAME),),
    "cut_off": (Step(_assign, 22, SECOND), Step(_send_back, 23, SECOND, CUT_OFF)),
    "fax_missing": (Step(_send_back, 72, FIRST, FAX_MISSING),),
    "corrected": (
        Step(_send_back, 20, SECOND, NO_ADDRESS),
        Step(_add_file, 44, words="사업자등록증_다시"),
        Step(_correct, 44.2, words="3층"),
    ),
    "corrected_twice": (
        Step(_assign, 18, FIRST),
        Step(_send_back, 20, FIRST, NO_ADDRESS),
        Step(_correct, 45, words="4층"),
        Step(_send_back, 70, FIRST, STILL_OTHER),
        Step(_add_file, 92, words="사업자등록증_앞면"),
        Step(_correct, 92.5, words="5층"),
    ),
    "approved": (Step(_assign, 24, FIRST), Step(_approve, 25, FIRST)),
    "approved_after_fax": (Step(_add_fax, 27, SECOND), Step(_approve, 27.3, SECOND)),
    "approved_after_correction": (
        Step(_send_back, 28, SECOND, NO_ADDRESS),
        Step(_correct, 53, words="별관 2층"),
        Step(_approve, 76, FIRST),
    ),
    "not_the_business": (Step(_reject, 50, FIRST, NOT_THE_BUSINESS),),
    "no_paper": (Step(_send_back, 48, SECOND, FAX_MISSING), Step(_reject, 216, SECOND, NO_PAPER)),
    "other_company": (Step(_assign, 26, SECOND), Step(_reject, 31, SECOND, OTHER_COMPANY)),
    "withdrawn": (Step(_withdraw, 30),),
}
LOOKS = {"blurred": "blurred", "cut_off": "cut off"}


def seed(*, now: datetime) -> list[str]:
    """Make what is missing of it; return what was made. Raises the domain's refusals.

    Where somebody took the right to review from the demonstration's reviewers, nothing is made.
    """
    team = User.objects.filter(username__in=(FIRST, SECOND))
    if [person.has_perm(review.MAY_REVIEW) for person in team] != [True, True]:
        return []
    asked = requests()
    people = _sign_up_missing(asked, now=now)
    members = User.objects.in_bulk({request.username for request in asked}, field_name="username")
    told, earlier = 0, Counter()
    with without_mails():
        for request in asked:
            told += _tell(request, members[request.username], earlier[request.username], now=now)
            earlier[request.username] += 1
    made = {"applicants": people, "requests of theirs": told}
    return [f"{count} {what}" for what, count in made.items() if count]


@cache
def requests() -> list[Request]:
    """Every line of the samples; whoever loses a number to another stands before them."""
    with SAMPLES.open(encoding="utf-8", newline="") as file:
        return [Request(**row) for row in csv.DictReader(file, delimiter="\t")]


def _sign_up_missing(asked: list[Request], *, now: datetime) -> int:
    """Each a day after the one before, so that no limit is touched; returns how many were new."""
    people = {request.username: request for request in asked}
    known = set(User.objects.filter(username__in=people).values_list("username", flat=True))
    for place, request in enumerate(people.values()):
        if request.username not in known:
            born, carrier = date.fromisoformat(request.birth_date), CARRIERS[place % len(CARRIERS)]
            mobile = f"010201501{place + 1:02d}"
            identity = (mobile, request.name, born, request.gender, carrier)
            member = somebody(request.username, request.name_en, *identity)
            sign_up(member, now=now - timedelta(days=MEMBERS_FOR + len(people) - place))
    return len(people) - len(known)


def _tell(request: Request, member: User, earlier: int, *, now: datetime) -> bool:
    """Ask, and let happen what has not happened yet; tell whether there was anything."""
    sent_at = now - timedelta(hours=float(request.hours))
    case = Case.objects.filter(applicant=member).order_by("opened_at")[earlier : earlier + 1].first()
    events = case.events.count() if case else 0
    steps = STORIES[request.story][max(0, events - 1) :]  # the first event is the sending
    is_new = case is None
    if case is None:
        case = _ask(request, member, now=sent_at)
    for step in steps:
        step.act(case, request, step, sent_at + timedelta(hours=step.after))
        case.refresh_from_db()
    return is_new or bool(steps)


def _ask(request: Request, member: User, *, now: datetime) -> Case:
    """§T4: look the number up, attach what there is to attach, send."""
    draft = search.search_number(member, request.brn, now=now)
    if request.file:
        look = LOOKS.get(request.story, "plain")
        documents.add_to_draft(draft, _certificate(request, kind=request.file, look=look), now=now)
    asked = (request.brn, _facts(request), Channel(request.certificate_by))
    return registration.request_registration(member, *asked, now=now)


def _facts(request: Request) -> dict[str, object]:
    digits = request.brn[5:]
    typed = {
        "name": request.company,
        "name_en": request.company_en,
        "representative": request.representative,
        "corporate_number": f"110111{digits}00" if is_corporation(request.brn) else "",
        "opened_on": request.opened_on,
        "business_type": request.business_type,
        "business_item": request.business_item,
        "company_type": "SMALL",
        "classification": proposed_classification(request.brn),
        "trade_kind": request.trade_kind,
        "phone": f"0299{digits}0",
        "email": f"info@{request.username}.example.com",
        "postcode": request.postcode,
        "address": request.address,
        "address_detail": "2층",
    }
    return as_stored(typed)


def _certificate(request: Request, **how: str) -> object:
    whose = request
    if request.story == "same_file":
        whose = next(other for other in requests() if other.company == SAME_FILE_AS)
    return papers.certificate(whose.brn, whose.company_en, whose.opened_on, **how)


def _reviewer(username: str) -> User:
    return User.objects.get(username=username)
