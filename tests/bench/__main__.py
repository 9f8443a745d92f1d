"""How long the pages take, over the whole stack but the network: ``make bench``, or TEST_ENGINE=… for one database."""

import os
import sys
from statistics import median, quantiles
from time import perf_counter

from django.conf import settings

from tests import databases

ROUNDS = 100
PAGES = ("/", "/guide/membership/", "/guide/faq/", "/terms/", "/signup/", "/login/", "/postcode/")
OF_A_MEMBER = ("/", "/my/", "/my/profile/")


def main() -> None:
    """Make a database, ask for every page often, print the milliseconds of the middle and of the slowest twentieth."""
    databases.choose()
    databases.prepare(settings)
    import django  # noqa: PLC0415 (the settings come first)
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: PLC0415

    django.setup()
    setup_test_environment(debug=False)
    made = setup_databases(verbosity=0, interactive=False)
    sys.stdout.write(f"{settings.DATABASES['default']['ENGINE']}, {ROUNDS} times each\n{'page':32}  median   p95\n")
    try:
        measure_all()
    finally:
        teardown_databases(made, verbosity=0)


def measure_all() -> None:
    """Measure the pages of a visitor, then those of a member."""
    from django.test import Client  # noqa: PLC0415

    from tests import make  # noqa: PLC0415

    visitor, member = Client(), Client()
    member.force_login(make.member())
    for path in PAGES:
        measure(visitor, path, path)
    for path in OF_A_MEMBER:
        measure(member, path, f"{path} (a member)")


def measure(browser: object, path: str, label: str) -> None:
    """Ask for one page many times and print how long it took."""
    assert browser.get(path).status_code == 200, path  # and the templates are compiled
    taken = []
    for _round in range(ROUNDS):
        begun = perf_counter()
        browser.get(path)
        taken.append(1000 * (perf_counter() - begun))
    sys.stdout.write(f"{label:32}{median(taken):6.1f}{quantiles(taken, n=20)[-1]:8.1f}  ms\n")


if __name__ == "__main__":
    os.environ.setdefault("TEST_ENGINE", "postgresql")
    main()
