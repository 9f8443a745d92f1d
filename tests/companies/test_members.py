"""회원 목록: found by name and 부서, who waits first, with as many queries for thousands as for a few (§D5, §D11)."""

from datetime import timedelta

import pytest

from accounts.models import User
from companies.domain import approval, members, membership, transfer
from companies.models import Bar, Relationship, Role
from tests import make
from tests.companies.firm import company_with, offer, registered
from tests.companies.registry import NOW, SOON

pytestmark = pytest.mark.django_db

MANY = 5_000
DAY = timedelta(days=1)


def people(found) -> list[User]:
    return [relationship.member for relationship in found]


def at(company, role, name="김하나", **fields):
    """A member of this name in the company."""
    started = fields.pop("started_at", make.LONG_AGO)
    make.master_of(company)
    member = make.member(name=name, **fields)
    make.relationship(member, company, Role(role), started_at=started)
    return member


def test_who_waits_comes_first_and_the_longest_waiting_before_all():
    """§D5: then the MASTER, then the 정회원 by name."""
    company = make.company()
    master = make.master_of(company)
    zeta, alpha = at(company, "FULL", "하늘"), at(company, "FULL", "가람")
    young = at(company, "ASSOCIATE", "가나", started_at=NOW)
    old = at(company, "ASSOCIATE", "하나", started_at=NOW - timedelta(days=3))

    assert people(members.find_members(company)) == [old, young, master, alpha, zeta]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ["김하나", "이수출", "수출왕"]),
        ("수출", ["이수출", "수출왕", "김하나"]),
        ("하나", ["김하나"]),
        (" 김하나 ", ["김하나"]),
        ("SMITH", []),
        ("수출1", ["김하나"]),
        ("수출１", ["김하나"]),
        ("없는사람", []),
        ("%", []),
        ("_", []),
    ],
)
def test_members_are_found_by_a_part_of_name_or_department(typed, names):
    """§D5: typed as it comes, full width too; no sign stands for others."""
    company = make.company()
    make.relationship(make.member(name="박대표"), company, Role.MASTER)
    at(company, "FULL", "김하나", department="수출1팀")
    at(company, "ASSOCIATE", "이수출", department="총무팀")
    at(company, "FULL", "수출왕")
    at(make.company(), "FULL", "남수출", department="수출1팀")

    found = {person.name for person in people(members.find_members(company, typed=typed))}

    assert found - {"박대표"} == set(names)
    assert ("박대표" in found) is (typed == "")


def test_latin_names_are_found_whatever_their_case():
    """§D5."""
    company = make.company()
    smith = at(company, "FULL", "John Smith")

    assert people(members.find_members(company, typed="smith")) == [smith]


@pytest.mark.parametrize("role", Role)
def test_members_are_found_by_what_they_are(role):
    """§D5: and counted so; who left is neither found nor counted, nor are others' members."""
    company, everybody = company_with("FULL", "ASSOCIATE", "ASSOCIATE")
    Relationship.objects.filter(member=everybody[3]).update(ended_at=NOW)
    make.member_of_type(role)

    (found,) = members.find_members(company, role=role)

    assert found.role == role
    assert found.member == dict(zip(Role, everybody, strict=False))[role]
    assert members.count_by_role(company) == dict.fromkeys(Role, 1)
    assert members.count_waiting(company) == 1


def test_a_company_without_members_has_none_of_each():
    """§D5."""
    company = make.company()

    assert members.count_by_role(company) == dict.fromkeys(Role, 0)
    assert list(members.find_members(company)) == []


def test_whoever_is_approved_stays_approved_since_the_first_day(bureau):
    """§C5, §D6: MASTER comes and goes later; each row tells its own day."""
    company, founder = registered(bureau)
    heir, waiting = (make.member_of_type("ASSOCIATE", at=company) for _each in range(2))
    place = membership.live_relationship(heir)
    approval.approve_associate(place, actor=founder, now=SOON)
    transfer.accept_transfer(offer(heir, now=SOON), actor=heir, now=SOON + DAY)
    transfer.accept_transfer(offer(founder, now=SOON + DAY), actor=founder, now=SOON + 2 * DAY)

    since = {row.member: row.first_approved_at for row in members.find_members(company)}

    assert since == {founder: NOW, heir: SOON, waiting: None}
    assert members.first_approved_at(place) == SOON
    place.refresh_from_db()
    assert (place.role, place.approved_at) == (Role.FULL, SOON + DAY)


