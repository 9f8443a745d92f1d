"""Settings of the portal, one file, read top to bottom, everything of real use from the environment.

Two modes. Demonstration (``DEMO_MODE=on``, what ``make run`` uses): SQLite, stub providers, nothing leaves the machine.
Real use (the default): every name in ``REQUIRED_IN_REAL_USE`` must be given; what is missing or unsafe is reported by
``kotra_portal.checks`` and the server does not start.
"""

import logging
from collections.abc import Callable
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
RUN_TIME_DIR = BASE_DIR / ".var"

env = environ.Env()

# --- Mode -----------------------------------------------------------------------------------------------------------

DEMO_MODE = env.bool("DEMO_MODE", default=False)
DEBUG = env.bool("DEBUG", default=False)

REQUIRED_IN_REAL_USE = (
    "SECRET_KEY",
    "CI_KEY",
    "DATABASE_URL",
    "ALLOWED_HOSTS",
    "PORTAL_URL",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
    "MEDIA_ROOT",
    "TRUSTED_PROXIES",
    "IDENTITY_PROVIDERS",
    "POSTCODE_PROVIDER",
    "COMPANY_REGISTRY",
)
MAY_BE_EMPTY = {"IDENTITY_PROVIDERS"}
MISSING_SETTINGS = [
    name
    for name in REQUIRED_IN_REAL_USE
    if not DEMO_MODE and not (env.ENVIRON.get(name) or (name in MAY_BE_EMPTY and name in env.ENVIRON))
]
GARBLED_SETTINGS: list[str] = []


def _read(parse: Callable[[str], object], name: str, *, default: object) -> object:
    """Return what the environment says under the name; what cannot be read is the default, and the checks report it."""
    given = env.ENVIRON.get(name, "").strip()
    try:
        return parse(given) if given else default
    except (ValueError, LookupError, ImproperlyConfigured):
        GARBLED_SETTINGS.append(name)
        return default


def _number(name: str, *, default: int, at_least: int = 1) -> int:
    def parse(given: str) -> int:
        if int(given) < at_least:
            raise ValueError(given)
        return int(given)

    return _read(parse, name, default=default)


def _stand_in_key() -> str:
    """Replace a missing key, so that the checks can speak; with the checks failing nothing is served."""
    return "demonstration-only-not-a-secret" if DEMO_MODE else get_random_secret_key()


# --- Secrets, hosts, proxies ----------------------------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY", default="") or _stand_in_key()
# Keys the hash of a person's connecting information (CI). Changing it makes every member unknown to re-verification.
CI_KEY = env.str("CI_KEY", default="") or _stand_in_key()

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEMO_MODE else [])
# Where links in mails lead; never taken from a request.
PORTAL_URL = env.str("PORTAL_URL", default="http://127.0.0.1:8000").rstrip("/")
# How many reverse proxies of ours stand before the portal, each appending to X-Forwarded-For. 0: none.
TRUSTED_PROXIES = _number("TRUSTED_PROXIES", default=0, at_least=0)

# --- Apps -----------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "kotra_portal.admin_config.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "django_htmx",
    "csp",
    "post_office",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "kotra_portal",
    "kotra_portal.reference",
    "accounts",
    "companies",
    "mileage",
    "kotra_portal.my",
    "kotra_portal.desk",
    "kotra_portal.pages",
    "kotra_portal.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "kotra_portal.patience.PatienceMiddleware",
    "kotra_portal.middleware.NoStoreMiddleware",
    "kotra_portal.middleware.PortalSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "kotra_portal.uploads.UploadsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kotra_portal.middleware.IdleSessionMiddleware",
    "kotra_portal.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kotra_portal.error_pages.WrongMethodMiddleware",
    "kotra_portal.access.AccessMiddleware",
]

ROOT_URLCONF = "kotra_portal.urls"
WSGI_APPLICATION = "kotra_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kotra_portal.context_processors.portal",
            ],
        },
    },
]

# Widgets of our own have their templates in templates/krds/.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

CRISPY_ALLOWED_TEMPLATE_PACKS = ["krds"]
CRISPY_TEMPLATE_PACK = "krds"

# --- Database -------------------------------------------------------------------------------------------------------


def _database(url: str) -> dict[str, object]:
    if not url.startswith(("postgres://", "postgresql://", "sqlite://")):  # what the tests stand on
        raise ValueError(url)
    return env.db_url_config(url)


# Whoever waits for a lost server or a row that somebody holds is told so within five seconds (error_pages: 503):
# a statement waits no longer, and kotra_portal.patience sees to it that all statements of a request together do not.
LOCK_SECONDS = 4

