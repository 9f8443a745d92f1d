"""Masked personal data: enough to recognise, not enough to learn."""

import pytest

from kotra_portal.masking import mask_email, mask_mobile, mask_name, mask_username


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("홍길동", "홍*동"),
        ("이산", "이*"),
        ("남궁민수", "남**수"),
        (" 홍길동 ", "홍*동"),
        ("John Smith", "J*** ****h"),
        ("홍", "*"),
        ("", ""),
    ],
)
def test_name_shows_its_first_and_last_letter(name, masked):
    """§D24: the granter's name is masked."""
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("username", "masked"),
    [("abcdef1", "ab***1"), ("abcdefghijklmnopqrst", "ab***t"), ("abc", "a***"), ("", "")],
)
def test_id_hides_its_middle_and_its_length(username, masked):
    """§D10: a second sign-up is shown the account's ID masked."""
    assert mask_username(username) == masked


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("abcdef@x.com", "ab***@x.com"),
        ("ab@x.com", "a***@x.com"),
        ("a@x.com", "a***@x.com"),
        ("no-address", "***"),
        ("", ""),
    ],
)
def test_email_hides_its_local_part(email, masked):
    """§D11: a MASTER sees an associate's e-mail masked."""
    assert mask_email(email) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("010-1234-5678", "010-****-5678"),
        ("01012345678", "010-****-5678"),
        ("+82 10-1234-5678", "010-****-5678"),
        ("+1 415 555 2671", "****-2671"),
        ("02-3460-7183", "****-7183"),
        ("123", "****"),
        ("", ""),
    ],
)
def test_mobile_hides_its_middle(number, masked):
    """§D11: a MASTER sees an associate's phone number masked."""
    assert mask_mobile(number) == masked
