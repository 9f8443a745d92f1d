"""회원: members as staff look them up; every opening is logged, and nothing of a member is edited here (§D11)."""

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t, gettext_lazy as _

from accounts.domain import access_log
from accounts.models import AccessLog, Consent, MemberAccount, MemberEvent
from companies.domain.members import with_first_approval
from companies.models import Case, Relationship, RelationshipEvent
from kotra_portal.addresses import client_address
from kotra_portal.desk.domain import member_search
from kotra_portal.masking import mask_email, mask_name
from kotra_portal.model_admin import ReadOnlyModelAdmin, table_of
from kotra_portal.permissions import MemberType
from kotra_portal.phones import format_phone


@admin.register(MemberAccount)
class MemberAccountAdmin(ReadOnlyModelAdmin):
    """§D11: the list shows who it is and no more; the page shows what support needs, and its opening is logged."""

    change_form_template = "admin/accounts/memberaccount/page.html"
    change_list_template = "admin/searched_list.html"
    list_display = ("username", "masked_name", "masked_email", "member_type", "company", "joined_at", "state")
    # What no index carries is not searched: phone numbers, the middle of a name.
    how_it_searches = _(
        "아이디와 성명은 앞부분부터, 이메일은 전체를, 사업자등록번호는 10자리를 모두 입력해 찾습니다. 이름 가운데 "
        "글자나 전화번호로는 찾을 수 없습니다. 사업자등록번호로는 "
        "지금 회원, 예전 회원, 등록을 신청한 사람을 모두 찾습니다."
    )
    search_fields = ("username",)
    search_help_text = _("아이디나 성명의 앞부분, 이메일 전체, 또는 기업의 사업자등록번호 10자리")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MemberAccount]:
        """§D3: members alone, staff never; with what they are and where."""
        live = Relationship.objects.filter(member=OuterRef("pk"), ended_at__isnull=True)
        members = super().get_queryset(request).filter(is_staff=False)
        role, name = Subquery(live.values("role")[:1]), Subquery(live.values("company__name")[:1])
        return members.annotate(live_role=role, live_company=name)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[MemberAccount], search_term: str
    ) -> tuple[QuerySet[MemberAccount], bool]:
        """§D9: by ID, name, mail address, or number of a company."""
        return (member_search.matching(queryset, search_term) if search_term.strip() else queryset), False

    @admin.display(description=_("성명"))
    def masked_name(self, member: MemberAccount) -> str:
        """§D11: enough to tell people of one name from others."""
        return mask_name(member.name)

    @admin.display(description=_("이메일"))
    def masked_email(self, member: MemberAccount) -> str:
        """§D11: enough to recognise it."""
        return mask_email(member.email)

    @admin.display(description=_("회원유형"))
    def member_type(self, member: MemberAccount) -> str:
        """§C1: what the member is now."""
        return str(MemberType(member.live_role or MemberType.INDIVIDUAL).label)

    @admin.display(description=_("소속 기업"))
    def company(self, member: MemberAccount) -> str:
        """§C2: where the member belongs now; whom a company's number found that they left, is told so."""
        name = member.live_company or "–"
        return f"{name} ({_t('예전 회원')})" if getattr(member, "is_former", False) else name

    @admin.display(description=_("상태"))
    def state(self, member: MemberAccount) -> str:
        """Whether the account is used, stopped, or closed."""
        return _state_of(member)

    def page_of(self, request: HttpRequest, row: MemberAccount) -> dict[str, object]:
        """§D11: what support needs to know of a member; that it was opened is written down before it is shown."""
        whose = {"subject": row, "target": f"member {row.pk}", "address": client_address(request)}
        access_log.record(request.user, AccessLog.Action.OPENED_MEMBER, **whose, now=timezone.now())
        relationships = Relationship.objects.filter(member_id=row.pk).select_related("company", "approver")
        of_companies = RelationshipEvent.objects.filter(relationship__member_id=row.pk)
        cases = Case.objects.filter(applicant_id=row.pk).select_related(
            "registration", "company", "applicant", "decider"
        )
        consents = Consent.objects.filter(member_id=row.pk).select_related("terms")
        return {
            "member_type": self.member_type(row),
            "state": _state_of(row),
            "groups": _facts_of(row),
            "relationships": table_of(with_first_approval(relationships).order_by("-started_at", "-pk")),
            "company_events": table_of(of_companies.select_related("actor", "company")),
            "cases": table_of(cases.order_by("-opened_at", "-pk")),
            "consents": table_of(consents),
            "events": table_of(MemberEvent.objects.filter(member_id=row.pk).select_related("actor")),
        }


def _state_of(member: MemberAccount) -> str:
    if member.closed_at:
        return _t("탈퇴")
    return _t("사용 중") if member.is_active else _t("사용 중지됨")


def _facts_of(member: MemberAccount) -> list[dict[str, object]]:
    """The facts under their headings, as they are read; neither the hash of the CI nor anything of the password."""
    confirmed = _moment(member.email_confirmed_at)
    who = [
        (_t("아이디"), member.username),
        (_t("성명"), member.name),
        (_t("성명(영문)"), member.name_en),
        (_t("생년월일"), date_format(member.birth_date, "DATE_FORMAT") if member.birth_date else ""),
        (_t("성별"), member.get_gender_display()),
        (_t("내국인/외국인"), _t("외국인") if member.is_foreigner else _t("내국인")),
        (_t("부서"), member.department),
        (_t("직위"), member.position),
    ]
    place = f"({member.postcode}) {member.address} {member.address_detail}" if member.postcode else member.address
    where = [
        (_t("이메일"), member.email),
        (_t("이메일 확인 시각"), confirmed or _t("확인하지 않음")),
        (_t("핸드폰"), format_phone(member.mobile)),
        (_t("전화번호"), format_phone(member.phone)),
        (_t("팩스"), format_phone(member.fax)),
        (_t("주소"), place.strip()),
        (_t("선호매체"), member.get_preferred_medium_display()),
        (_t("언어"), member.get_language_display()),
    ]
    when = [
        (_t("가입"), _moment(member.joined_at)),
        (_t("최근 로그인"), _moment(member.last_login)),
        (_t("탈퇴"), _moment(member.closed_at)),
    ]
    groups = ((_t("회원"), who), (_t("계정"), when), (_t("연락처"), where))
    return [{"heading": heading, "rows": rows} for heading, rows in groups]


def _moment(moment: object) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else ""
