"""Postcodes and addresses behind one small interface; which provider answers is a setting (POSTCODE_PROVIDER)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from kotra_portal.errors import RuleViolation
from kotra_portal.reference.paging import MAX_PAGES, Page
from kotra_portal.text import INVISIBLE_CHARACTERS, LONGEST_LINE, clean_line, half_width

MAX_KEYWORD = 80

NONE = "none"
PROVIDERS = {
    "stub": "kotra_portal.reference.stub_postcodes.StubPostcodes",
    NONE: "kotra_portal.reference.postcodes.NoPostcodes",
}

# 시도, alone too wide a keyword, as people write them. Sejong is not among them: it has no districts to add.
_PROVINCE = re.compile(
    "(서울|부산|대구|인천|광주|대전|울산)(특별시|광역시|시)?|(경기|강원|제주)도?|(강원|전북|제주)특별자치도"
    "|[충전경][남북]|(충청|전라|경상)[남북]도"
)


class UnreadableKeyword(RuleViolation):
    """The keyword holds what nobody can see."""

    sentence = INVISIBLE_CHARACTERS
    field = "q"


class TooVague(RuleViolation):
    """The keyword would find half the country."""

    sentence = _("조금 더 자세히 입력해 주세요. 예: 서초구 헌릉로 13, 염곡동 300, 06792")
    field = "q"


class OldPostcode(RuleViolation):
    """The keyword is a postcode of six digits, as they were until August 2015."""

    sentence = _(
        "6자리 우편번호는 2015년 8월부터 쓰지 않습니다. 도로명이나 건물 이름으로 찾아 주세요. 예: 서초구 헌릉로 13"
    )
    field = "q"


class ProviderDown(RuleViolation):
    """The provider does not answer."""

    sentence = _("지금은 우편번호를 찾을 수 없습니다. 잠시 후 다시 찾거나 우편번호와 주소를 직접 입력해 주세요.")
    field = "q"


class NotConnected(RuleViolation):
    """No provider is connected."""

    sentence = _("우편번호 찾기가 아직 연결되지 않았습니다. 우편번호와 주소를 직접 입력해 주세요.")
    field = "q"


@dataclass(frozen=True)
class Address:
    """One address: its postcode (five digits), by road, by lot (지번), in English."""

    postcode: str
    road_address: str
    lot_address: str
    english_address: str

    @property
    def as_typed(self) -> dict[str, str]:
        """The address as the inputs of a form take it."""
        return {"postcode": self.postcode, "address": self.road_address, "address_en": self.english_address}


class PostcodeProvider(Protocol):
    """Whoever knows addresses."""

    def search(self, keyword: str, page: int) -> Page:
        """Find what holds every word of the keyword; raises TooVague or ProviderDown."""


class NoPostcodes:
    """No provider: addresses are typed by hand."""

    def search(self, keyword: str, page: int) -> Page:
        """Raise NotConnected."""
        raise NotConnected


# §S8: what a member abroad may give.
HEAD_OFFICE = Address(
    postcode="06792",
    road_address="서울특별시 서초구 헌릉로 13 (염곡동, 대한무역투자진흥공사)",
    lot_address="서울특별시 서초구 염곡동 300-9",
    english_address="13 Heolleung-ro, Seocho-gu, Seoul",
)


def change_address(typed: Mapping[str, str], found: Mapping[str, str]) -> dict[str, str]:
    """§S8: what a found address (postcode, address, address_en) changes in what was typed.

    Another address than the one that stands there takes that one's 상세주소 and 주소(영문) away. The first one, or the
    same one again (what stands in parentheses behind it may differ), leaves them alone.
    """
    changes = {name: found[name] for name in ("postcode", "address") if name in found}
    before = _without_place(typed.get("address") or "")
    if before and before != _without_place(changes.get("address", before)):
        return changes | {"address_detail": "", "address_en": found.get("address_en", "")}
    return changes | {"address_en": typed.get("address_en") or found.get("address_en", "")}


def _without_place(address: str) -> str:
    return address.partition("(")[0].strip()


def is_connected() -> bool:
    """Tell whether a search can find anything at all."""
    return settings.POSTCODE_PROVIDER != NONE


def search(typed: str, page: int = 1) -> Page:
    """§S8: find addresses by road, district, building or postcode, ten a page.

    Raises UnreadableKeyword, OldPostcode, TooVague, ProviderDown or NotConnected. A page beyond the bounds is the
    nearest one.
    """
    keyword = _readable(typed)
    _check_narrow(keyword)
    provider: PostcodeProvider = import_string(PROVIDERS[settings.POSTCODE_PROVIDER])()
    return provider.search(keyword, min(max(page, 1), MAX_PAGES))


def _readable(typed: str) -> str:
    try:
        line = clean_line(half_width(typed[:LONGEST_LINE]))
    except ValueError as unreadable:
        raise UnreadableKeyword from unreadable
    # Address services read these as operators, or refuse the whole keyword because of them.
    return clean_line(re.sub(r"[%=<>\[\]\\;'\"*?,]", " ", line))


def _check_narrow(keyword: str) -> None:
    if re.fullmatch(r"[0-9]{3}[ -]*[0-9]{3}", keyword):
        raise OldPostcode
    is_number = re.fullmatch(r"[0-9 -]+", keyword) and not re.fullmatch(r"[0-9]{5}", keyword)
    if len(keyword) < 2 or len(keyword) > MAX_KEYWORD or _PROVINCE.fullmatch(keyword) or is_number:
        raise TooVague
