"""회원가입 through HTTP: the doors, the consents, the details, the end, and every way to leave the path."""

import json
import logging
import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.models import Consent, Door, Method, SignupDraft, StubSms, TermsKind, User
from tests import make, walk

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DETAILS = "/signup/details/"
# Where each door goes on once the account exists (§S13).
NEXT = {Door.COMPANY: "/signup/company/", Door.INDIVIDUAL: "/signup/interests/"}


def submit(client, **changes):
    typed = {name: value for name, value in (walk.DETAILS | changes).items() if value is not None}
    return client.post(DETAILS, typed)


def errors_beside(page, field):
    """The sentences under one field, as the visitor reads them."""
    found = re.search(rf'<ul class="field-error" id="id_{field}_error".*?</ul>', page.text, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", found.group()) if found else ""


def said(client, page):
    return [str(message) for message in page.context["messages"]]


# --- The doors ------------------------------------------------------------------------------------------------------


def test_the_first_page_has_three_doors_and_costs_nothing(client):
    """§S2, §S1, §Q1: each with its explanation; signing up is free."""
    page = client.get("/signup/")

    for words in ("회원가입은 무료입니다", "기업회원 가입하기", "개인회원 가입하기", "기업회원 전환신청"):
        assert words in page.text
    assert "/login/?next=/company/convert/" in page.text


@pytest.mark.parametrize("door", Door)
def test_a_door_opens_the_terms(door, client):
    """§S2: and the draft knows which it was."""
    response = client.post("/signup/start/", {"door": door.value})

    assert response.url == "/signup/terms/"
    assert walk.draft_of(client).door == door


@pytest.mark.parametrize("door", ["", "staff", "기업", "\0", "x" * 10_000])
def test_there_is_no_fourth_door(door, client):
    """§S2: whatever is asked for."""
    page = client.post("/signup/start/", {"door": door}, follow=True)

    assert page.redirect_chain == [("/signup/", 302)]
    assert not SignupDraft.objects.exists()


def test_whoever_begins_too_often_reads_when_to_come_back(client):
    """§S2: on the page of the doors; the sign-up that was begun stays."""
    for _ in range(60):
        walk.to_terms(client)

    page = client.post("/signup/start/", {"door": "individual"}, follow=True)

    assert page.redirect_chain == [("/signup/", 302)]
    assert said(client, page) == ["짧은 시간에 너무 여러 번 시도했습니다. 60분 뒤에 다시 시도해 주세요."]
    assert "이어서 하기" in page.text
    assert SignupDraft.objects.count() == 60


def test_the_browser_holds_the_signup_for_two_hours(client):
    """§D14: as long as the draft lives."""
    walk.to_terms(client)

    assert client.session.get_expiry_age() >= 7200


def test_an_unfinished_signup_is_offered_to_be_continued(client):
    """§S13: at the step that is unfinished."""
    walk.to_verification(client)

    page = client.get("/signup/")

    assert "이어서 하기" in page.text
    assert "/signup/verification/" in page.text


def test_an_unfinished_signup_is_lost_by_its_owners_word_alone(client):
    """§S13: the doors' buttons come back once it is said that the unfinished one may go."""
    draft = walk.to_details(client)
    client.post("/signup/details/keep/", {"position": "과장"})
    assert "개인회원 가입하기" not in client.get("/signup/").text

    page = client.post("/signup/abandon/", follow=True)

    assert said(client, page) == ["작성하던 회원가입을 지웠습니다."]
    assert "개인회원 가입하기" in page.text
    draft.refresh_from_db()
    assert (draft.details, draft.choices) == ({}, {})
    assert client.get(DETAILS).url == "/signup/"


def test_a_signup_that_is_gone_is_abandoned_without_a_complaint(client):
    """§S13: a second press, or a second tab."""
    assert client.post("/signup/abandon/", follow=True).status_code == 200


def test_a_member_sees_who_they_are_and_the_third_door_alone(client, login):
    """§S2: for those who are members already."""
    login(make.member("export2026"))

    page = client.get("/signup/")

    assert "export2026" in page.text
    assert "기업회원 전환신청" in page.text
    assert "개인회원 가입하기" not in page.text


@pytest.mark.parametrize("path", ["/signup/", "/signup/terms/", DETAILS, "/signup/done/"])
def test_staff_do_not_sign_up(path, client, login):
    """§D3: staff accounts are not members."""
    login(make.staff())

    assert client.get(path, follow=True).redirect_chain[-1][0].startswith("/admin/")


# --- The steps ------------------------------------------------------------------------------------------------------

STEPS = ("/signup/terms/", "/signup/verification/", DETAILS, "/signup/details/check-id/")


@pytest.mark.parametrize("path", STEPS)
def test_without_a_signup_there_is_no_step(path, client):
    """§S3, §D14: the first page, and why."""
    page = client.get(path, follow=True)

    assert page.redirect_chain[-1][0] == "/signup/"
    assert "만료" in page.text


@pytest.mark.parametrize(
    ("reached", "path", "first_unfinished"),
    [
        (walk.to_terms, "/signup/verification/", "/signup/terms/"),
        (walk.to_terms, DETAILS, "/signup/terms/"),
        (walk.to_terms, "/signup/details/check-id/", "/signup/terms/"),
        (walk.to_verification, DETAILS, "/signup/verification/"),
        (walk.to_verification, "/signup/details/check-id/", "/signup/verification/"),
    ],
)
def test_no_page_can_be_opened_before_its_turn(reached, path, first_unfinished, client):
    """§S3: the first unfinished step, and why."""
    reached(client)

    page = client.get(path, follow=True)

    assert page.redirect_chain[-1][0] == first_unfinished
    assert "앞 단계를 먼저 마쳐 주세요" in page.text


@pytest.mark.parametrize("reached", [walk.to_terms, walk.to_verification])
def test_no_account_can_be_made_before_its_turn(reached, client):
    """§S3: not by posting either, and nothing is kept of it."""
    reached(client)

    response = submit(client)

    assert response.status_code == 302
    assert client.post("/signup/details/keep/", walk.DETAILS).status_code == 204
    assert not User.objects.exists()
    assert walk.draft_of(client).details == {}


def test_an_unknown_step_is_not_found(client):
    """§S3: four steps and no more."""
    walk.to_terms(client)

    assert client.get("/signup/payment/").status_code == 404


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/signup/", "post"),
        ("/signup/start/", "get"),
        ("/signup/terms/", "put"),
        (DETAILS, "delete"),
        ("/signup/details/keep/", "get"),
        ("/signup/details/check/", "get"),
        ("/signup/details/check-id/", "post"),
        ("/signup/done/", "post"),
    ],
)
def test_a_wrong_method_is_refused(path, method, client, login):
    """§S3: each address answers to its own verb."""
    if path == "/signup/done/":
        login(make.member())
    else:
        walk.to_details(client)

    assert getattr(client, method)(path).status_code == 405


