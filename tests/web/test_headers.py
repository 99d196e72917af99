"""What every answer says to browsers, as behind a proxy with a certificate."""

import pytest
from django.urls import reverse

from integration_site import settings as shipped
from tests import factories

pytestmark = pytest.mark.django_db

PAGES = ["/admin/login/", "/admin/", "/admin/records/", "/admin/connections/",
         "/admin/syncapp/recordlink/", "/admin/auth/user/", "/admin/nowhere/"]  # fmt: skip


@pytest.fixture
def public(client, settings):
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = True
    settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    client.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    client.force_login(factories.ada())
    return client


@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_be_framed_kept_and_guessed_by_nobody(public, path):
    answer = public.get(path)

    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.status_code == 404 or "no-store" in answer["Cache-Control"]


def test_cookies_are_for_us_alone(public):
    public.post("/admin/login/", {"username": "ada", "password": factories.PASSWORD})
    public.get("/admin/login/")

    session = public.cookies["sessionid"]
    assert (session["httponly"], session["secure"], session["samesite"]) == (True, True, "Lax")
    public.get(reverse("admin:password_again"))
    assert public.cookies["csrftoken"]["secure"]


def test_a_plain_request_is_led_to_tls_and_a_forged_host_nowhere(public):
    public.defaults.pop("HTTP_X_FORWARDED_PROTO")
    assert public.get("/admin/").url.startswith("https://")
    assert public.get("/admin/", HTTP_HOST="evil.test").status_code == 400


def test_nobody_is_served_with_the_ways_of_a_workshop():
    assert shipped.DEBUG is False
    assert shipped.SESSION_COOKIE_HTTPONLY is True
