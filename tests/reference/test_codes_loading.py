"""§S10: ``load_hs_codes`` and ``load_bk_codes``: what a file may look like, what is named, what is withdrawn."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kotra_portal.reference import code_loading
from kotra_portal.reference.models import BkCode, HsCode

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
CHAPTERS = 96
COFFEE = "code,name_ko,name_en\n0901,커피,Coffee\n0902,차,Tea\n"
GROUPS = "code,parent,name_ko,name_en,chapters\n50,,새 묶음,New group,\n5001,50,새 품목,New item,09 10\n"


@pytest.fixture(autouse=True)
def today(frozen):
    frozen("2026-03-02 09:00")


@pytest.fixture
def load(tmp_path):
    """Load a text (or bytes); returns the lines that were printed, good and bad ones."""

    def load(text, command="load_hs_codes", encoding="utf-8", **options):
        path = tmp_path / "list.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        out, err = StringIO(), StringIO()
        try:
            call_command(command, path, stdout=out, stderr=err, **options)
        except CommandError as failed:
            return out.getvalue().splitlines(), [*err.getvalue().splitlines(), f"CommandError: {failed}"]
        return out.getvalue().splitlines(), err.getvalue().splitlines()

    return load


def summary(added=0, changed=0, unchanged=0, withdrawn=0, bad=0):
    return f"added {added}, changed {changed}, unchanged {unchanged}, withdrawn {withdrawn}, bad lines {bad}"


def names():
    return dict(HsCode.objects.filter(code__length__gt=2).values_list("code", "name_ko"))


# --- HS codes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("separator", [",", "\t"])
@pytest.mark.parametrize(
    "headings", ["code,name_ko,name_en", "HS부호,한글품목명,영문품목명", " hs 부호 ,한글 품목명,NAME_EN"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_s10_a_list_is_read_as_the_customs_service_and_spreadsheets_write_it(
    load, encoding, separator, headings, line_end
):
    """§S10: in three encodings, with commas or tabs, with its own headings or ours."""
    text = f'{headings}\n09.01,커피,Coffee\n0901-11-0000,"볶지 않은, ""생"" 커피",Raw\n'
    if separator == "\t":
        text = text.replace(",", "\t")

    out, err = load(text.replace("\n", line_end), encoding=encoding)

    assert (out, err) == ([summary(added=2)], [])
    assert names() == {"0901": "커피", "0901110000": f'볶지 않은{"," if separator == "," else ""} "생" 커피'}


def test_s10_columns_may_stand_in_any_order_among_others(load):
    """§S10: the customs service's list has more of them."""
    load("적용시작일자,영문품목명,HS부호,비고,한글품목명\n20220101,Coffee,0901,,커피\n")

    assert [(code.name_en, code.revision) for code in HsCode.objects.filter(code="0901")] == [("Coffee", 2022)]


def test_s10_loading_twice_changes_nothing(load, django_assert_num_queries):
    """§S10: not even writes."""
    load(COFFEE)
    assert load(COFFEE) == ([summary(unchanged=2)], [])
    with django_assert_num_queries(3):  # the savepoint and the question
        load(COFFEE)


def test_s10_a_newer_list_changes_names_and_revision(load):
    """§S10: the code stays for the rows that name it."""
    load(COFFEE, revision=2017)
    assert load(COFFEE.replace("Tea", "Teas"), revision=2017)[0] == [summary(changed=1, unchanged=1)]
    assert load(COFFEE.replace("Tea", "Teas"), revision=2022)[0] == [summary(changed=2)]
    assert HsCode.objects.get(code="0902").revision == 2022


def test_s10_each_bad_line_is_named_and_the_good_ones_are_loaded(load):
    """§S10: with its number and why."""
    rows = [
        "901,커피,Coffee", "09a1,차,Tea", ",이름,Name", "", "0903,,Maté", "0904,후\x07추,Pepper", "0905,바닐라",
        f"0906,{'계' * 1001},Cinnamon", "0907,정향,Cloves", "09.07,정향,Cloves", '0908,"육두구', '둘째 줄",Nutmeg',
        "0910", "090111000011,커피,Coffee",
    ]  # fmt: skip
    out, err = load("code,name_ko,name_en\n" + "\n".join(rows) + "\n")

    assert out == [summary(added=3, bad=9)]
    assert (
        err
        == [
            "line 2: “901” has 3 digits, not 2, 4, 6 or 10; was a leading zero lost?",
            "line 3: “09a1” is no code",
            "line 4: the code is missing",
            "line 6: the Korean name is missing",
            "line 7: the Korean name holds what nobody can see, or more than 1,000 characters",
            "line 9: the Korean name holds what nobody can see, or more than 1,000 characters",
            "line 11: code 0907 stands in line 10 already",
            "line 14: the Korean name is missing",
            "line 15: “090111000011” is no code",
        ][:7]
        + err[7:]
    )
    assert names() == {"0905": "바닐라", "0907": "정향", "0908": "육두구 둘째 줄"}


def test_s10_a_line_that_never_ends_does_not_take_the_others_with_it(load):
    """§S10: a cell is read up to a bound."""
    out, err = load(f'code,name_ko,name_en\n0901,"{"커" * 200_000}",x\n0902,차,Tea\n')

    assert out == [summary(added=1, bad=1)]
    assert err == ["line 2: field larger than field limit (131072)"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the first line lacks the headings code, name_ko, name_en; it has none"),
        ("0901,커피,Coffee\n", "the first line lacks the headings code, name_ko, name_en; it has 0901, 커피, Coffee"),
        ("code,name_ko\n0901,커피\n", "the first line lacks the headings name_en; it has code, name_ko"),
        ("code,name_ko,name_en\n", "No line could be loaded."),
        ("code,name_ko,name_en\n1,하나,One\n", "No line could be loaded."),
    ],
)
def test_s10_a_list_that_loads_nothing_is_a_failure(load, text, why):
    """§S10: CommandError ends the command with 1."""
    assert load(text)[1][-1] == f"CommandError: {why}"