def test_every_page_of_the_flow_shows_the_four_steps(client):
    """§S3: 약관동의 › 실명인증 › 회원정보입력 › 가입완료."""
    walk.to_details(client)
    submit_later = ["/signup/terms/", DETAILS, "/signup/details/check-id/"]
    pages = [client.get(path) for path in submit_later]
    submit(client)
    pages.append(client.get("/signup/done/"))

    for page in pages:
        assert [label in page.text for label in ("약관동의", "실명인증", "회원정보입력", "가입완료")] == [True] * 4
        assert 'aria-current="step"' in page.text


# --- The terms ------------------------------------------------------------------------------------------------------


def terms_form(client):
    return client.get("/signup/terms/").context["form"]


def agree(client, **choices):
    shown = terms_form(client)["shown"].value()
    chosen = {name: choice for name, choice in (walk.TERMS | choices).items() if choice is not None}
    return client.post("/signup/terms/", {"shown": shown} | chosen)


def test_nothing_is_ticked_beforehand(client):
    """§S4, §S9: neither on the terms nor on the details."""
    walk.to_terms(client)
    assert "checked" not in client.get("/signup/terms/").text

    agree(client)
    walk.to_details(client)
    assert " checked" not in client.get(DETAILS).text


def test_the_marketing_text_ends_with_the_note_about_third_parties(client):
    """§S4: KOTRA gives personal data to no third party."""
    walk.to_terms(client)

    page = client.get("/signup/terms/")

    assert page.text.count("KOTRA는 제3자에게 회원의 개인정보를 제공하지 않으며") == 1


