"""Companies in which something is under way: a dispute, a hand-over, MASTER changes, an edit, a suspension (§D6–D8).

The registry knows each of them, so it was registered automatically. A run that was broken off goes on where it stopped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import User
from companies import registry
from companies.domain import business, dispute, documents, membership, profile, search, succession, transfer
from companies.models import OPEN_STATES, BusinessStatus, Case, CaseKind, Channel, Company, RelationshipEvent
from kotra_portal.demo import papers
from kotra_portal.demo.companies import employ, register, without_mails
from kotra_portal.demo.people import PASSWORD, sign_up_missing, somebody

MEMBERS_FOR = 45  # days that the newest of them has been a member, at least
MARKER = "support1"
PEOPLE = (
    somebody("registrant1", "Noh Taeyoon", "01020150201", "노태윤", date(1991, 2, 27), "M", "SKT"),
    somebody("registrant2", "Choo Seongmin", "01020150202", "추성민", date(1988, 6, 11), "M", "KT"),
    somebody(
        "offerer1", "Yoon Hoseo", "01020150203", "윤호서", date(1971, 9, 19), "M", "LGU", "대표이사실", "대표이사"
    ),
    somebody("nominee1", "Cha Yujin", "01020150204", "차유진", date(1985, 4, 6), "F", "SKT", "경영지원팀", "팀장"),
    somebody("editor1", "Oh Junji", "01020150205", "오준지", date(1979, 12, 24), "F", "KT", "관리부", "부장"),
    somebody("sitting1", "Ahn Jimin", "01020150206", "안지민", date(1969, 3, 8), "M", "SKT", "대표이사실", "대표이사"),
    somebody("successor1", "Tak Minseo", "01020150207", "탁민서", date(1990, 10, 13), "F", "LGU", "수출팀", "과장"),
    somebody(
        "absent1", "Hwang Dokyung", "01020150208", "황도경", date(1960, 1, 31), "M", "KT", "대표이사실", "대표이사"
    ),
    somebody("heir1", "Hwang Jiho", "01020150209", "황지호", date(1992, 8, 17), "M", "SKT", "기획팀", "실장"),
    somebody("resting1", "Seo Woojun", "01020150210", "서우준", date(1974, 5, 5), "M", "LGU", "대표이사실", "대표이사"),
)

WHY = "지금 MASTER인 안지민 대표가 물러나고 수출 업무를 제가 맡게 되어 MASTER를 바꾸려고 합니다."
WHY_ABSENT = "MASTER인 황도경 대표가 연락되지 않아 준회원 승인을 받을 수 없습니다. 새 대표의 위임장을 함께 보냅니다."
EXPLANATION = (
    "저희 회사를 KOTRA에 등록한 적이 없습니다. 등록했다는 분은 저희 직원이 아니며 연락처도 모릅니다. "
    "등록을 취소해 주시기 바랍니다."
)
SUSPENDED_FOR = "국세청 휴폐업 조회 결과 휴업자로 확인했습니다."


@dataclass(frozen=True)
class Scene:
    """What is under way in one company: its number, who registered it how many days ago, who else is in it, and what.

    The mails to the company's own contact stay in the inbox where ``is_told``: they hold the link of a dispute.
    """

    brn: str
    master: str
    days: float
    story: Callable[[Company, User, User | None, datetime], object] | None = None
    other: str = ""  # a 정회원
    is_told: bool = False


def seed(*, now: datetime) -> list[str]:
    """Make what is missing of it; return what was made. Raises the domain's refusals.

    Whoever had a company before, and a number that somebody registered before, is left so.
    """
    made = [f"member {username}" for username in sign_up_missing(PEOPLE, days=MEMBERS_FOR, now=now)]
    people = User.objects.in_bulk([person.username for person in PEOPLE], field_name="username")
    for scene in SCENES:
        contact = registry.find(scene.brn, now=now).contact_email
        with without_mails(but_to=[contact] if scene.is_told else []):
            name = _play(scene, people, now=now)
        if name:
            made.append(f"company {name}" + (" (its dispute link: /demo/inbox/)" if scene.is_told else ""))
    with without_mails():
        _hand_in_papers(people, now=now)
    return made


def _play(scene: Scene, people: dict[str, User], *, now: datetime) -> str:
    """Let happen what has not happened yet; the company's name, nothing where nothing was left to do."""
    master, other = people[scene.master], people.get(scene.other)
    registered_at, is_new = now - timedelta(days=scene.days), False
    if not (master.relationships.exists() or search.live_company(scene.brn)):
        register(master, scene.brn, now=registered_at)
        is_new = True
    company = search.live_company(scene.brn)
    if company is None or membership.master_of(company) != master:
        return ""
    if other and not other.relationships.exists():
        employ(other, company, master, now=registered_at + timedelta(days=1))
    if scene.story and _is_untouched(company):
        scene.story(company, master, other, now)
        is_new |= not _is_untouched(company)
    return company.name if is_new else ""


