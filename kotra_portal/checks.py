"""Checks that keep an unsafe configuration from starting, each saying what to set."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import import_string

TAG = "portal"
SAMPLE_KEY = "sample-"  # how the keys of docs/sample.env begin
HINT = "The README has the table of variables, docs/sample.env a sample."


@register(TAG, Tags.security)
def check_required_settings(**_kwargs: object) -> list[CheckMessage]:
    """Real use is configured by the environment alone: every required name is there."""
    return [
        Error(
            f"The environment variable {name} is not set or empty.",
            hint=f"{HINT} To try the portal on this machine, set DEMO_MODE=on.",
            id="portal.E001",
        )
        for name in settings.MISSING_SETTINGS
    ]


@register(TAG, Tags.security)
def check_settings_can_be_read(**_kwargs: object) -> list[CheckMessage]:
    """A value that cannot be read would silently be the default."""
    return [
        Error(f"The environment variable {name} has a value that cannot be read.", hint=HINT, id="portal.E010")
        for name in settings.GARBLED_SETTINGS
    ]


@register(TAG, Tags.security)
def check_providers_are_known(**_kwargs: object) -> list[CheckMessage]:
    """A provider that the portal has no code for would only be missed by the first visitor."""
    wanted = {
        "IDENTITY_PROVIDERS": (settings.IDENTITY_PROVIDERS, import_string("accounts.identity.PROVIDERS")),
        "POSTCODE_PROVIDER": (
            [settings.POSTCODE_PROVIDER],
            import_string("kotra_portal.reference.postcodes.PROVIDERS"),
        ),
        "COMPANY_REGISTRY": ([settings.COMPANY_REGISTRY], import_string("companies.registry.PROVIDERS")),
    }
    return [
        Error(f"{name} names the provider {given!r}; there are: {', '.join(known)}.", id="portal.E011")
        for name, (names, known) in wanted.items()
        for given in names
        if given not in known
    ]


@register(TAG, Tags.security)
def check_real_use_is_safe(**_kwargs: object) -> list[CheckMessage]:
    """Outside demonstration mode nothing that serves only demonstration may be switched on."""
    if settings.DEMO_MODE:
        return []
    wrong = {
        "portal.E002": (
            "stub" in settings.IDENTITY_PROVIDERS,
            "IDENTITY_PROVIDERS names the stub: anybody could be anyone.",
        ),
        "portal.E003": (settings.DEBUG, "DEBUG is on: error pages would show secrets and personal data."),
        "portal.E004": ("*" in settings.ALLOWED_HOSTS, "ALLOWED_HOSTS lets every host in; name the portal's own."),
        "portal.E005": (
            "PORTAL_URL" not in settings.MISSING_SETTINGS and not settings.PORTAL_URL.startswith("https://"),
            "PORTAL_URL must begin with https://.",
        ),
        "portal.E006": (
            _is_weak(settings.SECRET_KEY) or _is_weak(settings.CI_KEY),
            "SECRET_KEY and CI_KEY need 50 characters or more.",
        ),
        "portal.E007": (settings.SECRET_KEY == settings.CI_KEY, "CI_KEY must differ from SECRET_KEY."),
        "portal.E008": (
            settings.POSTCODE_PROVIDER == "stub",
            "POSTCODE_PROVIDER names the stub: its addresses are samples.",
        ),
        "portal.E013": (
            settings.COMPANY_REGISTRY == "stub",
            "COMPANY_REGISTRY names the stub: its companies are invented.",
        ),
    }
    return [Error(sentence, id=check_id) for check_id, (is_wrong, sentence) in wrong.items() if is_wrong]


@register(TAG, Tags.security)
def check_demonstration_is_local(**_kwargs: object) -> list[CheckMessage]:
    """Demonstration mode, whose codes anybody can read, answers to this machine's names only."""
    local = {"127.0.0.1", "localhost", "[::1]", "testserver"}
    if not settings.DEMO_MODE or set(settings.ALLOWED_HOSTS) <= local:
        return []
    return [Error("DEMO_MODE is on while ALLOWED_HOSTS names other hosts than this machine.", id="portal.E009")]


def find_sample_keys() -> list[CheckMessage]:
    """The keys of docs/sample.env are in everybody's hands: with them anybody could sign a session of their own.

    No check of manage.py's, which has to pass with the sample; kotra_portal.wsgi asks it before anything is served.
    """
    return [
        Error(
            f"{name} is the public sample of docs/sample.env.",
            hint="Put a random one there: python -c 'import secrets; print(secrets.token_urlsafe(50))'",
            id="portal.E012",
        )
        for name in ("SECRET_KEY", "CI_KEY")
        if getattr(settings, name).startswith(SAMPLE_KEY)
    ]


def _is_weak(key: str) -> bool:
    return len(key) < 50
