"""기업 이력 as people read it: what happened to whom, by whose hand, and what it tells beyond that."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _t

from accounts.models import User
from companies.facts import Change, groups_of
from companies.models import ApprovedVia, BusinessStatus, Company, Outcome, Relationship, RelationshipEvent
from kotra_portal.reference.models import BkCode

Kind = RelationshipEvent.Kind


@dataclass(frozen=True)
class Line:
    """One entry of a company's history: of whom it tells and who acted, as the members read it.

    ``notes`` are (label, words), ``changes`` the facts that were edited, ``unsaid`` the labels of those whose values no
    history holds. Staff, who see who of them acted, read the people from ``event``.
    """

    event: RelationshipEvent
    at: datetime
    what: str
    member: str
    actor: str
    notes: list[tuple[str, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)


def name_of(person: User) -> str:
    """§D14: a person as members read of them; who closed the account has no name any more."""
    return _t("탈퇴한 회원") if person.closed_at else person.name


def lines_of(events: Collection[RelationshipEvent], named: Callable[[User], str] = name_of) -> list[Line]:
    """§D5: these entries, each with the people and what it tells; at most two queries, however many they are.

    ``named`` writes the people whom an entry names besides its own.
    """
    former = {key: named(person) for key, person in _former_masters(events).items()}
    codes = _codes(events)
    return [_line(event, former, codes) for event in events]


def _line(event: RelationshipEvent, former: dict[int, str], codes: dict[str, BkCode]) -> Line:
    changes = [one for one in event.detail.get("changes", []) if len(one) == 3]
    unsaid = [one for one in event.detail.get("changes", []) if len(one) == 1]
    return Line(
        event=event,
        at=event.at,
        what=event.get_kind_display(),
        member=name_of(event.relationship.member) if event.relationship else "",
        actor=_actor(event),
        notes=_notes(event, former),
        changes=[_change(*one, codes) for one in changes],
        unsaid=[_label(name) for (name,) in unsaid],
    )


def _actor(event: RelationshipEvent) -> str:
    """Whoever acted; staff act as one, and what nobody did is the portal's doing."""
    if event.actor is None:
        return _t("자동 처리")
    if event.actor.is_staff:
        return _t("고객지원팀")
    if event.relationship and event.relationship.member_id == event.actor_id and not event.actor.closed_at:
        return _t("회원 본인")
    return name_of(event.actor)


def _notes(event: RelationshipEvent, former: dict[int, str]) -> list[tuple[str, str]]:
    writer = _NOTES.get(event.kind)
    notes = writer(event) if writer else []
    if event.detail.get("former") in former:
        notes = [(_t("이전 MASTER"), former[event.detail["former"]]), *notes]
    return notes


def _former_masters(events: Collection[RelationshipEvent]) -> dict[int, User]:
    """The people behind the relationships that handed MASTER over, by the relationships' keys."""
    keys = {event.detail["former"] for event in events if "former" in event.detail}
    found = Relationship.objects.select_related("member").filter(pk__in=keys) if keys else ()
    return {relationship.pk: relationship.member for relationship in found}


def _codes(events: Collection[RelationshipEvent]) -> dict[str, BkCode]:
    """The BK codes that the edits name, by code."""
    edited = [one for event in events for one in event.detail.get("changes", []) if one[0] == "main_item"]
    keys = {code for one in edited for code in one[1:] if code}
    return {code.code: code for code in BkCode.objects.filter(code__in=keys)} if keys else {}


def _change(name: str, before: object, after: object, codes: dict[str, BkCode]) -> Change:
    return Change(_label(name), _value(name, before, codes), _value(name, after, codes))


def _label(name: str) -> str:
    return str(Company._meta.get_field(name).verbose_name)


def _value(name: str, kept: object, codes: dict[str, BkCode]) -> str:
    """A fact as the history keeps it, as people read it; empty text where there was none."""
    if kept is None or kept == "":
        return ""
    if name == "main_item" and kept not in codes:
        return str(kept)
    value = codes[kept] if name == "main_item" else Company._meta.get_field(name).to_python(kept)
    if name in {"postcode", "address", "address_detail"}:  # elsewhere they are read as one
        return str(value)
    (group,) = groups_of(Company(**{name: value}), {name})
    return group.rows[0][1]


def _end_reason(event: RelationshipEvent) -> list[tuple[str, str]]:
    reason = event.relationship.end_reason if event.relationship else ""
    return [(_t("사유"), reason)] if reason else []


def _way_of_registration(event: RelationshipEvent) -> list[tuple[str, str]]:
    via = event.detail.get("via")
    return [(_t("등록 방법"), str(ApprovedVia(via).label))] if via else []


_NOTES: dict[str, Callable[[RelationshipEvent], list[tuple[str, str]]]] = {
    Kind.REGISTERED: _way_of_registration,
    Kind.ENDED: _end_reason,
    Kind.MARKED: lambda event: [
        (_t("사업 상태"), str(BusinessStatus(event.detail["status"]).label)),
        (_t("사유"), event.detail["reason"]),
    ],
    Kind.DISPUTE_DECIDED: lambda event: [(_t("결과"), str(Outcome(event.detail["outcome"]).label))],
}
