"""등록 이의신청 in the browser: the link in the company's mail leads there, without a log-in (§D8)."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from companies.domain import dispute, registration
from companies.domain.dispute_links import link_token
from companies.models import Case, Company, Outcome, RegistrationDispute, Relationship
from kotra_portal.link_tokens import blank_tokens, carries_token
from kotra_portal.masking import mask_name
from tests import make
from tests.companies.registry import FACTS, TYPED, draft

pytestmark = pytest.mark.django_db
CONTACT = "owner@daehan.example"
TYPED_CLAIM = {
    "name": "이대한",
    "position": "대표자",
    "phone": "02-3460-7183",
    "email": "lee@daehan.example",
    "explanation": "우리 회사 직원이 아닙니다.",
}


@pytest.fixture
def company(bureau) -> Company:
    """A company that its MASTER registered by the registry's word, just now."""
    member, brn = make.member(), bureau.knows()
    now = timezone.now()
    draft(member, brn, now=now)
    return registration.register_company(member, brn, TYPED | FACTS, now=now).company


@pytest.fixture
def path(company) -> str:
    return f"/company/dispute/{link_token(company)}/"


def master_of(company: Company) -> Relationship:
    return Relationship.objects.get(company=company, ended_at__isnull=True)


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_d8_the_mail_to_the_companys_contact_has_the_link(company):
    """§D8: the contact in KISLINE is mailed a way to dispute, and it opens without a log-in."""
    mail = Email.objects.get(to=CONTACT)
    link = re.search(re.escape(portal_settings.PORTAL_URL) + r"(/company/dispute/\S+)", mail.message)[1]

    response = Client().get(link)

    assert response.status_code == 200
    assert link in mail.html_message
    assert company.name in text_of(response)


def test_d8_the_page_masks_who_registered(path, company):
    """§D8: by whom, masked."""
    name = master_of(company).member.name

    shown = text_of(Client().get(path))

    assert mask_name(name) in shown
    assert name not in shown


def test_d8_a_dispute_becomes_a_case_and_the_link_shows_its_state(path, company):
    """§D8: a dispute opens a staff case; the same link tells how it stands."""
    visitor = Client()

    response = visitor.post(path, TYPED_CLAIM, follow=True)

    case = Case.objects.get(company=company)
    assert str(case.pk) in text_of(response)
    assert "접수되었습니다" in text_of(response)
    claim = case.dispute
    assert (claim.claimant_name, claim.claimant_phone, claim.claimant_email) == (
        "이대한",
        "0234607183",
        "lee@daehan.example",
    )


def test_d8_a_second_press_makes_no_second_case(path, company):
    """§D8: one dispute for one registration."""
    visitor = Client()
    visitor.post(path, TYPED_CLAIM)

    response = visitor.post(path, TYPED_CLAIM, follow=True)

    assert response.status_code == 200
    assert Case.objects.filter(company=company).count() == 1


@pytest.mark.parametrize("field", ["name", "position", "phone", "email", "explanation"])
def test_d8_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(path, company, field):
    """§D8: each field is needed."""
    typed = {name: value for name, value in TYPED_CLAIM.items() if not name.startswith(field)}

    response = Client().post(path, typed)

    assert list(response.context["form"].errors) == [field]
    for name, value in typed.items():
        assert value in response.content.decode(), name
    assert not Case.objects.filter(company=company).exists()


def test_d8_the_claimant_reads_in_the_language_of_the_page(path, company):
    """§D8, §D22: whoever disputes in English is answered in English."""
    visitor = Client()
    visitor.cookies[portal_settings.LANGUAGE_COOKIE_NAME] = "en"

    response = visitor.post(path, TYPED_CLAIM, follow=True)

    assert "Your dispute was received" in text_of(response)
    assert RegistrationDispute.objects.get().language == "en"


@pytest.mark.parametrize("token", ["no-such-token", "MQ:abc", "%20", "a" * 2000])
def test_d8_a_damaged_link_says_so(token):
    """§D8: the link is signed."""
    response = Client().get(f"/company/dispute/{token}/")

    assert response.status_code == 404
    assert "주소가 올바르지 않습니다" in text_of(response)


def test_d8_the_link_ends_after_thirty_days(path, company):
    """§D8: a link, no log-in, 30 days."""
    Company.objects.filter(pk=company.pk).update(registered_at=timezone.now() - timedelta(days=30))

    for response in (Client().get(path), Client().post(path, TYPED_CLAIM)):
        assert response.status_code == 404
        assert "30일" in text_of(response)
    assert not Case.objects.filter(company=company).exists()


def test_d8_what_was_decided_is_shown_without_its_reason(path, company):
    """§D8: the reason went to the claimant's own address."""
    Client().post(path, TYPED_CLAIM)
    case = Case.objects.get(company=company)
    staff = make.staff(is_superuser=True)

    dispute.keep_registration(case, actor=staff, seen=1, reason="재직을 확인했습니다.", now=timezone.now())
    shown = text_of(Client().get(path))

    assert str(Outcome.KEPT.label) in shown
    assert "재직을 확인했습니다." not in shown
    told = Email.objects.filter(to="lee@daehan.example").latest("pk")
    assert "재직을 확인했습니다." in told.message


def test_d8_the_token_stands_in_no_log_and_in_no_mail_of_a_visitors(path):
    """§D8, §D14: whoever holds the link can dispute."""
    assert carries_token(path)
    assert blank_tokens(f"GET {path}") == "GET /company/dispute/…"
    assert "E-Mail 보내기" not in Client().get(path).content.decode()
