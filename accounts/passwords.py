"""§D12: what a password must be, Django's own checks in our words among it, and how it is kept."""

import re

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_LENGTH = 128


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with OWASP's parameters (19 MiB, two passes, one lane)."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1


class PortalLengthValidator(MinimumLengthValidator):
    """§D12: at least so many characters (a setting)."""

    def get_error_message(self) -> str:
        """Say how many."""
        return _("비밀번호를 %(min)s자 이상 입력해 주세요.") % {"min": self.min_length}


class PortalSimilarityValidator(UserAttributeSimilarityValidator):
    """§D12: not like the ID, the e-mail address or the name."""

    def get_error_message(self) -> str:
        """Say like what; one sentence for all, since Korean particles follow the noun."""
        return _("아이디, 이메일, 성명(영문)과 비슷한 비밀번호는 쓸 수 없습니다.")


class PortalCommonValidator(CommonPasswordValidator):
    """§D12: not one of the passwords that are tried first."""

    def get_error_message(self) -> str:
        """Say so."""
        return _("누구나 쉽게 짐작하는 비밀번호입니다. 다른 비밀번호를 입력해 주세요.")


class LettersAndDigitsValidator:
    """§S8: letters and digits are mixed."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise unless the password has a Latin letter and a digit."""
        if not (re.search(r"[A-Za-z]", password) and re.search(r"[0-9]", password)):
            raise ValidationError(self.get_help_text(), code="password_not_mixed")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("비밀번호에 영문자와 숫자를 섞어 주세요.")


class MaximumLengthValidator:
    """§D12: at most 128 characters, so that hashing stays cheap for us."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise when the password is longer than 128 characters."""
        if len(password) > MAX_LENGTH:
            raise ValidationError(
                _("비밀번호는 %(max)s자까지 쓸 수 있습니다.") % {"max": MAX_LENGTH}, code="password_too_long"
            )

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("비밀번호는 %(max)s자까지 쓸 수 있습니다.") % {"max": MAX_LENGTH}
