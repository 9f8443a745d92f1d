"""§C6: the manual's table, typed by hand, against the code's and against real requests."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.test import Client
from django.utils import timezone

from companies.models import Relationship
from kotra_portal.permissions import MATRIX, MemberType, Permission, allows, holders
from tests import make

TABLE = """
                     MASTER 정회원 준회원 개인회원
ONLINE_CONSULTATION  O      O     O     O
BRIEFING             O      O     O     O
OTHER_SERVICES       O      O     O     X
USE_MILEAGE          O      O     X     X
EDIT_COMPANY         O      O     X     X
TRANSFER_MASTER      O      X     X     X
APPROVE_MEMBER       O      X     X     X
END_RELATIONSHIP     O      X     X     X
"""
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [
    (Permission(name), member_type, mark == "O")
    for name, *marks in ROWS
    for member_type, mark in zip(MemberType, marks, strict=True)
]
REFUSED = [(permission, member_type) for permission, member_type, open_ in CELLS if not open_]

pytestmark = [pytest.mark.urls("tests.matrix_urls"), pytest.mark.django_db]


def url_of(permission: Permission) -> str:
    return f"/matrix/{permission.value}/"


def test_the_table_has_the_manuals_columns_and_the_codes_permissions():
    """§C6: the columns are the manual's member types."""
    assert [member_type.label for member_type in MemberType] == HEAD
    assert [name for name, *_ in ROWS] == [permission.value for permission in Permission]


@pytest.mark.parametrize(("permission", "member_type", "open_"), CELLS)
def test_every_cell_is_the_manuals(permission, member_type, open_):
    """§C6: code and manual agree, cell by cell."""
    assert allows(member_type, permission) is open_
    assert (member_type in holders(permission)) is open_


def test_the_codes_table_has_five_rows_with_each_permission_once():
    """§C6: the table in the code looks like the manual's."""
    listed = [permission for row, _ in MATRIX for permission in row]
    assert len(MATRIX) == 5
    assert listed == list(Permission)
    assert all(lower <= upper for (_, upper), (_, lower) in pairwise(MATRIX))


@pytest.mark.parametrize(("permission", "member_type", "open_"), CELLS)
def test_a_page_opens_to_whom_the_table_says(permission, member_type, open_, login):
    """§C6: views are gated by the table."""
    client = login(make.member_of_type(member_type))

    for response in (client.get(url_of(permission)), client.post(url_of(permission))):
        assert response.status_code == (200 if open_ else 403)


@pytest.mark.parametrize("permission", Permission)
def test_whoever_is_not_logged_in_is_asked_to_and_comes_back(permission, client):
    response = client.get(url_of(permission) + "?page=2")

    assert (response.status_code, response.url) == (302, f"/login/?next=%2Fmatrix%2F{permission.value}%2F%3Fpage%3D2")


@pytest.mark.parametrize("permission", Permission)
def test_staff_are_no_members_and_are_sent_to_their_desk(permission, login):
    response = login(make.staff(is_superuser=True)).get(url_of(permission))

    assert (response.status_code, response.url) == (302, "/admin/")


@pytest.mark.parametrize(("permission", "member_type"), REFUSED)
def test_the_refusal_says_what_is_needed_and_what_one_is(permission, member_type, login):
    """§D24: needed and actual type, and the button that leads there."""
    response = login(make.member_of_type(member_type)).get(url_of(permission))

    page = response.content.decode()
    assert "errors/membership_needed.html" in [template.name for template in response.templates]
    assert str(permission.label) in page
    assert str(member_type.label) in page
    assert all(str(needed.label) in page for needed in holders(permission))
    assert 'class="button" href="/' in page


def test_an_associate_is_told_who_can_grant_it_with_the_name_masked(login):
    """§D24: who can grant it is the company's MASTER."""
    company = make.company()
    make.relationship(make.member(name="홍길동"), company, "MASTER")
    associate = make.member_of_type(MemberType.ASSOCIATE, at=company)

    page = login(associate).get(url_of(Permission.USE_MILEAGE)).content.decode()

    assert "홍*동" in page
    assert "홍길동" not in page


def test_whose_relationship_ended_is_an_individual_on_the_very_next_request(login):
    """§C1: without a live relationship a member is 개인회원."""
    member = make.member_of_type(MemberType.FULL)
    client = login(member)
    assert client.get(url_of(Permission.USE_MILEAGE)).status_code == 200

    Relationship.objects.filter(member=member).update(ended_at=timezone.now())

    assert client.get(url_of(Permission.USE_MILEAGE)).status_code == 403
    assert client.get(url_of(Permission.OTHER_SERVICES)).status_code == 403
    assert client.get(url_of(Permission.BRIEFING)).status_code == 200


def test_whoever_is_approved_is_a_full_member_on_the_very_next_request(login):
    """§C2: the type is read from the live relationship, never remembered."""
    member = make.member_of_type(MemberType.ASSOCIATE)
    client = login(member)
    assert client.get(url_of(Permission.USE_MILEAGE)).status_code == 403

    master = make.master_of(member.relationships.get().company)
    Relationship.objects.filter(member=member).update(
        role="FULL", approved_at=timezone.now(), approved_via="MASTER", approver=master
    )

    assert client.get(url_of(Permission.USE_MILEAGE)).status_code == 200


def test_an_ended_relationship_counts_for_nothing_even_beside_a_live_one(login):
    """§C1: only the live relationship counts."""
    member = make.member()
    long_ago = timezone.now() - timedelta(days=1)
    make.relationship(member, make.company(), "MASTER", ended_at=long_ago)
    assert login(member).get(url_of(Permission.OTHER_SERVICES)).status_code == 403

    make.relationship(member, make.company(), "ASSOCIATE")

    assert login(member).get(url_of(Permission.OTHER_SERVICES)).status_code == 200
    assert login(member).get(url_of(Permission.EDIT_COMPANY)).status_code == 403


def test_two_members_at_once_do_not_share_a_type(login):
    master, individual = make.member_of_type(MemberType.MASTER), make.member()
    first, second = login(master, Client()), login(individual, Client())

    assert first.get(url_of(Permission.EDIT_COMPANY)).status_code == 200
    assert second.get(url_of(Permission.EDIT_COMPANY)).status_code == 403
    assert first.get(url_of(Permission.EDIT_COMPANY)).status_code == 200
