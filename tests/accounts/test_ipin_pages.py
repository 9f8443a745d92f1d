"""§S7: the public I-PIN's window: id, password, the digits of a picture, and their alternative in words."""

from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from accounts.identity import picture
from accounts.identity.stub import IPIN_PASSWORD
from accounts.models import Purpose, Verification
from tests.accounts.people import NOW, errors, log_in_by_ipin, shown_digits

pytestmark = pytest.mark.django_db

DIGITS = f"ipin_digits_{Purpose.FIND_ID}"


@pytest.fixture
def visitor(client, frozen):
    """A visitor who wants to find an ID."""
    frozen(NOW)
    return client


def window(browser, query=""):
    return browser.get(reverse("find_id_ipin") + query)


def test_window_has_what_the_manual_shows(visitor):
    """§S7: links to 신규발급, ID/비밀번호 찾기 and the call centre 02-818-3050."""
    shown = window(visitor).content.decode()
    for words in (
        "아이핀 ID",
        "비밀번호",
        "문자입력",
        "신규발급",
        "ID/비밀번호 찾기",
        "아이핀관리",
        "02-818-3050",
        "시연용",
    ):
        assert words in shown


def test_picture_shows_six_digits_and_is_never_cached(visitor):
    """§S7: the digits stay on the server."""
    shown = window(visitor).content.decode()
    answer = visitor.get(reverse("find_id_ipin_picture"))
    assert (answer["Content-Type"], "no-store" in answer["Cache-Control"]) == ("image/png", True)
    assert Image.open(BytesIO(answer.content)).size == (272, 72)
    assert visitor.session[DIGITS] not in shown


def test_there_is_no_picture_before_the_window_was_opened(visitor):
    """§S7: an address without digits is no page."""
    assert visitor.get(reverse("find_id_ipin_picture")).status_code == 404


def test_digits_can_be_had_in_words(visitor):
    """§S7: with an alternative for those who cannot see it."""
    shown = window(visitor, "?challenge=words").content.decode()
    assert picture.in_words(visitor.session[DIGITS]) in shown
    assert "picture.png" not in shown


def test_whoever_took_words_gets_words_again(visitor):
    """§S7: after a refusal too."""
    answer = log_in_by_ipin(visitor, Purpose.FIND_ID, password="wrong", challenge="words")
    assert answer.url == reverse("find_id_ipin") + "?challenge=words"


def test_words_name_each_digit():
    """§S7: one by one."""
    assert picture.in_words("0123456789") == "영, 일, 이, 삼, 사, 오, 육, 칠, 팔, 구"


@pytest.mark.parametrize("query", ["?challenge=new", "?challenge=new-words"])
def test_digits_stay_until_others_are_asked_for(visitor, query):
    """§S7: two tabs show the same picture; other digits are one link away."""
    first = shown_digits(visitor, Purpose.FIND_ID)
    assert shown_digits(visitor, Purpose.FIND_ID) == first
    others = set()
    for _ in range(3):
        window(visitor, query)
        others.add(visitor.session[DIGITS])
    assert others - {first}


def test_digits_serve_one_try(visitor):
    """§S7: one use, new ones after each try."""
    right = {"ipin_id": "ipin0001", "password": IPIN_PASSWORD, "digits": shown_digits(visitor, Purpose.FIND_ID)}
    log_in_by_ipin(visitor, Purpose.FIND_ID, password="wrong")
    assert DIGITS not in visitor.session
    visitor.post(reverse("find_id_ipin_confirm"), right)
    assert "그림의 숫자와 다릅니다" in str(errors(window(visitor)))
    assert Verification.objects.count() == 0


def test_wrong_digits_are_no_try_of_the_password(visitor):
    """§S7: they count against the address alone."""
    for _ in range(7):
        wrong = f"{(int(shown_digits(visitor, Purpose.FIND_ID)) + 1) % 10**6:06}"
        log_in_by_ipin(visitor, Purpose.FIND_ID, digits=wrong)
        assert "그림의 숫자와 다릅니다" in str(errors(window(visitor)))
    assert log_in_by_ipin(visitor, Purpose.FIND_ID).url == reverse("find_id_result")


def test_which_of_id_and_password_is_wrong_is_not_said(visitor):
    """§S7: the same sentence for both."""
    said = []
    for fields in ({"ipin_id": "nobody"}, {"password": "wrong"}):
        log_in_by_ipin(visitor, Purpose.FIND_ID, **fields)
        said.append(errors(window(visitor)))
    assert said[0] == said[1]
    assert "아이핀 ID 또는 비밀번호가 맞지 않습니다" in str(said[0])


def test_refused_window_keeps_the_id_but_not_the_password(visitor):
    """§S7: passwords are typed again."""
    log_in_by_ipin(visitor, Purpose.FIND_ID, password="my secret")
    assert "my secret" not in str(dict(visitor.session))
    shown = window(visitor).content.decode()
    assert 'value="ipin0001"' in shown
    assert "my secret" not in shown
