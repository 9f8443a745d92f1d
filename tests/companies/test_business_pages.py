"""A company whose business ended, as those who look for it see it (§D8)."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from companies.models import BusinessStatus, Company, Relationship
from tests import make
from tests.companies.registry import draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bureau")]

BUTTON = "준회원으로 관계설정 신청하기"
ENDED = [BusinessStatus.SUSPENDED, BusinessStatus.CLOSED]


def marked(status: BusinessStatus) -> Company:
    company = make.company(business_status=status)
    make.master_of(company)
    return company


@pytest.mark.parametrize("status", ENDED)
def test_d8_the_search_says_beforehand_that_nobody_joins(client: Client, login, status):
    """§D8: no new relationships; whoever looks for the company reads why, and who can help."""
    company, member = marked(status), make.member()
    login(member)

    page = client.get("/company/convert/", {"q": company.brn, "choose": 1, "company": company.pk})

    assertContains(page, f"{status.label}한 기업입니다")
    assertContains(page, "02-3460-7183")
    assertNotContains(page, BUTTON)


@pytest.mark.parametrize("status", ENDED)
def test_d8_the_number_of_such_a_company_leads_nowhere_at_sign_up(client: Client, login, status):
    """§D8: the same on the page of the sign-up, where the number was found."""
    company, member = marked(status), make.member()
    login(member)
    draft(member, company.brn)

    page = client.get("/company/register/")

    assertContains(page, f"{status.label}한 기업입니다")
    assertNotContains(page, BUTTON)


@pytest.mark.parametrize("status", ENDED)
def test_d8_an_old_tab_is_refused_with_a_sentence(client: Client, login, status):
    """§D8: marked since the page was shown."""
    company, member = marked(status), make.member()
    login(member)

    answer = client.post("/company/convert/relate/", {"company": company.pk, "q": company.brn})

    assertRedirects(answer, f"/company/convert/?q={company.brn}", fetch_redirect_response=False)
    assertContains(client.get(answer.url), "새로 관계설정을 할 수 없습니다")
    assert not Relationship.objects.filter(member=member).exists()


def test_d8_active_again_is_joined_as_ever(client: Client, login):
    """§D8: the twin: the button is there."""
    company, member = marked(BusinessStatus.ACTIVE), make.member()
    login(member)

    page = client.get("/company/convert/", {"q": company.brn, "choose": 1, "company": company.pk})

    assertContains(page, BUTTON)
