"""The stub providers of the demonstration: they look like what they stand for, and their people follow a script.

A scripted person's phone or I-PIN behaves as ``behaviour`` says. A phone that is in nobody's script belongs to whoever
claims it, so that visitors can sign up under a name of their own. Mobile and I-PIN agree on a person, because the CI is
made from name, birth date and gender alone (§D13).
"""

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.identity import CarrierDown, CompanyPhone, Identity, IpinDown, MobileClaim, NotPhonesOwner, WrongIpin
from accounts.models import Carrier, StubSms

IPIN_PASSWORD = "ipin2026demo"  # noqa: S105 (printed on the stub's own page)


class Behaviour(Enum):
    """What happens with a scripted person's phone."""

    NORMAL = "normal"
    WRONG_CODE = "wrong code"
    LATE = "late"
    DOWN = "down"
    COMPANY_PHONE = "company phone"


@dataclass(frozen=True)
class ScriptedPerson:
    """One line of the script."""

    mobile: str
    name: str
    birth_date: date
    gender: str
    carrier: str
    story: Promise
    is_foreigner: bool = False
    behaviour: Behaviour = Behaviour.NORMAL
    ipin_id: str = ""

    @property
    def carrier_label(self) -> str:
        """The carrier's name, as people know it."""
        return str(Carrier(self.carrier).label)


SCRIPT = (
    ScriptedPerson("01020150001", "김수출", date(1985, 3, 1), "M", "SKT", _("정상 인증"), ipin_id="ipin0001"),
    ScriptedPerson(
        "01020150002", "이오답", date(1979, 7, 21), "F", "KT",
        _("문자에 틀린 인증번호가 적혀 있습니다"), behaviour=Behaviour.WRONG_CODE,
    ),
    ScriptedPerson(
        "01020150003", "박지각", date(1968, 11, 5), "M", "LGU",
        _("문자가 3분 넘게 늦게 와서 인증번호가 만료됩니다"), behaviour=Behaviour.LATE,
    ),
    ScriptedPerson(
        "01020150004", "최불통", date(1990, 1, 15), "F", "SKT_MVNO",
        _("이동통신사와 아이핀이 응답하지 않습니다"), behaviour=Behaviour.DOWN, ipin_id="ipin0004",
    ),
    ScriptedPerson(
        "01020150005", "정법인", date(1972, 9, 9), "M", "KT",
        _("법인 명의 휴대폰입니다"), behaviour=Behaviour.COMPANY_PHONE, ipin_id="ipin0005",
    ),
    ScriptedPerson(
        "01020150006", "SMITH JOHN", date(1988, 5, 30), "M", "LGU_MVNO",
        _("외국인입니다"), is_foreigner=True, ipin_id="ipin0006",
    ),
    ScriptedPerson(
        "01020150007", "한어린", date(2015, 3, 1), "F", "KT_MVNO", _("만 14세 미만입니다"), ipin_id="ipin0007"
    ),
    ScriptedPerson(
        "01020150008", "강영준", date(1980, 1, 1), "M", "SKT",
        _("이미 회원입니다(individual1)"), ipin_id="ipin0008",
    ),
)  # fmt: skip


def stub_ci(name: str, birth_date: date, gender: str) -> str:
    """§D13: the person's CI, 88 characters as a real one has, the same from both stub providers."""
    person = f"{''.join(name.split()).upper()}|{birth_date:%Y%m%d}|{gender}"
    return b64encode(hashlib.sha512(person.encode()).digest()).decode()


class StubMobile:
    """§S6: the stub carrier; its text messages arrive in the demonstration inbox."""

    def identify(self, claim: MobileClaim) -> Identity:
        """Return the claimed person, unless the phone is a scripted person's who says otherwise."""
        person = next((person for person in SCRIPT if person.mobile == claim.mobile), None)
        if person is not None:
            self._follow_script(person, claim)
        return Identity(
            name=claim.name,
            birth_date=claim.birth_date,
            gender=claim.gender,
            is_foreigner=claim.is_foreigner,
            ci=stub_ci(claim.name, claim.birth_date, claim.gender),
            mobile=claim.mobile,
            carrier=claim.carrier,
        )

    def _follow_script(self, person: ScriptedPerson, claim: MobileClaim) -> None:
        if person.behaviour is Behaviour.DOWN:
            raise CarrierDown
        if person.behaviour is Behaviour.COMPANY_PHONE:
            raise CompanyPhone(phone=settings.SUPPORT_TEAM["phone"])
        typed = (stub_ci(claim.name, claim.birth_date, claim.gender), claim.carrier, claim.is_foreigner)
        if typed != (stub_ci(person.name, person.birth_date, person.gender), person.carrier, person.is_foreigner):
            raise NotPhonesOwner

    def send_code(self, mobile: str, text: str, *, now: datetime) -> None:
        """Put the message into the demonstration inbox, as the person's script says: garbled, or too late."""
        behaviour = next((person.behaviour for person in SCRIPT if person.mobile == mobile), Behaviour.NORMAL)
        if behaviour is Behaviour.WRONG_CODE:
            text = re.sub(r"[0-9]{6}", lambda code: f"{(int(code[0]) + 1) % 10**6:06}", text)
        delay = timedelta(seconds=185) if behaviour is Behaviour.LATE else timedelta(0)
        StubSms.objects.create(mobile=mobile, text=text, arrives_at=now + delay)


class StubIpin:
    """§S7: the stub of the public I-PIN service; knows the scripted people only."""

    def identify(self, ipin_id: str, password: str) -> Identity:
        """Return the scripted person with this I-PIN."""
        person = next((person for person in SCRIPT if person.ipin_id and person.ipin_id == ipin_id.lower()), None)
        if person is None or password != IPIN_PASSWORD:
            raise WrongIpin
        if person.behaviour is Behaviour.DOWN:
            raise IpinDown
        return Identity(
            name=person.name,
            birth_date=person.birth_date,
            gender=person.gender,
            is_foreigner=person.is_foreigner,
            ci=stub_ci(person.name, person.birth_date, person.gender),
        )
