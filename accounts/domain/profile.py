"""회원정보: what a member changes about themselves (§D14)."""

from accounts.models import User


def choose_language(member: User, language: str) -> None:
    """§D22: keep the language the person reads and is mailed in ("ko" or "en")."""
    member.language = language
    member.save(update_fields=["language"])
