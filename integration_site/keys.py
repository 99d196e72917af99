"""Keys: `python -m integration_site.keys` prints fresh ones in the form the .env file wants."""

import secrets
import sys

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured


def fresh_keys() -> str:
    return f"SECRET_KEY={secrets.token_urlsafe(50)}\nTOKEN_KEYS={Fernet.generate_key().decode()}\n"


def token_keys(listed: str) -> list[str]:
    """Newest first; the first encrypts, all of them decrypt."""
    keys = [key.strip() for key in listed.split(",") if key.strip()]
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            message = (
                f"Key {number} of TOKEN_KEYS is no key: each is 44 characters, several are "
                "separated by commas. Fresh ones: .venv/bin/python -m integration_site.keys"
            )
            raise ImproperlyConfigured(message) from None
    return keys


if __name__ == "__main__":
    sys.stdout.write(fresh_keys())
