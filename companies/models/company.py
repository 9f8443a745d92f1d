"""Companies and what is known of them."""

from collections.abc import Collection

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from companies.names import SHORTEST_START, searched_name
from kotra_portal.reference.models import BkCode

models.CharField.register_lookup(Length)


class CompanyType(models.TextChoices):
    """기업유형 (§S11)."""

    SMALL = "SMALL", _("중소기업")
    MEDIUM = "MEDIUM", _("중견기업")
    LARGE = "LARGE", _("대기업")
    PUBLIC = "PUBLIC", _("공공")
    ASSOCIATION = "ASSOCIATION", _("단체·협회")
    FOREIGN = "FOREIGN", _("외국기업")
    OTHER = "OTHER", _("기타")


class Classification(models.TextChoices):
    """기업분류 (§S11), proposed from the BRN."""

    SOLE = "SOLE", _("개인사업자")
    PROFIT = "PROFIT", _("영리법인")
    NON_PROFIT = "NON_PROFIT", _("비영리법인")
    GOVERNMENT = "GOVERNMENT", _("국가·지자체")
    FOREIGN = "FOREIGN", _("외국법인")


class TradeKind(models.TextChoices):
    """제조/무역구분 (§S11)."""

    MANUFACTURING = "MANUFACTURING", _("제조")
    TRADE = "TRADE", _("무역")
    BOTH = "BOTH", _("제조·무역")
    SERVICE = "SERVICE", _("서비스")
    OTHER = "OTHER", _("기타")


class Region(models.TextChoices):
    """주수출지역: KOTRA's ten regions (§S11)."""

    NORTH_AMERICA = "NORTH_AMERICA", _("북미")
    EUROPE = "EUROPE", _("유럽")
    CHINA = "CHINA", _("중국")
    SOUTHEAST_ASIA_OCEANIA = "SOUTHEAST_ASIA_OCEANIA", _("동남아·대양주")
    SOUTHWEST_ASIA = "SOUTHWEST_ASIA", _("서남아")
    JAPAN = "JAPAN", _("일본")
    MIDDLE_EAST = "MIDDLE_EAST", _("중동")
    AFRICA = "AFRICA", _("아프리카")
    CIS = "CIS", _("CIS")
    LATIN_AMERICA = "LATIN_AMERICA", _("중남미")


_BY_DIGITS = {82: Classification.NON_PROFIT, 83: Classification.GOVERNMENT, 84: Classification.FOREIGN}


def proposed_classification(brn: str) -> Classification:
    """§S11: the 기업분류 that digits 4–5 of the BRN speak for; 89 is a religious body without legal person."""
    kind = int(brn[3:5])
    if kind in _BY_DIGITS:
        return _BY_DIGITS[kind]
    if kind == 89:
        return Classification.NON_PROFIT
    return Classification.PROFIT if kind in {81, 85, 86, 87, 88} else Classification.SOLE


class BusinessStatus(models.TextChoices):
    """Whether the business of a registered company goes on, as staff marked it (§D8)."""

    ACTIVE = "ACTIVE", _("계속사업자")
    SUSPENDED = "SUSPENDED", _("휴업")
    CLOSED = "CLOSED", _("폐업")


