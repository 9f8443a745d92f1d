"""기업 등록: joining, registering, asking for a registration (§S12, §T3, §T4, §T5, §D8)."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import translation
from post_office.models import Email

from companies.domain import cases, membership, registration, registration_draft, search
from companies.models import (
    ApprovedVia,
    Bar,
    BusinessStatus,
    Case,
    CaseEvent,
    CaseState,
    Channel,
    Company,
    Document,
    RegistrationDraft,
    RegistrationRequest,
    Relationship,
    RelationshipEvent,
    Role,
)
from kotra_portal.permissions import MemberType
from tests import make
from tests.companies.registry import FACTS, NOW, SOON, TOMORROW, TYPED, document, draft, request

pytestmark = pytest.mark.django_db


def looked_up(member):
    """Tell which number the member looked up, or one that nobody did."""
    found = registration_draft.draft_of(member)
    return found.brn if found else make.brn()


def join(member, *, now=SOON):
    return registration.join_found_company(member, looked_up(member), now=now)


def register(member, *, now=SOON, **facts):
    return registration.register_company(member, looked_up(member), TYPED | facts, now=now)


def ask(member, by=Channel.FAX, *, now=SOON, **facts):
    return registration.request_registration(member, looked_up(member), TYPED | facts, by, now=now)


VERBS = [join, register, ask]


def unchanged(member) -> None:
    """Show that nothing was written but the draft, which stays."""
    assert not Relationship.objects.filter(member=member).exists()
    assert not Case.objects.filter(applicant=member).exists()
    assert not Email.objects.exists()


# --- What refuses every one of the three ----------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_registered_that_was_not_looked_up(verb, bureau):
    """§S12: search first."""
    member = make.member()

    with pytest.raises(search.SearchFirst):
        verb(member)

    unchanged(member)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", Role)
def test_who_is_related_registers_nothing(role, verb, bureau):
    """§D1: one live company relationship per member, and it may have begun since the search."""
    member = make.member()
    draft(member, bureau.knows())
    company = make.company()
    make.master_of(company) if role != Role.MASTER else None
    make.relationship(member, company, role)

    with pytest.raises(membership.AlreadyRelated):
        verb(member)

    assert Relationship.objects.filter(member=member).count() == 1


@pytest.mark.parametrize("verb", VERBS)
def test_who_started_five_relationships_today_registers_nothing(verb, bureau):
    """§D1: at most five a day."""
    member, company = make.member(), make.company()
    draft(member, bureau.knows())
    for _ in range(5):
        make.relationship(member, company, "ASSOCIATE", started_at=NOW, ended_at=NOW)

    with pytest.raises(membership.TooManyStarts):
        verb(member)

    assert registration_draft.draft_of(member) is not None


@pytest.mark.parametrize("verb", VERBS)
def test_staff_register_nothing(verb, bureau):
    """§D3: staff accounts are not members."""
    with pytest.raises(ValueError, match="staff"):
        verb(make.staff())


# --- (a) Joining ----------------------------------------------------------------------------------------------------


def test_who_found_a_registered_company_joins_it(bureau):
    """§S12: (a) as 준회원; the unfinished registration is done with."""
    member, company = make.member(), make.company()
    document(draft(member, company.brn))

    relationship = join(member)

    assert (relationship.company, relationship.role) == (company, Role.ASSOCIATE)
    assert (RegistrationDraft.objects.count(), Document.objects.count()) == (0, 0)


def test_who_joins_does_not_join_a_company_that_closed_meanwhile(bureau):
    """§S12: the number is looked up again."""
    member, company = make.member(), make.company()
    draft(member, company.brn)
    Company.objects.update(closed_at=NOW)

    with pytest.raises(search.SearchFirst):
        join(member)

    unchanged(member)


def test_whom_the_master_bars_does_not_join_by_searching(bureau):
    """§D1: nor by any other way; the unfinished registration stays."""
    member, company = make.member(), make.company()
    Bar.objects.create(company=company, member=member, barred_at=NOW, barred_by=make.master_of(company))
    draft(member, company.brn)

    for verb in (join, register):
        with pytest.raises(membership.BarredFromCompany):
            verb(member)

    unchanged(member)
    assert registration_draft.draft_of(member) is not None


# --- (b) Registering ------------------------------------------------------------------------------------------------


def test_who_registers_what_the_registry_knows_is_master_at_once(bureau):
    """§T5, §C3: approved automatically, by nobody's hand and without a certificate."""
    member, brn = make.member(), bureau.knows()
    document(draft(member, brn))

    relationship = register(member)

    assert membership.member_type_of(member) == MemberType.MASTER
    assert (relationship.company.brn, relationship.company.registered_at) == (brn, SOON)
    approval = (relationship.approved_at, relationship.approved_via, relationship.approver)
    assert approval == (SOON, ApprovedVia.REGISTRY, None)
    event = RelationshipEvent.objects.get()
    assert (event.kind, event.actor, event.at, event.detail) == ("REGISTERED", member, SOON, {"via": "REGISTRY"})
    assert (RegistrationDraft.objects.count(), Document.objects.count()) == (0, 0)


