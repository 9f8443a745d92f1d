"""휴업·폐업 표시 in admin: what a mark means, the verb, its refusals (§D8)."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from post_office.models import Email

from companies.models import BusinessStatus, Company, RelationshipEvent
from tests import make
from tests.companies.firm import company_with
from tests.companies.registry import NOW
from tests.desk.people import auditor, superuser, support

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FOUNDED_ON = "국세청 휴폐업 조회(2026.11.20.)"


def mark_page(company: Company) -> str:
    return f"/admin/companies/company/{company.pk}/mark/"


def page(company: Company) -> str:
    return f"/admin/companies/company/{company.pk}/change/"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def browser(login) -> Client:
    return login(support("support1", name="김지원"))


def press(browser: Client, company: Company, status: str = "SUSPENDED", reason: str = FOUNDED_ON, **more: str):
    seen = Company.objects.values_list("business_status", flat=True).get(pk=company.pk)
    return browser.post(mark_page(company), {"seen": seen, "status": status, "reason": reason} | more)


@pytest.mark.parametrize("status", [BusinessStatus.SUSPENDED, BusinessStatus.CLOSED])
def test_support_team_marks_a_company_and_its_members_are_told(browser, status):
    """§D8: the page says what it means and for how many, the button does it, the company's page shows it."""
    company, people = company_with("FULL", "ASSOCIATE")
    shown = text(browser.get(mark_page(company)))
    said = ("지금 회원 3명 모두에게", "아무도 새로 관계설정을 할 수 없습니다", "바꾸고 회원 3명에게 알리기")
    assert [words for words in said if words not in shown] == []
    assert (
        'type="radio" name="status" value="ACTIVE"' in shown,
        f'type="radio" name="status" value="{status}"' in shown,
    ) == (False, True)

    response = press(browser, company, status)

    assert response.url == page(company)
    company.refresh_from_db()
    assert company.business_status == status
    event = RelationshipEvent.objects.get(company=company)
    told = (event.kind, event.actor.username, event.detail)
    assert told == ("MARKED", "support1", {"status": status, "reason": FOUNDED_ON})
    assert sorted(mail.to[0] for mail in Email.objects.all()) == sorted(person.email for person in people)
    shown = text(browser.get(response.url))
    assert f"사업 상태를 바꾸고 회원 3명에게 알렸습니다. 지금 상태: {status.label}" in shown
    assert "직원 김지원" in shown


def test_a_mark_is_taken_back(browser):
    """§D8: 계속사업자 again."""
    company, _people = company_with()
    press(browser, company, "CLOSED")
    press(browser, company, "ACTIVE", "다시 영업하는 것을 확인했습니다.")
    company.refresh_from_db()
    assert company.is_in_business


@pytest.mark.parametrize("wanted", ["SUSPENDED", "CLOSED"])
def test_an_old_page_does_not_overwrite_a_colleagues_mark(browser, login, wanted):
    """§D8: it says who changed what when, keeps what was typed, and offers what can be chosen now."""
    company, _people = company_with()
    press(login(support("support2", name="이고객")), company, "CLOSED", "폐업 사실증명")
    Email.objects.all().delete()
    response = press(login(support("support3", name="박늦음")), company, wanted, seen="ACTIVE")

    said = str(response.context["form"].errors["status"])
    assert [words for words in ("이고객 님이", "새 상태: 폐업", "바꾼 시각: 20") if words not in said] == []
    kept = (FOUNDED_ON, 'name="seen" value="CLOSED"', 'type="radio" name="status" value="ACTIVE"')
    assert [words for words in kept if words not in text(response)] == []
    company.refresh_from_db()
    events = RelationshipEvent.objects.filter(company=company)
    assert (company.business_status, events.count(), Email.objects.count()) == ("CLOSED", 1, 0)
    assert press(browser, company, "SUSPENDED").status_code == 302


@pytest.mark.parametrize("seen", ["", "GONE"])
def test_a_mark_says_which_status_was_seen(browser, seen):
    """§D8: a form without it changes nothing."""
    company, _people = company_with()
    said = press(browser, company, seen=seen).context["form"].errors["status"]
    assert "지금 상태를 확인하고 다시 선택해 주세요." in str(said)
    assert Company.objects.get().is_in_business


REFUSED = {
    "nothing chosen": ({"status": ""}, "status", "사업 상태를 선택해 주세요."),
    "no status": ({"status": "GONE"}, "status", "이미 그렇게 표시되어 있거나"),
    "marked so already": ({"status": "ACTIVE"}, "status", "이미 그렇게 표시되어 있거나"),
    "no reason": ({"reason": "  "}, "reason", "500자 이내로 입력해 주세요."),
    "far too long a reason": ({"reason": "가" * 501}, "reason", "500자 이내로 입력해 주세요."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_stands_beside_its_field_and_nothing_is_lost(browser, name):
    """§D8: what was typed stays; nothing is marked and nobody mailed."""
    posted, field, words = REFUSED[name]
    company, _people = company_with()
    response = press(browser, company, **posted)

    assert response.status_code == 200
    assert words in str(response.context["form"].errors[field])
    assert (posted.get("reason", FOUNDED_ON).strip() in text(response), "오류:" in text(response)) == (True, True)
    company.refresh_from_db()
    assert (company.business_status, Email.objects.count()) == ("ACTIVE", 0)


def test_a_company_whose_registration_ended_is_not_marked(browser):
    """§D8: there is nobody to tell and nothing to join."""
    company = make.company(closed_at=NOW)
    shown = text(browser.get(mark_page(company)))
    assert ("등록이 끝난 기업이라" in shown, "<textarea" in shown) == (True, False)
    assert mark_page(company) not in text(browser.get(page(company)))
    assert "이미 그렇게 표시되어 있거나" in str(press(browser, company).context["form"].errors["status"])
    assert not RelationshipEvent.objects.exists()


def test_the_right_is_asked_for(login):
    """§D8: whoever may see companies and not mark them sees no way there; others see neither."""
    company = make.company()
    looker = make.staff()
    looker.user_permissions.add(Permission.objects.get(codename="view_company"))
    marker = make.staff()
    marker.user_permissions.add(Permission.objects.get(codename="mark_company"))
    for person in (looker, marker, auditor()):
        browser = login(person)
        assert (browser.get(mark_page(company)).status_code, press(browser, company).status_code) == (403, 403)
    assert mark_page(company) not in text(login(looker).get(page(company)))
    assert Company.objects.get().is_in_business


def test_superusers_have_no_way_round(login):
    """§D8: the state changes by the verb alone, with its reason."""
    company, _people = company_with()
    browser = login(superuser())
    assert browser.post(page(company), {"business_status": "CLOSED", "_save": "1"}).status_code == 403
    assert press(browser, company, "CLOSED", "").status_code == 200
    assert Company.objects.get().is_in_business
    assert press(browser, company, "CLOSED").status_code == 302


@pytest.mark.parametrize("key", ["999999", "0"])
def test_a_company_that_does_not_exist_is_not_found(browser, key):
    """§D8: 404."""
    assert browser.get(f"/admin/companies/company/{key}/mark/").status_code == 404


def test_members_and_strangers_are_sent_to_the_staffs_door(client, login):
    """§D3: the admin's own door stands before it."""
    company = make.company()
    assert client.get(mark_page(company)).status_code == 302
    assert press(login(make.member_of_type("MASTER", at=company)), company).status_code in {302, 403}
    assert Company.objects.get().is_in_business
