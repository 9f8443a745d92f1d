"""How people of the demonstration sign up: through the domain's verbs, as visitors would."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.urls import resolve
from django.utils import timezone
from post_office.models import Email

from accounts.domain import email_confirmation, limits, signup, terms, verification
from accounts.domain.signup import Details
from accounts.identity import PROVIDER_CONSENTS, MobileClaim
from accounts.identity.stub import ScriptedPerson
from accounts.models import Door, Purpose, StubSms, User, Verification

PASSWORD = "kotra2026demo"  # noqa: S105 (printed in the README)
ADDRESS = "127.0.0.1"


@dataclass(frozen=True)
class SamplePerson:
    """Somebody who signs up in the demonstration."""

    username: str
    name_en: str
    identity: ScriptedPerson
    department: str = ""
    position: str = ""


def somebody(
    username: str,
    name_en: str,
    mobile: str,
    name: str,
    birth_date: date,
    gender: str,
    carrier: str,
    department: str = "",
    position: str = "",
) -> SamplePerson:
    """Somebody whom the verification's script does not name."""
    identity = ScriptedPerson(mobile, name, birth_date, gender, carrier, story="")
    return SamplePerson(username, name_en, identity, department, position)


def sign_up_missing(people: Collection[SamplePerson], *, days: int, now: datetime) -> list[str]:
    """Sign up who is not there yet, the first so many days ago and each a day before the one before.

    So the limits of the present day stay untouched. Returns the IDs of those who are new.
    """
    usernames = [person.username for person in people]
    known = set(User.objects.filter(username__in=usernames).values_list("username", flat=True))
    for ago, person in enumerate(people, start=days):
        if person.username not in known:
            sign_up(person, now=now - timedelta(days=ago))
    return [username for username in usernames if username not in known]


def sign_up(person: SamplePerson, *, now: datetime) -> None:
    """§S3: the four steps, as a visitor takes them."""
    draft = signup.start(Door.INDIVIDUAL, address=ADDRESS, now=now)
    kinds = {document.kind: document.kind in terms.REQUIRED for document in terms.in_force(timezone.localdate(now))}
    signup.agree(draft, kinds, address=ADDRESS, now=now)
    signup.attach_verification(draft, _verify(person.identity, now=now), now=now)
    details = Details(
        username=person.username,
        name_en=person.name_en,
        email=f"{person.username}@example.com",
        phone="0234607114",
        postcode="06792",
        address="서울특별시 서초구 헌릉로 13",
        address_detail="KOTRA",
        department=person.department,
        position=person.position,
    )
    signup.create_account(draft.pk, details, PASSWORD, language="ko", now=now)
    mail = Email.objects.filter(to=details.email).latest("pk")
    email_confirmation.confirm(_token_in(mail.message), now=now)
    mail.delete()


def _verify(person: ScriptedPerson, *, now: datetime) -> Verification:
    """§S6: the code is read from the text message, as it would be."""
    claim = MobileClaim(
        person.carrier, person.name, person.gender, person.birth_date, person.is_foreigner, person.mobile
    )
    consents = {consent.name: consent.required for consent in PROVIDER_CONSENTS}
    for limit in (verification.CODES_A_MINUTE, verification.CODES_AN_HOUR):
        limits.forgive(limit, person.mobile)  # a run that was broken off may be repeated at once
    sent = verification.request_code(claim, Purpose.SIGNUP, provider_consents=consents, address=ADDRESS, now=now)
    message = StubSms.objects.filter(mobile=person.mobile).first()
    verified = verification.confirm_code(sent.pk, re.search("[0-9]{6}", message.text).group(), now=now)
    message.delete()
    return verified


def _token_in(mail: str) -> str:
    links = re.findall(r"https?://\S+", mail)
    matches = (resolve(urlsplit(link).path) for link in links if "/confirm-email/" in link)
    return next(match.kwargs["token"] for match in matches)
