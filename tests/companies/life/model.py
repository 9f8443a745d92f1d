"""What the rules make of any order of steps, in plain Python; people and numbers are those of the machine."""

from dataclasses import dataclass, field
from datetime import date, datetime

from companies.domain import dispute, membership, review, succession
from companies.domain.transfer import ANSWER_WITHIN
from companies.models import (
    DECIDED_STATES,
    OPEN_STATES,
    BusinessStatus,
    CaseKind,
    CaseState,
    MasterAnswer,
    OfferState,
    Outcome,
)
from kotra_portal.errors import RuleViolation
from tests.companies.registry import NOW, TYPED
from tests.conftest import KST

OF_THE_FIRST = 1  # this reviewer is also the first person
UNKNOWN = 2  # the registry knows the other numbers


@dataclass(eq=False)
class Workplace:
    """A company, registered once: who is what in it, who may not come back, and what happened there, in order."""

    number: int
    pk: int
    registrant: int
    registered_at: datetime
    is_automatic: bool
    name: str
    representative: str
    phone: str = ""
    roles: dict[int, str] = field(default_factory=dict)
    barred: set[int] = field(default_factory=set)
    taken_out: set[int] = field(default_factory=set)  # by somebody else, and not back since
    reminded: dict[int, date] = field(default_factory=dict)
    status: BusinessStatus = BusinessStatus.ACTIVE
    is_closed: bool = False
    closed_while_asked: bool = False  # for another MASTER, or by a dispute
    history: list[str] = field(default_factory=list)

    @property
    def master(self) -> int:
        """Who is MASTER."""
        return next(person for person, role in self.roles.items() if role == "MASTER")

    def who_are(self, *roles: str) -> list[int]:
        """The people of these roles."""
        return [person for person, role in self.roles.items() if role in roles]


@dataclass(eq=False)
class Offer:
    """An offer of MASTER."""

    pk: int
    place: Workplace
    master: int
    nominee: int
    expires_at: datetime
    state: OfferState = OfferState.OPEN


@dataclass(eq=False)
class Asked:
    """A case; what one kind alone has stands in the classes below."""

    kind: CaseKind
    number: int
    applicant: int | None
    pk: int
    opened_at: datetime
    place: Workplace | None = None
    state: CaseState = CaseState.RECEIVED
    version: int = 1
    reason: str = ""
    assignee: int | None = None
    has_paper: bool = False
    has_new_paper: bool = False

    @property
    def is_open(self) -> bool:
        """Tell whether something is still to come."""
        return self.state in OPEN_STATES

    def end(self, state: CaseState, reason: str = "") -> None:
        """Nothing more is to come."""
        self.state, self.reason = state, reason

    def turn(self, state: CaseState, reason: str = "") -> None:
        """It is the other side's turn, or was sent once more."""
        self.state, self.reason, self.has_new_paper = state, reason, False
        self.version += 1


@dataclass(eq=False)
class Registration(Asked):
    """신규등록."""

    name: str = TYPED["name"]
    rounds: list[tuple[str, str]] = field(default_factory=list)  # name and reason, as they were


@dataclass(eq=False)
class Change(Asked):
    """MASTER 변경신청."""

    leaves: bool = False
    decidable_from: datetime = NOW
    answer: MasterAnswer | None = None


@dataclass(eq=False)
class Edit(Asked):
    """기업정보 변경."""

    name: str = ""
    representative: str = ""


@dataclass(eq=False)
class Dispute(Asked):
    """등록 이의신청."""

    outcome: Outcome | None = None


