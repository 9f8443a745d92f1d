"""What was taken away is refused: on the next request of an open session, and while a request waits at the company's
lock (§C6, §D2, §D5, §D6, §D7); and what is another company's is not found (§D11)."""

import time
from collections.abc import Callable
from functools import partial
from threading import Event, get_ident
from types import ModuleType

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver

from accounts.models import User
from companies.domain import approval, ending, membership, offers, profile, succession, transfer
from companies.forms.succession import LEAVES
from companies.models import Bar, Channel, RelationshipEvent, Role
from kotra_portal.access import Audience
from kotra_portal.desk.invariants import broken_invariants
from kotra_portal.permissions import MemberType, allows
from tests import make
from tests.races.at_once import WAIT, come_between, database_errors, take_locks_away, together
from tests.races.crew import Crew, change_asked_by, crew, now, offer_to
from tests.test_access import declared, example_of

ROUNDS = 20  # of each verb


def browser_of(person: User) -> Client:
    """An open session."""
    browser = Client(raise_request_exception=False)
    browser.force_login(person)
    return browser


def hand_over(people: Crew) -> None:
    """The nominee accepts, and the MASTER is 정회원."""
    transfer.accept_transfer(people.nominee.offers.get(), actor=people.nominee, now=now())


def end_nominee(people: Crew) -> None:
    """The MASTER ends the nominee's relationship."""
    relationship = people.relationship(people.nominee)
    approval.end_relationship(relationship, actor=people.master, reason="퇴사", now=now())


# --- The next request -----------------------------------------------------------------------------------------------


def paths_of(member_type: MemberType) -> list[str]:
    """The address of every page that this type may open by a permission."""
    gates = dict(declared(get_resolver()))
    mine = [at for at, gate in gates.items() if gate and gate.audience is Audience.PERMISSION]
    return [example_of(at) for at in mine if allows(member_type, gates[at].permission)]


def refused(browser: Client, paths: list[str]) -> set[int]:
    """What a browser is answered that opens all of these and sends something to each."""
    answers = {browser.get(path).status_code for path in paths}
    return answers | {browser.post(path, {"member": "1"}).status_code for path in paths}


@pytest.mark.django_db
def test_the_open_session_of_who_handed_over_opens_no_page_of_the_master():
    """§D6, §C6: on the very next request."""
    people = crew()
    offer_to(people, people.nominee)
    browser = browser_of(people.master)
    assert browser.get("/master/").status_code == 200
    masters_alone = sorted(set(paths_of(MemberType.MASTER)) - set(paths_of(MemberType.FULL)))

    hand_over(people)

    people.begin()
    assert len(masters_alone) >= 10
    assert refused(browser, masters_alone) == {403}
    assert (people.events(), people.mails()) == ([], [])
    assert browser.get("/company/edit/").status_code == 200


@pytest.mark.django_db
def test_the_open_session_of_who_was_ended_opens_no_page_of_the_company():
    """§D5, §C6: on the very next request; an offer that was made to them is over."""
    people = crew()
    offer = offer_to(people, people.nominee)
    browser = browser_of(people.nominee)
    assert browser.get("/company/edit/").status_code == 200
    of_members = sorted(set(paths_of(MemberType.FULL)) - set(paths_of(MemberType.INDIVIDUAL)))

    end_nominee(people)

    people.begin()
    assert len(of_members) >= 3
    assert refused(browser, of_members) == {403}
    assert browser.post(f"/company/offers/{offer.pk}/accept/").status_code == 302
    assert (people.events(), people.mails()) == ([], [])
    assert people.masters() == [people.master]


# --- While the request waits ----------------------------------------------------------------------------------------

Asking = Callable[[Crew], tuple[str, dict[str, object]]]


def master_approves(people: Crew) -> tuple[str, dict[str, object]]:
    return "/master/approve/", {"member": people.relationship(people.associate).pk}


def master_ends(people: Crew) -> tuple[str, dict[str, object]]:
    return f"/master/end/?member={people.relationship(people.associate).pk}", {"reason": "퇴사"}


def master_lifts(people: Crew) -> tuple[str, dict[str, object]]:
    barred = make.member()
    make.relationship(barred, people.company, Role.ASSOCIATE, ended_at=now(), end_reason="퇴사")
    by = {"barred_at": now(), "barred_by": people.master}
    bar = Bar.objects.create(company=people.company, member=barred, **by)
    return f"/master/barred/{bar.pk}/lift/", {}


def master_withdraws(people: Crew) -> tuple[str, dict[str, object]]:
    return f"/master/transfer/{people.nominee.offers.get().pk}/withdraw/", {}


