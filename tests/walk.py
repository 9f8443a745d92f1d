"""A sign-up brought to one of its steps in a browser of the tests, so that a test begins where its rule does."""

import re
from datetime import date, datetime
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.domain import signup
from accounts.models import Door, Method, Purpose, SignupDraft, Verification
from tests import make

PASSWORD = "mugung8hwa"
MOBILE = "01020150001"
TERMS = {"use": "on", "privacy": "yes", "marketing": "yes"}
DETAILS = {
    "username": "export2026",
    "password": PASSWORD,
    "password_again": PASSWORD,
    "name_en": "Kim Suchul",
    "postcode": "06792",
    "address": "서울특별시 서초구 헌릉로 13",
    "address_detail": "5층",
    "phone": "02-3460-7183",
    "email": "suchul",
    "email_domain": "naver.com",
    "email_typed": "",
    "mobile": "010-9999-8888",
    "fax": "",
    "department": "",
    "position": "",
    "address_en": "",
}

# The company of 기업 등록, as a member types it beside the certificate.
COMPANY = {
    "name": "민국상사 주식회사",
    "representative": "박민국",
    "opened_on": "2011.03.04",
    "corporate_number": "110111-0062432",
    "company_type": "SMALL",
    "postcode": "06792",
    "address": "서울특별시 서초구 헌릉로 13",
    "address_detail": "5층",
    "phone": "1600-7119",
    "email": "office",
    "email_domain": "",
    "email_typed": "minguk.example",
    "business_type": "도매업",
    "business_item": "섬유",
    "certificate_by": "FAX",
}


def verified(*, now: datetime | None = None, method: Method = Method.MOBILE, **facts: object) -> Verification:
    """Make a verification for a sign-up, just confirmed and not used yet."""
    moment = now or timezone.now()
    person = {"name": "김수출", "birth_date": date(1985, 3, 1), "gender": "M", "ci_hash": uuid4().hex + uuid4().hex}
    number = {"mobile": MOBILE, "carrier": "SKT"} if method == Method.MOBILE else {}
    moments = {"requested_at": moment, "verified_at": moment}
    return make.verification(**{"purpose": Purpose.SIGNUP, "method": method} | person | number | moments | facts)


def draft_of(client: Client) -> SignupDraft:
    """Find the draft that this browser's session holds."""
    return SignupDraft.objects.get(pk=client.session["signup_draft"])


def to_terms(client: Client, door: Door = Door.INDIVIDUAL) -> SignupDraft:
    """Go through a door."""
    client.post("/signup/start/", {"door": door.value})
    return draft_of(client)


def to_verification(client: Client, *, door: Door = Door.INDIVIDUAL, **choices: str) -> SignupDraft:
    """Go on past the terms; a choice of "" is left open."""
    to_terms(client, door)
    shown = client.get("/signup/terms/").context["form"]["shown"].value()
    chosen = {name: choice for name, choice in (TERMS | choices).items() if choice}
    client.post("/signup/terms/", {"shown": shown} | chosen)
    return draft_of(client)


def to_details(client: Client, *, door: Door = Door.INDIVIDUAL, marketing: str = "yes", **facts: object) -> SignupDraft:
    """Go on past the verification, of whom the facts say (``method=Method.IPIN``, ``ci_hash=…``)."""
    draft = to_verification(client, door=door, marketing=marketing)
    signup.attach_verification(draft, verified(**facts), now=timezone.now())
    return draft


def details(**changes: object) -> signup.Details:
    """Clean details for the domain."""
    typed = {
        "username": "export2026",
        "name_en": "Kim Suchul",
        "email": "suchul@naver.com",
        "phone": "0234607183",
        "postcode": "06792",
        "address": "서울특별시 서초구 헌릉로 13",
        "address_detail": "5층",
    }
    return signup.Details(**typed | changes)


def to_company(client: Client, brn: str, *, page: str = "/company/register/") -> HttpResponse:
    """Search for a number on 기업 등록, and open the page with what was found."""
    client.post("/company/register/search/", {"brn": brn})
    return client.get(page)


def company_form(page: HttpResponse, **changes: object) -> dict[str, object]:
    """What a browser would send from the page: hidden inputs and the company, with these changes (None: left out)."""
    hidden = dict(re.findall(r'<input type="hidden" name="(flow|brn|seen)" value="([^"]*)"', page.text))
    return {name: value for name, value in (hidden | COMPANY | changes).items() if value is not None}
