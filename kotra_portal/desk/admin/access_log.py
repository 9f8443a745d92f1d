"""접속기록: who opened whose data, what, when, from where; read-only for everybody (§D11)."""

from datetime import date, datetime, time, timedelta

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessLog, User
from accounts.names import normalize_username
from kotra_portal.model_admin import ReadOnlyModelAdmin


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyModelAdmin):
    """§D11: the log, newest first; nobody changes it, whoever reads it needs a right of its own."""

    list_display = ("at", "actor", "action", "subject", "target", "address")
    list_filter = ("action", "at")
    list_select_related = ("actor", "subject")
    fields = list_display
    search_fields = ("actor__username",)
    search_help_text = _("직원이나 회원의 아이디, 날짜(예: 2026-11-22). 둘을 띄어 쓰면 그날의 그 사람만 찾습니다.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AccessLog], search_term: str
    ) -> tuple[QuerySet[AccessLog], bool]:
        """§D11: a day of Korea's, or whole IDs, of those who opened or of those whose data it was."""
        for word in search_term.replace("\0", "").split():
            if day := _day(word):
                queryset = queryset.filter(at__gte=_midnight(day), at__lt=_midnight(day + timedelta(days=1)))
            else:
                person = User.objects.filter(username=normalize_username(word)).first()
                queryset = queryset.filter(Q(actor=person) | Q(subject=person)) if person else queryset.none()
        return queryset, False


def _day(word: str) -> date | None:
    try:
        day = parse_date(word)
    except ValueError:
        return None
    return day if day and date(2000, 1, 1) <= day < date(3000, 1, 1) else None


def _midnight(day: date) -> datetime:
    """§D23: the beginning of the day in Korea."""
    return timezone.make_aware(datetime.combine(day, time()))