def master_offers(people: Crew) -> tuple[str, dict[str, object]]:
    return "/master/transfer/", {
        "nominee": people.relationship(people.other).pk,
        "current_password": make.PASSWORD,
    }


def master_agrees(people: Crew) -> tuple[str, dict[str, object]]:
    return f"/master/change/{change_asked_by(people.other).pk}/agree/", {"current_password": make.PASSWORD}


def master_objects(people: Crew) -> tuple[str, dict[str, object]]:
    case = change_asked_by(people.other)
    return f"/master/change/{case.pk}/object/", {"objection": "재직하고 있습니다."}


def nominee_accepts(people: Crew) -> tuple[str, dict[str, object]]:
    return f"/company/offers/{people.nominee.offers.get().pk}/accept/", {}


def nominee_asks_for_an_edit(_people: Crew) -> tuple[str, dict[str, object]]:
    asked = {"name": "대한물산", "representative": "이대한", "certificate_by": Channel.FAX}
    return "/company/edit/verified/", asked


def nominee_asks_for_a_change(_people: Crew) -> tuple[str, dict[str, object]]:
    asked = {"why": "MASTER 퇴사", "master_leaves": LEAVES, "certificate_by": Channel.FAX}
    return "/company/master-change/", asked


Verb = tuple[ModuleType, str]
OF_THE_MASTER: dict[Verb, tuple[Asking, type[Exception]]] = {
    (approval, "approve_associate"): (master_approves, membership.NotAllowed),
    (approval, "end_relationship"): (master_ends, membership.NotAllowed),
    (approval, "lift_bar"): (master_lifts, membership.NotAllowed),
    (transfer, "withdraw_transfer"): (master_withdraws, membership.NotAllowed),
    (transfer, "offer_transfer"): (master_offers, membership.NotAllowed),
    (succession, "agree"): (master_agrees, membership.NotAllowed),
    (succession, "object_to"): (master_objects, membership.NotAllowed),
}
OF_THE_NOMINEE: dict[Verb, tuple[Asking, type[Exception]]] = {
    (transfer, "accept_transfer"): (nominee_accepts, offers.OfferIsOver),
    (profile, "request_company_edit"): (nominee_asks_for_an_edit, membership.NotAllowed),
    (succession, "request_master_change"): (nominee_asks_for_a_change, succession.NotForThisMember),
}


def names(verbs: dict[Verb, object]) -> list[str]:
    return [name for _module, name in verbs]


def while_it_waits(
    monkeypatch: pytest.MonkeyPatch, take_away: Callable[[], object], ask: Callable[[], object]
) -> object:
    """Ask while what takes the right away is written and not yet committed; that is committed once somebody waits."""
    written, waits, taker = Event(), Event(), []
    enter = transaction.Atomic.__enter__

    def enter_and_tell(self: transaction.Atomic) -> None:
        if written.is_set() and get_ident() not in taker:
            waits.set()  # on SQLite the transaction itself waits
        enter(self)

    def take() -> None:
        taker.append(get_ident())
        with transaction.atomic():
            take_away()
            written.set()
            until_somebody_waits(waits)

    def ask_then() -> object:
        written.wait(WAIT)
        return ask()

    monkeypatch.setattr(transaction.Atomic, "__enter__", enter_and_tell)
    taken, answer = together(take, ask_then)
    assert taken is None
    return answer


def until_somebody_waits(waits: Event) -> None:
    """Until a transaction stands at a lock that this one holds."""
    if connection.vendor == "sqlite":
        waits.wait(WAIT)
        return
    patience = time.monotonic() + WAIT
    with connection.cursor() as cursor:
        while time.monotonic() < patience:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)


def refusals_of(monkeypatch: pytest.MonkeyPatch, verb: Verb) -> list[type[Exception]]:
    """What the verb raises from now on."""
    raised, act = [], getattr(*verb)

    def acting(*args: object, **kwargs: object) -> object:
        try:
            return act(*args, **kwargs)
        except Exception as refusal:
            raised.append(type(refusal))
            raise

    monkeypatch.setattr(*verb, acting)
    return raised


def asked_while_taken_away(
    monkeypatch: pytest.MonkeyPatch, who: str, verb: Verb, asking: Asking, take_away: Callable[[Crew], None]
) -> tuple[Crew, int, list[type[Exception]], list[str]]:
    """The status of the answer, what the verb raised, and what the company's history tells."""
    people = crew()
    offer_to(people, people.nominee)
    address, sent = asking(people)
    browser = browser_of(getattr(people, who))
    people.begin()
    with monkeypatch.context() as patched:
        raised = refusals_of(patched, verb)
        answer = while_it_waits(patched, partial(take_away, people), lambda: browser.post(address, sent))
    return people, answer.status_code, raised, people.events()


