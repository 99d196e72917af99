"""Which addresses may be called: the origin comes from the settings and never from an answer."""

from urllib.parse import urlsplit

from syncapp.errors import ConfigurationError

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")


def require_safe_address(url: str, *, allow_plain_http: bool) -> None:
    """Raises `ConfigurationError` unless it is https, or a loopback sandbox that is allowed."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if allow_plain_http and parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS:
        return
    raise ConfigurationError(
        "The address of a vendor must start with https://; plain http is for a sandbox on this "
        "machine alone, with ALLOW_PLAIN_HTTP switched on."
    )


def address_below(base_url: str, url: str) -> str | None:
    """`url` is a path below the base address or a whole address; None when that is another's."""
    if url.startswith("/") and not url.startswith("//"):
        return base_url.rstrip("/") + url
    return url if _origin(url) == _origin(base_url) else None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