_SQLITE = _database(f"sqlite:///{RUN_TIME_DIR / 'portal.sqlite3'}")
DATABASES = {"default": _read(_database, "DATABASE_URL", default=_SQLITE)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Without IMMEDIATE a read-then-write transaction fails with "database is locked" instead of waiting its turn.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": LOCK_SECONDS,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = _number("DATABASE_CONN_MAX_AGE", default=60, at_least=0)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        connect_timeout=LOCK_SECONDS,
        tcp_user_timeout=LOCK_SECONDS * 1000,  # for a server that vanished in the middle of a talk
        options=f"-c lock_timeout={LOCK_SECONDS}s",
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.LimitedBackend"]
PASSWORD_HASHERS = [
    "accounts.passwords.Argon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_MIN_LENGTH = _number("PASSWORD_MIN_LENGTH", default=6, at_least=6)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "accounts.passwords.PortalLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH},
    },
    {"NAME": "accounts.passwords.LettersAndDigitsValidator"},
    {"NAME": "accounts.passwords.MaximumLengthValidator"},
    {
        "NAME": "accounts.passwords.PortalSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "email", "name_en")},
    },
    {"NAME": "accounts.passwords.PortalCommonValidator"},
]
PASSWORD_RESET_TIMEOUT = _number("PASSWORD_RESET_MINUTES", default=60) * 60
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "my"
OTP_TOTP_ISSUER = "KOTRA"  # how the staff's authenticator apps name the portal

# --- Sessions and cookies -------------------------------------------------------------------------------------------

MEMBER_IDLE_MINUTES = _number("MEMBER_IDLE_MINUTES", default=30)
STAFF_IDLE_MINUTES = _number("STAFF_IDLE_MINUTES", default=15)
SIGNUP_DRAFT_MINUTES = _number("SIGNUP_DRAFT_MINUTES", default=120)

_SECURE = not DEMO_MODE
_COOKIE_PREFIX = "__Host-" if _SECURE else ""  # Safari refuses the prefix without https.
SESSION_COOKIE_NAME = _COOKIE_PREFIX + "session"
SESSION_COOKIE_SECURE = _SECURE
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = SIGNUP_DRAFT_MINUTES * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
CSRF_COOKIE_NAME = _COOKIE_PREFIX + "csrf"
CSRF_COOKIE_SECURE = _SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kotra_portal.error_pages.csrf_failure"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SECURE = _SECURE
LANGUAGE_COOKIE_SAMESITE = "Lax"
DEVICE_COOKIE_NAME = _COOKIE_PREFIX + "device"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Transport and content security ---------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = _SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _SECURE
SECURE_HSTS_PRELOAD = _SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "img-src": ["'self'", "data:"],
    },
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS = ["kotra_portal.uploads.QuotaUploadHandler"]

# --- Language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("한국어")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "kotra_portal" / "locale"]
FORMAT_MODULE_PATH = "kotra_portal.formats"
USE_I18N = True
# §D23: days are Korean days wherever the server stands; the database keeps instants in UTC.
USE_TZ = True
TIME_ZONE = "Asia/Seoul"

# --- Files ----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.path("STATIC_ROOT", default=str(RUN_TIME_DIR / "static"))()
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(RUN_TIME_DIR / "media"))()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What members hand in; no URL leads there, one view serves it (companies/documents.py).
    "documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": Path(MEDIA_ROOT) / "documents",
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- Mail: queued with the change it tells of, sent by `manage.py send_mails` ---------------------------------------

EMAIL_BACKEND = "post_office.EmailBackend"
_SENDER = _read(env.email_url_config, "EMAIL_URL", default=env.email_url_config("consolemail://"))
EMAIL_HOST, EMAIL_PORT = _SENDER["EMAIL_HOST"], _SENDER["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _SENDER["EMAIL_HOST_USER"], _SENDER["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _SENDER.get("EMAIL_USE_TLS", False), _SENDER.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="KOTRA <service@kotra.or.kr>")
POST_OFFICE = {
    "BACKENDS": {"default": _SENDER["EMAIL_BACKEND"]},
    "DEFAULT_PRIORITY": "medium",
    "MESSAGE_ID_ENABLED": True,
    "CELERY_ENABLED": False,
}

# --- Outside providers ----------------------------------------------------------------------------------------------

# Names from accounts.identity.PROVIDERS, or nothing: no provider is connected yet, and sign-up says so.
IDENTITY_PROVIDERS = env.list("IDENTITY_PROVIDERS", default=["stub"] if DEMO_MODE else [])
# A name from kotra_portal.reference.postcodes.PROVIDERS, or "none" (addresses are typed by hand).
POSTCODE_PROVIDER = env.str("POSTCODE_PROVIDER", default="stub" if DEMO_MODE else "none")

# Names the company registry of companies.registry.PROVIDERS, or "none": every registration is checked by people.
COMPANY_REGISTRY = env.str("COMPANY_REGISTRY", default="stub" if DEMO_MODE else "none")

# --- The organisation -----------------------------------------------------------------------------------------------

# The official banner and operator identifier may stand only on an official government site.
OFFICIAL_GOV_SITE = env.bool("OFFICIAL_GOV_SITE", default=False)
SUPPORT_TEAM = {
    "phone": "02-3460-7183~4",
    "fax": "02-3460-7932",
    "email": "service@kotra.or.kr",
    "ipin_call_centre": "02-818-3050",
}

# --- Logging --------------------------------------------------------------------------------------------------------

_LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
if _LOG_LEVEL not in logging.getLevelNamesMapping():
    GARBLED_SETTINGS.append("LOG_LEVEL")
    _LOG_LEVEL = "INFO"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"tokens": {"()": "kotra_portal.link_tokens.TokenFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["tokens"]}},
    # These name the path of a refused request; blanked here, no handler that an operator adds sees its token.
    "loggers": {name: {"filters": ["tokens"]} for name in ("django.request", "django.security.csrf")},
    "root": {"handlers": ["console"], "level": _LOG_LEVEL},
}
