"""The demonstration's KISLINE: some 300 invented companies, and KOTRA itself as its manual shows it.

The scripted numbers behave as their stories say. A valid number that is in no list is unknown, as a young company is.
"""

import csv
import time
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from companies.models import FACTS, BusinessStatus
from companies.registry import CompanyRecord, RegistryDown

SAMPLES = Path(__file__).parent / "samples" / "companies.tsv"
WAITS = 1.0  # seconds until the number that is never answered is given up; a real registry takes ANSWERS_WITHIN
_SURNAMES = "김이박최정강조윤장임오"


class Behaviour(Enum):
    """What happens when a scripted number is looked up."""

    NORMAL = "normal"
    DOWN = "down"
    GARBLED = "garbled"
    ANOTHER = "another"
    CHANGING = "changing"


@dataclass(frozen=True)
class ScriptedCompany:
    """One line of the script; a company without a name is unknown to the registry."""

    brn: str
    name: str
    story: Promise
    behaviour: Behaviour = Behaviour.NORMAL


SCRIPT = (
    ScriptedCompany(
        "1208200275", "대한무역투자진흥공사", _("매뉴얼에 나오는 KOTRA입니다. 법인등록번호는 직접 입력합니다")
    ),
    ScriptedCompany(
        "2018100107", "(주)세모나루정밀",
        _("시연 회원(master1 등)의 기업입니다. 준회원으로 관계설정을 신청해 볼 수 있습니다"),
    ),
    ScriptedCompany("2018100015", "(주)다온누리전자", _("법인입니다. 조회되어 바로 등록할 수 있습니다")),
    ScriptedCompany("2011500024", "솔내음식품", _("개인사업자입니다. 조회되어 바로 등록할 수 있습니다")),
    ScriptedCompany("2018600039", "(주)조용한기계", _("조회 기관에 연락처가 없어 등록을 알리는 메일이 가지 않습니다")),
    ScriptedCompany("2018100048", "(주)닫은섬유", _("폐업한 기업입니다")),
    ScriptedCompany("2018700055", "(주)쉬는화학", _("휴업 중인 기업입니다")),
    ScriptedCompany("2018100067", "(주)느린물류", _("조회 기관이 응답하지 않습니다"), Behaviour.DOWN),
    ScriptedCompany("2018100072", "(주)엉킨소재", _("조회한 내용 가운데 쓸 수 없는 것이 많습니다"), Behaviour.GARBLED),
    ScriptedCompany("2018100086", "(주)엇갈린무역", _("조회 기관이 다른 기업의 정보를 보냅니다"), Behaviour.ANOTHER),
    ScriptedCompany("2018800090", "(주)바뀌는정밀", _("조회할 때마다 대표자명이 바뀝니다"), Behaviour.CHANGING),
    ScriptedCompany("3018100111", "", _("조회되지 않는 법인입니다. 신규등록을 신청해 볼 수 있습니다")),
    ScriptedCompany("3012000124", "", _("조회되지 않는 개인사업자입니다. 신규등록을 신청해 볼 수 있습니다")),
    ScriptedCompany("3018200137", "", _("조회되지 않는 비영리법인입니다. 신규등록을 신청해 볼 수 있습니다")),
)  # fmt: skip


class StubKisline:
    """§S12: stands for the credit bureau."""

    def find(self, brn: str) -> CompanyRecord | None:
        """Answer from the samples, unless the script says otherwise; raises RegistryDown."""
        record = samples().get(brn)
        behaviour = next((company.behaviour for company in SCRIPT if company.brn == brn), Behaviour.NORMAL)
        if behaviour is Behaviour.DOWN:
            time.sleep(WAITS)
            raise RegistryDown
        if behaviour is Behaviour.GARBLED:
            return replace(record, facts=_garbled(record.facts), contact_email="nobody knows")
        if behaviour is Behaviour.ANOTHER:
            return replace(record, brn=SCRIPT[0].brn)
        if behaviour is Behaviour.CHANGING:
            changed = _SURNAMES[int(time.time()) % len(_SURNAMES)] + "새로"
            return replace(record, facts=record.facts | {"representative": changed, "representative_en": ""})
        return record


@cache
def samples() -> dict[str, CompanyRecord]:
    """Every sample by its number."""
    with SAMPLES.open(encoding="utf-8", newline="") as file:
        return {row["brn"]: _record(row) for row in csv.DictReader(file, delimiter="\t")}


def _record(row: dict[str, str]) -> CompanyRecord:
    facts = {name: row[name] for name in FACTS if row.get(name)}
    return CompanyRecord(row["brn"], BusinessStatus[row["status"]], facts, row["contact_email"])


def _garbled(facts: dict[str, str]) -> dict[str, object]:
    """Facts overlong, of wrong types, with what nobody sees, from no list of ours; the name alone is right."""
    wrong = {
        "representative": "가" * 5_000, "corporate_number": "ABCDEFGHIJKLM", "opened_on": "2001-02-30",
        "business_type": ["제조"], "business_item": "소재\u202e", "company_type": "UNICORN", "classification": None,
        "phone": 41_966_7008, "email": "대표이메일", "postcode": "137-749", "annual_sales": "-1", "employees": "열 명",
        "founded_year": "2001.5",
    }  # fmt: skip
    return {"name": facts["name"], "address": facts["address"]} | wrong