@dataclass
class Model:
    """What the rules make of the steps so far."""

    now: datetime = NOW
    places: list[Workplace] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    cases: list[Asked] = field(default_factory=list)
    edits: list[tuple[int, datetime]] = field(default_factory=list)  # of a company's facts: by whom, when
    drafts: dict[int, tuple[int, str, datetime]] = field(default_factory=dict)  # number, answer, looked up at
    starts: dict[int, int] = field(default_factory=dict)  # today's
    is_down: bool = False

    @property
    def live(self) -> list[Workplace]:
        """The companies whose registration goes on."""
        return [place for place in self.places if not place.is_closed]

    def company(self, number: int | None) -> Workplace | None:
        """The registered company with this number."""
        return next((place for place in self.live if place.number == number), None)

    def place(self, person: int) -> Workplace | None:
        """The company that the person is in."""
        return next((place for place in self.live if person in place.roles), None)

    def role(self, person: int) -> str:
        """What the person is."""
        place = self.place(person)
        return place.roles[person] if place else "INDIVIDUAL"

    def start_refusal(self, person: int) -> type[RuleViolation] | None:
        """§D1: why the person may start no relationship."""
        if self.place(person):
            return membership.AlreadyRelated
        return membership.TooManyStarts if self.starts.get(person, 0) >= membership.STARTS_A_DAY else None

    def join_refusal(self, person: int, place: Workplace) -> type[RuleViolation] | None:
        """§D1, §D8: why the person may not become 준회원 of this company."""
        if place.status != BusinessStatus.ACTIVE:
            return membership.BusinessEnded
        return membership.BarredFromCompany if person in place.barred else None

    def answer(self, number: int) -> str:
        """§S12: what a search finds: the company, what the registry knows, or nothing."""
        if self.company(number):
            return "REGISTERED"
        if self.is_for_staff(number):
            return "NOTHING"
        return "KNOWN" if number != UNKNOWN and not self.is_down else "NOTHING"

    def is_for_staff(self, number: int) -> bool:
        """§D7, §D8: whether a registration of the number ended by or during a dispute or MASTER change, or marked."""
        ended = [place for place in self.places if place.number == number and place.is_closed]
        disputes = [asked for asked in self.cases if isinstance(asked, Dispute) and asked.number == number]
        was_cancelled = any(asked.outcome == Outcome.CANCELLED for asked in disputes)
        was_open = any(place.closed_while_asked for place in ended)
        return was_cancelled or was_open or bool(ended and ended[-1].status != BusinessStatus.ACTIVE)

    def latest(self, person: int) -> Registration | None:
        """The registration request that the person sent last."""
        sent = [asked for asked in self.cases if isinstance(asked, Registration) and asked.applicant == person]
        return sent[-1] if sent else None

    def open_cases(self, kind: CaseKind, **of: object) -> list[Asked]:
        """The open cases of this kind, of a person, number or place."""
        found = [asked for asked in self.cases if asked.kind == kind and asked.is_open]
        return [asked for asked in found if all(getattr(asked, name) == value for name, value in of.items())]

    def sent_lately(self, kind: CaseKind, person: int) -> int:
        """§D3, §D7: how many requests of this kind the person sent on this day, withdrawn ones too."""
        sent = [asked for asked in self.cases if asked.kind == kind and asked.applicant == person]
        return sum(asked.opened_at >= self.midnight for asked in sent)

    def edited_lately(self, person: int) -> int:
        """§C6: how often the person changed a company's facts on this day."""
        return sum(who == person and at >= self.midnight for who, at in self.edits)

    def offered_lately(self, place: Workplace) -> int:
        """§D6: how many offers of this company were made on this day, withdrawn ones too."""
        made = [offer for offer in self.offers if offer.place is place]
        return sum(offer.expires_at - ANSWER_WITHIN >= self.midnight for offer in made)

    @property
    def midnight(self) -> datetime:
        """§D23: when this day began in Korea."""
        return self.now.astimezone(KST).replace(hour=0, minute=0, second=0, microsecond=0)

    def open_offer(self, place: Workplace) -> Offer | None:
        """§D6: the one that was not ended, were its days over too."""
        return next((offer for offer in self.offers if offer.place is place and offer.state == OfferState.OPEN), None)

    def is_disputed(self, place: Workplace) -> bool:
        """§D8: while the dispute is not decided."""
        return bool(self.open_cases(CaseKind.DISPUTE, place=place))

    def enter(self, person: int, place: Workplace, role: str, ends: CaseState = CaseState.WITHDRAWN) -> None:
        """§D1, §D4: the open request is over, and whoever else asked for the number is 준회원."""
        place.roles[person] = role
        place.taken_out.discard(person)
        place.history.append("REGISTERED" if role == "MASTER" else "JOINED")
        self.starts[person] = self.starts.get(person, 0) + 1
        for asked in self.open_cases(CaseKind.REGISTRATION, applicant=person):
            asked.end(ends)
        for other in self.open_cases(CaseKind.REGISTRATION, number=place.number):
            self.enter(other.applicant, place, "ASSOCIATE", CaseState.SETTLED)

    def leave(self, person: int, place: Workplace, kind: str) -> None:
        """§D1: what the person asked for as a member of the company ends with the relationship.

        A MASTER change (§D7) does not, where somebody else ended the relationship.
        """
        del place.roles[person]
        if kind == "ENDED":
            place.taken_out.add(person)
        place.reminded.pop(person, None)
        place.history.append(kind)
        offer = self.open_offer(place)
        if offer and person in {offer.master, offer.nominee}:
            self.drop_offer(place)
        for asked in self.cases:
            stays = kind == "ENDED" and isinstance(asked, Change)
            if asked.is_open and asked.place is place and asked.applicant == person and not stays:
                asked.end(CaseState.WITHDRAWN)

    def close(self, place: Workplace) -> None:
        """§D2: the number is free again, and what was asked has no object any more."""
        place.is_closed = True
        place.history.append("CLOSED")
        for asked in self.cases:
            if asked.is_open and asked.place is place:
                asked.end(CaseState.OVERTAKEN)
                place.closed_while_asked |= asked.kind in {CaseKind.DISPUTE, CaseKind.MASTER_CHANGE}

    def cancel(self, place: Workplace) -> None:
        """§D8: every relationship ends, and the registration."""
        place.history += ["ENDED"] * len(place.roles)
        place.roles.clear()
        place.reminded.clear()
        self.drop_offer(place)
        self.close(place)

    def relate_refusal(self, person: int, place: Workplace) -> type[RuleViolation] | None:
        """§D7: why an applicant cannot become MASTER; a relationship that was ended is set up anew."""
        if person in place.roles:
            return None
        if self.place(person):
            return succession.ApplicantIsGone
        return None if place.status == BusinessStatus.ACTIVE else membership.BusinessEnded

    def choice_refusal(self, person: int, place: Workplace) -> type[RuleViolation] | None:
        """§D8: why staff cannot make this person MASTER: neither 정회원 nor 준회원, nor taken out of the company."""
        if place.roles.get(person) in {"FULL", "ASSOCIATE"}:
            return None
        if person not in place.taken_out or self.place(person):
            return dispute.NotAMember
        return self.relate_refusal(person, place)

    def relate_again(self, person: int, place: Workplace) -> None:
        """§D7, §D8: an applicant or chosen one whose relationship was ended, and who was barred perhaps."""
        if person in place.roles:
            return
        if person in place.barred:
            place.barred.remove(person)
            place.history.append("BAR_LIFTED")
        self.enter(person, place, "ASSOCIATE")

    def drop_offer(self, place: Workplace) -> None:
        """§D6: the open offer has no object any more."""
        self.lapse(place)
        if offer := self.open_offer(place):
            offer.state = OfferState.DROPPED
            place.history.append("OFFER_DROPPED")

    def lapse(self, place: Workplace) -> None:
        """§D6: seven days without an answer."""
        offer = self.open_offer(place)
        if offer and offer.expires_at <= self.now:
            offer.state = OfferState.LAPSED
            place.history.append("OFFER_LAPSED")

    def change_master(self, place: Workplace, person: int, kind: str, *, leaves: bool = False) -> None:
        """§D6, §D7, §D8: MASTER changes hands; offers and requests for a change have no object any more."""
        self.drop_offer(place)
        old = place.master
        if leaves:
            self.leave(old, place, "ENDED")
        else:
            place.roles[old] = "FULL"
        place.roles[person] = "MASTER"
        place.history.append(kind)
        for asked in self.open_cases(CaseKind.MASTER_CHANGE, place=place):
            asked.end(CaseState.OVERTAKEN)

    def is_own(self, reviewer: int, asked: Asked) -> bool:
        """§D3: the case of the reviewer's member account, or of its company, or of what it once asked for."""
        if reviewer != OF_THE_FIRST:
            return False
        company = self.company(asked.number)
        asked_too = any(other.applicant == 0 and other.number == asked.number for other in self.cases)
        return asked.applicant == 0 or (company is not None and 0 in company.roles) or asked_too

    def review_refusal(self, reviewer: int, asked: Asked) -> type[RuleViolation] | None:
        """§D3: why this reviewer may not look after the case."""
        if self.is_own(reviewer, asked):
            return review.OwnCase
        if asked.is_open:
            return None
        return review.DecidedAlready if asked.state in DECIDED_STATES else review.NotWaiting

    def decide_refusal(self, reviewer: int, asked: Asked, missed: int) -> type[RuleViolation] | None:
        """§D3, §D7, §D8: why this reviewer may not decide the case by a page that is so many versions old."""
        refusal = self.review_refusal(reviewer, asked) or (review.ChangedMeanwhile if missed else None)
        if isinstance(asked, Dispute) and reviewer == OF_THE_FIRST and asked.place.registrant == 0:
            return refusal or review.OwnCase
        return refusal

    def too_early(self, asked: Change) -> type[RuleViolation] | None:
        """§D7: before the seven days are over the MASTER must agree."""
        if asked.answer == MasterAnswer.AGREED or self.now >= asked.decidable_from:
            return None
        return succession.ObjectedTo if asked.answer == MasterAnswer.OBJECTED else succession.TooEarly

    def dispute_refusal(self, place: Workplace) -> type[RuleViolation] | None:
        """§D8: one dispute for one automatic registration, within thirty days."""
        if any(isinstance(asked, Dispute) and asked.place is place for asked in self.cases):
            return dispute.DisputedAlready
        is_over = place.is_closed or self.now >= place.registered_at + dispute.LINK_LIFETIME
        return dispute.LinkIsOver if is_over or not place.is_automatic else None
