"""Real-name identity providers behind one small interface; ``stub`` is the only one so far.

A mobile provider is asked twice: who owns this phone (``identify``), and to deliver a code to it (``send_code``). What
a code is, how long it lives and how often it may be tried is the portal's own rule (``accounts.domain.verification``).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from kotra_portal.errors import RuleViolation


@dataclass(frozen=True)
class MobileClaim:
    """§S6: what the person types into the carrier's window."""

    carrier: str
    name: str
    gender: str
    birth_date: date
    is_foreigner: bool
    mobile: str  # digits, 010…


@dataclass(frozen=True)
class Identity:
    """Who the provider says the person is. ``ci`` is the same for a person at all providers; it is never stored."""

    name: str
    birth_date: date
    gender: str
    is_foreigner: bool
    ci: str
    mobile: str = ""
    carrier: str = ""


@dataclass(frozen=True)
class ProviderConsent:
    """§S6: one consent that the provider itself asks for; ``name`` is also the field's name."""

    name: str
    label: Promise
    summary: Promise
    required: bool


PROVIDER_CONSENTS = (
    ProviderConsent(
        "service", _("서비스 이용약관 동의"), _("휴대폰 본인확인 서비스를 이용하는 조건입니다."), required=True
    ),
    ProviderConsent(
        "privacy",
        _("개인정보 수집·이용·취급위탁 동의"),
        _("이름, 생년월일, 성별, 국적, 휴대폰 번호를 본인확인에만 씁니다."),
        required=True,
    ),
    ProviderConsent(
        "sms", _("인증번호 수신 동의"), _("입력한 휴대폰으로 인증번호 문자를 한 번 보냅니다."), required=True
    ),
    ProviderConsent(
        "third_party",
        _("개인정보 제공 동의"),
        _("본인확인 결과를 제휴 회사에 제공합니다. 동의하지 않아도 인증할 수 있습니다."),
        required=False,
    ),
    ProviderConsent(
        "advertising",
        _("맞춤 광고 서비스 동의"),
        _("관심사에 맞춘 광고를 받습니다. 동의하지 않아도 인증할 수 있습니다."),
        required=False,
    ),
)


class MobileProvider(Protocol):
    """A carrier's identity service."""

    def identify(self, claim: MobileClaim) -> Identity:
        """Return the phone's owner; raises an IdentityRefusal."""

    def send_code(self, mobile: str, text: str, *, now: datetime) -> None:
        """Deliver the text message; raises CarrierDown."""


class IpinProvider(Protocol):
    """The public I-PIN service."""

    def identify(self, ipin_id: str, password: str) -> Identity:
        """Return the I-PIN's owner; raises an IdentityRefusal."""


class IdentityRefusal(RuleViolation):
    """The provider does not confirm the person."""


class IdentityUnavailable(IdentityRefusal):
    """No provider is connected."""

    sentence = _("실명인증 서비스가 아직 연결되지 않았습니다. 고객지원팀(%(phone)s)으로 문의해 주세요.")


class CarrierDown(IdentityRefusal):
    """The provider does not answer."""

    sentence = _(
        "이동통신사가 응답하지 않습니다. 입력한 내용은 그대로 있습니다. "
        "잠시 후 다시 요청하거나 공공아이핀으로 인증해 주세요."
    )


class IpinDown(IdentityRefusal):
    """The I-PIN service does not answer."""

    sentence = _("공공아이핀 서비스가 응답하지 않습니다. 잠시 후 다시 시도하거나 휴대폰으로 인증해 주세요.")


class NotPhonesOwner(IdentityRefusal):
    """The phone is not registered with these data."""

    sentence = _(
        "입력한 정보로 가입된 휴대폰이 아닙니다. "
        "본인 명의의 휴대폰인지, 이동통신사·이름·생년월일·성별·국적을 확인해 주세요."
    )


class CompanyPhone(IdentityRefusal):
    """§S6: phones in a company's name cannot be used."""

    sentence = _(
        "법인 명의 휴대폰으로는 인증할 수 없습니다. 본인 명의의 휴대폰이나 공공아이핀을 이용해 주세요. "
        "둘 다 없으면 고객지원팀(%(phone)s)으로 문의해 주세요."
    )
    field = "mobile"


class WrongIpin(IdentityRefusal):
    """ID or password is wrong; which of them is not said."""

    sentence = _("아이핀 ID 또는 비밀번호가 맞지 않습니다. 다시 확인하고 입력해 주세요.")


PROVIDERS = {"stub": ("accounts.identity.stub.StubMobile", "accounts.identity.stub.StubIpin")}


def mobile_provider() -> MobileProvider:
    """§S6: the mobile provider in use; raises IdentityUnavailable when none is connected."""
    return _provider(0)


def ipin_provider() -> IpinProvider:
    """§S7: the I-PIN provider in use; raises IdentityUnavailable when none is connected."""
    return _provider(1)


def _provider(way: int) -> MobileProvider | IpinProvider:
    for name in settings.IDENTITY_PROVIDERS:
        return import_string(PROVIDERS[name][way])()
    raise IdentityUnavailable(phone=settings.SUPPORT_TEAM["phone"])
