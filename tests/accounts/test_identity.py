"""§S6, §S7, §D13: the stub providers and the people of their script."""

from datetime import date, timedelta

import pytest

from accounts.identity import (
    CarrierDown,
    CompanyPhone,
    IdentityUnavailable,
    IpinDown,
    NotPhonesOwner,
    WrongIpin,
    ipin_provider,
    mobile_provider,
)
from accounts.identity.stub import IPIN_PASSWORD, SCRIPT, StubIpin, StubMobile, stub_ci
from accounts.models import Carrier, Gender, StubSms
from kotra_portal.phones import normalize_mobile
from tests.accounts.people import NOW, claim, claim_of, scripted

TEXT = "인증번호 120934"


def test_script_has_every_case_once():
    """§S6: normal, wrong code, expired, carrier down, company phone, foreigner, minor, a member already."""
    assert [(person.name, person.behaviour.value) for person in SCRIPT] == [
        ("김수출", "normal"), ("이오답", "wrong code"), ("박지각", "late"), ("최불통", "down"),
        ("정법인", "company phone"), ("SMITH JOHN", "normal"), ("한어린", "normal"), ("강영준", "normal"),
    ]  # fmt: skip
    assert [person.name for person in SCRIPT if person.is_foreigner] == ["SMITH JOHN"]


@pytest.mark.parametrize("person", SCRIPT, ids=lambda person: person.name)
def test_scripted_person_has_valid_data(person):
    """§S6: carrier, gender and number as the form takes them."""
    assert (person.carrier in Carrier.values, person.gender in Gender.values) == (True, True)
    assert normalize_mobile(person.mobile) == person.mobile
    assert person.carrier_label == Carrier(person.carrier).label


def test_phones_and_ipins_of_the_script_are_different():
    """§S6: a phone has one owner."""
    ipins = [person.ipin_id for person in SCRIPT if person.ipin_id]
    assert (len({person.mobile for person in SCRIPT}), len(set(ipins))) == (len(SCRIPT), len(ipins))


def test_unscripted_phone_belongs_to_whoever_claims_it():
    """§S6: visitors can sign up under a name of their own."""
    asked = claim(carrier="KT_MVNO", is_foreigner=True)
    found = StubMobile().identify(asked)
    assert (found.name, found.birth_date, found.gender) == ("나신규", date(1990, 5, 5), "F")
    assert (found.mobile, found.carrier, found.is_foreigner) == (asked.mobile, "KT_MVNO", True)


@pytest.mark.parametrize(
    "untrue",
    [
        {"name": "김수입"},
        {"birth_date": date(1985, 3, 2)},
        {"gender": "F"},
        {"carrier": "SKT_MVNO"},
        {"is_foreigner": True},
    ],
    ids=str,
)
def test_scripted_phone_belongs_to_its_owner_alone(untrue):
    """§S6: name, birth date, gender, carrier and nationality must all be the owner's."""
    with pytest.raises(NotPhonesOwner):
        StubMobile().identify(claim_of(scripted("김수출"), **untrue))


@pytest.mark.parametrize(("name", "refusal"), [("최불통", CarrierDown), ("정법인", CompanyPhone)])
def test_carrier_refuses_as_the_script_says(name, refusal):
    """§S6: carrier down; phones in a company's name cannot be used."""
    with pytest.raises(refusal):
        StubMobile().identify(claim_of(scripted(name)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "text", "seconds"), [("김수출", TEXT, 0), ("이오답", "인증번호 120935", 0), ("박지각", TEXT, 185)]
)
def test_text_message_arrives_as_the_script_says(name, text, seconds):
    """§S6: right, garbled, or too late."""
    StubMobile().send_code(scripted(name).mobile, TEXT, now=NOW)
    sms = StubSms.objects.get()
    assert (sms.text, sms.arrives_at) == (text, NOW + timedelta(seconds=seconds))


def test_ci_is_88_characters_and_the_persons_own():
    """§D13: made from name, birth date and gender, however the name is spaced or its letters are written."""
    ci = stub_ci("SMITH JOHN", date(1988, 5, 30), "M")
    assert (len(ci), ci) == (88, stub_ci("Smith  John", date(1988, 5, 30), "M"))
    others = {stub_ci("SMITH JANE", date(1988, 5, 30), "M"), stub_ci("SMITH JOHN", date(1988, 5, 31), "M")}
    assert ci not in others | {stub_ci("SMITH JOHN", date(1988, 5, 30), "F")}


@pytest.mark.parametrize("person", [p for p in SCRIPT if p.ipin_id and p.name != "최불통"], ids=lambda p: p.name)
def test_ipin_knows_the_scripted_people(person):
    """§S7: and gives the same CI as their phone."""
    found = StubIpin().identify(person.ipin_id.upper(), IPIN_PASSWORD)
    assert found.ci == stub_ci(person.name, person.birth_date, person.gender)
    assert (found.mobile, found.carrier) == ("", "")


@pytest.mark.parametrize(
    ("ipin_id", "password"), [("ipin0001", "wrong"), ("nobody", IPIN_PASSWORD), ("", IPIN_PASSWORD), ("", "")]
)
def test_ipin_refuses_whom_it_does_not_know(ipin_id, password):
    """§S7: an empty id is nobody's, though some of the script have none."""
    with pytest.raises(WrongIpin):
        StubIpin().identify(ipin_id, password)


def test_ipin_of_the_person_without_an_answer_is_down():
    """§S7: the service does not answer."""
    with pytest.raises(IpinDown):
        StubIpin().identify("ipin0004", IPIN_PASSWORD)


@pytest.mark.parametrize("provider", [mobile_provider, ipin_provider])
def test_portal_without_a_provider_says_whom_to_ask(settings, provider):
    """§S5: no provider is connected."""
    settings.IDENTITY_PROVIDERS = []
    with pytest.raises(IdentityUnavailable) as refusal:
        provider()
    assert "02-3460-7183~4" in str(refusal.value)
