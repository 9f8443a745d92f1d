"""What is far too long is refused before anything slow looks at it."""

import time

import pytest
from django.urls import reverse

from accounts.names import normalize_username
from kotra_portal import text
from tests import make, walk

# Alternating combining marks, which Python puts in order in quadratic time: three seconds for a tenth of a megabyte.
SLOW = "a" + "\u0301\u0316" * 100_000
FORMS = (
    "login", "mail_id", "mail_reset_link", "signup_details", "signup_mobile_request", "signup_ipin_confirm",
    "find_id_mobile_request", "find_id_ipin_confirm", "keep_details", "check_details_field",
)  # fmt: skip
FIELDS = (
    "username", "password", "password_again", "name", "name_en", "email", "email_typed", "email_domain", "phone", "fax",
    "mobile", "postcode", "address", "address_detail", "address_en", "department", "position", "code", "ipin_id",
    "digits", "birth_date", "current_password", "field", "carrier", "gender",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*FORMS, "admin:login", "profile", "password"])
def test_no_form_takes_long_over_a_field_that_is_far_too_long(client, login, name):
    """A worker that one request holds for a minute is a worker that the members miss."""
    if name in {"profile", "password"}:
        login(make.member())
    elif name != "admin:login":
        walk.to_details(client)
    for field in FIELDS:
        began = time.process_time()
        response = client.post(reverse(name), {field: SLOW})
        assert time.process_time() - began < 1, field
        assert response.status_code in {200, 204, 302, 404, 410}, field  # read, and not refused for its size


@pytest.mark.django_db
def test_looking_things_up_takes_no_longer(client):
    walk.to_details(client)
    began = time.process_time()
    look_ups = ("/postcode/?q", "/codes/hs/?q", "/codes/bk/?q", "/signup/details/check-id/?username")
    for path in (f"{look_up}={SLOW[:5000]}" for look_up in look_ups):
        assert client.get(path).status_code < 500
    assert time.process_time() - began < 2


def test_the_one_spelling_of_an_id_is_found_quickly():
    began = time.process_time()
    assert len(normalize_username(SLOW)) <= 100
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize("rule", [text.half_width, text.clean_line])
def test_text_longer_than_any_line_is_refused(rule):
    assert rule("가" * text.LONGEST_LINE) == "가" * text.LONGEST_LINE
    with pytest.raises(ValueError, match="너무 깁니다"):
        rule("가" * (text.LONGEST_LINE + 1))


TRIPLE = "\ufb2c" * 500  # composed, each of these is three characters


def test_what_grows_when_it_is_composed_is_too_long():
    with pytest.raises(ValueError, match="너무 깁니다"):
        text.clean_line(TRIPLE)


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS)
def test_no_form_fails_over_what_grows_when_it_is_composed(client, name):
    walk.to_details(client)
    for field in FIELDS:
        assert client.post(reverse(name), {field: TRIPLE}).status_code < 500, field