def _is_untouched(company: Company) -> bool:
    marked = company.events.filter(kind=RelationshipEvent.Kind.MARKED)
    return not (company.cases.exists() or company.offers.exists() or marked.exists())


def _dispute(company: Company, _master: User, _other: User | None, now: datetime) -> None:
    """§D8: by the link, the company's representative."""
    record = registry.find(company.brn, now=now)
    claim = dispute.Claim(company.representative, "대표이사", record.facts["phone"], record.contact_email, EXPLANATION)
    dispute.raise_dispute(company, claim, now=now - timedelta(days=1))


def _offer(_company: Company, master: User, nominee: User, now: datetime) -> None:
    """§D6: open for six days more."""
    place = membership.live_relationship(nominee)
    transfer.offer_transfer(place, actor=master, password=PASSWORD, now=now - timedelta(days=1))


def _edit(_company: Company, master: User, _other: User | None, now: datetime) -> None:
    """기업정보 변경: a new representative and a new name."""
    names = {"name": "주식회사 물빛텍스타일", "representative": "오하늘"}
    sent_at = now - timedelta(days=1)
    profile.request_company_edit(master, **names, certificate_by=Channel.UPLOAD, now=sent_at)


def _ask_for_change(_company: Company, _master: User, member: User, now: datetime) -> None:
    """§Q3: the MASTER has five days more to object."""
    asking = {"why": WHY, "master_leaves": False, "certificate_by": Channel.UPLOAD}
    succession.request_master_change(member, **asking, now=now - timedelta(days=2))


def _wait_for_change(_company: Company, _master: User, member: User, now: datetime) -> None:
    """§D7: the seven days are over, and nobody objected."""
    asking = {"why": WHY_ABSENT, "master_leaves": True, "certificate_by": Channel.UPLOAD}
    succession.request_master_change(member, **asking, now=now - timedelta(days=8))


def _suspend(company: Company, _master: User, _other: User | None, now: datetime) -> None:
    """§D8: where the demonstration's staff may still mark."""
    marker = User.objects.get(username=MARKER)
    if marker.has_perm(business.MAY_MARK):
        marked = {
            "seen": company.business_status,
            "actor": marker,
            "reason": SUSPENDED_FOR,
            "now": now - timedelta(days=4),
        }
        business.mark_business(company, BusinessStatus.SUSPENDED, **marked)


SCENES = (
    Scene("1698863277", "resting1", 27, _suspend),
    Scene("1598726507", "absent1", 26, _wait_for_change, other="heir1"),
    Scene("1448634274", "sitting1", 21, _ask_for_change, other="successor1"),
    Scene("1368768464", "offerer1", 18, _offer, other="nominee1"),
    Scene("1408609604", "editor1", 16, _edit),
    Scene("1038601113", "registrant1", 3, _dispute, is_told=True),
    Scene("1068735512", "registrant2", 0.3, is_told=True),  # its contact may still dispute it
)


def _hand_in_papers(people: dict[str, User], *, now: datetime) -> None:
    """§S12: what the open requests announced; outside the scenes, since a file lies on the disk."""
    kinds = (CaseKind.MASTER_CHANGE, CaseKind.COMPANY_EDIT)
    waiting = Case.objects.select_related("company", "applicant").filter(kind__in=kinds, state__in=OPEN_STATES)
    for case in waiting.filter(applicant__in=people.values(), documents=None).order_by("pk"):
        company = case.company
        paper = papers.certificate(company.brn, company.name_en, str(company.opened_on))
        documents.add_to_case(case, paper, actor=case.applicant, now=min(now, case.opened_at + timedelta(minutes=5)))
