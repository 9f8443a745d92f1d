"""The services as the home page shows them. Who may use them is read from the matrix (§C6)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kotra_portal.permissions import MemberType, Permission, holders


@dataclass(frozen=True)
class Tile:
    """One service: its permission, its picture (a class of icons.css), what it is, and what belongs to it."""

    permission: Permission
    icon: str
    text: Promise
    names: tuple[Promise, ...] = ()

    @property
    def users(self) -> list[MemberType]:
        """§C6: the member types that may use it."""
        return holders(self.permission)


# §D15: what 기타 서비스 are.
OTHER_SERVICES = (
    _("글로벌역량진단"),
    _("해외시장조사"),
    _("해외물류네트워크"),
    _("지사화사업"),
    _("출장지원"),
    _("글로벌브랜드"),
    _("교육신청"),
    _("내수기업 수출기업화사업"),
    _("열린무역관"),
    _("해외진출 프리미엄서비스"),
    _("무역사절단"),
    _("월드챔프"),
    _("인재발굴신청"),
    _("전시회"),
    _("이동KOTRA"),
)

TILES = (
    Tile(
        Permission.ONLINE_CONSULTATION,
        "icon-talk",
        _("무역과 해외진출에 관해 궁금한 점을 남기면 KOTRA 담당자가 답변합니다."),
    ),
    Tile(
        Permission.BRIEFING,
        "icon-calendar",
        _("해외시장과 KOTRA 사업을 소개하는 설명회에 참가를 신청합니다."),
    ),
    Tile(
        Permission.OTHER_SERVICES,
        "icon-globe",
        _("시장조사부터 현지 출장, 전시회까지 해외진출 단계에 맞는 사업을 신청합니다."),
        OTHER_SERVICES,
    ),
    Tile(
        Permission.USE_MILEAGE,
        "icon-mileage",
        _("지사화와 해외시장조사 이용요금의 1%를 적립해 다른 유료서비스에 사용합니다. 유효기간은 5년입니다."),
    ),
)
