"""How the tests of verification read a text message and type into the providers' windows."""

import re
from datetime import date, datetime

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain import signup
from accounts.identity import PROVIDER_CONSENTS, MobileClaim
from accounts.identity.stub import IPIN_PASSWORD, SCRIPT, ScriptedPerson
from accounts.models import Door, Purpose, StubSms
from accounts.verification_pages import PAGES
from tests.conftest import KST

NOW = datetime(2026, 11, 22, 9, tzinfo=KST)
ALL_REQUIRED = {consent.name: consent.required for consent in PROVIDER_CONSENTS}


def scripted(name: str) -> ScriptedPerson:
    """Find a person of the script."""
    return next(person for person in SCRIPT if person.name == name)


def claim(**facts: object) -> MobileClaim:
    """Make the claim of somebody who is in nobody's script, or what the facts say."""
    typed = {
        "carrier": "SKT",
        "name": "나신규",
        "gender": "F",
        "birth_date": date(1990, 5, 5),
        "is_foreigner": False,
        "mobile": "01055550001",
    }
    return MobileClaim(**typed | facts)


def claim_of(person: ScriptedPerson, **facts: object) -> MobileClaim:
    """Make the claim of a scripted person, true but for the facts."""
    names = ("carrier", "name", "gender", "birth_date", "is_foreigner", "mobile")
    return claim(**{name: getattr(person, name) for name in names} | facts)


def code_sent_to(mobile: str) -> str:
    """Read the newest text message of the stub carrier."""
    return re.search("[0-9]{6}", StubSms.objects.filter(mobile=mobile).latest("pk").text).group()


def other_code(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06}"


def typed(**fields: object) -> dict[str, object]:
    """Fill the carrier's window; a field that is None is left out."""
    filled = {
        "carrier": "SKT",
        "name": "나신규",
        "gender": "F",
        "birth_date": "19900505",
        "nationality": "korean",
        "mobile": "010-5555-0001",
        "service": "on",
        "privacy": "on",
        "sms": "on",
    }
    return {name: value for name, value in (filled | fields).items() if value is not None}


def typed_of(person: ScriptedPerson) -> dict[str, object]:
    """Fill the carrier's window with a scripted person's true data."""
    return typed(
        carrier=person.carrier,
        name=person.name,
        gender=person.gender,
        birth_date=f"{person.birth_date:%Y%m%d}",
        nationality="foreigner" if person.is_foreigner else "korean",
        mobile=person.mobile,
    )


def begin_signup(browser: Client, *, now: datetime | None = None, agree: bool = True) -> object:
    """Bring the browser to 실명인증: a draft with its terms agreed to."""
    now = now or timezone.now()
    draft = signup.start(Door.INDIVIDUAL, address="127.0.0.1", now=now)
    if agree:
        signup.agree(draft, {"use": True, "privacy": True, "marketing": False}, address="127.0.0.1", now=now)
    session = browser.session
    session["signup_draft"] = str(draft.pk)
    session.save()
    browser.cookies["session"] = session.session_key
    return draft


def shown_digits(browser: Client, purpose: Purpose) -> str:
    """Read the digits of the I-PIN window's picture."""
    browser.get(reverse(f"{PAGES[purpose].stem}_ipin"))
    return browser.session[f"ipin_digits_{purpose}"]


def log_in_by_ipin(browser: Client, purpose: Purpose, **fields: str) -> object:
    """Type an I-PIN, its password and the picture's digits, and press 확인."""
    filled = {"ipin_id": "ipin0001", "password": IPIN_PASSWORD, "digits": shown_digits(browser, purpose)}
    return browser.post(reverse(f"{PAGES[purpose].stem}_ipin_confirm"), filled | fields)


def press(browser: Client, name: str, fields: dict | None = None, **extra: object) -> object:
    """Press the button of that URL name, without following where it leads."""
    return browser.post(reverse(name), fields or {}, **extra)


def post(browser: Client, name: str, fields: dict | None = None, **extra: object) -> object:
    """Press the button of that URL name and follow to the page that answers."""
    return browser.post(reverse(name), fields or {}, follow=True, **extra)


def errors(response: object) -> dict[str, list[str]]:
    """What stands under the fields of the page's form."""
    form = response.context["form"]
    return {name: [str(error) for error in found] for name, found in form.errors.items()} if form.is_bound else {}
