"""Members and staff, and their newsletters."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.names import normalize_username


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
    name = models.CharField(_("성명"), max_length=100, blank=True, db_index=True)
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
    member_account = models.OneToOneField(  # of a staff account: the same person's account as a member (§D3)
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="staff_account",
        verbose_name=_("회원 계정"),
        limit_choices_to={"is_staff": False},
    )
    is_active = models.BooleanField(_("사용 중"), default=True)
    joined_at = models.DateTimeField(_("가입 시각"), default=timezone.now)
    closed_at = models.DateTimeField(_("탈퇴 시각"), null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ("email", "name")  # what ``manage.py createsuperuser`` asks for, besides ID and password

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
            models.CheckConstraint(
                condition=Q(member_account__isnull=True) | Q(is_staff=True), name="member_account_is_of_staff"
            ),
        )

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        """The name, or the ID of a staff account without one."""
        return self.name or self.username

    get_short_name = get_full_name


class MemberAccount(User):
    """The same row as the staff's site shows it: a member, to be read and never edited there."""

    class Meta:
        proxy = True
        verbose_name = _("회원")
        verbose_name_plural = _("회원")
        default_permissions = ("view",)


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
