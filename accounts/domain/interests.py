"""개인관심품목 and 개인관심지역: what a member would like to trade, and where (§S10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.domain import limits
from accounts.domain.limits import Limit
from accounts.models import InterestCountry, InterestItem, MemberEvent, User
from kotra_portal.errors import RuleViolation
from kotra_portal.reference import countries
from kotra_portal.reference.models import BkCode, HsCode

MAX_ITEMS = 200  # rows of one member: nobody types so many, a script might
CHANGES = Limit("interests changes by member", 300, timedelta(hours=1))


class EmptyItem(RuleViolation):
    """A row that says nothing."""

    sentence = _("품목명, BK코드, HS코드 가운데 하나는 입력해 주세요.")
    field = "name_ko"


class SameItem(RuleViolation):
    """A row whose names and codes are those of another row of the member."""

    sentence = _("같은 품목이 이미 관심품목에 있습니다. 다른 품목을 입력하거나 이미 있는 행을 고쳐 주세요.")


class TooManyItems(RuleViolation):
    """One row more than a member may have."""

    sentence = _("관심품목은 %(most)d개까지 저장할 수 있습니다. 쓰지 않는 행을 삭제한 뒤 다시 추가해 주세요.")

    def __init__(self) -> None:
        """Say how many there may be."""
        super().__init__(most=MAX_ITEMS)


class NoSuchItem(RuleViolation):
    """A row that does not exist, or is somebody else's, which is the same to the member."""

    sentence = _("고치려던 행이 없습니다. 이미 삭제했을 수 있습니다. 아래 내용은 새 품목으로 추가할 수 있습니다.")


class NoSuchCountry(RuleViolation):
    """A code that is no country's."""

    sentence = _("목록에 없는 국가입니다. 국가를 다시 찾아 골라 주세요.")


@dataclass(frozen=True)
class Item:
    """What one row says: cleaned names, at most 200 characters each, and codes; any part may be missing, not all."""

    name_ko: str = ""
    name_en: str = ""
    bk_code: BkCode | None = None
    hs_code: HsCode | None = None


def items_of(member: User) -> QuerySet[InterestItem]:
    """The member's rows with their codes, the newest first."""
    return member.interest_items.select_related("bk_code", "hs_code").order_by("-pk")


def countries_of(member: User) -> list[str]:
    """The codes of the member's countries (ISO 3166-1, two letters), sorted."""
    return list(member.interest_countries.order_by("country").values_list("country", flat=True))


def add_item(member: User, item: Item, *, now: datetime) -> InterestItem:
    """§S10: add a row of 개인관심품목; raises EmptyItem, SameItem, TooManyItems."""
    limits.take(CHANGES, str(member.pk), now=now)
    with transaction.atomic():
        locked = _lock(member)
        _check_new(locked, item)
        if locked.interest_items.count() >= MAX_ITEMS:
            raise TooManyItems
        row = InterestItem.objects.create(member=locked, since=now, **_columns(item))
        _append_event(locked, now=now)
    return row


def change_item(member: User, item_id: int, item: Item, *, now: datetime) -> bool:
    """§S10: write what the row says now, and tell whether that is something else than before.

    Raises NoSuchItem, EmptyItem, SameItem.
    """
    limits.take(CHANGES, str(member.pk), now=now)
    with transaction.atomic():
        locked = _lock(member)
        row = locked.interest_items.filter(pk=item_id).first()
        if row is None:
            raise NoSuchItem
        _check_new(locked, item, instead_of=row)
        columns = _columns(item)
        changed = [name for name, value in columns.items() if getattr(row, name) != value]
        if not changed:
            return False
        for name in changed:
            setattr(row, name, columns[name])
        row.save(update_fields=changed)
        _append_event(locked, now=now)
    return True


def remove_items(member: User, item_ids: Iterable[int], *, now: datetime) -> int:
    """§S10: remove these rows, as many as are the member's, and tell how many they were."""
    limits.take(CHANGES, str(member.pk), now=now)
    with transaction.atomic():
        locked = _lock(member)
        removed, _by_model = locked.interest_items.filter(pk__in=set(item_ids)).delete()
        if removed:
            _append_event(locked, now=now)
    return removed


def add_countries(member: User, codes: Iterable[str], *, now: datetime) -> int:
    """§S10: add these countries to 개인관심지역, as many as are not there yet, and tell how many they were.

    Raises NoSuchCountry, and adds none then.
    """
    wanted = set(codes)
    if not wanted <= dict(countries.countries()).keys():
        raise NoSuchCountry
    limits.take(CHANGES, str(member.pk), now=now)
    with transaction.atomic():
        locked = _lock(member)
        missing = sorted(wanted - set(countries_of(locked)))
        InterestCountry.objects.bulk_create(InterestCountry(member=locked, country=code, since=now) for code in missing)
        if missing:
            _append_event(locked, now=now)
    return len(missing)


def remove_countries(member: User, codes: Iterable[str], *, now: datetime) -> int:
    """§S10: remove these countries, as many as are there, and tell how many they were."""
    limits.take(CHANGES, str(member.pk), now=now)
    with transaction.atomic():
        locked = _lock(member)
        known = set(codes) & dict(countries.countries()).keys()
        removed, _by_model = locked.interest_countries.filter(country__in=known).delete()
        if removed:
            _append_event(locked, now=now)
    return removed


def _lock(member: User) -> User:
    """Two tabs that add the same row at once come one after the other."""
    return User.objects.select_for_update().get(pk=member.pk)


def _check_new(locked: User, item: Item, *, instead_of: InterestItem | None = None) -> None:
    if item == Item():
        raise EmptyItem
    same = locked.interest_items.filter(
        name_ko__iexact=item.name_ko, name_en__iexact=item.name_en, bk_code=item.bk_code, hs_code=item.hs_code
    )
    if same.exclude(pk=instead_of.pk if instead_of else None).exists():
        raise SameItem


def _columns(item: Item) -> dict[str, object]:
    return dict(vars(item))


def _append_event(locked: User, *, now: datetime) -> None:
    kind, detail = MemberEvent.Kind.PROFILE_CHANGED, {"fields": ["interests"]}
    MemberEvent.objects.create(member=locked, kind=kind, at=now, actor=locked, detail=detail)
