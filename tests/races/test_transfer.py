"""A hand-over is accepted while something else happens (§D6, §D7, §D8): each race with its defence and without."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import pytest

from accounts.domain import passwords
from companies.domain import approval, dispute, ending, membership, offers, review, succession, transfer
from companies.models import Case, Company, OfferState, Relationship, TransferOffer
from kotra_portal.desk.invariants import broken_invariants
from tests.races.at_once import come_between, database_errors, meet, take_locks_away, together
from tests.races.crew import CLAIMANT, Crew, change_asked_by, crew, disputed, now, offer_to, outcome, pressing

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("bureau")]

ROUNDS = 200
CLOSING = ["DISPUTE_DECIDED", *["ENDED"] * 4, "OFFER_DROPPED", "CLOSED"]


@dataclass(frozen=True)
class Left:
    """What a race left: what either got, the offer, who is MASTER, the history, and to whom mails went."""

    results: list[type]
    offer: OfferState
    master: str  # of the crew; empty where nobody is left
    events: list[str]
    mails: list[str]  # of the crew


@dataclass(frozen=True)
class Race:
    """What happens while the nominee accepts; how it may end; how the twin brings both together."""

    prepare: Callable[[Crew, TransferOffer], Callable[[], object]]
    ends: list[Left]
    look: tuple[ModuleType, str]
    act: tuple[ModuleType, str]


def accepted(other: type, *mails: str, events: tuple[str, ...] = ("HANDED_OVER",)) -> Left:
    """The acceptance came first."""
    told = ["master", "nominee", *mails]
    return Left([Relationship, other], OfferState.ACCEPTED, "nominee", list(events), sorted(told))


def lost(other: type, offer: OfferState, *mails: str, events: tuple[str, ...], master: str = "master") -> Left:
    """It came too late."""
    return Left([offers.OfferIsOver, other], offer, master, list(events), sorted(mails))


def leaving(crew: Crew, _offer: TransferOffer) -> Callable[[], object]:
    return lambda: ending.leave_company(crew.nominee, now=now())


def ending_it(crew: Crew, _offer: TransferOffer) -> Callable[[], object]:
    relationship = crew.relationship(crew.nominee)
    return lambda: approval.end_relationship(relationship, actor=crew.master, reason="퇴사", now=now())


def withdrawing(crew: Crew, offer: TransferOffer) -> Callable[[], object]:
    return lambda: transfer.withdraw_transfer(offer, actor=crew.master, now=now())


def refusing(crew: Crew, offer: TransferOffer) -> Callable[[], object]:
    return lambda: transfer.refuse_transfer(offer, actor=crew.nominee, now=now())


def changing(crew: Crew, _offer: TransferOffer) -> Callable[[], object]:
    case = change_asked_by(crew.other)
    return pressing(succession.approve_master_change, case)


def disputing(crew: Crew, _offer: TransferOffer) -> Callable[[], object]:
    return lambda: disputed(crew)


def cancelling(crew: Crew, _offer: TransferOffer) -> Callable[[], object]:
    return pressing(dispute.cancel_registration, disputed(crew))


def keeping(crew: Crew, _offer: TransferOffer) -> Callable[[], object]:
    return pressing(dispute.keep_registration, disputed(crew))


OFFER_IS_READ = (offers, "lock")
EVERYBODY = ("master", "nominee", "other", "associate")
DROPPED, WITHDRAWN, REFUSED = OfferState.DROPPED, OfferState.WITHDRAWN, OfferState.REFUSED
RACES = {
    "the nominee leaves": Race(
        leaving,
        [
            accepted(ending.MasterIsNeeded),
            lost(Relationship, DROPPED, "master", "master", events=("LEFT", "OFFER_DROPPED")),
        ],
        OFFER_IS_READ,
        (ending, "leave_company"),
    ),
    "the MASTER ends the nominee": Race(
        ending_it,
        [
            accepted(membership.NotAllowed),
            lost(Relationship, DROPPED, "master", "nominee", events=("ENDED", "OFFER_DROPPED")),
        ],
        OFFER_IS_READ,
        (approval, "end_relationship"),
    ),
    "the MASTER withdraws the offer": Race(
        withdrawing,
        [
            accepted(membership.NotAllowed),
            lost(TransferOffer, WITHDRAWN, "nominee", events=("OFFER_WITHDRAWN",)),
        ],
        OFFER_IS_READ,
        (transfer, "withdraw_transfer"),
    ),
    "the nominee refuses in another window": Race(
        refusing,
        [accepted(offers.OfferIsOver), lost(TransferOffer, REFUSED, "master", events=("OFFER_REFUSED",))],
        OFFER_IS_READ,
        (transfer, "refuse_transfer"),
    ),
    "staff approve a MASTER change": Race(
        changing,
        [
            accepted(review.NotWaiting, "other"),
            lost(
                Relationship,
                DROPPED,
                *("master", "nominee", "other"),
                events=("OFFER_DROPPED", "MASTER_CHANGED"),
                master="other",
            ),
        ],
        OFFER_IS_READ,
        (succession, "approve_master_change"),
    ),
    "a dispute is raised": Race(
        disputing,
        [
            accepted(Case, "claimant", "nominee", events=("HANDED_OVER", "DISPUTED")),
            Left(
                [dispute.CompanyIsDisputed, Case],
                *(OfferState.OPEN, "master", ["DISPUTED"], ["claimant", "master"]),
            ),
        ],
        (dispute, "check_undisputed"),
        (dispute, "raise_dispute"),
    ),
    "staff cancel the registration": Race(
        cancelling,
        [
            Left([refusal, Company], DROPPED, "", CLOSING, sorted(["claimant", "nominee", *EVERYBODY]))
            for refusal in (dispute.CompanyIsDisputed, offers.OfferIsOver)
        ],
        OFFER_IS_READ,
        (dispute, "cancel_registration"),
    ),
}


def accept_while(race: Race) -> tuple[Crew, Left]:
    """Let the nominee accept and the other thing happen at once; tell what it left."""
    people = crew()
    offer = offer_to(people, people.nominee)
    other = race.prepare(people, offer)
    people.begin()
    results = together(lambda: transfer.accept_transfer(offer, actor=people.nominee, now=now()), other)
    return people, left_by(people, offer, results)


def left_by(people: Crew, offer: TransferOffer, results: list[object]) -> Left:
    """What can be seen afterwards."""
    names = {getattr(people, name).email: name for name in EVERYBODY} | {CLAIMANT: "claimant"}
    masters = "+".join(names[master.email] for master in people.masters())
    told = sorted(names[address] for address in people.mails())
    offer.refresh_from_db()
    return Left(outcome(results), OfferState(offer.state), masters, people.events(), told)


BY_RACE = pytest.mark.parametrize("race", RACES.values(), ids=RACES)


@BY_RACE
def test_a_hand_over_is_accepted_first_or_not_at_all(race, repeated):
    """§D6, §D7, §D8: one MASTER, or a company that is closed; one decision, one event; the loser is told why."""
    for _ in range(repeated(ROUNDS)):
        people, left = accept_while(race)
        assert left in race.ends
        people.company.refresh_from_db()
        assert (people.company.closed_at is None) == bool(left.master)
    assert list(broken_invariants(20)) == []


# What SQLite shows a transaction is as old as its beginning: there the dispute is open and the acceptance is refused.
ON_POSTGRESQL = {"staff cancel the registration": pytest.mark.postgresql}
TWINS = [pytest.param(race, id=name, marks=ON_POSTGRESQL.get(name, ())) for name, race in RACES.items()]


@pytest.mark.parametrize("race", TWINS)
def test_without_the_lock_the_offer_is_accepted_too(race, monkeypatch):
    """§D6: the twin: the acceptance goes on with what it has read."""
    take_locks_away(monkeypatch)
    come_between(monkeypatch, race.look, race.act)

    _people, left = accept_while(race)

    assert left not in race.ends
    assert left.results[0] is Relationship or database_errors(left.results)


# --- While a dispute is decided -------------------------------------------------------------------------------------


def test_a_hand_over_is_accepted_after_the_dispute_is_decided_or_refused(repeated):
    """§D8: frozen until then; no lock to take away: what comes first counts."""
    race = Race(keeping, [], OFFER_IS_READ, OFFER_IS_READ)
    kept = "DISPUTE_DECIDED"
    frozen = Left([dispute.CompanyIsDisputed, Case], OfferState.OPEN, "master", [kept], ["claimant", "master"])
    free = Left(
        [Relationship, Case],
        *(OfferState.ACCEPTED, "nominee", [kept, "HANDED_OVER"], ["claimant", "master", "master", "nominee"]),
    )
    for _ in range(repeated(ROUNDS)):
        assert accept_while(race)[1] in (frozen, free)
    assert list(broken_invariants(20)) == []


# --- One button, pressed often --------------------------------------------------------------------------------------

CLICKS = 8


def accept_often() -> Left:
    people = crew()
    offer = offer_to(people, people.nominee)
    people.begin()
    click = lambda: transfer.accept_transfer(offer, actor=people.nominee, now=now())  # noqa: E731
    return left_by(people, offer, together(*[click] * CLICKS))


def test_of_many_acceptances_at_once_one_counts(repeated):
    """§D6: one MASTER, one event, one mail to each of the two."""
    for _ in range(repeated(ROUNDS)):
        left = accept_often()
        assert sorted(left.results, key=str) == sorted([Relationship] + [offers.OfferIsOver] * (CLICKS - 1), key=str)
        assert (left.master, left.events, left.mails) == ("nominee", ["HANDED_OVER"], ["master", "nominee"])
    assert list(broken_invariants(20)) == []


def test_without_the_lock_an_offer_is_accepted_often(monkeypatch):
    """§D6: the twin."""
    take_locks_away(monkeypatch)
    meet(monkeypatch, CLICKS, OFFER_IS_READ)

    left = accept_often()

    assert left.results.count(Relationship) > 1 or database_errors(left.results)


def offer_twice() -> tuple[Crew, list[object]]:
    people = crew()
    people.begin()
    return people, together(lambda: offer_to(people, people.nominee), lambda: offer_to(people, people.other))


def test_of_two_offers_at_once_one_is_made(repeated):
    """§D6: one open offer per company; the other window is told."""
    for _ in range(repeated(ROUNDS)):
        people, results = offer_twice()
        assert sorted(outcome(results), key=str) == sorted([TransferOffer, transfer.OfferIsOpen], key=str)
        [offer] = TransferOffer.objects.filter(company=people.company)
        assert (people.events(), people.mails()) == (["OFFERED"], [offer.nominee.email])
        assert people.masters() == [people.master]
    assert list(broken_invariants(20)) == []


def test_without_the_lock_two_offers_fail(monkeypatch):
    """§D6: the twin: the index still refuses, but with an error that nobody can read."""
    take_locks_away(monkeypatch)
    monkeypatch.setattr(passwords, "check_current", lambda *_args, **_kwargs: None)  # its log would race first
    meet(monkeypatch, 2, (offers, "open_offer"))

    assert database_errors(offer_twice()[1])
