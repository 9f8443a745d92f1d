"""The form pack: every widget with its label, hint and error tied to it, and the summary that leads to each error."""

from html.parser import HTMLParser

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Div, Fieldset, Layout, Reset, Submit
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from kotra_portal.errors import RuleViolation

CHOICES = [("a", "가"), ("b", "나")]
DATE_AND_TIME = forms.SplitDateTimeWidget(date_attrs={"aria-label": "날짜"}, time_attrs={"aria-label": "시각"})


class EveryWidget(forms.Form):
    text = forms.CharField(label="아이디", help_text="6~20자")
    secret = forms.CharField(label="비밀번호", widget=forms.PasswordInput)
    long = forms.CharField(label="비고", widget=forms.Textarea, help_text="500자까지")
    one = forms.ChoiceField(label="이동통신사", choices=[("", "선택해 주세요"), *CHOICES])
    radio = forms.ChoiceField(label="동의", choices=CHOICES, widget=forms.RadioSelect, help_text="하나만")
    boxes = forms.MultipleChoiceField(label="뉴스레터", choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    when = forms.SplitDateTimeField(label="일시", widget=DATE_AND_TIME)
    file = forms.FileField(label="사업자등록증", help_text="PDF")
    tick = forms.BooleanField(label="확인했습니다", help_text="꼭")
    fax = forms.CharField(label="팩스", required=False)
    door = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError(str(RuleViolation()))


VISIBLE = [name for name in EveryWidget.base_fields if name not in {"door", "fax"}]


class Page(HTMLParser):
    """What the markup says of each element with an id, of labels and of references between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.by_id: dict[str, dict[str, str | None]] = {}
        self.described_by: set[str] = set()
        self.labelled: set[str] = set()
        self.anchors: set[str] = set()
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if "id" in found:
            assert found["id"] not in self.by_id, "an id stands twice"
            self.by_id[found["id"]] = found | {"tag": tag}
        self.described_by |= set((found.get("aria-describedby") or "").split())
        if tag == "label":
            self.labelled.add(found["for"])
        if tag == "a" and found.get("href", "").startswith("#"):
            self.anchors.add(found["href"][1:])


def crispy(form: forms.Form) -> Page:
    return Page(Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form})))


@pytest.fixture
def bare() -> Page:
    return crispy(EveryWidget())


@pytest.fixture
def wrong() -> Page:
    return crispy(EveryWidget({"fax": "02"}, {}))


def test_a_refusal_of_the_whole_form_is_not_called_wrong_typing():
    class Refused(forms.Form):
        def clean(self) -> None:
            raise forms.ValidationError("고객지원팀 02-3460-7183~4로 전화해 주세요.")

    def heading_of(form: forms.Form) -> str:
        return render_to_string("krds/errors.html", {"form": form}).partition("<h2>")[2].partition("</h2>")[0]

    assert heading_of(Refused({})) == "요청을 처리하지 못했습니다."
    assert heading_of(EveryWidget({}, {})) == "입력한 내용을 확인해 주세요."
    summary = render_to_string("krds/errors.html", {"form": Refused({})})
    assert '고객지원팀 <span class="nowrap">02-3460-7183~4</span>로' in summary


def test_required_and_optional_stand_in_words(bare):
    assert bare.html.count("(필수)") == len(VISIBLE)
    assert bare.html.count("(선택)") == 1


@pytest.mark.parametrize("name", ["text", "secret", "long", "one", "file", "tick", "fax"])
def test_every_single_control_has_a_label(bare, name):
    assert f"id_{name}" in bare.labelled


@pytest.mark.parametrize("name", ["radio", "boxes", "when"])
def test_every_group_of_controls_is_a_fieldset_with_a_legend(bare, name):
    assert bare.by_id[f"id_{name}_field"]["tag"] == "fieldset"
    assert bare.tags.count("fieldset") == bare.tags.count("legend") == 3


def test_each_choice_has_a_label_of_its_own(bare):
    assert {"id_radio_0", "id_radio_1", "id_boxes_0", "id_boxes_1"} <= bare.labelled


def test_hints_are_tied_to_their_controls(bare):
    hinted = {"text", "long", "radio", "file", "tick"}
    assert bare.described_by == {f"id_{name}_helptext" for name in hinted}
    assert bare.described_by <= set(bare.by_id)


def test_hint_and_error_are_both_tied(wrong):
    for name in ("text", "long", "file", "tick"):
        assert wrong.by_id[f"id_{name}"]["aria-describedby"] == f"id_{name}_helptext id_{name}_error"
    assert wrong.by_id["id_radio_field"]["aria-describedby"] == "id_radio_helptext id_radio_error"
    assert wrong.described_by <= set(wrong.by_id)


@pytest.mark.parametrize("name", VISIBLE)
def test_a_wrong_field_says_so(wrong, name):
    control = wrong.by_id.get(f"id_{name}") or wrong.by_id[f"id_{name}_0"]
    assert control["aria-invalid"] == "true"
    assert f"id_{name}_error" in wrong.by_id


def test_the_summary_takes_the_focus_and_leads_to_every_error(wrong):
    assert 'role="alert" tabindex="-1" data-focus' in wrong.html
    assert len(wrong.anchors) == len(VISIBLE)
    assert wrong.anchors <= set(wrong.by_id)


def test_the_summary_says_what_belongs_to_no_field(wrong):
    assert str(RuleViolation()) in wrong.html
    assert "<p>필수 항목입니다.</p>" in wrong.html  # the hidden field's


def test_a_form_without_errors_has_no_summary(bare):
    assert "error-summary" not in bare.html


def test_what_stands_beside_a_control_is_given_by_the_include():
    html = render_to_string(
        "krds/field.html",
        {"field": EveryWidget()["fax"], "suffix": "백만원", "width": "half", "below": "krds/help.html"},
    )
    assert '<span class="suffix">백만원</span>' in html
    assert "field-half" in html


def test_a_field_may_bring_its_own_unit():
    form = EveryWidget()
    form.fields["fax"].suffix = "천 USD"
    assert '<span class="suffix">천 USD</span>' in render_to_string("krds/field.html", {"field": form["fax"]})


def test_what_was_typed_is_shown_again_escaped_but_a_password_is_not():
    html = crispy(EveryWidget({"text": '"><script>', "secret": "geheim1"})).html
    assert "<script>" not in html
    assert "&quot;&gt;&lt;script&gt;" in html
    assert "geheim1" not in html


def test_a_whole_form_has_token_layout_and_buttons():
    class WithLayout(EveryWidget):
        helper = FormHelper()
        helper.layout = Layout(
            Fieldset("기본정보", "text", css_class="form-section"),
            Div("radio"),
            ButtonHolder(Reset("again", "다시 쓰기"), Submit("send", "저장하기")),
        )

    context = Context({"form": WithLayout({}), "csrf_token": "abc"})
    html = Template("{% load crispy_forms_tags %}{% crispy form %}").render(context)
    assert 'enctype="multipart/form-data"' in html
    assert 'name="csrfmiddlewaretoken" value="abc"' in html
    assert "<legend>기본정보</legend>" in html
    assert 'value="저장하기" class="button' in html
    assert "error-summary" in html


def test_rows_of_a_formset_stand_each_in_a_fieldset():
    rows = forms.formset_factory(EveryWidget, extra=2)(RequestFactory().get("/").GET or None)
    html = Template("{% load crispy_forms_tags %}{{ rows|crispy }}").render(Context({"rows": rows}))
    page = Page(html)
    assert 'name="form-TOTAL_FORMS"' in html
    assert "2번째" in html
    assert page.described_by <= set(page.by_id)


def test_errors_of_a_formset_are_summed_up():
    management = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-fax": "02"}
    rows = forms.formset_factory(EveryWidget)(management)
    page = Page(Template("{% load crispy_forms_tags %}{{ rows|crispy }}").render(Context({"rows": rows})))
    assert "error-summary" in page.html
    assert page.anchors <= set(page.by_id)


def test_a_check_while_typing_answers_with_the_same_message_ids():
    html = render_to_string("krds/messages.html", {"errors": ["이미 사용 중입니다."], "id": "id_text"})
    assert 'id="id_text_error"' in html
    html = render_to_string("krds/messages.html", {"ok": "사용할 수 있습니다.", "id": "id_text"})
    assert "사용할 수 있습니다." in html
    assert "id_text_error" not in html