def test_what_the_registry_vouches_for_is_the_registrys_whatever_was_typed(bureau):
    """§S12: name, representative, corporate number and opening date; the rest is what was typed."""
    member = make.member()
    draft(member, bureau.knows(facts=FACTS | {"business_type": "제조업"}))

    company = register(member, corporate_number="9" * 13, opened_on=date(2020, 1, 1)).company

    company.refresh_from_db()
    assert (company.name, company.representative, company.corporate_number) == ("대한상사", "이대한", "1101110062432")
    assert (company.opened_on, company.business_type, company.business_item) == (date(2001, 2, 3), "도매업", "섬유")


def test_what_the_registry_does_not_know_is_what_was_typed(bureau):
    """§S12: it vouches for what it has."""
    member = make.member()
    draft(member, bureau.knows(facts={"name": "대한상사"}))

    company = register(member).company

    assert (company.name, company.representative) == ("대한상사", "박민국")


@pytest.mark.parametrize("verb", [register, ask])
def test_what_is_no_fact_is_left_out(verb, bureau):
    """§D9: number, times and the like are not typed; a page that lets them through changes nothing."""
    member, brn = make.member(), make.brn()
    if verb is register:
        bureau.knows(brn)
    draft(member, brn)
    foreign = {"brn": make.brn(), "closed_at": NOW, "registered_at": make.LONG_AGO, "pk": 4711, "registry_answer": "X"}

    verb(member, **foreign, balance=1_000)

    row = (Company if verb is register else RegistrationRequest).objects.get()
    assert (row.brn, row.pk == 4711) == (brn, False)


def test_who_loses_the_race_for_a_number_is_associate_of_it(bureau):
    """§S12: (a) now; the registered company keeps the winner's facts, and its contact hears of the winner alone."""
    winner, loser, brn = make.member(), make.member(), bureau.knows()
    draft(winner, brn)
    draft(loser, brn)
    first = register(winner)

    second = register(loser, business_item="철강")

    assert (second.company, second.role, second.approved_at) == (first.company, Role.ASSOCIATE, None)
    assert Company.objects.get().business_item == "섬유"
    assert RegistrationDraft.objects.count() == 0
    assert [mail.to for mail in Email.objects.order_by("pk")] == [
        [winner.email],
        ["owner@daehan.example"],
        [winner.email],
        [loser.email],
    ]
    kinds = RelationshipEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["REGISTERED", "JOINED"]


def test_who_loses_the_race_between_looking_and_writing_is_associate_too(bureau, monkeypatch):
    """§D9: the first registration of a number wins; the second finds out by the database's refusal."""
    winner, loser, brn = make.member(), make.member(), bureau.knows()
    draft(winner, brn)
    draft(loser, brn)
    look, looks = registration.locked_company, []

    def look_too_early(number: str) -> Company | None:
        looks.append(number)
        return None if len(looks) == 1 else look(number)

    register(winner)
    monkeypatch.setattr(registration, "locked_company", look_too_early)

    assert (register(loser).role, looks) == (Role.ASSOCIATE, [brn, brn])


def test_a_race_lost_to_a_company_that_closed_again_is_searched_anew(bureau, monkeypatch):
    """§S12: rare, and still no failure."""
    winner, loser, brn = make.member(), make.member(), bureau.knows()
    draft(winner, brn)
    draft(loser, brn)
    register(winner)
    monkeypatch.setattr(registration, "locked_company", lambda number: None)

    with pytest.raises(search.SearchFirst):
        register(loser)

    assert membership.live_relationship(loser) is None


