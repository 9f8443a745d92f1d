"""The company registry behind its interface: down, slow, wrong, and the demonstration's own."""

import csv
import logging
import time
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from companies import registry
from companies.domain import search
from companies.models import FACTS, BusinessStatus, Company, RegistryAnswer, proposed_classification
from companies.numbers import is_corporation, parse_brn
from companies.registry import SLOW_CALLS, CompanyRecord, RegistryDown, stub
from companies.registry.stub import SCRIPT, Behaviour, StubKisline, samples
from kotra_portal.phones import normalize_phone
from tests import make

pytestmark = pytest.mark.django_db

BRN = "1208200275"
NAMED = {"name": "한글무역"}


class Told:
    """A registry that answers, or raises, what the test told it; counts how often it was asked."""

    answer: object = None
    asked = 0

    def find(self, brn: str) -> object:
        type(self).asked += 1
        if callable(self.answer):
            return self.answer()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def told(monkeypatch, settings):
    """Tell the registry what to answer: ``told(record)``."""
    monkeypatch.setitem(registry.PROVIDERS, "told", f"{__name__}.Told")
    settings.COMPANY_REGISTRY = "told"
    monkeypatch.setattr(Told, "asked", 0)
    return lambda answer: monkeypatch.setattr(Told, "answer", staticmethod(answer) if callable(answer) else answer)


@pytest.fixture
def kisline(monkeypatch, settings):
    """The demonstration's registry, without its wait."""
    settings.COMPANY_REGISTRY = "stub"
    monkeypatch.setattr(stub, "WAITS", 0)


def find(brn=BRN, **kwargs):
    return registry.find(brn, now=kwargs.pop("now", timezone.now()))


def record(**fields):
    return CompanyRecord(**{"brn": BRN, "status": BusinessStatus.ACTIVE, "facts": NAMED} | fields)


def scripted(behaviour):
    return next(company.brn for company in SCRIPT if company.behaviour is behaviour)


# --- Down -----------------------------------------------------------------------------------------------------------


def test_a_registry_that_is_down_is_no_answer(told):
    """§S12: neither known nor unknown."""
    told(RegistryDown())
    with pytest.raises(RegistryDown):
        find()


@pytest.mark.parametrize(
    "failure", [OSError("김비밀"), KeyError("김비밀"), TimeoutError(), RuntimeError("김비밀")], ids=str
)
def test_whatever_a_client_raises_is_its_registrys_failure(told, failure, caplog):
    """§S12: nobody sees a 500; the log tells the kind of failure, and no message: it may name people."""
    told(failure)
    with caplog.at_level(logging.ERROR), pytest.raises(RegistryDown):
        find()
    assert type(failure).__name__ in caplog.text
    assert "김비밀" not in caplog.text


def test_without_a_registry_no_number_is_known(settings):
    """§S12: people check every registration."""
    settings.COMPANY_REGISTRY = registry.NONE
    assert find() is None


def test_a_search_says_plainly_that_the_registry_does_not_answer(told):
    """§S12 (c): the number can be asked for all the same."""
    told(RegistryDown())
    draft = search.search_number(make.member(), BRN, now=timezone.now())
    assert (draft.answer, search.way_of(draft)) == (RegistryAnswer.UNAVAILABLE, search.Way.REQUEST)


# --- Slow -----------------------------------------------------------------------------------------------------------


class Watch:
    """A clock that moves by what the registry takes, however busy the machine is."""

    seconds = 0.0

    def monotonic(self):
        return Watch.seconds


@pytest.fixture
def slow(monkeypatch):
    """Let nothing take time but what dawdles."""
    monkeypatch.setattr(registry, "time", Watch())


def dawdle():
    Watch.seconds += 2 * registry.SLOW
    return record()


def time_out():
    Watch.seconds += 2 * registry.SLOW
    raise RegistryDown


def ask_slowly(times, *, now):
    for _ in range(times):
        try:
            find(now=now)
        except RegistryDown:
            continue