class CompanyFacts(models.Model):
    """§S11, §T4: what is asked of a company; numbers as digits alone, empty text where nothing was given."""

    name = models.CharField(_("기업명"), max_length=200)
    name_en = models.CharField(_("기업명(영문)"), max_length=200, blank=True)
    representative = models.CharField(_("대표자명"), max_length=100, blank=True)
    representative_en = models.CharField(_("대표자명(영문)"), max_length=100, blank=True)
    corporate_number = models.CharField(_("법인등록번호"), max_length=13, blank=True)
    opened_on = models.DateField(_("개업일자"), null=True, blank=True)
    business_type = models.CharField(_("업태"), max_length=100, blank=True)
    business_item = models.CharField(_("업종"), max_length=100, blank=True)
    company_type = models.CharField(_("기업유형"), max_length=20, choices=CompanyType.choices, blank=True)
    classification = models.CharField(_("기업분류"), max_length=20, choices=Classification.choices, blank=True)
    phone = models.CharField(_("대표전화번호"), max_length=20, blank=True)
    email = models.EmailField(_("대표이메일"), max_length=254, blank=True)
    postcode = models.CharField(_("우편번호"), max_length=5, blank=True)
    address = models.CharField(_("기본주소"), max_length=200, blank=True)
    address_detail = models.CharField(_("상세주소"), max_length=200, blank=True)

    address_en = models.CharField(_("주소(영문)"), max_length=300, blank=True)
    fax = models.CharField(_("팩스"), max_length=20, blank=True)
    homepage = models.CharField(_("홈페이지"), max_length=200, blank=True)  # without "http://"
    trade_number = models.CharField(_("무역업 고유번호"), max_length=8, blank=True)
    is_innobiz = models.BooleanField(_("이노비즈여부"), null=True, blank=True)
    is_venture = models.BooleanField(_("벤처기업여부"), null=True, blank=True)
    is_foreign_invested = models.BooleanField(_("외투기업여부"), null=True, blank=True)
    main_item = models.ForeignKey(
        BkCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("대표품목")
    )
    trade_kind = models.CharField(_("제조/무역구분"), max_length=20, choices=TradeKind.choices, blank=True)
    annual_sales = models.PositiveBigIntegerField(_("연간매출액"), null=True, blank=True)  # 백만원
    annual_imports = models.PositiveBigIntegerField(_("연간수입액"), null=True, blank=True)  # 백만원
    founded_year = models.PositiveSmallIntegerField(_("설립년도"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("종업원수"), null=True, blank=True)
    export_region = models.CharField(_("주수출지역"), max_length=30, choices=Region.choices, blank=True)
    annual_exports = models.PositiveBigIntegerField(_("주수출액"), null=True, blank=True)  # 1,000 US dollars
    remarks = models.TextField(_("비고"), max_length=1000, blank=True)

    class Meta:
        abstract = True


FACTS = tuple(field.name for field in CompanyFacts._meta.local_fields)


def lists_are_kept(prefix: str) -> list[models.CheckConstraint]:
    """What comes from a list comes from that list or is empty."""
    lists = {
        "company_type": CompanyType, "classification": Classification, "trade_kind": TradeKind, "export_region": Region,
    }  # fmt: skip
    return [
        models.CheckConstraint(condition=Q(**{f"{name}__in": ["", *choices.values]}), name=f"{prefix}_{name}_is_known")
        for name, choices in lists.items()
    ]


class Company(CompanyFacts):
    """A company registered with KOTRA by its business registration number (BRN)."""

    brn = models.CharField(_("사업자등록번호"), max_length=10)  # ten digits, as stored (§D9)
    registered_at = models.DateTimeField(_("등록 시각"))
    closed_at = models.DateTimeField(_("등록 종료 시각"), null=True, blank=True)
    business_status = models.CharField(
        _("사업 상태"), max_length=10, choices=BusinessStatus.choices, default=BusinessStatus.ACTIVE
    )
    # The name as it is looked for, and its beginning: an index finds what equals, on every engine and in any collation.
    search_name = models.CharField(max_length=200, editable=False)
    search_start = models.CharField(max_length=SHORTEST_START, editable=False)

    class Meta:
        verbose_name = _("기업")
        verbose_name_plural = _("기업")
        permissions = (("mark_company", "Can mark a company as closed or suspended"),)
        indexes = (
            models.Index(fields=["brn"], name="company_by_brn"),  # those whose registration ended among them
            models.Index(fields=["search_start", "search_name"], name="company_by_searched_name"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["brn"], condition=Q(closed_at__isnull=True), name="one_live_company_per_brn"
            ),
            # The length keeps out the newline that a regular expression's end lets pass.
            models.CheckConstraint(condition=Q(brn__length=10, brn__regex=r"^[0-9]{10}$"), name="brn_is_ten_digits"),
            models.CheckConstraint(
                condition=Q(business_status__in=BusinessStatus.values), name="business_status_is_known"
            ),
            *lists_are_kept("company"),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, update_fields: Collection[str] | None = None, **kwargs: object) -> None:
        """§T2: keep what the name is looked for by beside the name."""
        self.search_name = searched_name(self.name)
        self.search_start = self.search_name[:SHORTEST_START]
        if update_fields is not None and "name" in update_fields:
            update_fields = {*update_fields, "search_name", "search_start"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def is_in_business(self) -> bool:
        """§D8: tell whether people may join it: staff have not marked it as closed or suspended."""
        return self.business_status == BusinessStatus.ACTIVE
