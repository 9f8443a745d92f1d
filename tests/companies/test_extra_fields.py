"""Fields that a form has not change nothing, whatever they are called: of every verb, members' and staff's (§C6)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import FileField, ForeignKey, Model

from companies import urls
from companies.admin import decisions
from companies.models import Case, Company
from tests import make
from tests.companies import papers
from tests.companies.registry import NOW
from tests.companies.verbs import OF_MEMBERS, OF_STAFF, Press, Scene, Verb

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Addresses of companies/urls.py that change nothing.
READ = {
    "signup_company", "register_company", "convert_company", "company", "registration_request", "transfer_offer",
    "master", "barred_members", "master_history", "master_change_form", "answer_master_change", "document",
}  # fmt: skip
ONLY_IN_SESSION = {"keep_company_edit", "discard_company_edit", "choose_to_end"}
APPS = ("accounts", "companies", "mileage")
VOLATILE = {"_messages", "seen_at"}  # of a session
NEW = "a new row"
ANY_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Rows = dict[type[Model], dict[object, dict[str, object]]]


@pytest.fixture
def scene(bureau, frozen, tmp_path, monkeypatch) -> Scene:
    papers.folder_of_documents(monkeypatch, tmp_path / "documents")
    frozen(NOW)
    return Scene(bureau)


def extra_fields(other: Company) -> dict[str, str]:
    """What somebody would add: more rights, other rows, another time."""
    master = make.master_of(other)
    row, long_ago = str(other.pk), "2020-01-01 00:00"
    people = ("applicant", "approver", "barred_by", "actor", "user", "master", "decider", "disputed", "added_by")
    rows = ("company", "company_id", "id", "pk", "relationship", "case", "nominee")
    times = ("approved_at", "ended_at", "started_at", "closed_at", "barred_at", "at", "now", "decidable_from")
    return (
        dict.fromkeys(people, str(master.pk))
        | dict.fromkeys(rows, row)
        | dict.fromkeys([*times, "answered_at", "email_confirmed_at"], long_ago)
        | {
            "is_staff": "on",
            "is_superuser": "on",
            "is_active": "",
            "member_id": str(master.pk),
            "username": "taken2026",
        }
        | {"password": "taken2026", "ci_hash": "0" * 64, "name": "남의 이름", "email": "evil@example.com"}
        | {"role": "MASTER", "state": "APPROVED", "member_type": "MASTER", "permission": "APPROVE_MEMBER"}
        | {"approved_via": "STAFF", "kind": "DISPUTE", "answer": "AGREED", "outcome": "CANCELLED", "channel": "FAX"}
        | {"brn": other.brn, "business_status": "CLOSED", "registry_answer": "KNOWN", "balance": "1000000"}
        | {"points": "1000000", "end_reason": "남의 사유", "detail": "{}", "content_type": "text/html"}
        | {"next": "//evil.example/", "language": "en", "master_leaves": "leaves"}
    )


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens here has not happened."""
    block = transaction.atomic()
    block._from_testcase = True  # what must be outermost may begin in it
    with block:
        yield
        transaction.set_rollback(True)


def all_rows() -> Rows:
    models = [model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    return {model: {row[model._meta.pk.attname]: row for row in model._base_manager.values()} for model in models}


def changes(before: Rows) -> list[tuple[str, str]]:
    """What differs now, without what the database or chance chose: keys of new rows, names of files."""
    found = []
    for model, rows in all_rows().items():
        label = model._meta.label
        found += [(label, f"{key} is gone") for key in before[model].keys() - rows.keys()]
        for key, row in rows.items():
            if row != before[model].get(key):
                known = {"pk": key if key in before[model] else NEW} | _chosen(model, row, before)
                found.append((label, ANY_UUID.sub(NEW, str(known))))
    return sorted(found)


def _chosen(model: type[Model], row: dict[str, object], before: Rows) -> dict[str, object]:
    kept = {}
    for column in model._meta.concrete_fields:
        value = row[column.attname]
        if (
            isinstance(column, ForeignKey)
            and value is not None
            and value not in before.get(column.related_model, {value: None})
        ):
            value = NEW
        if isinstance(value, dict) and value.get("case", 0) not in {0, *before[Case]}:
            value = value | {"case": NEW}
        if not (column.primary_key or isinstance(column, FileField)):
            kept[column.attname] = value
    return kept


def pressed(press: Press, before: Rows, **extra: str) -> tuple[int, list[tuple[str, str]], dict[str, object]]:
    """How the portal answers, what changes in the database, and what in the session."""
    with taken_back():
        status = press(extra).status_code
        session = {name: value for name, value in press.browser.session.items() if name not in VOLATILE}
        return status, changes(before), session


@pytest.mark.parametrize("verb", [*OF_MEMBERS, *OF_STAFF], ids=lambda verb: verb.__name__)
def test_extra_fields_change_nothing(verb: Verb, scene):
    """§C6, §Q3, §D3, §D6, §D7, §D8: more than forty, and all is as without them."""
    extra = extra_fields(make.company("남의 기업"))
    assert len(extra) >= 40
    press = verb(scene)
    kept, before = dict(press.browser.session), all_rows()

    plain = pressed(press, before)
    with_extra = pressed(press, before, **extra)

    assert with_extra == plain
    assert plain[0] in {200, 204, 302}
    assert bool(plain[1]) == (verb.__name__ not in ONLY_IN_SESSION)
    if verb.__name__ in ONLY_IN_SESSION - {"choose_to_end"}:
        assert plain[2] != {name: value for name, value in kept.items() if name not in VOLATILE}


def test_every_verb_is_tried():
    """§C6: a new address stands in verbs.py, or among those that change nothing."""
    assert {verb.__name__ for verb in OF_MEMBERS} == {path.name for path in urls.urlpatterns} - READ
    tried = " ".join(verb.__name__ for verb in OF_STAFF)
    assert [name for name in decisions.VERBS if f"staff_{name}" not in tried] == []
