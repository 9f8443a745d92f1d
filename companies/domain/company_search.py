"""전환신청: a registered company is found by its number or its name, and the member joins it (§T2, §T3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.domain import limits
from accounts.domain.limits import Limit
from accounts.models import User
from companies.domain import membership, registration_draft
from companies.domain.search import SEARCHES, UnreadableBrn
from companies.models import Company, Relationship
from companies.names import SHORTEST_START, searched_name
from companies.numbers import format_brn, only_digits, parse_brn, public_brn
from kotra_portal.errors import RuleViolation

MOST_FOUND = 20  # companies that one search shows
NAME_SEARCHES = Limit("company name search by member", 60, timedelta(minutes=10))
_DIGITS_OF_A_NUMBER = 10


class NameTooShort(RuleViolation):
    """§T2: the beginning of a name has at least two characters, the legal form not counted."""

    sentence = _("기업명은 ‘주식회사’ 같은 말을 빼고 앞에서부터 두 글자 이상 입력해 주세요.")
    field = "q"


class NotTenDigits(UnreadableBrn):
    """§D9: digits alone that are no number, and with which no company's name begins."""

    sentence = _(
        "사업자등록번호는 숫자 10자리입니다. 번호를 다시 확인해 주세요. 이 숫자로 시작하는 이름의 기업도 없습니다."
    )
    field = "q"


class NobodyChosen(RuleViolation):
    """§T2: one row of the result is chosen."""

    sentence = _("검색한 기업 가운데 하나를 골라 주세요.")
    field = "company"


class SearchAgain(RuleViolation):
    """§T2: what was sent is no row that the search shows (any more)."""

    sentence = _("고른 기업이 검색 결과에 없습니다. 그사이 등록이 끝났을 수 있으니 기업을 다시 검색해 주세요.")
    field = "company"


@dataclass(frozen=True)
class Row:
    """One company that was found, and its number as this search may show it."""

    company: Company
    brn: str


@dataclass(frozen=True)
class Found:
    """What a search found, by name in the order of the names; ``number`` is the one that was looked for, or empty.

    ``is_by_digits``: what was typed is digits alone, too few or too many for a number, and taken for a name.
    """

    rows: tuple[Row, ...]
    number: str = ""
    is_cut_off: bool = False
    is_by_digits: bool = False


def find_companies(member: User, typed: str, *, now: datetime) -> Found:
    """§T2: the registered companies with this number, however it is typed, or whose name begins so.

    Only the beginning of a name is looked for: an index can carry that on every engine, and whoever belongs to a
    company knows how its name begins. Raises UnreadableBrn, NotTenDigits, NameTooShort, TooManyAttempts.
    """
    number, matching = _matching(member, typed, now=now)
    companies = list(matching.order_by("search_name", "pk")[: MOST_FOUND + 1])
    is_by_digits = not number and bool(only_digits(typed))
    if is_by_digits and not companies:
        raise NotTenDigits
    rows = tuple(_row(company, number) for company in companies[:MOST_FOUND])
    return Found(rows, number, is_cut_off=len(companies) > MOST_FOUND, is_by_digits=is_by_digits)


def find_company(member: User, typed: str, company_id: int, *, now: datetime) -> Row:
    """§T2, §D11: the row that was chosen; only what the search itself finds is shown.

    Raises as find_companies, and NobodyChosen where the search does not find it (any more).
    """
    number, matching = _matching(member, typed, now=now)
    company = matching.select_related("main_item").filter(pk=company_id).first()
    if company is None:
        raise NobodyChosen
    return _row(company, number)


def relate_company(member: User, typed: str, company_id: int, *, now: datetime) -> Relationship:
    """§T2, §T3: the member becomes 준회원 at once of the company that was chosen from what the search finds.

    It is looked for once more, and that is counted: nobody joins companies by trying their keys. An unfinished
    registration stays what it is for another day, unless it is of this very company. Raises SearchAgain,
    TooManyAttempts, AlreadyRelated, TooManyStarts, CompanyNotRegistered, BarredFromCompany, BusinessEnded.
    """
    try:
        company = find_company(member, typed, company_id, now=now).company
    except (UnreadableBrn, NameTooShort, NobodyChosen) as not_found:
        raise SearchAgain from not_found
    with transaction.atomic():
        relationship = membership.join_company(member, company, now=now)
        draft = registration_draft.draft_of(member)
        if draft and draft.brn == relationship.company.brn:
            registration_draft.forget_draft(member)
    return relationship


def _matching(member: User, typed: str, *, now: datetime) -> tuple[str, QuerySet[Company]]:
    """The number that was typed, or nothing, and the registered companies that it or the name finds; counted."""
    live = Company.objects.filter(closed_at__isnull=True)
    digits = only_digits(typed)  # a name has something else, or fewer or more than a number
    if len(digits) == _DIGITS_OF_A_NUMBER:
        try:
            number = parse_brn(typed)
        except ValueError as unreadable:
            raise UnreadableBrn(sentence=unreadable.args[0], field="q") from unreadable
        limits.take(SEARCHES, str(member.pk), now=now)
        return number, live.filter(brn=number)
    name = searched_name(typed)
    if len(name) < SHORTEST_START:
        raise NotTenDigits if digits else NameTooShort
    limits.take(NAME_SEARCHES, str(member.pk), now=now)
    return "", live.filter(search_start=name[:SHORTEST_START], search_name__startswith=name)


def _row(company: Company, number: str) -> Row:
    """§D11: of a sole proprietor only somebody who knows the number already sees all of it."""
    return Row(company, format_brn(company.brn) if number else public_brn(company.brn))
