"""실명인증: verifications, one-time codes, and the stub carrier's messages."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Gender, User

MAX_OTP_TRIES = 5


class Purpose(models.TextChoices):
    """What an identity verification is for; one made for one purpose serves no other."""

    SIGNUP = "SIGNUP", _("회원가입")
    FIND_ID = "FIND_ID", _("아이디 찾기")
    RESET_PASSWORD = "RESET_PASSWORD", _("비밀번호 재설정")


class Method(models.TextChoices):
    """실명인증's two ways (§S5)."""

    MOBILE = "MOBILE", _("휴대폰")
    IPIN = "IPIN", _("공공아이핀")


class Carrier(models.TextChoices):
    """이동통신사 (§S6)."""

    SKT = "SKT", "SKT"
    KT = "KT", "KT"
    LGU = "LGU", "LG U+"
    SKT_MVNO = "SKT_MVNO", _("SKT 알뜰폰")
    KT_MVNO = "KT_MVNO", _("KT 알뜰폰")
    LGU_MVNO = "LGU_MVNO", _("LG U+ 알뜰폰")


class Verification(models.Model):
    """§S5: one identity verification: asked for, then verified, then used once. Stays on the server."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    method = models.CharField(max_length=10, choices=Method.choices)
    name = models.CharField(max_length=100)
    birth_date = models.DateField()
    gender = models.CharField(max_length=1, choices=Gender.choices)
    is_foreigner = models.BooleanField()
    carrier = models.CharField(max_length=10, choices=Carrier.choices, blank=True)
    mobile = models.CharField(max_length=20, blank=True)
    ci_hash = models.CharField(max_length=64)
    provider_consents = models.JSONField(default=dict)
    requested_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    consumed_at = models.DateTimeField(null=True)
    member = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="verifications")

    class Meta:
        indexes = (
            models.Index(
                fields=["requested_at"], condition=Q(consumed_at__isnull=True), name="unused_verification_by_request"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(consumed_at__isnull=True) | Q(verified_at__isnull=False),
                name="consumed_verification_was_verified",
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(purpose=Purpose.SIGNUP, consumed_at__isnull=False),
                name="one_signup_verification_per_member",
            ),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="verification_purpose_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"


class OtpChallenge(models.Model):
    """§D13: one six-digit code that was sent; only its keyed hash is kept."""

    verification = models.ForeignKey(Verification, on_delete=models.CASCADE, related_name="challenges")
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    consumed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-sent_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(tries__gte=0, tries__lte=MAX_OTP_TRIES), name="otp_tries_are_bounded"),
        )

    def __str__(self) -> str:
        return f"{self.verification_id} {self.sent_at:%H:%M:%S}"


class StubSms(models.Model):
    """A text message that the stub carrier "sent"; rows appear in demonstration mode only."""

    mobile = models.CharField(max_length=20)
    text = models.TextField()
    arrives_at = models.DateTimeField()  # a scripted person's arrives too late

    class Meta:
        ordering = ("-arrives_at", "-pk")

    def __str__(self) -> str:
        return f"{self.mobile} {self.arrives_at:%H:%M:%S}"
