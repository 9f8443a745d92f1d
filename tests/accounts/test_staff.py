"""직원 계정: employed, given groups, linked to a member account, stopped; never by oneself about oneself (§D3)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from post_office.models import Email

from accounts.domain import staff
from accounts.domain.signup import UsernameTaken
from accounts.domain.staff import LOG_AUDIT, SUPPORT_TEAM, NewStaff
from accounts.models import MemberEvent, User
from companies.domain import review
from companies.models import CaseEvent
from kotra_portal.desk.domain.leaving import deactivate_staff
from tests import make
from tests.companies.papers import staff_who_may
from tests.companies.registry import NOW, request
from tests.desk.people import superuser, support

pytestmark = pytest.mark.django_db

NEW = NewStaff("newstaff1", "박신입", "newstaff1@example.com")
TEAM = SUPPORT_TEAM


def test_the_first_staff_account_has_a_name_and_an_address():
    """§D3: createsuperuser asks for both; mails and the desk need them."""
    given = {"username": "Boss", "name": "김처음", "email": "boss@example.com"}
    call_command("createsuperuser", interactive=False, **given, verbosity=0)
    first = User.objects.get(username="boss")
    assert (first.name, first.email, first.is_superuser) == ("김처음", "boss@example.com", True)


def group(name: str = TEAM) -> Group:
    return Group.objects.get(name=name)


def manager(**fields: object) -> User:
    """Somebody who may employ and change, and is no superuser."""
    person = staff_who_may(staff.MAY_EMPLOY, staff.MAY_CHANGE)
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()
    return person


def history(account: User) -> list[tuple[str, str | None]]:
    return [(event.kind, event.actor.username) for event in account.events.order_by("pk")]


VERBS = {
    "set_groups": lambda account, actor: staff.set_groups(account, [group(LOG_AUDIT)], actor=actor, now=NOW),
    "link_member": lambda account, actor: staff.link_member(account, "member1", actor=actor, now=NOW),
    "unlink_member": lambda account, actor: staff.unlink_member(account, actor=actor, now=NOW),
    "invite": lambda account, actor: staff.invite(account, "new@example.com", actor=actor, now=NOW),
    "reset_password": lambda account, actor: staff.reset_password(account, actor=actor, now=NOW),
    "deactivate": lambda account, actor: staff.deactivate(account, actor=actor, now=NOW),
    "reactivate": lambda account, actor: staff.reactivate(account, actor=actor, now=NOW),
}
NOT_ALLOWED = (staff.MayNotManageStaff, staff.MayNotHandOutGroups, staff.MayNotSendPasswordLinks)
EVERY_VERB = pytest.mark.parametrize("verb", VERBS)


def snapshot(account: User) -> tuple:
    account = User.objects.get(pk=account.pk)
    groups = sorted(account.groups.values_list("name", flat=True))
    held = account.is_active, account.is_superuser, account.member_account_id, groups, account.password, account.email
    return *held, account.events.count()


# --- Making one -----------------------------------------------------------------------------------------------------


def test_staff_account_is_made_with_its_groups():
    """§D3: no member: no verification, no consent; no password, nobody knows one."""
    boss = superuser("boss11")
    account = staff.employ(NEW, [group()], actor=boss, now=NOW)

    made = User.objects.get(username="newstaff1")
    assert (made.is_staff, made.is_superuser, made.is_active, made.ci_hash) == (True, False, True, None)
    assert (made.name, made.email, made.joined_at) == ("박신입", "newstaff1@example.com", NOW)
    assert (made.has_usable_password(), staff.is_invited(made)) == (False, True)
    assert [each.name for each in made.groups.all()] == [TEAM]
    assert history(account) == [("STAFF_EMPLOYED", "boss11"), ("STAFF_GROUPS_SET", "boss11")]


def test_whoever_is_no_superuser_hands_out_no_groups():
    """§D3: they may employ, where they have the right; a group is the superusers'."""
    person = manager()
    assert staff.employ(NEW, actor=person, now=NOW).groups.count() == 0
    other = NewStaff("newstaff2", "이신입", "newstaff2@example.com")
    with pytest.raises(staff.MayNotHandOutGroups):
        staff.employ(other, [group()], actor=person, now=NOW)
    assert not User.objects.filter(username="newstaff2").exists()


