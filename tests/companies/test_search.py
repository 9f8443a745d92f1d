"""사업자등록번호 검색 and its three answers (§S12, §S13, §D8, §D9)."""

from datetime import date, timedelta

import pytest

from accounts.domain.limits import TooManyAttempts
from companies.domain import cases, membership, registration_draft, search
from companies.domain.search import Way
from companies.models import BusinessStatus, Company, Document, RegistrationDraft, RegistryAnswer
from tests import make
from tests.companies.registry import FACTS, NOW, SOON, document, draft, request

pytestmark = pytest.mark.django_db


# --- The three answers ----------------------------------------------------------------------------------------------


def test_a_registered_number_leads_to_joining(bureau):
    """§S12: (a) registered here; the registry is not asked, and what it would say is not kept."""
    brn = bureau.knows()
    make.company(brn=brn)

    found = draft(make.member(), brn)

    assert search.way_of(found) is Way.JOIN
    assert (found.answer, found.record, found.contact_email) == ("", {}, "")
    assert bureau.asked == []


def test_a_number_that_the_registry_knows_leads_to_registering(bureau):
    """§S12: (b) the data are filled in."""
    member, brn = make.member(), bureau.knows()

    draft(member, brn)

    kept = registration_draft.draft_of(member)
    assert search.way_of(kept) is Way.REGISTER
    assert (kept.brn, kept.answer, kept.record, kept.answered_at) == (brn, RegistryAnswer.KNOWN, FACTS, NOW)
    assert kept.contact_email == "owner@daehan.example"


@pytest.mark.parametrize(("is_down", "answer"), [(False, RegistryAnswer.UNKNOWN), (True, RegistryAnswer.UNAVAILABLE)])
def test_a_number_that_nobody_knows_leads_to_a_request(is_down, answer, bureau):
    """§S12: (c) neither, or the bureau does not answer; which of the two is kept."""
    brn = bureau.knows() if is_down else make.brn()
    bureau.is_down = is_down

    found = draft(make.member(), brn)

    assert search.way_of(found) is Way.REQUEST
    assert (found.answer, found.record, found.contact_email) == (answer, {}, "")


def test_what_a_number_leads_to_is_told_as_things_stand_now(bureau):
    """§S12: a company that is registered meanwhile is joined; one that closed has to be looked up again."""
    found = draft(make.member(), bureau.knows())
    company = make.company(brn=found.brn)
    assert search.way_of(found) is Way.JOIN

    seen = draft(make.member(), company.brn)
    Company.objects.update(closed_at=NOW)
    assert search.way_of(seen) is None
    assert search.way_of(found) is Way.REGISTER


def test_a_closed_companys_number_is_asked_for_again(bureau):
    """§D2: its BRN is free; the closed row is not what the search finds."""
    company = make.company(brn=bureau.knows(), closed_at=NOW)

    assert search.live_company(company.brn) is None
    assert search.way_of(draft(make.member(), company.brn)) is Way.REGISTER


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_registry_is_asked_while_nobody_waits_for_a_lock(bureau):
    """§S12: a slow registry holds up nobody but the one who asks."""
    draft(make.member(), make.brn())

    assert bureau.in_transaction == [False]


# --- Numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["120-82-00275", "1208200275", " 120 82 00275 ", "１２０－８２－００２７５"])
def test_a_number_is_the_same_however_it_is_typed(typed, bureau):
    """§D9: hyphens, spaces or full-width digits."""
    assert draft(make.member(), typed).brn == "1208200275"
    assert bureau.asked == ["1208200275"]


@pytest.mark.parametrize("typed", ["", "120-82-0027", "120-82-00276", "abc", "1208200275\0"])
def test_what_is_no_number_is_refused_beside_its_field(typed, bureau):
    """§D9: ten digits with a valid check digit; the sentence says what is wrong, and nothing is asked or kept."""
    with pytest.raises(search.UnreadableBrn) as refused:
        draft(make.member(), typed)

    assert refused.value.field == "brn"
    assert str(refused.value).endswith(("예: 120-82-00275", "다시 확인해 주세요.", "다시 입력해 주세요."))
    assert (bureau.asked, RegistrationDraft.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("status", "refusal", "word"),
    [
        (BusinessStatus.CLOSED, search.BusinessClosed, "폐업"),
        (BusinessStatus.SUSPENDED, search.BusinessSuspended, "휴업"),
    ],
)
def test_a_closed_or_suspended_business_is_refused(status, refusal, word, bureau):
    """§D8: 휴·폐업."""
    member = make.member()

    with pytest.raises(refusal) as refused:
        draft(member, bureau.knows(status=status))

    assert (refused.value.field, word in str(refused.value)) == ("brn", True)
    assert registration_draft.draft_of(member) is None