@pytest.mark.parametrize("answer", [dawdle, time_out], ids=["answers late", "times out"])
def test_a_registry_that_hangs_is_left_alone_for_a_minute(told, slow, answer):
    """§S12: people who search do not hold every worker; a late answer is an answer all the same."""
    told(answer)
    now = timezone.now()
    ask_slowly(SLOW_CALLS.times + 3, now=now)
    assert Told.asked == SLOW_CALLS.times

    told(record())
    with pytest.raises(RegistryDown):
        find(now=now + timedelta(seconds=59))
    assert find(now=now + timedelta(seconds=60)).brn == BRN


def test_an_answer_in_time_forgives_the_slow_ones(told, slow):
    """§S12: a few slow calls in a row count, not here and there one."""
    now = timezone.now()
    told(time_out)
    ask_slowly(SLOW_CALLS.times - 1, now=now)
    told(record())
    find(now=now)
    told(time_out)
    ask_slowly(SLOW_CALLS.times - 1, now=now)
    told(record())
    assert find(now=now).brn == BRN


def test_quick_failures_do_not_shut_the_registry_out(told):
    """§S12: they hold nobody, and a number whose record is broken must not close the search for all others."""
    told(RegistryDown())
    ask_slowly(SLOW_CALLS.times * 2, now=timezone.now())
    told(record())
    assert find().brn == BRN


# --- Wrong ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        record(brn="1168200276"),
        record(brn=int(BRN)),
        record(facts={}),
        record(facts={"name": ""}),
        record(facts={"name": " \u3000 "}),
        record(facts={"name": "가" * 201}),
        record(facts={"name": "한글\u202e무역"}),
        record(facts={"name": "한글\0무역"}),
        record(facts={"name": "한글\ud800무역"}),
        record(facts={"name": ["한글무역"]}),
        record(facts=None),
        record(facts=[("name", "한글무역")]),
        record(status="CLOSED"),
        record(status=None),
        {"brn": BRN, "facts": NAMED},
        "한글무역",
        b"\xff",
        0,
        False,
    ],
    ids=repr,
)
def test_an_answer_that_is_no_record_of_this_number_is_none(told, answer):
    """§S12: another number's, without a name or a status, or not a record at all."""
    told(answer)
    with pytest.raises(RegistryDown):
        find()


UNFIT = {
    "name_en": ["a" * 201, 7, None, b"KOTRA"],
    "representative": ["가" * 101, "가" * 100_000, "김\u200b한글", {"ko": "김한글"}],
    "corporate_number": ["110111-006243", "11011100624321", "110111A062432", "110111006243\u0662", 1101110062432],
    "opened_on": ["2001-02-30", "20010231", "2001", "어제", "2001-02-03T00:00:00", 20010203],
    "business_type": ["가" * 101, ["제조"]],
    "company_type": ["UNICORN", "중소기업", "small"],
    "classification": ["SOLE ", "9"],
    "phone": ["1234", "02-3460-7114 내선 3", "0" * 30],
    "fax": ["없음"],
    "email": ["service", "service@", "a@example.com, b@example.com", "a@example.com\nBcc: b@example.com"],
    "postcode": ["137-749", "0679", "067922", "ABCDE"],
    "address": ["가" * 201],
    "trade_number": ["1234567"],
    "trade_kind": ["MAKING"],
    "employees": ["-1", "열 명", "1.5", "1e3", "9" * 500],
    "annual_sales": ["-1", "∞", "1,000"],
    "founded_year": ["2001.5", "MMI"],
    "is_venture": ["maybe", 1],
    "export_region": ["MARS"],
    "main_item": ["1", "기타 - 기타"],
    "remarks": ["가" * 1_001],
    "brn": [BRN],
    "registered_at": ["2001-02-03"],
    "id": ["1"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in UNFIT.items() for text in texts])
