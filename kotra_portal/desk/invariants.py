"""All that must hold in the database, of every app."""

from collections.abc import Iterator

from django.apps import apps

from accounts.domain import invariants as of_people
from companies.domain import invariants as of_companies
from kotra_portal.invariants import Invariant, of_model

TOPICS = (of_people, of_companies)
PACKAGES = {"kotra_portal", "accounts", "companies", "mileage"}


def all_invariants() -> list[Invariant]:
    """What the models say and what the apps add, by the number of the promise; those without a number last."""
    found = [invariant for topic in TOPICS for invariant in topic.INVARIANTS]
    numbers = {name: number for topic in TOPICS for name, number in topic.NUMBERS.items()}
    for config in apps.get_app_configs():
        if config.name.split(".")[0] in PACKAGES:
            for model in config.get_models(include_auto_created=True):
                found += of_model(model, numbers)
    return sorted(found, key=lambda invariant: (invariant.number is None, invariant.number or 0))


def broken_invariants(most: int) -> Iterator[tuple[Invariant, list[object]]]:
    """Each invariant that does not hold, with the primary keys of at most so many rows in which it does not."""
    for invariant in all_invariants():
        if offenders := invariant.offenders(most):
            yield invariant, offenders