@pytest.mark.parametrize("actor", ["support", "member", "stopped superuser"])
def test_nobody_employs_without_the_right(actor):
    """§D3: neither the support team, nor a member, nor an account that is not used any more."""
    person = {"support": support, "member": make.member, "stopped superuser": lambda: superuser(is_active=False)}[
        actor
    ]()
    with pytest.raises(staff.MayNotManageStaff):
        staff.employ(NEW, actor=person, now=NOW)
    assert not User.objects.filter(username=NEW.username).exists()


@pytest.mark.parametrize("whose", ["member", "staff"])
def test_ids_of_members_and_staff_are_one_list(whose):
    """Promise 2: no two people share an ID."""
    make.member(NEW.username) if whose == "member" else make.staff(NEW.username)
    with pytest.raises(UsernameTaken):
        staff.employ(NEW, actor=superuser(), now=NOW)
    assert User.objects.filter(username=NEW.username).count() == 1
    assert not Email.objects.exists()


# --- Who may change whose -------------------------------------------------------------------------------------------


@EVERY_VERB
def test_nobody_changes_their_own_account(verb):
    """§D3: not the groups, not the link, not whether it is used; superusers neither."""
    boss = superuser("boss11", member_account=make.member("other1"))
    make.member("member1")
    before = snapshot(boss)
    with pytest.raises(staff.OwnStaffAccount):
        VERBS[verb](boss, boss)
    assert snapshot(boss) == before


@EVERY_VERB
@pytest.mark.parametrize("actor", ["support", "member", "nobody"])
def test_nobody_changes_an_account_without_the_right(verb, actor):
    """§D3: the support team neither."""
    person = {"support": support, "member": make.member, "nobody": make.staff}[actor]()
    account = make.staff(member_account=make.member())
    make.member("member1")
    before = snapshot(account)
    with pytest.raises(NOT_ALLOWED):
        VERBS[verb](account, person)
    assert snapshot(account) == before


@EVERY_VERB
@pytest.mark.parametrize("whose", ["superuser", "member"])
def test_superusers_and_members_are_out_of_reach_of_whoever_is_no_superuser(verb, whose):
    """§D3: a right to change accounts makes nobody a superuser's master, and a member is no staff account."""
    account = superuser() if whose == "superuser" else make.member()
    make.member("member1")
    before = snapshot(account)
    with pytest.raises(NOT_ALLOWED):
        VERBS[verb](account, manager())
    assert snapshot(account) == before


def test_can_change_says_what_the_rule_says():
    """§D3: for the pages."""
    boss, person = superuser(), manager()
    pairs = [(person, boss), (boss, person), (boss, boss), (person, person), (make.staff(), person), (boss, support())]
    assert [staff.can_change(account, actor=actor) for account, actor in pairs] == [
        True, False, False, False, True, False,
    ]  # fmt: skip


# --- The verbs ------------------------------------------------------------------------------------------------------


def test_groups_are_set_as_a_whole():
    """§D3: what is not named is taken away; the same again is no event."""
    boss, account = superuser("boss11"), support()
    staff.set_groups(account, [group(LOG_AUDIT)], actor=boss, now=NOW)
    staff.set_groups(account, [group(LOG_AUDIT)], actor=boss, now=NOW)

    assert User.objects.get(pk=account.pk).get_all_permissions() == {"accounts.view_accesslog"}
    event = account.events.get()
    assert (event.kind, event.actor, event.detail) == (
        "STAFF_GROUPS_SET",
        boss,
        {"before": [group().pk], "after": [group(LOG_AUDIT).pk]},
    )


def test_whoever_is_no_superuser_sets_no_groups():
    """§D3: with the right to change accounts neither."""
    account = make.staff()
    with pytest.raises(staff.MayNotHandOutGroups):
        staff.set_groups(account, [group()], actor=manager(), now=NOW)
    assert account.groups.count() == 0


def test_member_account_is_linked_by_its_id(bureau):
    """§D3: "own" means that person or company: the link is what keeps a reviewer from their own case."""
    account, member = support(), make.member("member1")
    case = request(member)
    staff.link_member(account, " MEMBER1 ", actor=manager(username="boss11"), now=NOW)

    account.refresh_from_db()
    assert account.member_account == member
    with pytest.raises(review.OwnCase):
        review.check_may_review(account, case)
    assert history(account) == [("STAFF_LINKED", "boss11")]
    assert account.events.get().detail == {"before": None, "after": member.pk}


