"""The demonstration's people, companies, requests and notices, made through the verbs that visitors use."""

from datetime import date, datetime

from django.contrib.auth.models import Group

from accounts.domain.staff import SUPPORT_TEAM
from accounts.identity.stub import SCRIPT
from accounts.models import User
from kotra_portal.demo import cases, companies, decided, workplaces
from kotra_portal.demo.people import PASSWORD, SamplePerson, sign_up_missing, somebody
from kotra_portal.pages.models import Notice

SUPPORT = {"support1": "김지원", "support2": "이고객"}  # two, so that a case can go from one to the other
PEOPLE = (
    SamplePerson("individual1", "Kang Youngjun", next(person for person in SCRIPT if person.name == "강영준")),
    somebody("associate1", "Yoon Seoyeon", "01020150011", "윤서연", date(1992, 4, 18), "F", "KT", "무역팀", "사원"),
    somebody("fullmember1", "Lim Dohyun", "01020150012", "임도현", date(1987, 10, 2), "M", "LGU", "수출입팀", "과장"),
    somebody("master1", "Oh Jihoon", "01020150013", "오지훈", date(1976, 6, 25), "M", "SKT", "경영지원팀", "부장"),
    somebody("former1", "Seo Minjae", "01020150014", "서민재", date(1983, 2, 9), "M", "KT"),
    somebody("waiting1", "Moon Saemi", "01020150015", "문새미", date(1995, 12, 1), "F", "SKT"),
    somebody("founder1", "Han Sangwoo", "01020150016", "한상우", date(1965, 5, 30), "M", "KT", "대표이사실", "고문"),
    somebody("fullmember2", "Bae Sujin", "01020150017", "배수진", date(1989, 8, 7), "F", "SKT", "해외영업팀", "대리"),
    somebody(
        "associate2", "Cho Eunbyeol", "01020150018", "조은별", date(1996, 1, 22), "F", "LGU", "해외영업팀", "사원"
    ),
    somebody(
        "associate3", "Shin Donghyuk", "01020150019", "신동혁", date(1984, 11, 3), "M", "KT", "생산관리팀", "주임"
    ),
    somebody("associate4", "Yang Garam", "01020150020", "양가람", date(1993, 7, 15), "M", "SKT", "품질보증팀", "대리"),
)
NOTICES = (
    {
        "title_ko": "KOTRA 회원 포털을 열었습니다",
        "title_en": "The KOTRA membership portal is open",
        "body_ko": "회원가입, 로그인, 아이디 찾기와 비밀번호 재설정을 한곳에서 할 수 있습니다. 회원가입은 무료입니다.",
        "body_en": "Sign up, log in, find your ID and reset your password in one place. Membership is free.",
        "published_on": date(2026, 11, 2),
    },
    {
        "title_ko": "비밀번호를 다른 사이트와 다르게 써 주세요",
        "title_en": "Please use a password of its own for this portal",
        "body_ko": "다른 사이트와 같은 비밀번호를 쓰면 도용될 수 있습니다. 마이KOTRA에서 비밀번호를 바꿀 수 있습니다.",
        "body_en": "A password that is used elsewhere may be stolen there. You can change yours under My KOTRA.",
        "published_on": date(2026, 11, 9),
    },
    {
        "title_ko": "고객지원팀 전화 안내",
        "title_en": "How to reach the support team",
        "body_ko": "회원가입과 로그인에 어려움이 있으면 고객지원팀 02-3460-7183~4로 전화해 주세요.",
        "body_en": "If signing up or logging in gives you trouble, call the support team at 02-3460-7183~4.",
        "published_on": date(2026, 11, 16),
    },
)


def seed(*, now: datetime) -> list[str]:
    """Make what is missing; return the names of what was made. Raises the domain's refusals.

    Everybody signed up some days before now, so that the limits of the present day stay untouched.
    """
    made = sign_up_missing(PEOPLE, days=30, now=now) + companies.seed(now=now) + _employ_support()
    made += workplaces.seed(now=now) + cases.seed(now=now) + decided.seed(now=now)
    return made + _publish_notices()


def _employ_support() -> list[str]:
    """§D3: a staff account is no member; the group gives it its rights."""
    known = set(User.objects.filter(username__in=SUPPORT).values_list("username", flat=True))
    made = [username for username in SUPPORT if username not in known]
    for username in made:
        User.objects.create_staff(username, PASSWORD, name=SUPPORT[username], email=f"{username}@example.com")
    # Also to those of an earlier demonstration, which knew no groups.
    Group.objects.get(name=SUPPORT_TEAM).user_set.add(*User.objects.filter(username__in=SUPPORT, groups=None))
    return made


def _publish_notices() -> list[str]:
    known = set(Notice.objects.values_list("title_ko", flat=True))
    missing = [words for words in NOTICES if words["title_ko"] not in known]
    Notice.objects.bulk_create(Notice(**words) for words in missing)
    return [words["title_ko"] for words in missing]
