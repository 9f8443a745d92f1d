"""휴업과 폐업: staff mark a company whose business does not go on; nobody joins it, its members are told (§D8)."""

import pytest
from post_office.models import Email

from companies.domain import approval, business, ending, membership, registration, review, search
from companies.models import (
    BusinessStatus,
    CaseState,
    Company,
    RegistryAnswer,
    Relationship,
    RelationshipEvent,
    Role,
)
from kotra_portal.permissions import MemberType
from tests import make
from tests.companies import papers
from tests.companies.firm import all_holds, company_with, history, mails, offer, registered, reviewer, seen
from tests.companies.registry import NOW, SOON, TYPED, draft, request
from tests.test_english import korean_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau")]

REASON = "국세청 휴폐업 조회(2026.11.20.)"
ENDED = [BusinessStatus.SUSPENDED, BusinessStatus.CLOSED]
STOPPED = pytest.mark.parametrize("status", ENDED)


def marker(**fields: object):
    """A staff account that may mark companies, and no more."""
    person = papers.staff_who_may("companies.mark_company")
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()
    return person


def mark(company, status, actor=None, *, seen=None, reason=REASON, now=NOW):
    seen = seen or Company.objects.values_list("business_status", flat=True).get(pk=company.pk)
    return business.mark_business(company, status, seen=seen, actor=actor or marker(), reason=reason, now=now)


def marked(status=BusinessStatus.CLOSED) -> Company:
    """A company with a MASTER that is marked so; nobody's mails wait."""
    company, _people = company_with()
    mark(company, status)
    Email.objects.all().delete()
    return company


@STOPPED
def test_staff_mark_a_company_and_every_member_is_told(status):
    """§D8: with what it is founded on; who left is told nothing, and nobody becomes anything else."""
    company, people = company_with("FULL", "ASSOCIATE")
    former = make.member_of_type("FULL", at=company)
    ending.leave_company(former, now=NOW)
    Email.objects.all().delete()
    actor = marker()

    mark(company, status, actor, reason=f"  {REASON} ")

    assert Company.objects.get().business_status == status
    assert mails() == [(person.email, "기업의 사업 상태가 바뀌었습니다") for person in people]
    assert all(REASON in mail.message and str(status.label) in mail.message for mail in Email.objects.all())
    assert history(company)[-1] == ("MARKED", actor)
    event = RelationshipEvent.objects.get(kind="MARKED")
    assert (event.detail, event.relationship) == ({"status": status, "reason": REASON}, None)
    types = [MemberType.MASTER, MemberType.FULL, MemberType.ASSOCIATE]
    assert [membership.member_type_of(person) for person in people] == types
    assert all_holds()


@STOPPED
def test_a_company_that_is_active_again_is_marked_so(status):
    """§D8: and can be joined."""
    company = marked(status)

    mark(company, BusinessStatus.ACTIVE)

    assert [subject for _to, subject in mails()] == ["기업의 사업 상태가 바뀌었습니다"]
    assert "다시 영업하는" in Email.objects.get().message
    assert membership.join_company(make.member(), company, now=SOON).role == Role.ASSOCIATE


@pytest.mark.parametrize("before", BusinessStatus)
@pytest.mark.parametrize("after", BusinessStatus)
def test_a_mark_is_set_once(before, after):
    """§D8: over all of them; two clicks are one event and one mail."""
    company, _people = company_with()
    Company.objects.update(business_status=before)

    if before == after:
        with pytest.raises(business.MarkedAlready):
            mark(company, after)
        assert (history(company), mails()) == ([], [])
    else:
        assert mark(company, after).business_status == after
        assert len(mails()) == 1


@pytest.mark.parametrize("status", BusinessStatus)
def test_a_mark_that_was_decided_on_another_status_is_refused(status):
    """§D8: one decision, on what was seen; the refusal names who marked it, and when."""
    company, _people = company_with()
    mark(company, BusinessStatus.SUSPENDED, marker(name="이고객"))
    Email.objects.all().delete()

    with pytest.raises(business.MarkChanged) as refused:
        mark(company, status, seen=BusinessStatus.ACTIVE)

    assert [words for words in ("이고객 님이", "새 상태: 휴업") if words not in str(refused.value)] == []
    assert (Company.objects.get().business_status, mails()) == (BusinessStatus.SUSPENDED, [])
    assert history(company)[1:] == []


def test_a_company_whose_registration_ended_is_not_marked():
    """§D2: it is history."""
    company, (master,) = company_with()
    ending.leave_company(master, now=NOW)

    with pytest.raises(business.MarkedAlready):
        mark(company, BusinessStatus.CLOSED)