def test_a_fact_that_no_column_takes_is_left_out(told, name, text):
    """§S12: the rest of the record is good."""
    told(record(facts=NAMED | {name: text}))
    if (name, text) == ("classification", "SOLE "):  # blanks around a value are no harm
        assert find().facts == NAMED | {"classification": "SOLE"}
    else:
        assert find().facts == NAMED


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("name", "  한글 \t 무역 ", "한글 무역"),
        ("corporate_number", "110111-0062432", "1101110062432"),
        ("phone", "02-3460-7114", "0234607114"),
        ("fax", "+82 2 3460 7946", "0234607946"),
        ("opened_on", "2001-2-3", "2001-02-03"),
        ("employees", "０12", "12"),
        ("remarks", "첫 줄\n둘째 줄", "첫 줄 둘째 줄"),
    ],
)
def test_facts_are_in_our_spelling(told, name, given, kept):
    """§S12: as our columns hold them, so that what is shown is what will be stored."""
    told(record(facts=NAMED | {name: given}))
    assert find().facts[name] == kept


@pytest.mark.parametrize(
    "contact", ["nobody", None, 7, "a@example.com\nBcc: b@example.com", "a" * 250 + "@example.com"]
)
def test_an_unreadable_contact_is_none(told, contact):
    """§D8: the registration goes on, and nobody is mailed."""
    told(record(contact_email=contact))
    assert find().contact_email == ""


@pytest.mark.parametrize("name", FACTS)
def test_nothing_overlong_gets_through(told, name):
    """§S12: whatever the fact, a third of a megabyte is none, and is told so at once."""
    told(record(facts=NAMED | {name: "1\u0301" * 150_000}))
    if name == "name":
        with pytest.raises(RegistryDown):
            find()
    else:
        assert find().facts == NAMED


# --- The demonstration's KISLINE ------------------------------------------------------------------------------------


def test_every_sample_is_read_whole(kisline):
    """§S12: numbers with valid check digits, facts that our columns take in the spelling they have."""
    plain = {brn for brn in samples() if brn not in {company.brn for company in SCRIPT}}
    assert len(plain) > 290
    for brn in plain:
        assert parse_brn(brn) == brn
        assert find(brn) == samples()[brn]


def test_samples_are_of_every_kind():
    """§S11: corporations and sole proprietors of every kind of digits 4–5, their facts to match."""
    kinds = {int(brn[3:5]) for brn in samples()}
    assert {80, 81, 82, 83, 84, 85, 86, 87, 88, 89, *range(90, 100)} <= kinds
    assert len(kinds & set(range(1, 80))) >= 40
    for brn, sample in samples().items():
        assert sample.facts["classification"] == proposed_classification(brn)
        assert is_corporation(brn) or "corporate_number" not in sample.facts
        assert normalize_phone(sample.facts["phone"]) == sample.facts["phone"]


def test_corporate_numbers_of_samples_have_their_check_digit():
    """§S11: weights 1 and 2 by turns."""
    numbers = [sample.facts["corporate_number"] for sample in samples().values() if "corporate_number" in sample.facts]
    assert len(set(numbers)) == len(numbers) > 150
    for number in numbers:
        total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(number[:12]))
        assert (total + int(number[12])) % 10 == 0


def test_some_samples_are_closed_suspended_or_without_a_contact():
    """§D8: a closed or suspended business, and one that nobody can be told of."""
    states = [sample.status for sample in samples().values()]
    assert states.count(BusinessStatus.CLOSED) > 5
    assert states.count(BusinessStatus.SUSPENDED) > 5
    assert sum(not sample.contact_email for sample in samples().values()) > 20


def test_nobodys_address_but_kotras_is_real():
    """Invented companies are written to at example.com alone."""
    for brn, sample in samples().items():
        if brn != BRN:
            assert sample.facts["email"].endswith(".example.com")
        assert not sample.contact_email or sample.contact_email.endswith(".example.com")


def test_columns_of_the_samples_are_facts():
    with stub.SAMPLES.open(encoding="utf-8", newline="") as file:
        columns = set(next(csv.reader(file, delimiter="\t")))
    assert columns - set(FACTS) == {"brn", "status", "contact_email"}
    assert columns <= {field.name for field in Company._meta.get_fields()} | {"status", "contact_email"}


