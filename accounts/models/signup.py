"""Unfinished sign-ups."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.models.verification import Verification


class Door(models.TextChoices):
    """The door of the first sign-up page that was taken (§S2)."""

    COMPANY = "company", _("기업회원")
    INDIVIDUAL = "individual", _("개인회원")


class SignupDraft(models.Model):
    """An unfinished sign-up: consents, verification, typed details, never a password. Lives two hours (§D14)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    door = models.CharField(max_length=10, choices=Door.choices)
    choices = models.JSONField(default=dict)  # terms id → agreed
    chosen_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    verification = models.OneToOneField(Verification, null=True, on_delete=models.SET_NULL, related_name="draft")
    details = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    member = models.OneToOneField(User, null=True, on_delete=models.PROTECT, related_name="signup_draft")

    class Meta:
        indexes = (models.Index(fields=["expires_at"], name="draft_by_expiry"),)
        constraints = (
            models.CheckConstraint(condition=Q(expires_at__gt=F("started_at")), name="draft_ends_after_it_starts"),
        )

    def __str__(self) -> str:
        return str(self.id)