def test_who_saw_that_a_business_closed_registers_by_no_earlier_answer(bureau):
    """§D8: an answer that was good a minute ago is not, once the registry says otherwise; what was typed stays."""
    member, brn = make.member(), bureau.knows()
    registration_draft.keep_typed(draft(member, brn), {"remarks": "비고"}, now=NOW)
    bureau.knows(brn, status=BusinessStatus.CLOSED)

    with pytest.raises(search.BusinessClosed):
        draft(member, brn, now=SOON)

    kept = registration_draft.draft_of(member)
    assert (kept.answer, kept.record, kept.contact_email, kept.typed) == ("", {}, "", {"remarks": "비고"})
    assert search.way_of(kept) is None


# --- Who may search, and how often ----------------------------------------------------------------------------------


@pytest.mark.parametrize("member_type", ["MASTER", "FULL", "ASSOCIATE"])
def test_who_is_related_already_is_told_before_anybody_is_asked(member_type, bureau):
    """§D1: one live company relationship per member."""
    with pytest.raises(membership.AlreadyRelated):
        draft(make.member_of_type(member_type), make.brn())

    assert bureau.asked == []


def test_who_started_five_relationships_today_is_told_before_anybody_is_asked(bureau):
    """§D1: at most five a day."""
    member, company = make.member(), make.company()
    for _ in range(5):
        make.relationship(member, company, "ASSOCIATE", started_at=NOW, ended_at=NOW)

    with pytest.raises(membership.TooManyStarts):
        draft(member, make.brn())

    assert bureau.asked == []


def test_a_member_searches_so_often_and_not_more(bureau):
    """§D9: trying numbers out is limited by member, registered ones too; others search on."""
    member, company = make.member(), make.company()
    for number in range(search.SEARCHES.times):
        draft(member, company.brn if number % 2 else make.brn())

    for brn in (company.brn, make.brn()):
        with pytest.raises(TooManyAttempts):
            draft(member, brn)
    with pytest.raises(TooManyAttempts):
        search.search_again(registration_draft.draft_of(member), now=NOW)
    assert search.way_of(draft(make.member(), company.brn)) is Way.JOIN


def test_mistyped_numbers_do_not_count(bureau):
    """§D9: only what is looked up is limited."""
    member = make.member()
    for _ in range(search.SEARCHES.times):
        with pytest.raises(search.UnreadableBrn):
            draft(member, "120-82-00276")

    assert draft(member, make.brn()).answer == RegistryAnswer.UNKNOWN


# --- Looking up again -----------------------------------------------------------------------------------------------


def test_looking_up_again_tells_whether_the_answer_changed(bureau):
    """§S12: the member sees what is registered before it is."""
    found = draft(make.member(), bureau.knows())

    same, is_other = search.search_again(found, now=SOON)
    assert (is_other, same.answered_at) == (False, SOON)

    bureau.knows(found.brn, facts=FACTS | {"name": "새대한상사"})
    changed, is_other = search.search_again(same, now=SOON)
    assert (is_other, changed.record["name"]) == (True, "새대한상사")

    bureau.is_down = True
    down, is_other = search.search_again(changed, now=SOON)
    assert (is_other, down.answer) == (True, RegistryAnswer.UNAVAILABLE)


@pytest.mark.parametrize(("age", "is_stale"), [(timedelta(hours=1), False), (timedelta(hours=1, seconds=1), True)])
def test_an_answer_lives_an_hour(age, is_stale, bureau):
    """§S12: later the registry is asked again."""
    assert search.is_stale(draft(make.member(), bureau.knows()), now=NOW + age) is is_stale


def test_what_the_registry_vouches_for_is_told_as_it_is_stored(bureau):
    """§S12: the four facts that are the registry's; the rest is the member's to change."""
    found = draft(make.member(), bureau.knows(facts=FACTS | {"phone": "0212345678"}))

    assert search.vouched_for(found) == FACTS | {"opened_on": date(2001, 2, 3)}


@pytest.mark.parametrize("written", ["2001-2-3", "20010203"])
def test_a_date_that_the_registry_writes_in_its_own_way_is_read(written, bureau):
    """§S12: whatever the portal accepts, it can store."""
    found = draft(make.member(), bureau.knows(facts={"name": "대한상사", "opened_on": written}))

    assert search.vouched_for(found)["opened_on"] == date(2001, 2, 3)


