"""What one lock took of a request's patience, the next has less."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from kotra_portal.patience import SHORTEST, Patience
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def ask(question: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def lock_timeout() -> str:
    return ask("SELECT current_setting('lock_timeout')")


def wait() -> None:
    ask("SELECT pg_sleep(0.3)::text")


def test_who_has_not_waited_is_asked_nothing_more(django_assert_num_queries):
    with connection.execute_wrapper(Patience(4)), django_assert_num_queries(2):
        assert [lock_timeout(), lock_timeout()] == ["4s"] * 2


def test_who_has_waited_may_wait_for_less_and_in_the_end_hardly_at_all():
    with connection.execute_wrapper(Patience(0.4)):
        wait()
        assert 50 < int(lock_timeout().removesuffix("ms")) <= 100
        wait()
        assert lock_timeout() == f"{SHORTEST * 1000:.0f}ms"


def test_what_failed_after_a_wait_is_taken_back_as_always():
    """A number that somebody registered first: the savepoint goes, the transaction goes on (§D9)."""
    member = make.member()
    with connection.execute_wrapper(Patience(4)):
        wait()
        with pytest.raises(IntegrityError), transaction.atomic():
            make.member(member.username)
        assert User.objects.get() == member