@pytest.mark.parametrize(
    ("choices", "named"),
    [
        ({"use": None}, {"use"}),
        ({"privacy": None}, {"privacy"}),
        ({"privacy": "no"}, {"privacy"}),
        ({"use": None, "privacy": "no"}, {"use", "privacy"}),
        ({"use": None, "privacy": None, "marketing": None}, {"use", "privacy"}),
        ({"privacy": "maybe"}, {"privacy"}),
        ({"marketing": "\0" * 10_000}, {"marketing"}),
    ],
)
def test_what_is_missing_is_named_beside_it(choices, named, client):
    """§S4: and in the summary, which takes the focus; what was chosen stays chosen."""
    walk.to_terms(client)

    page = agree(client, **choices)

    assert page.status_code == 200
    assert {kind for kind in TermsKind.values if errors_beside(page, kind)} == named
    assert "data-focus" in page.text
    assert walk.draft_of(client).choices == {}


@pytest.mark.parametrize("answer", ["no", None])
def test_refusing_marketing_goes_on(answer, client):
    """§S4: the optional consent never blocks."""
    walk.to_terms(client)

    assert agree(client, marketing=answer).url == "/signup/verification/"


def test_on_return_the_choices_are_shown(client):
    """§S4: the draft holds them."""
    walk.to_verification(client, marketing="no")

    form = terms_form(client)

    assert [form[kind].value() for kind in TermsKind.values] == [True, "yes", "no"]


def test_nobody_agrees_to_a_version_they_did_not_see(client):
    """§S4: a version that came into force while the page was open is shown first."""
    walk.to_terms(client)
    shown = terms_form(client)["shown"].value()
    make.terms(TermsKind.PRIVACY, 2, effective_on=timezone.localdate())

    page = client.post("/signup/terms/", {"shown": shown} | walk.TERMS)

    assert "약관이 바뀌었습니다" in page.text
    assert walk.draft_of(client).choices == {}
    assert agree(client).status_code == 302


def test_a_version_that_changes_midway_is_asked_about_again(client):
    """§S4: and nothing typed is lost."""
    walk.to_details(client)
    make.terms(TermsKind.USE, 2, effective_on=timezone.localdate())

    response = submit(client)

    assert response.url == "/signup/terms/"
    assert not User.objects.exists()
    agree(client)
    assert client.get(DETAILS).context["form"]["name_en"].value() == "Kim Suchul"


# --- The details ----------------------------------------------------------------------------------------------------


def test_name_and_verified_number_are_shown_and_cannot_be_typed(client):
    """§S8: from the verification, not editable."""
    walk.to_details(client)

    page = client.get(DETAILS)

    assert "김수출" in page.text
    assert "010-2015-0001" in page.text
    assert 'name="mobile"' not in page.text
    assert 'name="name"' not in page.text


def test_after_ipin_the_number_is_typed(client):
    """§S8: 핸드폰 is asked for, as a required field."""
    walk.to_details(client, method=Method.IPIN)

    assert 'name="mobile"' in client.get(DETAILS).text
    assert errors_beside(submit(client, mobile=""), "mobile")
    submit(client)
    assert User.objects.get().mobile == "01099998888"


def test_only_the_required_fields_are_demanded(client):
    """§S8, §S9: leaving all of the rest empty never blocks."""
    walk.to_details(client)
    page = client.post(DETAILS, {})

    named = {name for name in page.context["form"].fields if errors_beside(page, name)}
    assert named == {"username", "password", "password_again", "name_en", "postcode", "address", "phone", "email"}
    assert submit(client).url == NEXT[Door.INDIVIDUAL]