@pytest.mark.parametrize(("age", "is_registered"), [(timedelta(hours=1), True), (timedelta(hours=1, seconds=1), False)])
def test_nothing_is_registered_by_an_answer_that_is_too_old(age, is_registered, bureau):
    """§S12: after an hour the registry is asked again."""
    member = make.member()
    draft(member, bureau.knows())

    if is_registered:
        assert register(member, now=NOW + age).role == Role.MASTER
    else:
        with pytest.raises(search.SearchFirst):
            register(member, now=NOW + age)
        unchanged(member)


@pytest.mark.parametrize("is_down", [False, True])
def test_nothing_is_registered_that_the_registry_does_not_know(is_down, bureau):
    """§T5: what nobody vouches for is asked for, and people decide."""
    member = make.member()
    bureau.is_down = is_down
    draft(member, make.brn())

    with pytest.raises(search.SearchFirst):
        register(member)

    unchanged(member)


def test_nothing_is_registered_once_the_registry_said_that_the_business_closed(bureau):
    """§D8: a closed business is refused, whatever was said an hour ago."""
    member, brn = make.member(), bureau.knows()
    draft(member, brn)
    bureau.knows(brn, status=BusinessStatus.CLOSED)
    with pytest.raises(search.BusinessClosed):
        draft(member, brn, now=SOON)

    with pytest.raises(search.SearchFirst):
        register(member)

    unchanged(member)


def test_registering_withdraws_an_open_request(bureau):
    """§D1: who became MASTER by the registry waits for nobody's decision."""
    member = make.member()
    case = request(member)
    draft(member, bureau.knows())

    register(member)

    assert Case.objects.get(pk=case.pk).state == CaseState.WITHDRAWN


# --- The company's contact ------------------------------------------------------------------------------------------


def test_the_companys_contact_hears_that_it_was_registered_and_by_whom(bureau):
    """§D8: masked, in Korean whatever the member's language, with the ways to object."""
    member = make.member(name="홍길동", language="en")
    draft(member, bureau.knows("1208200275"))

    with translation.override("en"):
        register(member)

    mail = Email.objects.get(to="owner@daehan.example")
    assert all(word in mail.subject for word in ("대한상사", "등록되었습니다"))
    for text in (mail.message, mail.html_message):
        assert all(word in text for word in ("홍*동", "120-82-00275", "30일", "service@kotra.or.kr"))
        assert not any(word in text for word in ("홍길동", member.email, member.mobile, member.username))


def test_a_company_without_contact_is_registered_all_the_same(bureau):
    """§D8: there is nobody to tell."""
    member = make.member()
    draft(member, bureau.knows(contact_email=""))

    assert register(member).role == Role.MASTER
    assert [mail.to for mail in Email.objects.all()] == [[member.email]]


def test_an_address_that_is_none_is_no_contact(bureau):
    """§D8: a registry may be wrong."""
    member = make.member()
    draft(member, bureau.knows(contact_email="문의: 02-1234"))

    assert register(member).role == Role.MASTER
    assert [mail.to for mail in Email.objects.all()] == [[member.email]]


def test_a_registration_that_is_rolled_back_tells_nobody(bureau):
    """§D8: the mail is queued in the transaction of the change that it tells of."""
    member = make.member()
    draft(member, bureau.knows())

    with transaction.atomic():
        register(member)
        transaction.set_rollback(True)

    unchanged(member)
    assert (Company.objects.count(), RegistrationDraft.objects.count()) == (0, 1)


# --- (c) Asking -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [Channel.FAX, Channel.EMAIL])
@pytest.mark.parametrize("is_down", [False, True])
def test_who_asks_for_a_registration_waits_for_the_staff(is_down, by, bureau):
    """§T4, §S12: (c) what was typed, how the certificate comes and what the registry said stand in the request."""
    member, brn = make.member(), make.brn()
    bureau.is_down = is_down
    draft(member, brn)

    case = ask(member, by)

    assert (case.kind, case.state, case.applicant, case.opened_at) == ("REGISTRATION", "RECEIVED", member, SOON)
    asked = RegistrationRequest.objects.get()
    assert (asked.case, asked.brn, asked.name, asked.certificate_by) == (case, brn, "민국상사", by)
    assert asked.registry_answer == ("UNAVAILABLE" if is_down else "UNKNOWN")
    event = CaseEvent.objects.get()
    assert (event.kind, event.actor, event.at) == ("SENT", member, SOON)
    assert event.detail == {"documents": 0, "certificate_by": by}
    assert membership.member_type_of(member) == MemberType.INDIVIDUAL
    assert (Company.objects.count(), RegistrationDraft.objects.count()) == (0, 0)


