"""What must hold in the database at all times, asked as queries that find the rows in which it does not.

A model's own constraints are asked too: a restored or hand-edited database may hold what they would refuse.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from django.db.models import (
    CheckConstraint,
    Count,
    Exists,
    Field,
    ForeignKey,
    Model,
    OuterRef,
    Q,
    QuerySet,
    UniqueConstraint,
)

KINDS_ARE_LISTED = 6  # the numbers of two invariants that every model shares
NOTHING_IS_LOST = 13


@dataclass(frozen=True)
class Invariant:
    """A sentence that is always true; ``broken()`` finds the primary keys of the rows that make it false."""

    number: int | None  # the promise it belongs to, if it has one
    sentence: str
    broken: Callable[[], Iterable[object]]

    def offenders(self, most: int) -> list[object]:
        """The primary keys of at most so many rows."""
        rows = self.broken()
        return list(rows[:most] if isinstance(rows, QuerySet) else islice(rows, most))


def of_model(model: type[Model], numbers: Mapping[str, int]) -> Iterator[Invariant]:
    """What the model itself says: constraints, lists, unique columns, foreign keys. ``numbers`` are by constraint."""
    label = model._meta.label
    for constraint in model._meta.constraints:
        number = KINDS_ARE_LISTED if constraint.name.endswith("_is_known") else numbers.get(constraint.name)
        yield Invariant(number, f"{label}: {constraint.name.replace('_', ' ')}", _question(model, constraint))
    for field in model._meta.local_fields:
        if field.choices:
            yield Invariant(KINDS_ARE_LISTED, f"{label}.{field.name} is from its list", _unlisted(model, field))
        if field.unique and not field.primary_key:
            yield Invariant(numbers.get(str(field)), f"{label}.{field.name} is unique", shared(model, [field.name]))
        if isinstance(field, ForeignKey):
            sentence = f"{label}.{field.name} names a row that is there"
            yield Invariant(NOTHING_IS_LOST, sentence, _dangling(model, field))


def ids(rows: QuerySet) -> QuerySet:
    """The primary keys of the rows, in order."""
    return rows.order_by("pk").values_list("pk", flat=True)


def _question(model: type[Model], constraint: CheckConstraint | UniqueConstraint) -> Callable[[], Iterable[object]]:
    if isinstance(constraint, UniqueConstraint):
        return shared(model, constraint.fields, constraint.condition or Q())
    return lambda: ids(QuerySet(model).exclude(constraint.condition))


def shared(model: type[Model], fields: Iterable[str], among: Q | None = None) -> Callable[[], Iterator[object]]:
    """Rows that share what no two of them may; grouped by the database, so that it need not compare each with each."""

    def broken() -> Iterator[object]:
        rows = QuerySet(model).filter(among or Q(), **{f"{name}__isnull": False for name in fields})
        groups = rows.order_by().values(*fields).annotate(rows=Count("pk")).filter(rows__gt=1)
        for group in groups.values(*fields).iterator():
            yield from ids(rows.filter(**group))

    return broken


def _unlisted(model: type[Model], field: Field) -> Callable[[], QuerySet]:
    known = [value for value, _label in field.flatchoices] + ([""] if field.blank else [])
    given = QuerySet(model).filter(**{f"{field.name}__isnull": False})
    return lambda: ids(given.exclude(**{f"{field.name}__in": known}))


def _dangling(model: type[Model], field: ForeignKey) -> Callable[[], QuerySet]:
    named = QuerySet(field.remote_field.model).filter(**{field.target_field.name: OuterRef(field.attname)})
    given = QuerySet(model).filter(**{f"{field.attname}__isnull": False})
    return lambda: ids(given.filter(~Exists(named)))