RLM, NUL, LONG = "\u202e", "\0", "가1a" * 3334
BAD = {
    "username": [
        "", "abc12", "a" * 21, "1export", "ex port", "수출수출수출", "export!1", LONG,
        "ab" + NUL + "cdef", RLM + "export1",
    ],
    "password": ["", "abc12", "abcdefgh", "73519264", LONG, "mugung8" + NUL],
    "password_again": ["", "mugung8hwb", LONG, "mugung8hwa" + NUL],
    "name_en": ["", "김수출", "Kim 1", "a" * 101, LONG, "Kim" + NUL, RLM + "Kim"],
    "postcode": ["", "1234", "137-749", "abcde", LONG, "0679" + NUL, RLM + "06792"],
    "address": ["", "가" * 201, LONG, "서울" + NUL, "서울" + RLM],
    "address_detail": ["가" * 201, LONG, "5층" + NUL, RLM + "5층"],
    "phone": ["", "12", "전화", "+", "0" * 300, LONG, "02" + NUL, "02-3460-7183" + RLM],
    "email": ["", "a b", "@", "a" * 300, LONG, "suchul" + NUL, RLM + "suchul"],
    "email_domain": ["evil.example", LONG, NUL],
    "mobile": ["", "02-3460-7183", "011-123-4567", LONG, NUL, RLM + "01099998888"],
    "fax": ["12", LONG, "02" + NUL],
    "department": ["가" * 101, LONG, "수출팀" + NUL, RLM],
    "position": ["가" * 101, LONG, NUL + "과장"],
    "address_en": ["a" * 301, LONG, "Seoul" + NUL],
    "preferred_medium": ["PIGEON", LONG, NUL],
    "newsletters": ["SPAM", LONG, NUL],
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        pytest.param(field, bad, id=f"{field}-{number}")
        for field, bads in BAD.items()
        for number, bad in enumerate(bads)
    ],
)
def test_a_wrong_value_is_told_beside_its_field_and_costs_nothing_else(field, bad, client):
    """§S8, §S9: a sentence beside the field, everything else still there."""
    walk.to_details(client, method=Method.IPIN)

    page = submit(client, **{field: bad, "department": bad if field == "department" else "해외영업팀"})

    assert page.status_code == 200
    assert errors_beside(page, field.removesuffix("_domain"))
    assert not User.objects.exists()
    kept = {"username", "name_en", "postcode", "address", "address_detail", "phone", "mobile", "department"} - {field}
    for name in kept:
        value = page.context["form"][name].value()
        assert value == ("해외영업팀" if name == "department" else walk.DETAILS[name])
        assert f'value="{value}"' in page.text


def test_full_width_and_spaced_values_are_understood(client):
    """§S8: people's keyboards differ; the stored spelling does not."""
    walk.to_details(client, method=Method.IPIN)
    submit(
        client,
        username=" ＥＸＰＯＲＴ２０２６ ",
        postcode="０６７９２",
        phone="(02) 3460 7183",
        mobile="０１０９９９９８８８８",
        email=" suchul@Gmail.COM ",
        email_domain="",
    )

    member = User.objects.get()
    assert (member.username, member.postcode, member.phone, member.mobile, member.email) == (
        "export2026", "06792", "0234607183", "01099998888", "suchul@gmail.com",
    )  # fmt: skip


def test_passwords_come_back_to_nobody(client):
    """§S8: neither in the page nor in draft, session or log."""
    walk.to_details(client)

    page = submit(client, phone="12")

    assert walk.PASSWORD not in page.text
    held = [str(row) for row in SignupDraft.objects.values()] + [str(s.get_decoded()) for s in Session.objects.all()]
    assert walk.PASSWORD not in "".join(held)
    assert "suchul" in "".join(held)


def test_passwords_stand_in_no_log(client, caplog):
    """§S8: on success, refusal and the script's keeping."""
    caplog.set_level(logging.DEBUG)
    walk.to_details(client)
    client.post("/signup/details/keep/", walk.DETAILS)
    submit(client, phone="12")
    submit(client)

    assert walk.PASSWORD not in caplog.text
    assert walk.PASSWORD not in "".join(str(row) for row in SignupDraft.objects.values())
    assert User.objects.exists()


@pytest.mark.parametrize(
    "extra",
    [
        {"name": "홍길동"}, {"mobile": "01011112222"}, {"is_staff": "on"}, {"is_superuser": "1"}, {"role": "MASTER"},
        {"ci_hash": "0" * 64}, {"birth_date": "2000-01-01"}, {"gender": "F"}, {"is_foreigner": "on"}, {"id": "999"},
        {"pk": "999"}, {"door": "company"}, {"draft": "1"}, {"verification": "1"}, {"email_confirmed_at": "2026-01-01"},
        {"joined_at": "2000-01-01"}, {"closed_at": "2000-01-01"}, {"is_active": "0"}, {"language": "en"},
        {"member_type": "MASTER"}, {"company": "1"}, {"groups": "1"}, {"balance": "1000"}, {"choices": "{}"},
    ],
    ids=lambda extra: next(iter(extra)),
)  # fmt: skip
def test_nothing_else_can_be_slipped_in(extra, client):
    """§S8: what the form does not ask for changes nothing."""
    draft = walk.to_details(client)

    submit(client, **extra)

    member = User.objects.get()
    assert (member.name, member.mobile, member.gender, member.ci_hash) == (
        "김수출", walk.MOBILE, "M", draft.verification.ci_hash,
    )  # fmt: skip
    assert (member.is_staff, member.is_superuser, member.is_active, member.is_foreigner) == (False, False, True, False)
    assert (member.language, member.email_confirmed_at, member.closed_at) == ("ko", None, None)
    assert member.joined_at.year == timezone.now().year
    assert not member.groups.exists()
    assert SignupDraft.objects.get().door == Door.INDIVIDUAL


