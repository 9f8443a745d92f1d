"""What staff hold besides their password, and the staff account as the staff's site shows it.

The telephone is django-otp's ``TOTPDevice``: at most one confirmed for each person, kept so by the person's row lock.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class ResetReason(models.TextChoices):
    """Why somebody's second step was reset; chosen, because events hold no names."""

    LOST = "LOST", _("휴대전화를 잃어버림")
    REPLACED = "REPLACED", _("휴대전화를 바꿈")
    SUSPECTED = "SUSPECTED", _("도용이 의심됨")


class RecoveryCode(models.Model):
    """A code that stands in for the telephone once; its row goes when it is used. Only a keyed hash is kept."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "code_hash"], name="one_row_per_recovery_code"),
            models.CheckConstraint(condition=~models.Q(code_hash=""), name="recovery_code_is_hashed"),
        )

    def __str__(self) -> str:
        return f"{self.person_id}"


class StaffAccount(User):
    """§D3: the same row as the staff's site shows it: who works here, and with which log-in."""

    class Meta:
        proxy = True
        verbose_name = _("직원 계정")
        verbose_name_plural = _("직원 계정")
        default_permissions = ("add", "change", "view")
        permissions = (("reset_second_factor", "Can reset the second step of another's log-in"),)
