"""기업정보: what is asked of a company (§S11, §T4), whoever asks for it and when."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.details import CHOOSE_FROM_LIST
from companies.forms.fields import (
    CorporateNumberField,
    HomepageField,
    LatinField,
    OpeningDateField,
    RemarksField,
    TradeNumberField,
    WholeNumberField,
    YearField,
    YesNoField,
)
from companies.models import FACTS, Classification, CompanyFacts, CompanyType, Region, TradeKind
from companies.numbers import is_corporation
from kotra_portal.fields import EmailPartsField, LineField, PhoneField, PostcodeField
from kotra_portal.reference.fields import bk_choices
from kotra_portal.reference.models import BkCode

LARGEST_AMOUNT = 999_999_999_999  # in the unit of the field
LARGEST_NUMBER_OF_PEOPLE = 9_999_999
OFF = {"autocomplete": "off"}  # browsers know the person's own data, not the company's


def _label(name: str, **arguments: object) -> dict[str, object]:
    """A field's label and longest text, as its column has them."""
    column = CompanyFacts._meta.get_field(name)
    return {"label": column.verbose_name, "max_length": column.max_length} | arguments


def _choice(name: str, choices: list, *, required: str | None = None) -> forms.ChoiceField:
    label = CompanyFacts._meta.get_field(name).verbose_name
    messages = {"invalid_choice": CHOOSE_FROM_LIST} | ({"required": required} if required else {})
    offered = [("", _("골라 주세요")), *choices]
    return forms.ChoiceField(label=label, choices=offered, required=bool(required), error_messages=messages)


def _number(name: str, *, largest: int, unit: str) -> WholeNumberField:
    field = WholeNumberField(label=CompanyFacts._meta.get_field(name).verbose_name, largest=largest, required=False)
    field.suffix = unit
    return field


