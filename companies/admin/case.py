"""심사: the queue of what members ask for, and one page for each case; its verbs are in decisions.py (§D3)."""

from collections.abc import Callable
from functools import partial

from csp.decorators import csp_update
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy

from companies.admin import decisions
from companies.admin.case_kinds import papers_by
from companies.admin.case_page import FRAMES, page_of_case
from companies.admin.lists import KindFilter, QueueFilter, found_by
from companies.domain import queue, review, succession
from companies.models import Case, CaseKind, Document
from companies.numbers import format_brn
from companies.templatetags.waiting import waited
from kotra_portal.errors import RuleViolation
from kotra_portal.model_admin import LONGEST_LIST, ReadOnlyModelAdmin

BESIDE = ("registration", "company", "applicant", "assignee")
# Fetched by queries of their own: with more than eight joins PostgreSQL keeps to the order in which they are written,
# and a search reads every case.
ASKED = ("master_change", "company_edit", "dispute", "decider")
AT_ONCE = 100  # cases of one bulk action


@admin.register(Case)
class CaseAdmin(ReadOnlyModelAdmin):
    """§D3: the queue and its cases; nothing is edited, added or deleted here, by superusers either."""

    list_display = (
        "number", "kind_badge", "named", "brn", "person", "state_badge", "papers", "waiting", "responsible",
    )  # fmt: skip
    list_display_links = ("number", "named")
    list_filter = (QueueFilter, KindFilter)
    list_select_related = BESIDE
    list_per_page = 50
    list_max_show_all = 50
    sortable_by = ()
    search_fields = ("registration__brn",)  # what is looked for is said in lists.py
    search_help_text = gettext_lazy(
        "사업자등록번호(하이픈은 있어도 없어도 됩니다), 기업명, 신청인 아이디나 성명, 접수번호로 찾습니다."
    )
    how_it_searches = gettext_lazy(
        "사업자등록번호와 아이디는 앞부분부터, 성명과 접수번호는 전부 입력해 주세요. 등록된 기업의 이름은 앞부분 두 "
        "글자부터 찾습니다."
    )
    actions = ("take_cases", "release_cases")
    change_form_template = "admin/companies/case/case.html"
    change_list_template = "admin/companies/case/queue.html"

    # --- Rights -----------------------------------------------------------------------------------------------------

    def has_review_permission(self, request: HttpRequest) -> bool:
        """Who may decide; of which case is the domain's rule."""
        return request.user.has_perm(review.MAY_REVIEW)

    # --- The queue --------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Every case, with the people and the company, and whether a document of whoever asks is there.

        ``is_own``: who disputes (§D8) is not told to staff who are a party.
        """
        papers = Document.objects.filter(case=OuterRef("pk"), shown_to_applicant=True)
        own = ExpressionWrapper(review.own_cases(request.user), output_field=BooleanField())
        return (
            super()
            .get_queryset(request)
            .select_related(*BESIDE)
            .prefetch_related(*ASKED)
            .annotate(has_papers=Exists(papers), is_own=own)
        )

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """What is over is told by its end: when, and who decided."""
        if request.GET.get(QueueFilter.parameter_name) != QueueFilter.CLOSED:
            return self.list_display
        of_the_end = {"waiting": "ended", "responsible": "decided_by"}
        return tuple(of_the_end.get(name, name) for name in self.list_display)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Oldest first; what is over, and all together, latest first."""
        over = request.GET.get(QueueFilter.parameter_name) in {QueueFilter.CLOSED, QueueFilter.ALL}
        return ("-waiting_since", "-pk") if over else ("waiting_since", "pk")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Case], search_term: str
    ) -> tuple[QuerySet[Case], bool]:
        """The cases that are looked for; no row comes twice."""
        return (queryset.filter(pk__in=found_by(search_term)) if search_term.strip() else queryset), False

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """§D3: the queue, with how much waits and since when above it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        waiting = queue.waiting(request.user)
        context = {"title": _("심사 대기열"), "waiting": waiting, "most_shown": LONGEST_LIST}
        return super().changelist_view(request, context | (extra_context or {}))

    @admin.display(description=gettext_lazy("접수번호"))
    def number(self, case: Case) -> SafeString:
        """By which the applicant speaks of it."""
        return self._cell("_labelled", label=_("접수번호"), value=case.pk)

    @admin.display(description=gettext_lazy("종류"))
    def kind_badge(self, case: Case) -> SafeString:
        """What is asked for, in words and colour."""
        return self._cell("_kind", case=case)

    @admin.display(description=gettext_lazy("기업명"))
    def named(self, case: Case) -> str:
        """As the applicant typed it, or as the company's name is."""
        return case.company_name

    @admin.display(description=gettext_lazy("사업자등록번호"))
    def brn(self, case: Case) -> SafeString:
        """With hyphens, in one line."""
        return self._cell("_brn", brn=format_brn(case.brn))

    @admin.display(description=gettext_lazy("신청인"))
    def person(self, case: Case) -> SafeString:
        """Name and ID; who disputes has a name only (§D8)."""
        return self._cell("_asker", case=case)

    @admin.display(description=gettext_lazy("상태"))
    def state_badge(self, case: Case) -> SafeString:
        """In words and colour; of a MASTER change, whether it can be decided yet (§D7)."""
        return self._cell("_queue_state", case=case, is_decidable=_is_decidable(case))

    @admin.display(description=gettext_lazy("서류"))
    def papers(self, case: Case) -> SafeString:
        """How they come, and whether something is there."""
        return self._cell("_papers", case=case, way=papers_by(case))

    @admin.display(description=gettext_lazy("대기"))
    def waiting(self, case: Case) -> SafeString:
        """Since when, and how long that is."""
        return self._cell("_waiting", case=case, waited=waited(case.waiting_since))

    @admin.display(description=gettext_lazy("담당자"))
    def responsible(self, case: Case) -> SafeString:
        """Who looks after it."""
        return self._cell("_labelled", label=_("담당자"), value=case.assignee.get_full_name() if case.assignee else "-")

    @admin.display(description=gettext_lazy("처리 시각"))
    def ended(self, case: Case) -> SafeString:
        """When the case was over."""
        at = date_format(timezone.localtime(case.closed_at), "DATETIME_FORMAT") if case.closed_at else "-"
        return self._cell("_labelled", label=_("처리 시각"), value=at)

    @admin.display(description=gettext_lazy("처리한 담당자"))
    def decided_by(self, case: Case) -> SafeString:
        """Who decided it; nobody where it ended undecided."""
        return self._cell(
            "_labelled", label=_("처리한 담당자"), value=case.decider.get_full_name() if case.decider else "-"
        )

    def _cell(self, name: str, **context: object) -> SafeString:
        return render_to_string(f"admin/companies/case/{name}.html", context)

    # --- Many at once -----------------------------------------------------------------------------------------------

    @admin.action(description=gettext_lazy("내가 맡기"), permissions=["review"])
    def take_cases(self, request: HttpRequest, cases: QuerySet[Case]) -> None:
        """§D3: look after the ticked cases that no colleague looks after; says of each that is refused why."""
        take = partial(queue.take_unheld, actor=request.user, now=timezone.now())
        self._assign_all(request, cases, take, _("%(count)s건을 맡았습니다."))

    @admin.action(description=gettext_lazy("담당 해제"), permissions=["review"])
    def release_cases(self, request: HttpRequest, cases: QuerySet[Case]) -> None:
        """§D3: nobody looks after the ticked cases any more; says of each that is refused why."""
        release = partial(review.assign, actor=request.user, assignee=None, now=timezone.now())
        self._assign_all(request, cases, release, _("%(count)s건의 담당을 해제했습니다."))

    def _assign_all(
        self, request: HttpRequest, cases: QuerySet[Case], assign: Callable[[Case], Case], told: str
    ) -> None:
        done = 0
        for case in cases[:AT_ONCE]:
            try:
                assign(case)
            except RuleViolation as refusal:
                said = _("접수번호 %(number)s: %(refusal)s") % {"number": case.pk, "refusal": refusal}
                messages.error(request, said)
            else:
                done += 1
        if done:
            messages.success(request, told % {"count": done})

    # --- One case ---------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """One address for each verb, before Django's own."""
        return decisions.urls_of(self) + super().get_urls()

    @method_decorator(csp_update(FRAMES))
    def change_view(self, *args: object, **kwargs: object) -> HttpResponse:
        """§D11: a case's page, which shows documents of this site in frames."""
        return super().change_view(*args, **kwargs)

    def page_of(self, request: HttpRequest, row: Case) -> dict[str, object]:
        """§D3: everything of one case on one page; shown to nobody unlogged."""
        return page_of_case(request, row)


def _is_decidable(case: Case) -> bool:
    """§D7: tell whether the sitting MASTER need not be waited for any more."""
    if case.kind != CaseKind.MASTER_CHANGE:
        return True
    try:
        succession.check_decidable(case.master_change, now=timezone.now())
    except RuleViolation:
        return False
    return True
