"""Where a request comes from."""

import logging
import re
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

UNKNOWN = "0.0.0.0"  # noqa: S104 (stands for no address, nothing binds to it)


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
        return _written_plainly(candidate)
    except ValueError:
        # Everybody would share one count of attempts: the operator has to know.
        logger.warning(
            "A visitor's address cannot be read; does the proxy set X-Forwarded-For, and TRUSTED_PROXIES fit?"
        )
        return UNKNOWN


def _written_plainly(candidate: str) -> str:
    """The bare address: without the port that some balancers append, without a zone, IPv4 as IPv4."""
    with_port = re.fullmatch(r"\[(?P<v6>[^\]]+)\](:[0-9]+)?|(?P<v4>[0-9.]+):[0-9]+", candidate)
    bare = (with_port["v6"] or with_port["v4"]) if with_port else candidate
    parsed = ip_address(bare.partition("%")[0])
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def client_network(address: str) -> str:
    """The network that one visitor typically controls: an IPv4 address, or an IPv6 /64."""
    parsed = ip_address(address)
    return address if parsed.version == 4 else str(ip_network(f"{address}/64", strict=False))