class CompanyForm(forms.Form):
    """§S11: the facts of a company; required are those that the rule names, the rest can all be left empty.

    법인등록번호 is asked of corporations alone, who must give it. Yes-or-no questions may stay unanswered.
    """

    use_required_attribute = False

    name = LineField(
        **_label("name"), html={"autocomplete": "organization"},
        help_text=_("사업자등록증에 적힌 상호나 법인명을 입력해 주세요."),
        error_messages={"required": _("기업명을 입력해 주세요.")},
    )  # fmt: skip
    representative = LineField(
        **_label("representative"), html=OFF,
        help_text=_("여러 명이면 쉼표로 나누어 적어 주세요."),
        error_messages={"required": _("대표자명을 입력해 주세요.")},
    )  # fmt: skip
    opened_on = OpeningDateField(
        label=_("개업일자"), help_text=_("사업자등록증의 개업연월일을 8자리 숫자로 입력해 주세요. 예: 20010203")
    )
    corporate_number = CorporateNumberField(
        label=_("법인등록번호"), help_text=_("사업자등록증에 적힌 숫자 13자리. 예: 110111-0062432")
    )
    company_type = _choice("company_type", CompanyType.choices, required=_("기업유형을 골라 주세요."))
    classification = _choice("classification", Classification.choices)
    name_en = LatinField(**_label("name_en"), required=False, help_text=_("예: KOTRA Co., Ltd."))
    representative_en = LatinField(**_label("representative_en"), required=False, help_text=_("예: HONG GILDONG"))
    is_innobiz = YesNoField(label=_("이노비즈여부"))
    is_venture = YesNoField(label=_("벤처기업여부"))
    is_foreign_invested = YesNoField(label=_("외투기업여부"), help_text=_("외국인투자기업인지 골라 주세요."))

    postcode = PostcodeField(label=_("우편번호"), help_text=_("숫자 5자리. 예: 06792"), html=OFF)
    address = LineField(
        **_label("address"), html=OFF,
        help_text=_("우편번호 찾기로 채우거나 직접 입력할 수 있습니다."),
        error_messages={"required": _("기본주소를 입력해 주세요.")},
    )  # fmt: skip
    address_detail = LineField(
        **_label("address_detail"), html=OFF, required=False,
        help_text=_("동·호수나 층을 입력해 주세요. 없으면 비워 두어도 됩니다."),
    )  # fmt: skip
    address_en = LatinField(
        **_label("address_en"), required=False, help_text=_("예: 13 Heolleung-ro, Seocho-gu, Seoul")
    )
    phone = PhoneField(
        label=_("대표전화번호"), html={"autocomplete": "work tel"},
        help_text=_("1600-7119 같은 대표번호도 쓸 수 있습니다. 예: 02-3460-7114"),
        error_messages={"required": _("대표전화번호를 입력해 주세요.")},
    )  # fmt: skip
    fax = PhoneField(label=_("팩스"), required=False, html={"autocomplete": "fax tel"}, help_text=_("예: 02-3460-7932"))
    email = EmailPartsField(
        label=_("대표이메일"),
        help_text=_("기업을 대표하는 주소를 적어 주세요. 목록에 없는 도메인은 직접 입력해 주세요."),
        error_messages={"required": _("대표이메일을 입력해 주세요.")},
    )
    homepage = HomepageField(**_label("homepage"), required=False, help_text=_("예: www.kotra.or.kr"))

    business_type = LineField(
        **_label("business_type"), html=OFF, help_text=_("사업자등록증의 업태를 적어 주세요. 예: 도매 및 소매업"),
        error_messages={"required": _("업태를 입력해 주세요.")},
    )  # fmt: skip
    business_item = LineField(
        **_label("business_item"), html=OFF, help_text=_("사업자등록증의 종목을 적어 주세요. 예: 화장품 도매"),
        error_messages={"required": _("업종을 입력해 주세요.")},
    )  # fmt: skip
    main_item = _choice("main_item", [])
    trade_kind = _choice("trade_kind", TradeKind.choices)

    trade_number = TradeNumberField(
        label=_("무역업 고유번호"), required=False, help_text=_("한국무역협회에서 받은 숫자 8자리")
    )
    annual_sales = _number("annual_sales", largest=LARGEST_AMOUNT, unit=_("백만원"))
    annual_imports = _number("annual_imports", largest=LARGEST_AMOUNT, unit=_("백만원"))
    annual_exports = _number("annual_exports", largest=LARGEST_AMOUNT, unit=_("천 USD"))
    export_region = _choice("export_region", Region.choices)
    employees = _number("employees", largest=LARGEST_NUMBER_OF_PEOPLE, unit=_("명"))
    founded_year = YearField(label=_("설립년도"), required=False, help_text=_("예: 1962"))
    remarks = RemarksField(
        **_label("remarks"), required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("1,000자 이내")
    )

    def __init__(self, data: object = None, files: object = None, *, brn: str, initial: dict[str, object]) -> None:
        """Ask of the company with this number (ten digits) what fits it."""
        super().__init__(data, files, initial=initial)
        self.fields["main_item"].choices = [("", _("골라 주세요")), *bk_choices()]
        if not is_corporation(brn):
            del self.fields["corporate_number"]

    def clean_main_item(self) -> BkCode | None:
        """The chosen code's row; None for none."""
        return BkCode.objects.filter(pk=self.cleaned_data["main_item"]).first()

    @classmethod
    def inputs_of(cls, name: str) -> list[str]:
        """The names of a field's inputs; an e-mail address has three."""
        suffixes = getattr(cls.base_fields[name].widget, "widgets_names", [""])
        return [name + suffix for suffix in suffixes]

    @classmethod
    def typed_in(cls, data: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
        """§S13: what was typed, by the names of the inputs, over what was typed before and is not asked now."""
        typed = dict(before)
        for name, field in cls.base_fields.items():
            inputs = cls.inputs_of(name)
            if not isinstance(field, forms.FileField) and any(part in data for part in inputs):
                typed |= {part: data.get(part, "") for part in inputs}
        return typed

    @classmethod
    def restored(cls, typed: Mapping[str, str]) -> dict[str, object]:
        """§S13: what was typed, by the names of the fields."""
        return {
            name: field.widget.value_from_datadict(typed, {}, name)
            for name, field in cls.base_fields.items()
            if any(part in typed for part in cls.inputs_of(name))
        }

    @classmethod
    def as_typed(cls, facts: CompanyFacts) -> dict[str, str]:
        """The facts as they would be typed again, by the names of the inputs."""
        typed = {}
        for name in FACTS:
            field = cls.base_fields[name]
            value = facts.main_item_id if name == "main_item" else getattr(facts, name)
            shown = "" if value is None else field.prepare_value(value)
            inputs = cls.inputs_of(name)
            parts = field.widget.decompress(shown) if len(inputs) > 1 else [shown]
            typed |= dict(zip(inputs, map(str, parts), strict=True))
        return typed

    def facts(self) -> dict[str, object]:
        """The cleaned facts for the domain; the form must be valid."""
        return {name: self.cleaned_data[name] for name in FACTS if name in self.cleaned_data}