@pytest.mark.parametrize("who", ["MASTER", "staff", "reviewer", "inactive", "member with the right"])
def test_nobody_without_the_right_marks(who):
    """§D8: staff with this right; one who reviews does not have it by that."""
    company, (master,) = company_with()
    member = make.member()
    member.user_permissions.set(marker().user_permissions.all())
    people = {
        "MASTER": master,
        "staff": make.staff(),
        "reviewer": reviewer(),
        "inactive": marker(is_active=False),
        "member with the right": member,
    }

    with pytest.raises(business.MayNotMark):
        mark(company, BusinessStatus.CLOSED, people[who])

    assert (Company.objects.get().business_status, mails()) == (BusinessStatus.ACTIVE, [])
    assert mark(company, BusinessStatus.CLOSED, make.staff(is_superuser=True))


@pytest.mark.parametrize("reason", ["", " \n", "가" * (business.LONGEST_REASON + 1)])
def test_a_mark_says_what_it_is_founded_on(reason):
    """§D8: in five hundred characters."""
    company, _people = company_with()

    with pytest.raises(business.ReasonMissing) as refused:
        mark(company, BusinessStatus.CLOSED, reason=reason)

    assert (refused.value.field, mails()) == ("reason", [])
    assert mark(company, BusinessStatus.CLOSED, reason="가" * business.LONGEST_REASON)


@STOPPED
def test_nobody_joins_a_company_whose_business_does_not_go_on(status):
    """§D8: no new relationships, by whichever door."""
    company, member = marked(status), make.member()

    with pytest.raises(membership.BusinessEnded):
        membership.join_company(member, company, now=SOON)
    draft(member, company.brn)
    with pytest.raises(membership.BusinessEnded):
        registration.join_found_company(member, company.brn, now=SOON)

    assert not Relationship.objects.filter(member=member).exists()


@STOPPED
def test_who_asked_for_its_number_is_not_made_associate_by_an_approval(status):
    """§D8: staff are told, and reject."""
    case = request(make.member())
    company = make.company(brn=case.registration.brn, business_status=status)
    make.master_of(company)

    with pytest.raises(membership.BusinessEnded):
        review.approve_registration(case, **seen(case, now=SOON))

    case.refresh_from_db()
    assert case.state == CaseState.RECEIVED
    assert not Relationship.objects.filter(member=case.applicant).exists()


@STOPPED
def test_who_asked_for_its_number_too_is_skipped(status):
    """§D4, §D8: with an event that says why."""
    case = request(make.member())
    make.master_of(make.company(brn=case.registration.brn, business_status=status))

    assert registration.settle_other_requests(case.registration.brn, now=SOON) == 0

    last = case.events.last()
    assert (last.kind, last.detail) == ("SKIPPED", {"because": "BusinessEnded"})


@pytest.mark.parametrize("status", ENDED)
def test_a_number_that_was_left_while_marked_is_registered_by_staff_alone(bureau, status):
    """§D8: whatever the registry still says; and by whoever asked for a MASTER change's end (§D7)."""
    company, master = registered(bureau)
    mark(company, status, now=SOON)

    ending.leave_company(master, now=SOON)

    found = draft(master, company.brn, now=SOON)
    assert (found.answer, search.way_of(found)) == (RegistryAnswer.FOR_STAFF, search.Way.REQUEST)
    with pytest.raises(search.SearchFirst):
        registration.register_company(master, company.brn, TYPED, now=SOON)


def test_a_number_that_was_left_as_it_was_is_free(bureau):
    """§D2: the twin: nothing was marked, asked or disputed."""
    company, master = registered(bureau)

    ending.leave_company(master, now=SOON)

    assert draft(master, company.brn, now=SOON).answer == RegistryAnswer.KNOWN


@STOPPED
def test_its_members_go_on_as_before(status):
    """§D8: no new relationships; those that are stay, and are approved, handed over, ended."""
    company, (master, full, associate, other) = company_with("FULL", "ASSOCIATE", "ASSOCIATE")
    mark(company, status)

    approval.approve_associate(membership.live_relationship(associate), actor=master, now=SOON)
    approval.end_relationship(membership.live_relationship(other), actor=master, reason="퇴사", now=SOON)
    assert offer(full).nominee == full
    ending.leave_company(associate, now=SOON)

    assert all_holds()


def test_each_member_hears_it_in_their_own_language():
    """§D22."""
    company, (master,) = company_with()
    english = make.member_of_type("FULL", at=company, language="en")

    mark(company, BusinessStatus.SUSPENDED)

    assert {(to, bool(korean_in(subject))) for to, subject in mails()} == {(master.email, True), (english.email, False)}
    assert korean_in(Email.objects.get(to=english.email).message.replace(REASON, "").replace(company.name, "")) == []


def test_many_members_are_as_many_queries_as_few(django_assert_max_num_queries):
    """§D8: a mail is written once for each language, and the rows are kept in bulk, in the same transaction."""
    company, _people = company_with()
    for number in range(60):
        make.relationship(make.member(language=("ko", "en")[number % 2]), company, Role.ASSOCIATE)
    actor = marker()
    actor.has_perm(business.MAY_MARK)

    with django_assert_max_num_queries(14):  # SQLite divides the rows of one insert by its own bound
        mark(company, BusinessStatus.CLOSED, actor)

    assert Email.objects.count() == 61
    assert Email.objects.values("to").distinct().count() == 61
