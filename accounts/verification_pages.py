"""Which pages belong to the verification of each purpose: its own URL names, the page before, the page after."""

from typing import NamedTuple

from accounts.models import Purpose


class VerificationPages(NamedTuple):
    """URL names: ``<stem>_mobile``, ``<stem>_ipin`` …; ``back`` is where the way is chosen, ``done`` what it opens."""

    stem: str
    back: str
    done: str


PAGES = {
    Purpose.SIGNUP: VerificationPages("signup", back="signup_verification", done="signup_details"),
    Purpose.FIND_ID: VerificationPages("find_id", back="find_id", done="find_id_result"),
    Purpose.RESET_PASSWORD: VerificationPages("password_reset", back="password_reset", done="password_reset_new"),
}
