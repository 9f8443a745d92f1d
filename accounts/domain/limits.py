"""How often something may be tried: counted in the database, by subject, whatever the visitor does with cookies."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext_lazy

from accounts.models import AttemptLog
from kotra_portal.errors import RuleViolation


@dataclass(frozen=True)
class Limit:
    """At most ``times`` attempts of this scope by one subject within any ``window``."""

    scope: str
    times: int
    window: timedelta


class TooManyAttempts(RuleViolation):
    """§D13, §D14: the limit is reached; says how long to wait (whole minutes, rounded up)."""

    sentence = ngettext_lazy(
        "짧은 시간에 너무 여러 번 시도했습니다. %(minutes)s분 뒤에 다시 시도해 주세요.",
        "짧은 시간에 너무 여러 번 시도했습니다. %(minutes)s분 뒤에 다시 시도해 주세요.",
        "minutes",
    )

    def __init__(self, wait: timedelta, *, field: str | None = None) -> None:
        """Keep the wait, both exact and in minutes for the sentence."""
        self.wait = wait
        super().__init__(field=field, minutes=max(1, -(-int(wait.total_seconds()) // 60)))


def take(limit: Limit, subject: str, *, now: datetime) -> None:
    """Count one attempt; raises TooManyAttempts, counting nothing, when the limit is reached in the window before now.

    Counted in a transaction of its own, so that the refusal or failure that follows cannot take the count back.
    """
    with transaction.atomic(durable=True):
        log = _locked(limit, subject, now)
        since = (now - limit.window).timestamp()
        recent = [at for at in log.times if at > since]
        if len(recent) >= limit.times:
            raise TooManyAttempts(timedelta(seconds=recent[-limit.times] - since))
        log.times, log.last_at = [*recent, now.timestamp()], now
        log.save(update_fields=["times", "last_at"])


def taken(limit: Limit, subject: str, *, now: datetime) -> int:
    """Count the subject's attempts in the window before now; counts none itself."""
    since = (now - limit.window).timestamp()
    log = AttemptLog.objects.filter(key=_key(limit, subject)).first()
    return sum(at > since for at in log.times) if log else 0


def forgive(limit: Limit, subject: str) -> None:
    """Forget the subject's attempts, after a success."""
    AttemptLog.objects.filter(key=_key(limit, subject)).update(times=[])


def _key(limit: Limit, subject: str) -> str:
    return salted_hmac("accounts.limits", f"{limit.scope}\n{subject}", algorithm="sha256").hexdigest()


def _locked(limit: Limit, subject: str, now: datetime) -> AttemptLog:
    log, _ = AttemptLog.objects.get_or_create(key=_key(limit, subject), defaults={"last_at": now})
    return AttemptLog.objects.select_for_update().get(pk=log.pk)
