"""사업자등록번호 as a company's members may read it (§D11)."""

import pytest
from post_office.models import Email
from pytest_django.asserts import assertContains

from companies.domain import review
from companies.domain.shown_numbers import brn_for_applicant, brn_for_member
from companies.models import Case, Relationship
from tests import make
from tests.companies import firm
from tests.companies.registry import NOW, request

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SOLE, WHOLE, MASKED = "1201500026", "120-15-00026", "120-15-*****"
CORPORATION = "1208200275"


@pytest.mark.parametrize(
    ("role", "brn", "shown"),
    [
        ("ASSOCIATE", SOLE, MASKED),
        ("FULL", SOLE, WHOLE),
        ("MASTER", SOLE, WHOLE),
        ("ASSOCIATE", CORPORATION, "120-82-00275"),
    ],
)
def test_an_associate_sees_of_a_sole_proprietors_number_what_the_search_shows(client, login, role, brn, shown):
    """§D11: on every page that names one's company; a corporation's number is public."""
    member = make.member_of_type(role, at=make.company(brn=brn))
    login(member)

    pages = [client.get(path).text for path in ("/company/", "/my/", "/company/leave/", "/company/convert/")]

    assert brn_for_member(Relationship.objects.get(member=member)) == shown
    assert [shown in page for page in pages] == [True] * len(pages)
    assert shown == WHOLE or not any(WHOLE in page for page in pages)


@pytest.mark.parametrize(("role", "is_whole"), [("ASSOCIATE", False), ("FULL", True)])
def test_what_an_associate_asks_for_tells_no_more(client, login, role, is_whole):
    """§D11, §Q3: the request, its mail, the paper, which has a blank there to be written by hand."""
    member = make.member_of_type(role, at=make.company(brn=SOLE))
    case = firm.ask(member, has_paper=False)
    login(member)

    pages = [client.get(f"/company/requests/{case.pk}{verb}/").text for verb in ("", "/withdraw")]
    pages.append(client.get("/my/").text)
    paper = client.get("/company/master-change/form/")
    review.request_correction(case, **firm.seen(case, now=NOW), reason="사업자등록증이 없습니다.")
    mail = Email.objects.get()

    shown = WHOLE if is_whole else MASKED
    assert [shown in page for page in pages] == [True] * 3
    assert is_whole or not any(WHOLE in text for text in [*pages, paper.text, mail.message, mail.html_message])
    assertContains(paper, f"사업자등록번호</th><td>{WHOLE if is_whole else ''}</td>")


def test_who_typed_the_number_reads_all_of_it():
    """§D11, §T4: one's own request for a registration."""
    case = request(make.member(), SOLE)
    assert brn_for_applicant(Case.objects.get(pk=case.pk)) == WHOLE