def test_an_id_lost_to_somebody_else_costs_nothing_else(client):
    """§S8: the sentence beside the field, everything else kept."""
    walk.to_details(client)
    make.member("export2026")

    page = submit(client)

    assert "이미 사용 중인 아이디입니다" in errors_beside(page, "username")
    assert page.context["form"]["name_en"].value() == "Kim Suchul"
    assert submit(client, username="export2027").url == NEXT[Door.INDIVIDUAL]


def test_a_taken_id_is_told_together_with_what_else_is_wrong(client):
    """§S8: not after it."""
    walk.to_details(client)
    make.member("export2026")

    page = submit(client, phone="12")

    assert errors_beside(page, "username")
    assert errors_beside(page, "phone")


def test_newsletters_need_the_marketing_consent_and_say_so(client):
    """§S9: beside the boxes, with the way to change it."""
    walk.to_details(client, marketing="no")

    page = client.get(DETAILS)
    refused = submit(client, newsletters="OIS")

    assert "‘개인정보 마케팅 활용’에 동의하면" in page.text
    assert re.search(r'<input type="checkbox" name="newsletters"[^>]* disabled', page.text)
    assert "동의해야 합니다" in errors_beside(refused, "newsletters")
    assert not User.objects.exists()


def test_newsletters_are_subscribed_to_as_ticked(client):
    """§S9: with the consent they are open."""
    walk.to_details(client)
    assert "disabled" not in client.get(DETAILS).text

    submit(client, newsletters=["OIS", "ACADEMY"])

    assert set(User.objects.get().subscriptions.values_list("newsletter", flat=True)) == {"OIS", "ACADEMY"}


def test_a_verification_of_half_an_hour_ago_is_asked_for_again(client, frozen):
    """§S5: back to step 2 with the sentence; the details stay."""
    clock = frozen(timezone.now())
    walk.to_details(client)
    clock.shift(30 * 60)

    page = submit(client)
    shown = client.get("/signup/verification/")

    assert page.url == "/signup/verification/"
    assert "다시 인증해 주세요" in shown.text or "앞 단계를 먼저" in shown.text
    assert walk.draft_of(client).details["username"] == "export2026"
    assert not User.objects.exists()


def test_a_signup_that_rested_too_long_begins_anew(client, frozen):
    """§D14: with the sentence that says so."""
    clock = frozen(timezone.now())
    walk.to_details(client)
    clock.shift(2 * 60 * 60 + 1)

    page = client.post(DETAILS, walk.DETAILS, follow=True)

    assert page.redirect_chain[-1][0] == "/signup/"
    assert "처음부터 다시 시작해 주세요" in page.text
    assert not User.objects.exists()


def test_half_an_hour_of_rest_loses_nothing_that_was_kept(client, frozen):
    """§S13: the draft outlives the verification."""
    clock = frozen(timezone.now())
    walk.to_details(client)
    client.post("/signup/details/keep/", walk.DETAILS)
    clock.shift(90 * 60)
    client.post("/signup/details/keep/", walk.DETAILS | {"name_en": "Kim Suchul Jr."})
    clock.shift(60 * 60)

    assert walk.draft_of(client).details["name_en"] == "Kim Suchul Jr."
    assert client.get("/signup/", follow=True).context["draft"]


# --- Looking things up without losing what was typed ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("go", "place"),
    [
        ("postcode", "/postcode/?return=/signup/details/"),
        ("head_office", "/signup/details/#id_address_detail"),
        ("username", "/signup/details/check-id/"),
        ("elsewhere", DETAILS),
        ("https://evil.example", DETAILS),
    ],
)
def test_leaving_the_form_keeps_what_was_typed(go, place, client):
    """§S13: without passwords; the script's own keeping gets no page."""
    walk.to_details(client)

    response = client.post("/signup/details/keep/", walk.DETAILS | {"go": go})

    assert response.url == place
    kept = walk.draft_of(client).details
    assert kept["email"] == ["suchul", "naver.com", ""]
    assert not {"password", "password_again", "go", "csrfmiddlewaretoken"} & set(kept)


