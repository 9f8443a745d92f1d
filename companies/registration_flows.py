"""Whence one comes to register a company, and where one goes on: one page, two addresses (§S13)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Flow:
    """The names of its page and, within the sign-up, of the next one (None: on to what was done)."""

    name: str
    page: str
    next_page: str | None = None


SIGNUP = Flow("signup", "signup_company", "signup_interests")
MEMBER = Flow("member", "register_company")
