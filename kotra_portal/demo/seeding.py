"""The demonstration's people, companies and notices, made through the domain's verbs, as visitors would make them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.contrib.auth.models import Group
from django.urls import resolve
from django.utils import timezone
from post_office.models import Email

from accounts.domain import email_confirmation, limits, signup, terms, verification
from accounts.domain.signup import Details
from accounts.domain.staff import SUPPORT_TEAM
from accounts.identity import PROVIDER_CONSENTS, MobileClaim
from accounts.identity.stub import SCRIPT, ScriptedPerson
from accounts.models import Door, Purpose, StubSms, User, Verification
from kotra_portal.demo import companies
from kotra_portal.pages.models import Notice

PASSWORD = "kotra2026demo"  # noqa: S105 (printed in the README)
ADDRESS = "127.0.0.1"
SUPPORT = {"support1": "김지원", "support2": "이고객"}  # two, so that a case can go from one to the other


@dataclass(frozen=True)
class SamplePerson:
    """Somebody who signs up in the demonstration."""

    username: str
    name_en: str
    identity: ScriptedPerson


def _person(username: str, name_en: str, *identity: object) -> SamplePerson:
    return SamplePerson(username, name_en, ScriptedPerson(*identity, story=""))


PEOPLE = (
    SamplePerson("individual1", "Kang Youngjun", next(person for person in SCRIPT if person.name == "강영준")),
    _person("associate1", "Yoon Seoyeon", "01020150011", "윤서연", date(1992, 4, 18), "F", "KT"),
    _person("fullmember1", "Lim Dohyun", "01020150012", "임도현", date(1987, 10, 2), "M", "LGU"),
    _person("master1", "Oh Jihoon", "01020150013", "오지훈", date(1976, 6, 25), "M", "SKT"),
    _person("former1", "Seo Minjae", "01020150014", "서민재", date(1983, 2, 9), "M", "KT"),
    _person("waiting1", "Moon Saemi", "01020150015", "문새미", date(1995, 12, 1), "F", "SKT"),
)
NOTICES = (
    {
        "title_ko": "KOTRA 회원 포털을 열었습니다",
        "title_en": "The KOTRA membership portal is open",
        "body_ko": "회원가입, 로그인, 아이디 찾기와 비밀번호 재설정을 한곳에서 할 수 있습니다. 회원가입은 무료입니다.",
        "body_en": "Sign up, log in, find your ID and reset your password in one place. Membership is free.",
        "published_on": date(2026, 11, 2),
    },
    {
        "title_ko": "비밀번호를 다른 사이트와 다르게 써 주세요",
        "title_en": "Please use a password of its own for this portal",
        "body_ko": "다른 사이트와 같은 비밀번호를 쓰면 도용될 수 있습니다. 마이KOTRA에서 비밀번호를 바꿀 수 있습니다.",
        "body_en": "A password that is used elsewhere may be stolen there. You can change yours under My KOTRA.",
        "published_on": date(2026, 11, 9),
    },
    {
        "title_ko": "고객지원팀 전화 안내",
        "title_en": "How to reach the support team",
        "body_ko": "회원가입과 로그인에 어려움이 있으면 고객지원팀 02-3460-7183~4로 전화해 주세요.",
        "body_en": "If signing up or logging in gives you trouble, call the support team at 02-3460-7183~4.",
        "published_on": date(2026, 11, 16),
    },
)


def seed(*, now: datetime) -> list[str]:
    """Make what is missing; return the names of what was made. Raises the domain's refusals.

    Everybody signed up some days before now, so that the limits of the present day stay untouched.
    """
    made = []
    known = set(
        User.objects.filter(username__in=[person.username for person in PEOPLE]).values_list("username", flat=True)
    )
    for days, person in enumerate(PEOPLE, start=30):
        if person.username not in known:
            _sign_up(person, now=now - timedelta(days=days))
            made.append(person.username)
    return made + companies.seed(now=now) + _employ_support() + _publish_notices()


def _sign_up(person: SamplePerson, *, now: datetime) -> None:
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


def _employ_support() -> list[str]:
    """§D3: a staff account is no member; the group gives it its rights."""
    known = set(User.objects.filter(username__in=SUPPORT).values_list("username", flat=True))
    made = [username for username in SUPPORT if username not in known]
    for username in made:
        User.objects.create_staff(username, PASSWORD, name=SUPPORT[username], email=f"{username}@example.com")
    # Also to those of an earlier demonstration, which knew no groups.
    Group.objects.get(name=SUPPORT_TEAM).user_set.add(*User.objects.filter(username__in=SUPPORT, groups=None))
    return made


def _publish_notices() -> list[str]:
    known = set(Notice.objects.values_list("title_ko", flat=True))
    missing = [words for words in NOTICES if words["title_ko"] not in known]
    Notice.objects.bulk_create(Notice(**words) for words in missing)
    return [words["title_ko"] for words in missing]
