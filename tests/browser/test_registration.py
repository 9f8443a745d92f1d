"""기업 등록 in a browser: the three ways with and without JavaScript, on small screens, by keyboard, in English."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from companies.models import Case, Company, Document, RegistrationDraft, Relationship, Role
from tests import make, walk
from tests.browser import journeys
from tests.companies import papers
from tests.companies.registry import FACTS, request

PAGE, SIGNUP = "/company/register/", "/signup/company/"
KNOWN = FACTS | {
    "name_en": "Daehan Trading Co., Ltd.", "phone": "16007119", "fax": "0234607932", "email": "info@daehan.example",
    "postcode": "06792", "address": "서울특별시 서초구 헌릉로 13", "business_type": "도매업", "business_item": "섬유",
    "company_type": "SMALL", "homepage": "www.daehan.example", "annual_sales": "80192", "employees": "224",
}  # fmt: skip
WAYS = ("join", "register", "request")
BUTTONS = {"join": "준회원으로 관계설정 신청하기", "register": "MASTER로 등록하기", "request": "등록 요청하기"}


@pytest.fixture(autouse=True)
def _documents(tmp_path, monkeypatch):
    papers.folder_of_documents(monkeypatch, tmp_path / "documents")


@pytest.fixture
def member(bureau) -> User:
    return make.member("hong2026", name="홍길동")


@pytest.fixture
def numbers(bureau) -> dict[str, str]:
    """A number for each way."""
    company = make.company(
        "대한상사", name_en="Daehan Trading", representative="이대한", phone="16007119", email="info@daehan.example",
        business_type="도매업", business_item="섬유", postcode="06792", address="서울특별시 서초구 헌릉로 13",
    )  # fmt: skip
    make.master_of(company)
    return {"join": company.brn, "register": bureau.knows(facts=KNOWN), "request": make.brn()}


@pytest.fixture
def certificate(tmp_path) -> Path:
    path = tmp_path / "사업자등록증.pdf"
    path.write_bytes(papers.pdf())
    return path


def look_up(page: Page, brn: str, *, path: str = PAGE) -> None:
    page.goto(path)
    page.locator("input#id_brn").fill(f"{brn[:3]}-{brn[3:5]}-{brn[5:]}")
    journeys.press(page, "검색")
    expect(page.locator(".registration-number")).to_be_visible()
    page.wait_for_load_state()


def fill_in(page: Page, **changes: str) -> None:
    """Type the company, as far as it is asked for."""
    for name, text in (walk.COMPANY | changes).items():
        control = page.locator(f"main form.registration-form [name={name}]")
        if not control.count():
            continue
        if name == "certificate_by":
            page.locator(f"[name={name}][value={text}]").check()
        elif name in {"company_type", "email_domain"}:
            control.select_option(text)
        else:
            control.fill(text)


def came_of(member: User) -> str:
    """What was done, as the name of its way."""
    relationship = Relationship.objects.filter(member=member).first()
    if relationship:
        return {Role.ASSOCIATE: "join", Role.MASTER: "register"}[relationship.role]
    return "request" if Case.objects.filter(applicant=member).exists() else ""


def go_through(page: Page, way: str, brn: str, *, path: str = PAGE, look: Callable[[str], None] = print) -> None:
    page.goto(path)
    look("search")
    look_up(page, brn, path=path)
    look(way)
    if way == "request":
        journeys.press(page, BUTTONS[way])
        expect(page.locator(".error-summary")).to_be_visible()
        look("refused")
    if way != "join":
        fill_in(page)
    journeys.press(page, BUTTONS[way])
    expect(page.locator(".messages .notice-success")).to_be_visible()
    look(f"{way}_done")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_way_is_accessible_and_leads_where_it_says(way, language, page: Page, enter, member, numbers, axe, shot):
    """§S12: axe and the console find nothing wrong on the way, in either language."""
    User.objects.filter(pk=member.pk).update(language=language)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    enter(page, member)
    page.goto("/")
    if language == "en":
        page.get_by_role("button", name="English").first.click()

    def look(name: str) -> None:
        assert page.locator("html").get_attribute("lang") == language
        shot(page, f"registration_{way}_{name}_{language}_1280")
        axe(page)

    go_through(page, way, numbers[way], look=look)

    assert came_of(member) == way
    assert complaints == []


@pytest.mark.parametrize("way", WAYS)
def test_every_way_needs_no_script_and_no_more_than_360_pixels(
    way, page_without_javascript: Page, enter, member, numbers, shot
):
    """§S12, §S13: within the sign-up."""
    page = page_without_javascript
    page.set_viewport_size({"width": 360, "height": 740})
    enter(page, member)

    def look(name: str) -> None:
        shot(page, f"registration_{way}_{name}_360_no_script")
        assert page.locator("body").bounding_box()["width"] <= 360

    go_through(page, way, numbers[way], path=SIGNUP, look=look)

    assert came_of(member) == way


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("width", [320, 768])
def test_no_stage_scrolls_sideways(way, width, page: Page, enter, member, numbers):
    """1280 pixels at 400 % zoom are 320."""
    page.set_viewport_size({"width": width, "height": 740})
    enter(page, member)

    def look(name: str) -> None:
        journeys.assert_fits(page)

    go_through(page, way, numbers[way], look=look)


def tab_to(page: Page, condition: str) -> None:
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate(f"({condition})(document.activeElement)"):
            return
    raise AssertionError(f"Tab never reached {condition}")


def test_the_keyboard_alone_is_enough(page: Page, enter, member, numbers):
    """§S12: number, Enter, what is missing, Enter."""
    enter(page, member)
    page.goto(PAGE)
    tab_to(page, "element => element.id === 'id_brn'")
    page.keyboard.insert_text(numbers["request"])
    page.keyboard.press("Enter")
    expect(page.locator(".registration-form")).to_be_visible()
    page.wait_for_load_state()
    for name, text in walk.COMPANY.items():
        tab_to(page, f"element => element.name === {name!r}")
        if name == "company_type":
            page.keyboard.press("ArrowDown")
        elif name == "certificate_by":
            page.keyboard.press("ArrowDown")  # from the first choice to the fax
        elif name != "email_domain":
            page.keyboard.insert_text(text)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/company/requests/\d+/$"))
    asked = Case.objects.get(applicant=member).registration
    assert (asked.company_type, asked.certificate_by, asked.email) == ("SMALL", "FAX", "office@minguk.example")


def test_what_is_typed_is_kept_without_being_sent(page: Page, enter, member, numbers):
    """§S13: each field as soon as it is left; a reload, another tab and another day have it."""
    enter(page, member)
    look_up(page, numbers["request"])
    page.locator("[name=name]").fill("반쯤 쓴 기업")
    with page.expect_response(re.compile("/company/register/keep/")):
        page.keyboard.press("Tab")
    page.reload()
    expect(page.locator("[name=name]")).to_have_value("반쯤 쓴 기업")
    assert RegistrationDraft.objects.get(member=member).typed["name"] == "반쯤 쓴 기업"


def test_a_reload_after_a_refusal_shows_the_page_and_sends_nothing(page: Page, enter, member, numbers):
    """§S13: the page has its own address again, the way back leads through it."""
    enter(page, member)
    look_up(page, numbers["request"], path=SIGNUP)
    fill_in(page, name="")
    journeys.press(page, BUTTONS["request"])
    expect(page.locator("#id_name_error")).to_be_visible()
    expect(page).to_have_url(re.compile(f"{SIGNUP}$"))

    page.reload()

    expect(page.locator("#id_name_error")).to_have_count(0)
    expect(page.locator("[name=business_item]")).to_have_value("섬유")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_a_certificate_is_uploaded_kept_and_taken_back(
    script, page: Page, page_without_javascript: Page, enter, member, numbers, certificate, shot, axe
):
    """§S13: the page comes back to the spot, with what was typed and the file."""
    page = page if script else page_without_javascript
    enter(page, member)
    look_up(page, numbers["request"])
    fill_in(page)
    page.locator("[name=document]").set_input_files(certificate)
    journeys.press(page, "파일 올리기")
    listed = page.locator("#documents .version-list li")
    expect(listed).to_have_count(1)
    expect(page).to_have_url(re.compile("#documents$"))
    expect(page.locator("[name=business_item]")).to_have_value("섬유")
    if script:
        axe(page)
    shot(page, f"registration_documents_{'script' if script else 'no_script'}")

    listed.get_by_role("button").click()
    expect(listed).to_have_count(0)
    page.locator("[name=document]").set_input_files(certificate)
    page.locator("[name=certificate_by][value=UPLOAD]").check()
    journeys.press(page, BUTTONS["request"])

    expect(page).to_have_url(re.compile(r"/company/requests/\d+/$"))
    assert Document.objects.get().case.applicant == member


def test_files_that_are_too_large_together_stay_in_the_browser(page: Page, enter, member, numbers, tmp_path):
    """§S12: the page says so, where the answer would be a page without the form."""
    paths = [tmp_path / f"{number}.pdf" for number in range(3)]
    for path in paths:
        path.write_bytes(b"%PDF-1.7" + bytes(9 * 1024 * 1024))
    enter(page, member)
    look_up(page, numbers["request"])
    warning = page.locator("[data-refusal]")
    expect(warning).to_have_count(0)
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-1.7" + bytes(11 * 1024 * 1024))
    page.locator("[name=document]").set_input_files([large, paths[0]])
    expect(warning).to_contain_text("‘large.pdf’: 10MB가 넘는 파일은")
    page.locator("[name=document]").set_input_files(paths)
    expect(warning).to_contain_text("몇 개씩 나누어")
    journeys.press(page, BUTTONS["request"])
    expect(page.locator("[name=document]")).to_be_focused()
    page.locator("[name=document]").set_input_files(paths[0])
    expect(warning).to_have_count(0)
    journeys.press(page, "파일 올리기")
    expect(page.locator("#id_document_error")).to_be_visible()  # it was sent, and is no whole PDF


def test_a_file_that_is_too_large_stays_in_the_browser_when_one_is_added(page: Page, enter, member, tmp_path):
    """§D3: on the page of a request too, where a refusal would be a page without the form."""
    path = tmp_path / "large.pdf"
    path.write_bytes(b"%PDF-1.7" + bytes(11 * 1024 * 1024))
    case = request(member)
    enter(page, member)
    page.goto(f"/company/requests/{case.pk}/")
    page.locator("[name=document]").set_input_files(path)
    journeys.press(page, "파일 올리기")
    expect(page.locator("[data-refusal]")).to_contain_text("10MB가 넘는 파일은")
    expect(page).to_have_url(f"/company/requests/{case.pk}/")


def test_the_warning_of_another_number_comes_with_the_first_letter(page: Page, enter, member, numbers):
    """§S13: before, nothing would be lost."""
    enter(page, member)
    look_up(page, numbers["request"])
    expect(page.locator("[data-untouched]")).to_be_visible()
    expect(page.locator("[data-touched]")).to_be_hidden()
    page.locator("form.registration-form [name=name]").fill("가")
    expect(page.locator("[data-untouched]")).to_have_count(0)
    expect(page.locator("[data-touched]")).to_be_visible()


def test_the_postcode_is_found_in_a_dialog(page: Page, enter, member, numbers, settings):
    """§S8: as for a person, but without the head office for people abroad."""
    settings.POSTCODE_PROVIDER = "stub"
    enter(page, member)
    look_up(page, numbers["request"])
    expect(page.locator("[data-postcode-head-office]")).to_have_count(0)
    page.get_by_role("button", name="우편번호 찾기").click()
    page.locator("#postcode-q").fill("헌릉로 13")
    page.keyboard.press("Enter")
    page.locator("dialog button[data-postcode]").first.click()
    expect(page.locator("[name=postcode]")).to_have_value("06792")
    expect(page.locator("[name=address_detail]")).to_be_focused()


def test_the_postcode_is_found_without_a_script(page_without_javascript: Page, enter, member, numbers, settings):
    """§S8: on a page of its own, which comes back to this one."""
    settings.POSTCODE_PROVIDER = "stub"
    page = page_without_javascript
    enter(page, member)
    look_up(page, numbers["request"], path=SIGNUP)
    fill_in(page, postcode="", address="", address_detail="")
    journeys.press(page, "우편번호 찾기")
    page.locator("main [name=q]").fill("헌릉로 13")
    page.keyboard.press("Enter")
    page.locator("main button[name=postcode], main form:has([name=postcode]) button").first.click()
    expect(page).to_have_url(re.compile(re.escape(SIGNUP)))
    expect(page.locator("[name=postcode]")).to_have_value("06792")
    expect(page.locator("[name=business_item]")).to_have_value("섬유")


def test_another_number_is_looked_up_after_a_warning(page: Page, enter, member, numbers, shot):
    """§S13: what was typed goes on its owner's word alone."""
    enter(page, member)
    look_up(page, numbers["request"])
    fill_in(page)
    page.locator(".registration-number summary").click()
    expect(page.get_by_text("지금까지 입력한 내용과 올린 파일이 지워집니다")).to_be_visible()
    shot(page, "registration_forget")
    journeys.press(page, "지우고 다른 번호로 찾기")
    expect(page.locator("input#id_brn")).to_be_visible()
    assert not RegistrationDraft.objects.exists()


def test_what_the_registry_says_otherwise_stands_beside_what_was_typed(page: Page, enter, member, bureau, shot, axe):
    """§S12: after it was down, and is asked again."""
    bureau.is_down = True
    brn = bureau.knows(facts=KNOWN)
    enter(page, member)
    look_up(page, brn)
    shot(page, "registration_down")
    axe(page)
    fill_in(page)
    bureau.is_down = False
    journeys.press(page, "다시 조회하기")
    expect(page.locator(".registration-note").first).to_be_visible()
    shot(page, "registration_notes")
    axe(page)
    journeys.press(page, BUTTONS["register"])
    expect(page.locator(".messages .notice-success")).to_be_visible()
    company = Company.objects.get(brn=brn)
    assert (company.name, company.email) == ("대한상사", "office@minguk.example")
