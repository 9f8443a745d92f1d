"""What the demonstration's staff decided about registered companies: disputes, MASTER changes, edits (§C6, §D7, §D8).

Made through the domain's verbs. Each step of a story leaves one event behind, so a run that was broken off goes on
where it stopped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import User
from companies import registry
from companies.domain import cases, dispute, documents, membership, profile, review, search, succession
from companies.models import Case, CaseKind, Channel, Company, Relationship
from kotra_portal.demo import papers
from kotra_portal.demo.cases import FIRST, SECOND
from kotra_portal.demo.companies import employ, register, without_mails
from kotra_portal.demo.people import PASSWORD, sign_up_missing, somebody

MEMBERS_FOR = 60  # days that the newest of them has been a member, at least
CHIEF = ("대표이사실", "대표이사")
PEOPLE = (
    somebody("registrant3", "Bong Suyeong", "01020150301", "봉수영", date(1986, 1, 14), "F", "SKT", "총무팀", "과장"),
    somebody("registrant4", "Do Gyeongho", "01020150302", "도경호", date(1990, 7, 3), "M", "KT"),
    somebody("sitting2", "Jo Taehui", "01020150303", "조태희", date(1967, 11, 21), "M", "LGU", *CHIEF),
    somebody("successor2", "Maeng Hayun", "01020150304", "맹하윤", date(1991, 5, 9), "F", "KT", "기획팀", "팀장"),
    somebody("founder2", "Eo Jinu", "01020150305", "어진우", date(1978, 3, 30), "M", "SKT", "관리부", "차장"),
    somebody("successor3", "Seo Jindo", "01020150306", "서진도", date(1970, 9, 2), "M", "LGU", *CHIEF),
    somebody("sitting3", "Kim Gyeongeun", "01020150307", "김경은", date(1973, 12, 17), "F", "KT", *CHIEF),
    somebody("successor4", "Pyeon Doyun", "01020150308", "편도윤", date(1994, 6, 25), "M", "SKT", "영업팀", "대리"),
)

NOT_OURS = "저희 회사를 KOTRA에 등록하라고 한 적이 없습니다. 누가 등록했는지 확인하고 취소해 주시기 바랍니다."
KEPT = "재직증명서와 전화로 등록한 회원이 총무팀 직원임을 확인했습니다. 대표이사도 동의하여 등록을 유지합니다."
CANCELLED = "대표이사의 확인서로 등록한 회원이 이 기업의 사람이 아님을 확인하여 등록을 취소합니다."
NEW_TASK = "수출 업무를 맡은 부서가 바뀌어 제가 MASTER를 맡으려고 합니다."
NO_SEAL = "첨부한 위임장에 대표이사의 도장이 없습니다. 도장을 찍은 위임장을 다시 첨부해 주세요."
I_REPRESENT = "대표이사인 제가 MASTER를 맡고, 지금 MASTER는 정회원으로 남으려고 합니다."
CHECKED = "지금 MASTER가 동의했고, 사업자등록증에서 신청인이 대표이사임을 확인했습니다."
WANTS_IT = "제가 MASTER 업무를 하겠습니다."
I_STAY = "신청인에게 MASTER 업무를 맡긴 적이 없습니다. 제가 계속 맡습니다."
STAYS = "지금 MASTER의 이의를 확인했고, 회사가 MASTER를 바꾸기로 했다는 서류가 없습니다."
OLD_PAPER = "첨부한 사업자등록증이 기업명을 바꾸기 전의 것입니다. 바뀐 등록증으로 다시 신청해 주세요."


@dataclass(frozen=True)
class Firm:
    """Who registered which number how many days ago, and who became 정회원 of it the day after."""

    brn: str
    master: str
    days: float
    other: str = ""


@dataclass(frozen=True)
class Step:
    """What somebody did, how many hours after the case was opened, with which words."""

    act: Callable[[Case, "Step", datetime], object]
    after: float
    by: str = ""
    words: str = ""


@dataclass(frozen=True)
class Story:
    """A case about the company of this number: who asks (nobody of the portal's in a dispute), days ago, what then.

    ``words`` is why, or the new name of the company.
    """

    brn: str
    kind: CaseKind
    applicant: str
    days: float
    words: str
    steps: tuple[Step, ...]


def _seen(case: Case, step: Step, now: datetime) -> dict[str, object]:
    return {"actor": _person(step.by), "seen": cases.version(case), "now": now}


def _fax(case: Case, step: Step, now: datetime) -> None:
    paper = _certificate(case.company, look="fax", name="팩스")
    documents.add_paper(case, paper, Channel.FAX, actor=_person(step.by), now=now)


def _attach(case: Case, step: Step, now: datetime) -> None:
    """The words are the paper's look."""
    documents.add_to_case(case, _certificate(case.company, look=step.words), actor=case.applicant, now=now)


def _keep(case: Case, step: Step, now: datetime) -> None:
    dispute.keep_registration(case, reason=step.words, **_seen(case, step, now))


def _cancel(case: Case, step: Step, now: datetime) -> None:
    dispute.cancel_registration(case, reason=step.words, **_seen(case, step, now))


def _agree(case: Case, step: Step, now: datetime) -> None:
    succession.agree(case, actor=_person(step.by), password=PASSWORD, now=now)


def _object(case: Case, step: Step, now: datetime) -> None:
    succession.object_to(case, actor=_person(step.by), objection=step.words, now=now)


def _send_back(case: Case, step: Step, now: datetime) -> None:
    review.request_correction(case, reason=step.words, **_seen(case, step, now))


def _change_master(case: Case, step: Step, now: datetime) -> None:
    succession.approve_master_change(case, reason=step.words, **_seen(case, step, now))


def _leave_master(case: Case, step: Step, now: datetime) -> None:
    succession.reject_master_change(case, reason=step.words, **_seen(case, step, now))


def _approve_edit(case: Case, step: Step, now: datetime) -> None:
    profile.approve_company_edit(case, **_seen(case, step, now))


def _reject_edit(case: Case, step: Step, now: datetime) -> None:
    profile.reject_company_edit(case, reason=step.words, **_seen(case, step, now))


FIRMS = (
    Firm("1738620254", "registrant3", 29),
    Firm("1708666057", "registrant4", 28),
    Firm("1128794710", "founder2", 27, other="successor3"),
    Firm("1358741685", "sitting3", 26, other="successor4"),
    Firm("1828736650", "sitting2", 24, other="successor2"),
)
_ATTACHED = Step(_attach, 0.1, words="plain")
STORIES = (
    Story("1738620254", CaseKind.DISPUTE, "", 25, NOT_OURS, (Step(_fax, 30, FIRST), Step(_keep, 51, FIRST, KEPT))),
    Story(
        "1708666057", CaseKind.DISPUTE, "", 22, NOT_OURS, (Step(_fax, 20, SECOND), Step(_cancel, 47, SECOND, CANCELLED))
    ),
    Story(
        "1128794710", CaseKind.MASTER_CHANGE, "successor3", 20, I_REPRESENT,
        (_ATTACHED, Step(_agree, 26, "founder2"), Step(_change_master, 49, SECOND, CHECKED)),
    ),
    Story(
        "1358741685", CaseKind.MASTER_CHANGE, "successor4", 18, WANTS_IT,
        (_ATTACHED, Step(_object, 52, "sitting3", I_STAY), Step(_leave_master, 195, FIRST, STAYS)),
    ),
    Story(
        "1738620254", CaseKind.COMPANY_EDIT, "registrant3", 12, "(주)찬솔정밀화학",
        (_ATTACHED, Step(_approve_edit, 24, SECOND)),
    ),
    Story(
        "1128794710", CaseKind.COMPANY_EDIT, "successor3", 9, "(주)달무리신소재",
        (Step(_attach, 0.1, words="again"), Step(_reject_edit, 28, FIRST, OLD_PAPER)),
    ),
    Story(
        "1828736650", CaseKind.MASTER_CHANGE, "successor2", 2, NEW_TASK,
        (_ATTACHED, Step(_send_back, 25, FIRST, NO_SEAL)),
    ),
)  # fmt: skip


def seed(*, now: datetime) -> list[str]:
    """Make what is missing of it; return what was made. Raises the domain's refusals.

    Where somebody took the right to review from the demonstration's reviewers, nothing is made; a number that somebody
    registered before is left so.
    """
    team = User.objects.filter(username__in=(FIRST, SECOND))
    if [person.has_perm(review.MAY_REVIEW) for person in team] != [True, True]:
        return []
    made = [f"member {username}" for username in sign_up_missing(PEOPLE, days=MEMBERS_FOR, now=now)]
    with without_mails():
        for firm in FIRMS:
            _found(firm, now=now)
        told = sum(_tell(story, now=now) for story in STORIES)
    return made + ([f"{told} stories about companies"] if told else [])


def _found(firm: Firm, *, now: datetime) -> None:
    """§T5, §C4, §C5: by whoever never had a company, and of a number that is free."""
    master, registered_at = _person(firm.master), now - timedelta(days=firm.days)
    if not (master.relationships.exists() or search.live_company(firm.brn)):
        register(master, firm.brn, now=registered_at)
    company = _company(firm)
    if company is None or membership.master_of(company) != master:
        return
    if firm.other and not _person(firm.other).relationships.exists():
        employ(_person(firm.other), company, master, now=registered_at + timedelta(days=1))


def _tell(story: Story, *, now: datetime) -> bool:
    """Ask, and let happen what has not happened yet; tell whether there was anything."""
    company = _company(next(firm for firm in FIRMS if firm.brn == story.brn))
    if company is None:
        return False
    asked_at, by = now - timedelta(days=story.days), {"applicant__username": story.applicant}
    case = company.cases.filter(kind=story.kind, **by if story.applicant else {}).order_by("pk").first()
    steps = story.steps[max(0, case.events.count() - 1) :] if case else story.steps  # the first event is the sending
    case = case or _ASK[story.kind](story, company, asked_at)
    for step in steps:
        step.act(case, step, asked_at + timedelta(hours=step.after))
        case.refresh_from_db()
    return bool(steps)


def _dispute(story: Story, company: Company, now: datetime) -> Case:
    """§D8: by the link, the company's representative."""
    record = registry.find(company.brn, now=now)
    who = (company.representative, "대표이사", record.facts["phone"], record.contact_email)
    return dispute.raise_dispute(company, dispute.Claim(*who, story.words), now=now)


def _ask_for_change(story: Story, _company: Company, now: datetime) -> Case:
    """§Q3: the old MASTER stays as 정회원."""
    asking = {"why": story.words, "master_leaves": False, "certificate_by": Channel.UPLOAD}
    return succession.request_master_change(_person(story.applicant), **asking, now=now)


def _edit(story: Story, company: Company, now: datetime) -> Case:
    """기업정보 변경: a new name."""
    asked = {"name": story.words, "representative": company.representative, "certificate_by": Channel.UPLOAD}
    return profile.request_company_edit(_person(story.applicant), **asked, now=now)


_ASK: dict[CaseKind, Callable[[Story, Company, datetime], Case]] = {
    CaseKind.DISPUTE: _dispute,
    CaseKind.MASTER_CHANGE: _ask_for_change,
    CaseKind.COMPANY_EDIT: _edit,
}


def _company(firm: Firm) -> Company | None:
    """The company that the firm's first MASTER registered, in it still or not; None where somebody else did."""
    own = Relationship.objects.filter(member__username=firm.master, company__brn=firm.brn)
    found = own.select_related("company").order_by("pk").first()
    return found.company if found else None


def _certificate(company: Company, **how: str) -> object:
    return papers.certificate(company.brn, company.name_en, str(company.opened_on), **how)


def _person(username: str) -> User:
    return User.objects.get(username=username)