@pytest.mark.parametrize("facts", [{"name": "대한상사", "opened_on": "어제"}, {"name": "대한상사"}])
def test_what_the_registry_does_not_know_it_does_not_vouch_for(facts, bureau):
    """§S12: a fact that cannot be read is none."""
    found = draft(make.member(), bureau.knows(facts=facts))

    assert search.vouched_for(found) == {"name": "대한상사"}


# --- The unfinished registration ------------------------------------------------------------------------------------


def test_what_was_typed_is_kept_as_it_was_typed(bureau):
    """§S13: and stays through another search of the same number."""
    member, brn = make.member(), bureau.knows()
    found = draft(member, brn)

    registration_draft.keep_typed(found, {"name": " 민국 상사 ", "phone": "02)123", "remarks": "a\0b"}, now=SOON)
    draft(member, brn, now=SOON)

    kept = registration_draft.draft_of(member)
    assert kept.typed == {"name": " 민국 상사 ", "phone": "02)123", "remarks": "ab"}
    assert RegistrationDraft.objects.count() == 1


def test_what_is_far_too_long_is_kept_in_part(bureau):
    """§S13: a draft is no place to store things in."""
    found = draft(make.member(), make.brn())

    registration_draft.keep_typed(found, {"remarks": "가" * 5_000}, now=NOW)

    assert len(registration_draft.draft_of(found.member).typed["remarks"]) == registration_draft.LONGEST_KEPT_TEXT


def test_typing_into_a_registration_that_is_finished_keeps_nothing(bureau):
    """§S13: another tab finished it."""
    found = draft(make.member(), make.brn())
    registration_draft.forget_draft(found.member)

    registration_draft.keep_typed(found, {"name": "민국상사"}, now=SOON)

    assert not RegistrationDraft.objects.exists()


@pytest.mark.parametrize(
    ("before", "after", "is_kept"), [("unknown", "unknown", True), ("known", "unknown", False),
                                     ("unknown", "known", False), ("known", "known", False)]
)  # fmt: skip
def test_what_was_typed_of_another_company_is_dropped(before, after, is_kept, bureau):
    """§S13: unless the registry knew neither: then the number was mistyped, and nothing typed is lost."""
    member = make.member()
    number = {"known": bureau.knows, "unknown": make.brn}
    registration_draft.keep_typed(draft(member, number[before]()), {"name": "민국상사"}, now=NOW)

    assert draft(member, number[after]()).typed == ({"name": "민국상사"} if is_kept else {})


def test_forgetting_an_unfinished_registration_deletes_its_documents(bureau, django_capture_on_commit_callbacks):
    """§S13: row and file, once that is committed; others' stay."""
    member = make.member()
    mine, others = document(draft(member, make.brn())), document(draft(make.member(), make.brn()))

    with django_capture_on_commit_callbacks(execute=True):
        registration_draft.forget_draft(member)
        assert mine.file.storage.exists(mine.file.name)

    assert not mine.file.storage.exists(mine.file.name)
    assert others.file.storage.exists(others.file.name)
    assert list(Document.objects.all()) == [others]
    assert registration_draft.draft_of(member) is None


def test_forgetting_nothing_is_no_mistake():
    """§S13: a second click."""
    registration_draft.forget_draft(make.member())


def test_a_request_that_was_sent_meanwhile_is_not_begun_anew(bureau):
    """§S13: the second press of a button finds the first one's request; another number, or one withdrawn, is begun."""
    case = request(make.member(), number := make.brn())

    with pytest.raises(search.SearchFirst):
        search.resume(case.applicant, number, now=SOON)

    assert registration_draft.draft_of(case.applicant) is None
    assert search.resume(case.applicant, make.brn(), now=SOON).answer == RegistryAnswer.UNKNOWN
    cases.withdraw_request(case, actor=case.applicant, now=SOON)
    assert search.resume(case.applicant, number, now=SOON).brn == number


def test_what_was_attached_for_another_company_goes_with_what_was_typed_of_it(bureau):
    """§S12: A's certificate is not B's, and B is known."""
    member = make.member()
    kept = document(draft(member, make.brn()))

    draft(member, bureau.knows())

    assert not Document.objects.filter(pk=kept.pk).exists()


def test_what_was_attached_stays_with_a_number_that_was_mistyped():
    """§S13: the registry knows neither."""
    member = make.member()
    kept = document(draft(member, make.brn()))

    draft(member, make.brn())

    assert Document.objects.filter(pk=kept.pk).exists()