@pytest.mark.parametrize("role", Role)
def test_of_an_associate_the_master_sees_mail_and_phone_masked(role):
    """§D11: after approval the whole."""
    person = make.member_of_type(role, email="hong.gildong@example.com", mobile="01012345678")

    shown = members.as_master_sees(membership.live_relationship(person))

    assert shown.relationship.member == person
    is_whole = (shown.email, shown.mobile) == ("hong.gildong@example.com", "010-1234-5678")
    assert is_whole is (role != Role.ASSOCIATE)
    if role == Role.ASSOCIATE:
        assert ("gildong" in shown.email, "1234" in shown.mobile) == (False, False)


def test_the_chosen_ones_come_by_name_and_nobody_elses():
    """§D11: those that ended meanwhile are said so; another company's row is none that exists."""
    company = make.company()
    zeta, alpha = at(company, "FULL", "하늘").relationships.get(), at(company, "ASSOCIATE", "가람").relationships.get()
    Relationship.objects.filter(pk=alpha.pk).update(ended_at=NOW)
    other = make.member_of_type("FULL").relationships.get()

    assert members.choose_members(company, [str(zeta.pk), str(alpha.pk)]) == [alpha, zeta]
    for keys in ([str(other.pk)], [str(zeta.pk), str(other.pk)], ["x"], ["１"], ["9" * 30], ["-1"]):
        with pytest.raises(Relationship.DoesNotExist):
            members.choose_members(company, keys)


def test_one_at_least_and_fifty_at_most_are_chosen():
    """§D5: a key that is sent twice is one."""
    company, (master,) = company_with()
    with pytest.raises(members.NobodyChosen):
        members.choose_members(company, [])
    with pytest.raises(members.TooManyChosen):
        members.choose_members(company, [str(number) for number in range(members.AT_ONCE + 1)])

    assert [one.member for one in members.choose_members(company, [str(master.relationships.get().pk)] * 60)] == [
        master
    ]


def test_the_master_sees_who_is_barred_the_last_first():
    """§D1: of this company alone."""
    company, (master,) = company_with()
    barred = [make.member() for _ in range(2)]
    for number, person in enumerate(barred):
        moment = NOW + timedelta(days=number)
        Bar.objects.create(company=company, member=person, barred_at=moment, barred_by=master)
    Bar.objects.create(company=make.company(), member=barred[0], barred_at=NOW, barred_by=master)

    assert [bar.member for bar in members.barred_from(company)] == barred[::-1]


def crowd(company, count: int) -> None:
    """Many associates at once, written in bulk."""
    fields = {"password": "!", "birth_date": "1980-01-01", "gender": "F", "joined_at": NOW}
    rows = [
        User(username=f"crowd{number:05d}", name=f"준회원{number:05d}", ci_hash=f"{number:064d}", **fields)
        for number in range(count)
    ]
    User.objects.bulk_create(rows, batch_size=500)
    made = User.objects.filter(username__startswith="crowd")
    Relationship.objects.bulk_create(
        [Relationship(member=one, company=company, role=Role.ASSOCIATE, started_at=NOW) for one in made],
        batch_size=500,
    )


def test_five_thousand_members_take_as_many_queries_as_few(django_assert_num_queries):
    """§D5: one for a page of them, one for the counts, one for what was typed."""
    company, (master, *_others) = company_with("FULL")
    crowd(company, MANY)

    with django_assert_num_queries(4):
        page = list(members.find_members(company)[:50])
        counted = members.count_by_role(company)
        (found,) = members.find_members(company, typed="준회원04999")
        assert members.find_members(company).count() == MANY + 2

    assert ([one.role for one in page], found.member.name) == ([Role.ASSOCIATE] * 50, "준회원04999")
    assert counted == {Role.MASTER: 1, Role.FULL: 1, Role.ASSOCIATE: MANY}
    assert membership.master_of(company) == master