def test_s10_a_file_in_no_known_encoding_and_one_that_is_not_there_are_failures(load, tmp_path):
    """§S10: nothing is guessed."""
    assert load(b"code,name_ko,name_en\n0901,\xff\xfe,x\n")[1][0].endswith("list.csv is neither in UTF-8 nor in CP949")
    with pytest.raises(CommandError, match=r"none.csv cannot be read: No such file"):
        call_command("load_hs_codes", tmp_path / "none.csv")


@pytest.mark.parametrize("year", ["22", "abc", "٢٠٢٢", "99999"])
def test_s10_a_revision_is_a_year(load, tmp_path, year):
    """§S10: of four digits."""
    with pytest.raises(CommandError, match="a year from 1988 to 2100"):
        call_command("load_hs_codes", str(tmp_path), "--revision", year)


def test_s10_what_a_full_list_lacks_is_withdrawn_and_never_deleted(load):
    """§S10: among codes of as many digits as the list has; a code that comes back is in force again."""
    load(COFFEE)

    assert load("code,name_ko,name_en\n0901,커피,Coffee\n", full=True)[0] == [summary(unchanged=1, withdrawn=1)]
    assert HsCode.objects.get(code="0902").withdrawn_on == TODAY
    assert HsCode.objects.filter(code__length=2, withdrawn_on=None).count() == CHAPTERS
    assert load(COFFEE)[0] == [summary(changed=1, unchanged=1)]
    assert HsCode.objects.get(code="0902").withdrawn_on is None


def test_s10_a_list_that_is_not_full_withdraws_nothing(load):
    """§S10: a supplement says nothing of the rest."""
    load(COFFEE)
    assert load("code,name_ko,name_en\n0903,마테,Maté\n")[0] == [summary(added=1)]


def test_s10_a_full_list_with_bad_lines_withdraws_nothing(load):
    """§S10: what a bad line meant is not known."""
    load(COFFEE)
    out, err = load("code,name_ko,name_en\n0901,커피,Coffee\n0902,,Tea\n", full=True)

    assert out == [summary(unchanged=1, bad=1)]
    assert err[-1] == "Nothing was withdrawn: a list with bad lines may not be full."
    assert not HsCode.objects.exclude(withdrawn_on=None).exists()


def test_s10_a_long_list_loads_fast_in_batches_and_says_how_far_it_is(load, monkeypatch, django_assert_max_num_queries):
    """§S10: a few questions for each batch, however many lines."""
    monkeypatch.setattr(code_loading, "PROGRESS", 1_000)
    lines = "".join(f"09{n:04},품목 {n},Item {n}\n" for n in range(2_500))

    with django_assert_max_num_queries(40):
        out, err = load("code,name_ko,name_en\n" + lines)

    assert (out, err) == (
        ["1,000 lines", "2,000 lines", "added 2,500, changed 0, unchanged 0, withdrawn 0, bad lines 0"],
        [],
    )


# --- BK codes --------------------------------------------------------------------------------------------------------


def test_s10_bk_codes_are_loaded_with_groups_and_chapters(load):
    """§S10: a group first, then its items."""
    assert load(GROUPS, "load_bk_codes") == ([summary(added=2)], [])

    item = BkCode.objects.get(code="5001")
    assert (item.parent_id, item.name_en) == ("50", "New item")
    assert [chapter.code for chapter in item.chapters.all()] == ["09", "10"]
    assert load(GROUPS, "load_bk_codes") == ([summary(unchanged=2)], [])


def test_s10_an_items_chapters_and_group_may_change(load):
    """§S10: a change of the mapping alone is a change too."""
    load(GROUPS, "load_bk_codes")

    assert load(GROUPS.replace("09 10", "10;11"), "load_bk_codes")[0] == [summary(changed=1, unchanged=1)]
    assert load(GROUPS.replace("5001,50", "5001,01"), "load_bk_codes")[0] == [summary(changed=1, unchanged=1)]
    item = BkCode.objects.get(code="5001")
    assert (item.parent_id, [chapter.code for chapter in item.chapters.all()]) == ("01", ["09", "10"])


def test_s10_bad_lines_of_bk_codes_are_named(load):
    """§S10: two levels and no more, chapters that there are."""
    out, err = load(
        GROUPS
        + "5002,60,이름,Name,\n500101,5001,이름,Name,\n5003,50,이름,Name,77 x\n01,50,이름,Name,\n51,51,이름,Name,\n"
        + "묶음,,이름,Name,\n",
        "load_bk_codes",
    )

    assert out == [summary(added=2, bad=6)]
    assert err == [
        "line 4: there is no group 60; it must stand above its items",
        "line 5: 5001 is an item and no group",
        "line 6: there is no HS chapter “77”, “x”",
        "line 7: 01 is a group and cannot be an item",
        "line 8: there is no group 51; it must stand above its items",
        "line 9: “묶음” is no code",
    ]


def test_s10_a_full_list_of_bk_codes_withdraws_the_others(load):
    """§S10: but no group whose items it names."""
    out, _err = load(GROUPS.replace("5001,50", "5001,01").replace("50,,", "51,,"), "load_bk_codes", full=True)

    assert out == [summary(added=2, withdrawn=132)]
    assert set(BkCode.objects.filter(withdrawn_on=None).values_list("code", flat=True)) == {"01", "51", "5001"}