@pytest.mark.parametrize("typed", ["nobody1", "", "member1 x", "staff1"])
def test_only_a_member_can_be_linked(typed):
    """§D3: no staff account, nobody unknown."""
    make.staff("staff1")
    account = make.staff()
    with pytest.raises(staff.NoSuchMember):
        staff.link_member(account, typed, actor=superuser(), now=NOW)
    assert User.objects.get(pk=account.pk).member_account is None


def test_closed_account_cannot_be_linked():
    """§D14: nobody is behind it any more."""
    make.member("member1", is_active=False, closed_at=NOW)
    with pytest.raises(staff.NoSuchMember):
        staff.link_member(make.staff(), "member1", actor=superuser(), now=NOW)


def test_one_member_is_one_staff_accounts():
    """§D3: and linking the same member twice is no event."""
    member = make.member("member1")
    account = make.staff(member_account=member)
    with pytest.raises(staff.LinkedElsewhere):
        staff.link_member(make.staff(), "member1", actor=superuser(), now=NOW)
    staff.link_member(account, "member1", actor=superuser(), now=NOW)
    assert history(account) == []


def test_another_member_takes_the_place_and_can_be_taken_away():
    """§D3: the history holds both, as ids."""
    boss, first, second = superuser("boss11"), make.member("member1"), make.member("member2")
    account = make.staff(member_account=first)
    staff.link_member(account, "member2", actor=boss, now=NOW)
    staff.unlink_member(account, actor=boss, now=NOW)

    details = [event.detail for event in account.events.order_by("pk")]
    assert details == [{"before": first.pk, "after": second.pk}, {"before": second.pk, "after": None}]
    with pytest.raises(staff.NotLinked):
        staff.unlink_member(account, actor=boss, now=NOW)


def test_deactivated_account_opens_nothing_on_the_very_next_request(client):
    """§D3: the session that is open ends, the password opens none; reactivated, all is as it was."""
    boss, account = superuser("boss11"), support("support1")
    client.force_login(account)
    assert client.get("/admin/").status_code == 200
    staff.deactivate(account, actor=boss, now=NOW)
    assert client.get("/admin/").status_code == 302
    assert not client.login(username="support1", password=make.PASSWORD)

    staff.reactivate(account, actor=boss, now=NOW + timedelta(days=1))
    assert [each.name for each in account.groups.all()] == [TEAM]
    assert history(account) == [("STAFF_DEACTIVATED", "boss11"), ("STAFF_REACTIVATED", "boss11")]


def test_what_is_so_already_is_refused():
    """Twice is once."""
    boss, account = superuser(), make.staff()
    with pytest.raises(staff.ActiveAlready):
        staff.reactivate(account, actor=boss, now=NOW)
    staff.deactivate(account, actor=boss, now=NOW)
    with pytest.raises(staff.InactiveAlready):
        staff.deactivate(account, actor=boss, now=NOW)
    assert account.events.count() == 1


def test_open_cases_of_whoever_leaves_wait_for_others(bureau):
    """§D3: else they would stand in nobody's queue; what is decided keeps its reviewer."""
    boss, account = superuser(), support()
    waiting, decided = request(make.member()), request(make.member())
    for case in (waiting, decided):
        review.assign(case, actor=account, assignee=account, now=NOW)
    review.reject_registration(decided, actor=account, seen=1, reason="아님", now=NOW)

    assert deactivate_staff(account, actor=boss, now=NOW) == 1
    waiting.refresh_from_db()
    decided.refresh_from_db()
    assert (waiting.assignee, decided.assignee) == (None, account)
    last = waiting.events.last()
    assert (last.kind, last.actor, last.detail) == (CaseEvent.Kind.ASSIGNED, boss, {"assignee": None})


def test_refused_deactivation_leaves_the_cases(bureau):
    """§D3: all or nothing."""
    account = support()
    case = request(make.member())
    review.assign(case, actor=account, assignee=account, now=NOW)
    with pytest.raises(staff.MayNotManageStaff):
        deactivate_staff(account, actor=make.staff(), now=NOW)
    case.refresh_from_db()
    assert (case.assignee, MemberEvent.objects.filter(member=account).count()) == (account, 0)
