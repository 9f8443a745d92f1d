"""Where a request comes from."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The visitor's address: the one our outermost trusted proxy saw, never what the visitor wrote into the header.

    Each trusted proxy appends the address it was called from to X-Forwarded-For, so with ``TRUSTED_PROXIES`` = n the
    n-th entry from the right is the first that was not written by the visitor. Without proxies the header is ignored.
    """
    remote = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    candidate = hops[-trusted] if trusted and len(hops) >= trusted else remote
    try:
        return str(ip_address(candidate))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 (a placeholder for "unknown", nothing binds to it)


def client_network(address: str) -> str:
    """The network that one visitor typically controls: an IPv4 address, or an IPv6 /64."""
    parsed = ip_address(address)
    return address if parsed.version == 4 else str(ip_network(f"{address}/64", strict=False))
