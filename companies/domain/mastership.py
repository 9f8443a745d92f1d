"""MASTER changes hands: by a hand-over, or by staff; the one place where it does (§D2, §D6, §D7, §D8)."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from companies.domain import cases, ending, membership, offers
from companies.models import ApprovedVia, Bar, CaseKind, Company, Relationship, RelationshipEvent, Role

KINDS = {
    ApprovedVia.HANDOVER: RelationshipEvent.Kind.HANDED_OVER,
    ApprovedVia.STAFF: RelationshipEvent.Kind.MASTER_CHANGED,
}


def lock_master_and(company: Company, *others: Relationship) -> list[Relationship | None]:
    """§D2: the company's MASTER, and these relationships, as they are now, locked in one order.

    The company is locked. The MASTER comes first, None where the registration ended and nobody is in it any more; the
    others follow in the order in which they were given.
    """
    master = Relationship.objects.filter(company=company, ended_at__isnull=True, role=Role.MASTER).first()
    keys = [master.pk if master else None, *(other.pk for other in others)]
    locked = Relationship.objects.select_related("member").select_for_update(of=("self",)).filter(pk__in=keys)
    found = {one.pk: one for one in locked.order_by("pk")}
    for one in found.values():
        one.company = company
    return [found.get(key) for key in keys]


def change_master(
    old: Relationship,
    new: Relationship,
    *,
    via: ApprovedVia,
    approver: User,
    actor: User,
    leaves: str = "",
    now: datetime,
) -> None:
    """§D6, §D7: ``new`` becomes MASTER and ``old`` 정회원, or leaves where a reason for that is given.

    The company and both relationships are locked; ``new`` is live and not the MASTER. An offer that is still open dies,
    and open requests for a MASTER change have no object any more. By whose word it is: ``approver``, the
    old MASTER or staff; who acts: ``actor``, the nominee or staff.
    """
    company = new.company
    offers.drop(company, now=now)
    # One live MASTER at every instant (an index asks for it): the old one steps down first.
    if leaves:
        ending.end(old, RelationshipEvent.Kind.ENDED, actor=actor, reason=leaves, now=now)
    else:
        membership.move(old, Role.FULL, now=now)
    membership.move(new, Role.MASTER, via=via, approver=approver, now=now)
    membership.record(new, KINDS[via], actor=actor, now=now, former=old.pk)
    cases.overtake(company, CaseKind.MASTER_CHANGE, now=now)


def taken_out_of(company: Company) -> QuerySet[Relationship]:
    """§D7, §D8: the last relationships of those whom somebody else took out of the company, and who belong to none now.

    Staff can make them MASTER all the same: ending them is no veto. With the people.
    """
    ended = RelationshipEvent.objects.filter(relationship=OuterRef("pk"), kind=RelationshipEvent.Kind.ENDED)
    later = Relationship.objects.filter(company=company, member=OuterRef("member"), pk__gt=OuterRef("pk"))
    live = Relationship.objects.filter(member=OuterRef("member"), ended_at__isnull=True)
    found = Relationship.objects.select_related("member").filter(company=company, member__is_active=True)
    return found.filter(Exists(ended), ~Exists(later), ~Exists(live))


def relate_again(member: User, company: Company, *, actor: User, now: datetime) -> Relationship:
    """§D7, §D8: staff relate somebody anew whom the MASTER took out, and barred perhaps; both are locked.

    Raises BusinessEnded.
    """
    last = Relationship.objects.filter(company=company, member=member).latest("started_at")
    barred, _of = Bar.objects.filter(company=company, member=member).delete()
    if barred:
        membership.record(last, RelationshipEvent.Kind.BAR_LIFTED, actor=actor, now=now)
    return membership.become_associate(member, company, actor=actor, now=now)
