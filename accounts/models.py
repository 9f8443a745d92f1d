"""Who the person is: members and staff, what they agreed to, how their identity was verified."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Upper
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy as _

from accounts.names import normalize_username
from kotra_portal.append_only import AppendOnlyModel

MAX_OTP_TRIES = 5


class Gender(models.TextChoices):
    """성별, as the verification has it."""

    FEMALE = "F", _("여자")
    MALE = "M", _("남자")


class PreferredMedium(models.TextChoices):
    """선호매체 (§S9)."""

    EMAIL = "EMAIL", _("이메일")
    FAX = "FAX", _("팩스")
    POST = "POST", _("우편")


class Newsletter(models.TextChoices):
    """Newsletters and e-mail by field of interest (§S9)."""

    ACADEMY = "ACADEMY", _("코트라아카데미")
    KOTRA = "KOTRA", _("KOTRA 통합뉴스레터")
    GLOBAL_WINDOW = "GLOBAL_WINDOW", _("Global Window 뉴스레터")
    OIS = "OIS", _("OIS(해외투자진출) 뉴스레터")


class UserManager(BaseUserManager):
    """Finds people by ID in any case; members are made by ``accounts.domain.signup``, staff here."""

    def get_by_natural_key(self, username: str) -> "User":
        """Find the person with this ID, however it is typed."""
        return self.get(username=normalize_username(username))

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> "User":
        """Create a staff account with all rights, for ``manage.py createsuperuser``."""
        return self.create_staff(username, password, is_superuser=True, **fields)

    def create_staff(self, username: str, password: str | None, **fields: object) -> "User":
        """§D3: create a staff account, which is no member: no verification, no sign-up."""
        user = self.model(username=normalize_username(username), is_staff=True, **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person: a member who signed up, or a staff account."""

    username = models.CharField(_("아이디"), max_length=20, unique=True)
    name = models.CharField(_("성명"), max_length=100, blank=True)
    name_en = models.CharField(_("성명(영문)"), max_length=100, blank=True)
    birth_date = models.DateField(_("생년월일"), null=True, blank=True)
    gender = models.CharField(_("성별"), max_length=1, choices=Gender.choices, blank=True)
    is_foreigner = models.BooleanField(_("외국인"), default=False)
    ci_hash = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001 (null: staff, unique)

    email = models.EmailField(_("이메일"), max_length=254, blank=True)
    email_confirmed_at = models.DateTimeField(_("이메일 확인 시각"), null=True, blank=True)
    phone = models.CharField(_("전화번호"), max_length=20, blank=True)
    mobile = models.CharField(_("핸드폰"), max_length=20, blank=True)
    fax = models.CharField(_("팩스"), max_length=20, blank=True)
    postcode = models.CharField(_("우편번호"), max_length=5, blank=True)
    address = models.CharField(_("기본주소"), max_length=200, blank=True)
    address_detail = models.CharField(_("상세주소"), max_length=200, blank=True)

    department = models.CharField(_("부서"), max_length=100, blank=True)
    position = models.CharField(_("직위"), max_length=100, blank=True)
    address_en = models.CharField(_("주소(영문)"), max_length=300, blank=True)
    preferred_medium = models.CharField(_("선호매체"), max_length=5, choices=PreferredMedium.choices, blank=True)
    language = models.CharField(_("언어"), max_length=2, choices=[("ko", "한국어"), ("en", "English")], default="ko")

    is_staff = models.BooleanField(_("직원"), default=False)
    is_active = models.BooleanField(_("사용 중"), default=True)
    joined_at = models.DateTimeField(_("가입 시각"), default=timezone.now)
    closed_at = models.DateTimeField(_("탈퇴 시각"), null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ()

    class Meta:
        verbose_name = _("회원")
        verbose_name_plural = _("회원")
        indexes = (models.Index(Upper("email"), name="person_by_email"),)
        constraints = (
            models.CheckConstraint(condition=Q(username=Lower("username")), name="id_is_lower_case"),
            models.UniqueConstraint(
                fields=["ci_hash"], condition=Q(closed_at__isnull=True), name="one_live_account_per_person"
            ),
            models.CheckConstraint(
                condition=Q(is_staff=True, ci_hash__isnull=True)
                | Q(is_staff=False, ci_hash__isnull=False)
                | Q(closed_at__isnull=False),
                name="members_are_verified_staff_are_not",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(is_active=False), name="closed_account_is_inactive"
            ),
        )

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        """The name, or the ID of a staff account without one."""
        return self.name or self.username

    get_short_name = get_full_name


class Subscription(models.Model):
    """A newsletter that a member asked for; there only while the marketing consent stands (§S9)."""

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="subscriptions")
    newsletter = models.CharField(max_length=20, choices=Newsletter.choices)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["member", "newsletter"], name="one_subscription_per_newsletter"),
            models.CheckConstraint(condition=Q(newsletter__in=Newsletter.values), name="newsletter_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.member}: {self.newsletter}"


class TermsKind(models.TextChoices):
    """The documents a person is asked to agree to (§S4); the values stand in URLs."""

    USE = "use", _("이용약관")
    PRIVACY = "privacy", _("개인정보 처리방침")
    MARKETING = "marketing", _("개인정보 마케팅 활용 동의")


class Terms(models.Model):
    """One version of one document, in both languages, in force from its day until the next version's."""

    kind = models.CharField(_("종류"), max_length=20, choices=TermsKind.choices)
    version = models.PositiveSmallIntegerField(_("판"))
    effective_on = models.DateField(_("시행일"))
    body_ko = models.TextField(_("본문(한국어, Markdown)"))
    body_en = models.TextField(_("본문(영어, Markdown)"))

    class Meta:
        verbose_name = _("약관")
        verbose_name_plural = _("약관")
        ordering = ("kind", "-version")
        constraints = (
            models.UniqueConstraint(fields=["kind", "version"], name="one_row_per_terms_version"),
            models.UniqueConstraint(fields=["kind", "effective_on"], name="one_terms_version_per_day"),
            models.CheckConstraint(condition=Q(kind__in=TermsKind.values), name="terms_kind_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"

    @property
    def body(self) -> str:
        """The text in the active language, as Markdown."""
        return self.body_en if get_language() == "en" else self.body_ko


class Consent(AppendOnlyModel):
    """§S4: what a member agreed to or declined: document and version, choice, time, address. Never edited."""

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="consents")
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="consents")
    agreed = models.BooleanField(_("동의"))
    decided_at = models.DateTimeField(_("시각"))
    address = models.GenericIPAddressField(_("접속 주소"))

    class Meta:
        verbose_name = _("동의 기록")
        verbose_name_plural = _("동의 기록")
        ordering = ("-decided_at", "-pk")

    def __str__(self) -> str:
        return f"{self.member}: {self.terms}"


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


class MemberEvent(AppendOnlyModel):
    """The account's history. Holds ids and kinds, never names (§D14)."""

    class Kind(models.TextChoices):
        """What happened."""

        SIGNED_UP = "SIGNED_UP", _("가입")
        EMAIL_CONFIRMED = "EMAIL_CONFIRMED", _("이메일 확인")
        PROFILE_CHANGED = "PROFILE_CHANGED", _("회원정보 변경")
        PASSWORD_CHANGED = "PASSWORD_CHANGED", _("비밀번호 변경")
        PASSWORD_RESET = "PASSWORD_RESET", _("비밀번호 재설정")
        CONSENT_CHANGED = "CONSENT_CHANGED", _("동의 변경")

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # null: SYSTEM
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["member", "-at"], name="member_events_by_time"),)

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind}"


class AttemptLog(models.Model):
    """When something limited was last tried by or against one subject; the row is also the lock that counts by."""

    key = models.CharField(max_length=64, primary_key=True)  # keyed hash: no address, ID or phone number is kept
    times = models.JSONField(default=list)  # seconds since the epoch, oldest first
    last_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["last_at"], name="attempts_by_last"),)

    def __str__(self) -> str:
        return f"{self.key[:8]}: {len(self.times)}"


class StubSms(models.Model):
    """A text message that the stub carrier "sent"; rows appear in demonstration mode only."""

    mobile = models.CharField(max_length=20)
    text = models.TextField()
    arrives_at = models.DateTimeField()  # a scripted person's arrives too late

    class Meta:
        ordering = ("-arrives_at", "-pk")

    def __str__(self) -> str:
        return f"{self.mobile} {self.arrives_at:%H:%M:%S}"