def test_an_attached_certificate_moves_to_the_request(bureau):
    """§S12: the file is kept at once, and hangs on the case from then on."""
    member = make.member()
    kept = document(draft(member, make.brn()))

    case = ask(member, Channel.UPLOAD)

    kept.refresh_from_db()
    assert (kept.case, kept.draft) == (case, None)
    assert kept.file.storage.exists(kept.file.name)
    assert CaseEvent.objects.get().detail["documents"] == 1


def test_a_certificate_is_attached_or_announced(bureau):
    """§S12: beside the choice; somebody else's file does not count."""
    member = make.member()
    draft(member, make.brn())
    document(draft(make.member(), make.brn()))

    with pytest.raises(registration.CertificateMissing) as refused:
        ask(member, Channel.UPLOAD)

    assert refused.value.field == "certificate_by"
    unchanged(member)


def test_nobody_asks_twice_at_a_time(bureau):
    """§D1: one open registration request, for whatever number."""
    member = make.member()
    request(member)
    draft(member, make.brn())

    with pytest.raises(registration.OpenRequestExists):
        ask(member)

    assert Case.objects.count() == 1


def test_several_people_ask_for_the_same_number(bureau):
    """§D4: each request is its own; no company comes of it before staff decide."""
    brn = make.brn()
    for _ in range(3):
        request(make.member(), brn)

    assert RegistrationRequest.objects.filter(brn=brn).count() == 3
    assert not Company.objects.exists()


def test_nobody_asks_for_a_company_that_is_registered_meanwhile(bureau):
    """§S12: it is joined instead."""
    member, brn = make.member(), make.brn()
    draft(member, brn)
    make.company(brn=brn)

    with pytest.raises(registration.CompanyRegisteredMeanwhile):
        ask(member)

    unchanged(member)
    assert join(member).role == Role.ASSOCIATE


def test_nobody_asks_for_what_the_registry_knows(bureau):
    """§T5: that is registered without any certificate."""
    member = make.member()
    draft(member, bureau.knows())

    with pytest.raises(search.SearchFirst):
        ask(member)

    unchanged(member)


def test_nobody_asks_for_a_company_that_closed_since_it_was_found_here(bureau):
    """§S12: the registry was not asked about it, so it is asked now."""
    member, company = make.member(), make.company()
    draft(member, company.brn)
    Company.objects.update(closed_at=NOW)

    with pytest.raises(search.SearchFirst):
        ask(member)


@pytest.mark.parametrize("verb", ["join", "register", "ask"])
def test_what_was_typed_of_one_number_is_not_sent_for_another(verb, bureau):
    """§S12: another tab looked another number up meanwhile; the facts of the first are not the second's."""
    member, first, second = make.member(), bureau.knows(), bureau.knows()
    draft(member, first)
    draft(member, second)
    verbs = {
        "join": lambda: registration.join_found_company(member, first, now=SOON),
        "register": lambda: registration.register_company(member, first, TYPED, now=SOON),
        "ask": lambda: registration.request_registration(member, first, TYPED, Channel.FAX, now=SOON),
    }

    with pytest.raises(search.SearchFirst):
        verbs[verb]()

    assert (Company.objects.count(), RegistrationDraft.objects.get().brn) == (0, second)


def test_five_requests_a_day_are_enough():
    """§D3, §D23: withdrawing makes room for no more, since documents of withdrawn requests stay."""
    member, brn = make.member(), make.brn()
    for minutes in range(registration.REQUESTS_A_DAY):
        sent = request(member, brn, now=NOW + timedelta(minutes=minutes))
        cases.withdraw_request(sent, actor=member, now=NOW + timedelta(minutes=minutes))

    with pytest.raises(registration.TooManyRequests):
        request(member, brn, now=TOMORROW - timedelta(microseconds=1))

    assert request(member, brn, now=TOMORROW).is_open