@pytest.mark.race
@pytest.mark.usefixtures("bureau")
@pytest.mark.parametrize("verb", OF_THE_MASTER, ids=names(OF_THE_MASTER))
def test_what_a_master_asks_for_while_mastership_goes_is_refused_under_the_lock(verb, monkeypatch, repeated):
    """§D6, §C6: the gate still said yes."""
    asking, expected = OF_THE_MASTER[verb]
    for _ in range(repeated(ROUNDS)):
        people, status, raised, events = asked_while_taken_away(monkeypatch, "master", verb, asking, hand_over)
        assert (status < 500, raised, events) == (True, [expected], ["HANDED_OVER"])
        assert people.masters() == [people.nominee]
    assert list(broken_invariants(20)) == []


@pytest.mark.race
@pytest.mark.usefixtures("bureau")
@pytest.mark.parametrize("verb", OF_THE_NOMINEE, ids=names(OF_THE_NOMINEE))
def test_what_a_member_asks_for_while_the_relationship_ends_is_refused_under_the_lock(verb, monkeypatch, repeated):
    """§D5, §C6: the gate still said yes."""
    asking, expected = OF_THE_NOMINEE[verb]
    kinds = ["ENDED", "OFFER_DROPPED"]
    for _ in range(repeated(ROUNDS)):
        people, status, raised, events = asked_while_taken_away(monkeypatch, "nominee", verb, asking, end_nominee)
        assert (status < 500, raised, events) == (True, [expected], kinds)
        assert people.masters() == [people.master]
    assert list(broken_invariants(20)) == []


BY_VERB = {
    "editing": (
        lambda one: profile.edit_company(one, {"phone": "023460711"}, seen=0, now=now()),
        membership.NotAllowed,
    ),
    "leaving": (lambda one: ending.leave_company(one, now=now()), ending.RelationshipEnded),
}


@pytest.mark.race
@pytest.mark.parametrize(("act", "expected"), BY_VERB.values(), ids=BY_VERB)
def test_what_a_member_does_while_the_relationship_ends_is_refused_under_the_lock(act, expected, monkeypatch):
    """§D5, §C6: what the pages ask more of than a button."""
    people = crew()
    with monkeypatch.context() as patched:
        refusal = while_it_waits(patched, partial(end_nominee, people), lambda: act(people.nominee))

    assert type(refusal) is expected
    assert RelationshipEvent.objects.filter(company=people.company).latest("pk").kind == "ENDED"


@pytest.mark.race
def test_without_the_lock_who_is_master_no_more_approves(monkeypatch):
    """§C6: the twin: the verb goes on with what it has read."""
    people = crew()
    offer = offer_to(people, people.nominee)
    associate = people.relationship(people.associate)
    take_locks_away(monkeypatch)
    come_between(monkeypatch, (membership, "check_allowed"), (transfer, "accept_transfer"))
    people.begin()

    results = together(
        lambda: approval.approve_associate(associate, actor=people.master, now=now()),
        lambda: transfer.accept_transfer(offer, actor=people.nominee, now=now()),
    )

    assert people.events() == ["HANDED_OVER", "APPROVED"] or database_errors(results)


# --- Another company's ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_is_another_companys_is_not_found(bureau):
    """§D11: neither by a MASTER nor by a 정회원 of elsewhere, and nothing happens."""
    people, foreign = crew(), crew()
    offer, change = offer_to(people, people.nominee), change_asked_by(people.other)
    lift = master_lifts(people)[0]
    members = people.relationship(people.associate).pk
    people.begin()
    of_master = {
        f"/master/transfer/{offer.pk}/withdraw/": {},
        f"/master/change/{change.pk}/agree/": {"current_password": make.PASSWORD},
        f"/master/change/{change.pk}/object/": {"objection": "재직하고 있습니다."},
        lift: {},
        "/master/approve/": {"member": members},
        f"/master/end/?member={members}": {"reason": "퇴사"},
        f"/company/offers/{offer.pk}/accept/": {},
        f"/company/offers/{offer.pk}/refuse/": {},
        f"/company/requests/{change.pk}/withdraw/": {},
        f"/company/requests/{change.pk}/send-again/": {},
    }

    browser = browser_of(foreign.master)
    assert {path: browser.post(path, sent).status_code for path, sent in of_master.items()} == dict.fromkeys(
        of_master, 404
    )
    assert (people.events(), people.mails(), people.masters()) == ([], [], [people.master])
    asked = [f"/master/change/{change.pk}/", f"/company/offers/{offer.pk}/", f"/company/requests/{change.pk}/"]
    for who in (foreign.master, foreign.other):
        answers = [browser_of(who).get(path).status_code for path in asked]
        assert answers in ([404, 404, 404], [403, 404, 404])