def test_the_scripts_keeping_is_answered_with_nothing(client):
    """§S13: every few seconds, so no page; without a sign-up too."""
    assert client.post("/signup/details/keep/", walk.DETAILS).status_code == 204
    walk.to_details(client)

    assert client.post("/signup/details/keep/", walk.DETAILS | {"department": "\0수출팀"}).status_code == 204
    assert walk.draft_of(client).details["department"] == "수출팀"


def test_of_a_list_only_what_it_offers_is_kept_and_each_once(client):
    """§S13: a draft cannot be filled with what no page shows."""
    walk.to_details(client)
    many = ["x" * 500, "OIS", *["KOTRA"] * 200, *(f"n{number}" for number in range(200))]

    client.post("/signup/details/keep/", walk.DETAILS | {"newsletters": many, "department": "x" * 9000})

    kept = walk.draft_of(client).details
    assert (kept["newsletters"], len(kept["department"])) == (["KOTRA", "OIS"], 500)
    assert len(json.dumps(kept)) < 2000


def test_a_member_abroad_may_give_the_head_office(client):
    """§S8: KOTRA's own address, into the form."""
    walk.to_details(client)
    client.post("/signup/details/keep/", walk.DETAILS | {"go": "head_office", "postcode": "", "address": ""})

    form = client.get(DETAILS).context["form"]

    assert form["postcode"].value() == "06792"
    assert form["address"].value().startswith("서울특별시 서초구 헌릉로 13")
    assert form["name_en"].value() == "Kim Suchul"


def test_a_found_address_wins_over_the_kept_one(client):
    """§S8: what the postcode page brings back; the old address's 상세주소 and 주소(영문) go with it."""
    walk.to_details(client)
    client.post("/signup/details/keep/", walk.DETAILS | {"address_en": "My street"})

    found = {"postcode": "48058", "address": "부산광역시 해운대구 센텀", "address_en": "Busan"}
    form = client.get(DETAILS, found).context["form"]

    assert {name: form[name].value() for name in found} == found
    assert form["address_detail"].value() == ""
    assert form["name_en"].value() == "Kim Suchul"


# --- ID중복확인 and the rules beside the fields ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("export2026", "사용할 수 있는 아이디입니다"),
        ("EXPORT2026", "사용할 수 있는 아이디입니다"),
        ("member2026", "이미 사용 중인 아이디입니다"),
        ("MEMBER2026", "이미 사용 중인 아이디입니다"),
        ("한글아이디임", "영문자와 숫자만"),
        ("", "아이디를 입력해 주세요"),
        ("a\0bcdef", ""),
        ("x" * 10_000, "너무 깁니다"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}], ids=["page", "fragment"])
def test_the_id_check_says_free_or_taken(typed, answer, headers, client):
    """§S8 ID중복확인: beside the field, or on a page that leads back."""
    make.member("member2026")
    walk.to_details(client)

    page = client.get("/signup/details/check-id/", {"username": typed}, headers=headers)

    assert page.status_code == 200
    assert answer in page.text
    assert ("<html" in page.text) is (not headers)


def test_the_id_check_takes_up_what_was_typed_in_the_form(client):
    """§S8: without JavaScript the draft carries it there and back."""
    walk.to_details(client)
    there = client.post("/signup/details/keep/", walk.DETAILS | {"go": "username"}, follow=True)
    assert "export2026" in there.text

    back = client.get(DETAILS, {"username": "export2026"}).context["form"]

    assert [back[name].value() for name in ("username", "name_en")] == ["export2026", "Kim Suchul"]