def test_kotra_is_as_its_manual_shows_it(kisline):
    """§S12: 120-82-00275."""
    facts = find(BRN).facts
    assert facts["name"] == "대한무역투자진흥공사"
    assert (facts["representative"], facts["phone"], facts["postcode"]) == ("김재홍", "16007119", "06792")
    assert facts["founded_year"] == "1962"


# --- The script -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("company", SCRIPT, ids=lambda company: company.brn)
def test_scripted_numbers_are_valid_and_known_by_their_names(company):
    """§S12: whoever has no name is unknown."""
    assert parse_brn(company.brn) == company.brn
    known = samples().get(company.brn)
    assert (known.facts["name"] if known else "") == company.name


def test_scripted_number_that_times_out(kisline, monkeypatch):
    """§S12: the registry does not answer, after the wait that the demonstration has."""
    monkeypatch.setattr(stub, "WAITS", 0.05)
    began = time.monotonic()
    with pytest.raises(RegistryDown):
        find(scripted(Behaviour.DOWN))
    assert time.monotonic() - began >= 0.05


def test_demonstration_waits_less_than_a_slow_call():
    """A visitor who tries that number again and again does not shut the registry out for the next one."""
    assert stub.WAITS < registry.SLOW < registry.ANSWERS_WITHIN


def test_scripted_number_whose_record_is_garbled(kisline):
    """§S12: name and address are readable, the rest is left out."""
    brn = scripted(Behaviour.GARBLED)
    assert len(StubKisline().find(brn).facts) > 10
    assert set(find(brn).facts) == {"name", "address"}
    assert find(brn).contact_email == ""


def test_scripted_number_whose_record_is_anothers(kisline):
    """§S12: an answer about another number is none."""
    with pytest.raises(RegistryDown):
        find(scripted(Behaviour.ANOTHER))


def test_scripted_number_whose_record_changes(kisline, frozen):
    """§S12: what the member saw is not overwritten without saying so; here is what there is to say."""
    clock = frozen()
    brn = scripted(Behaviour.CHANGING)
    draft = search.search_number(make.member(), brn, now=timezone.now())
    clock.shift(1)
    again, differs = search.search_again(draft, now=timezone.now())
    assert differs
    assert again.record["representative"] != draft.record["representative"]


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(BusinessStatus.CLOSED, search.BusinessClosed), (BusinessStatus.SUSPENDED, search.BusinessSuspended)],
)
def test_scripted_number_of_a_business_that_stopped(kisline, status, refusal):
    """§D8: 휴·폐업 is refused."""
    brn = next(company.brn for company in SCRIPT if company.name and samples()[company.brn].status is status)
    with pytest.raises(refusal):
        search.search_number(make.member(), brn, now=timezone.now())


def test_script_has_numbers_for_each_of_the_three_answers(kisline):
    """§S12: two that are known, two that are not, two that are not answered; what was disputed is not asked (§D8)."""
    answers = []
    for company in SCRIPT:
        try:
            answers.append(search.search_number(make.member(), company.brn, now=timezone.now()).answer)
        except (search.BusinessClosed, search.BusinessSuspended):
            continue
    asked = set(RegistryAnswer.values) - {RegistryAnswer.FOR_STAFF}
    assert {answer: answers.count(answer) >= 2 for answer in asked} == dict.fromkeys(asked, True)


# --- The hint box ---------------------------------------------------------------------------------------------------


def hint_box():
    return render_to_string("companies/_demo_registry.html", {})


@pytest.mark.parametrize("language", ["ko", "en"])
def test_hint_box_lists_the_script(settings, language):
    """§D22: in the demonstration, in both languages."""
    settings.DEMO_MODE, settings.COMPANY_REGISTRY = True, "stub"
    with translation.override(language):
        page = hint_box()
        assert page.count("data-fill-brn") == len(SCRIPT)
        assert all(str(company.story) in page.replace("&#x27;", "'") for company in SCRIPT)


@pytest.mark.parametrize(("demo", "name"), [(False, "stub"), (True, "none")])
def test_hint_box_is_nowhere_else(settings, demo, name):
    settings.DEMO_MODE, settings.COMPANY_REGISTRY = demo, name
    assert hint_box().strip() == ""
