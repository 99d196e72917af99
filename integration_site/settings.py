"""Django settings. Everything that differs between installations comes from the environment."""

from datetime import timedelta
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from integration_site.environment import BASE_DIR, address, env, is_loopback, secret, whole
from integration_site.keys import token_keys
from integration_site.logs import LOGGING_CONFIGURATION
from integration_site.queue import Q_CLUSTER  # noqa: F401
from integration_site.sync_settings import *  # noqa: F403
from integration_site.sync_settings import ALLOW_PLAIN_HTTP

DEBUG: bool = env.bool("DEBUG", default=False)
SECRET_KEY = secret("SECRET_KEY", "it signs sessions and the queue's tasks.")
TOKEN_KEYS = token_keys(secret("TOKEN_KEYS", "they encrypt the vendors' tokens, newest first."))

METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")  # empty: for signed-in people only

MAIL_IS_SET_UP = bool(env.str("EMAIL_URL", default="").strip())
if MAIL_IS_SET_UP:
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL: str = env.str("EMAIL_FROM", default="ledgerline@localhost")
ALERT_WEBHOOK_URL = address("ALERT_WEBHOOK_URL", "")
ALERT_WEBHOOK_SECRET: str = env.str("ALERT_WEBHOOK_SECRET", default="")

PUBLIC_BASE_URL = address("PUBLIC_BASE_URL", "http://127.0.0.1:8000")
# A page that only this machine can reach needs no TLS; every other address must be https.
SERVES_PLAIN_HTTP = DEBUG or ALLOW_PLAIN_HTTP or is_loopback(PUBLIC_BASE_URL)

LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [urlsplit(PUBLIC_BASE_URL).hostname or "", *LOOPBACK_HOSTS]
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]

INSTALLED_APPS = [
    "integration_site.apps.LedgerlineAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "auditlog",
    "axes",
    "django_otp",
    "csp",
    "django_htmx",
    "django_q",
    "syncapp",
    "integration_site",
]
MIDDLEWARE = [
    "integration_site.request_id.request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "syncapp.admin.access.reading.AsTheyRead",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "syncapp.admin.access.idle.noting_activity",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "integration_site.urls"
WSGI_APPLICATION = "integration_site.wsgi.application"
ASGI_APPLICATION = "integration_site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["syncapp.templatetags.ledgerline"],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR}/db.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A background load fails without WAL and IMMEDIATE; NORMAL could lose a committed write
    # intent when the power goes.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Opening and closing it, SQLite's file too, is a third of the work that a webhook makes.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Who it was is known by name; the address that a proxy's header claims proves nothing.
AUDITLOG_DISABLE_REMOTE_ADDR = True
AUDITLOG_USE_FK_STRING_REPRESENTATION = True
# Wrong passwords are counted by name and caller together: nobody locks out somebody else.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["csrfmiddlewaretoken", "next"]  # beside the password
AXES_CLIENT_IP_CALLABLE = "syncapp.admin.access.locked_out.caller"
AXES_LOCKOUT_CALLABLE = "syncapp.admin.access.locked_out.locked_out"
PROXY_COUNT = whole("PROXY_COUNT", 0)  # proxies between the callers and us that can be trusted
REQUIRE_SECOND_FACTOR: bool = env.bool("REQUIRE_SECOND_FACTOR", default=not SERVES_PLAIN_HTTP)
OTP_TOTP_ISSUER = "Ledgerline"
LOGIN_URL = "admin:login"

LANGUAGE_CODE = "en"  # what is stored, told to vendors and printed by commands
# British English differs in dates only. Each in its own language, for whoever cannot read the page.
LANGUAGES = [("en", "English (US)"), ("en-gb", "English (UK)"), ("nb", "Norsk bokmål")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Only a proxy of ours may say that a caller came over TLS: without one it is anybody's claim.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not SERVES_PLAIN_HTTP
SECURE_HSTS_SECONDS = 0 if SERVES_PLAIN_HTTP else whole("HSTS_SECONDS", 31_536_000)
SECURE_REDIRECT_EXEMPT = [r"^(healthz|metrics)$"]  # asked from inside, without the proxy
SESSION_ENGINE = "integration_site.session_store"
# A browser takes `__Host-` from this very host over TLS only: no neighbour can set or read it.
_PREFIX = "" if SERVES_PLAIN_HTTP else "__Host-"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_PREFIX}sessionid", f"{_PREFIX}csrftoken"
SESSION_COOKIE_AGE = 12 * 3600  # also the longest time somebody stays signed in
SESSION_IDLE = 60 * whole("SESSION_IDLE_MINUTES", 60)  # without anybody doing anything
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # Strict would drop the way back from OAuth
X_FRAME_OPTIONS = "DENY"
# The neighbours below our own host name are not ours to decide about.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

LOGGING = LOGGING_CONFIGURATION