def test_ids_cannot_be_listed_through_the_pages(client):
    """§S8: check, fragment and form share one limit."""
    walk.to_details(client)
    for number in range(30):
        client.get("/signup/details/check-id/", {"username": f"export{number}"})
        client.post("/signup/details/check/", {"field": "username", "username": f"export{number}"})

    assert "시도했습니다" in client.get("/signup/details/check-id/", {"username": "export2026"}).text
    assert "시도했습니다" in submit(client).text
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ({"field": "username", "username": "수출"}, "영문자와 숫자만"),
        ({"field": "username", "username": "export2026"}, "사용할 수 있는 아이디"),
        ({"field": "password", "password": "abc"}, "영문자와 숫자를 섞어"),
        ({"field": "password", "password": "export2026", "username": "export2026"}, "비슷"),
        ({"field": "password_again", "password": "mugung8hwa", "password_again": "mugung8"}, "서로 다릅니다"),
        ({"field": "password_again", "password": "mugung8hwa", "password_again": "mugung8hwa"}, "서로 같습니다"),
        ({"field": "email", "email": "a b", "email_domain": "naver.com", "email_typed": ""}, "이메일 주소를 다시"),
        ({"field": "phone", "phone": "12"}, "전화·팩스 번호를 다시"),
        ({"field": "postcode", "postcode": "137749"}, "6자리 우편번호"),
    ],
)
def test_the_rules_are_told_while_typing(typed, answer, client):
    """§S8, §D12: by the server's own rules."""
    walk.to_details(client)

    page = client.post("/signup/details/check/", typed, headers={"hx-request": "true"})

    assert answer in page.text
    assert "<html" not in page.text


@pytest.mark.parametrize("field", ["username", "password", "password_again", "email", "phone", "postcode"])
def test_an_empty_field_is_left_in_peace_while_typing(field, client):
    """§S8: whoever has not come to it yet is not scolded."""
    walk.to_details(client)

    assert client.post("/signup/details/check/", {"field": field}).text.strip() == ""


@pytest.mark.parametrize("field", ["", "is_staff", "mobile", "\0", "x" * 10_000])
def test_an_unknown_field_is_not_checked(field, client):
    """§S8: mobile is none of the form's after a mobile verification."""
    walk.to_details(client)

    assert client.post("/signup/details/check/", {"field": field}).status_code == 404


def test_a_look_beside_a_field_leads_the_whole_page_away_when_the_signup_ended(client):
    """§D14: htmx is told where to go."""
    page = client.post("/signup/details/check/", {"field": "phone"}, headers={"hx-request": "true"})

    assert page.headers["HX-Redirect"] == "/signup/"


# --- The end --------------------------------------------------------------------------------------------------------


def test_the_new_member_is_logged_in_under_a_new_session(client):
    """§S13: the session's key changes, and nothing of the sign-up stays in it."""
    walk.to_details(client)
    before = client.session.session_key

    response = submit(client)

    assert response.url == NEXT[Door.INDIVIDUAL]
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)
    assert "signup_draft" not in client.session
    assert "seen_at" in client.session


def test_the_browser_is_known_from_then_on(client, settings):
    """§D14: so that an attacker's failures elsewhere do not lock the owner out."""
    walk.to_details(client)

    cookie = submit(client).cookies[settings.DEVICE_COOKIE_NAME]

    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 180 * 24 * 3600)


@pytest.mark.parametrize("door", Door)
def test_each_door_goes_on_with_its_own_part_of_the_step(door, client):
    """§S13: the company door with 기업정보, the individual door with 관심품목·지역; logged in, within the same step."""
    walk.to_details(client, door=door)

    response = submit(client)

    assert response.url == NEXT[door]
    page = client.get(response.url)
    assert page.status_code == 200
    assert "4단계 중 3단계" in page.text


def test_whoever_logged_in_elsewhere_does_not_go_on_with_it(client, login):
    """§S13: the unfinished sign-up in another tab is not this person's."""
    walk.to_details(client)
    client.force_login(make.member("member1"))

    page = client.get(DETAILS, follow=True)

    assert page.redirect_chain == [("/my/", 302)]


@pytest.mark.parametrize("door", Door)
def test_a_second_press_ends_where_the_first_did(door, client):
    """§S13: with the form of before, whose token is old by then."""
    browser = Client(enforce_csrf_checks=True)
    walk.to_details(client, door=door)
    browser.cookies = client.cookies
    token = {"csrfmiddlewaretoken": browser.get(DETAILS).context["csrf_token"]}
    first = browser.post(DETAILS, walk.DETAILS | {"csrfmiddlewaretoken": str(token["csrfmiddlewaretoken"])})

    second = browser.post(DETAILS, walk.DETAILS | {"csrfmiddlewaretoken": str(token["csrfmiddlewaretoken"])})

    assert (first.url, second.url) == (NEXT[door], DETAILS)
    assert browser.get(second.url).url == NEXT[door]
    assert User.objects.count() == 1


@pytest.mark.parametrize("door", Door)
def test_a_second_tab_ends_there_too(door, client):
    """§S13: so do the back button and a bookmark."""
    walk.to_details(client, door=door)
    submit(client)

    assert client.get(DETAILS).url == NEXT[door]
    assert submit(client).url == NEXT[door]
    assert client.get("/signup/terms/").url == "/my/"
    assert client.post("/signup/start/", {"door": "individual"}).url == "/my/"
    assert User.objects.count() == 1


def test_two_tabs_write_one_draft(client):
    """§S13: the last word counts, and the consents of another tab too."""
    walk.to_details(client, marketing="yes")
    other_tab = client.get(DETAILS)
    agree(client, marketing="no")

    page = submit(client, newsletters="OIS")

    assert other_tab.status_code == 200
    assert errors_beside(page, "newsletters")
    submit(client)
    assert not Consent.objects.get(terms__kind="marketing").agreed


def test_the_back_button_shows_what_was_typed(client):
    """§S13: the page is not stored, so the server shows it anew."""
    walk.to_details(client)
    submit(client, phone="12", newsletters="OIS", preferred_medium="POST")

    page = client.get(DETAILS)

    form = page.context["form"]
    assert page.headers["Cache-Control"] == "no-store"
    assert [form[name].value() for name in ("phone", "newsletters", "preferred_medium")] == ["12", ["OIS"], "POST"]
    assert 'value="suchul"' in page.text


def test_a_person_who_has_an_account_by_now_is_told_so(client):
    """§D10: signed up elsewhere between verification and details."""
    draft = walk.to_details(client)
    make.member("abcdef1", ci_hash=draft.verification.ci_hash)

    page = submit(client)

    assert "ab***1" in page.text
    assert User.objects.count() == 1


# --- The whole way --------------------------------------------------------------------------------------------------


def verify_by_mobile(client):
    claim = {
        "carrier": "SKT", "name": "김수출", "gender": "M", "birth_date": "19850301", "nationality": "domestic",
        "is_foreigner": "", "mobile": "010-2015-0001", "all": "on", "everything": "on",
    }  # fmt: skip
    form = client.get("/signup/verification/mobile/").context["form"]
    for name, field in form.fields.items():
        if name not in claim:
            claim[name] = "on"
        elif hasattr(field, "choices") and claim[name] not in dict(field.choices):
            claim[name] = next(value for value, _ in field.choices if value)
    client.post("/signup/verification/mobile/request/", claim)
    code = re.search(r"[0-9]{6}", StubSms.objects.get().text).group()
    return client.post("/signup/verification/mobile/confirm/", {"code": code})


def verify_by_ipin(client):
    client.get("/signup/verification/ipin/")
    digits = client.session["ipin_digits_SIGNUP"]
    typed = {"ipin_id": "ipin0001", "password": "ipin2026demo", "digits": digits}
    return client.post("/signup/verification/ipin/confirm/", typed)


@pytest.mark.parametrize("verify", [verify_by_mobile, verify_by_ipin])
@pytest.mark.parametrize("door", Door)
def test_the_whole_way_from_the_door_to_the_end(door, verify, client):
    """§S2, §S4, §S5, §S8, §S14: through both doors, by both verifications."""
    walk.to_verification(client, door=door)
    keys = [client.session.session_key]

    assert verify(client).url == DETAILS
    keys.append(client.session.session_key)
    assert submit(client).url == NEXT[door]
    keys.append(client.session.session_key)

    member = User.objects.get()
    assert (member.username, member.name, member.email) == ("export2026", "김수출", "suchul@naver.com")
    assert member.mobile == ("01099998888" if verify is verify_by_ipin else "01020150001")
    assert member.verifications.get().consumed_at
    assert Consent.objects.filter(member=member).count() == 3
    assert Email.objects.count() == 1
    assert len(set(keys)) == 3
    assert client.get("/signup/done/").status_code == 200


def test_an_english_visitor_becomes_a_member_who_reads_english(client, settings):
    """§D22: the language of the sign-up is the member's."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    walk.to_details(client)

    submit(client)

    assert User.objects.get().language == "en"
    assert 'lang="en"' in Email.objects.get().html_message


def test_the_draft_is_worth_two_hours_from_the_last_page(client, frozen):
    """§D14: looking at a page is a step too."""
    clock = frozen(timezone.now())
    walk.to_details(client)
    clock.shift(60 * 60)
    client.get("/signup/terms/")

    expires_at = Session.objects.get(pk=client.session.session_key).expire_date
    assert expires_at >= timezone.now() + timedelta(hours=2)
