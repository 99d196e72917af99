"""Settings of the test suite: the product's own, with an environment that needs no .env file.

Subprocesses of tests inherit the environment set here.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_FOLDER = Path(tempfile.mkdtemp(prefix="ledgerline-tests-"))
_OWNER = os.getpid()


def _tidy_up() -> None:
    if os.getpid() == _OWNER:  # not at the end of a forked child
        shutil.rmtree(_FOLDER, ignore_errors=True)


atexit.register(_tidy_up)

os.environ["ENV_FILE"] = os.devnull
os.environ.setdefault("SECRET_KEY", "only-for-tests-and-nothing-else-ever")
os.environ.setdefault("TOKEN_KEYS", "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=")
os.environ.setdefault("PUBLIC_BASE_URL", "http://127.0.0.1:8000")
os.environ.setdefault("ALLOW_PLAIN_HTTP", "true")
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_FOLDER}/db.sqlite3")

from integration_site.settings import *  # noqa: E402, F403
from integration_site.settings import BASE_DIR, DATABASES, STORAGES  # noqa: E402

# A real file, since WAL and locking differ in memory; a database of its own for every process.
_database = DATABASES["default"]
if "sqlite" in _database["ENGINE"]:
    _database["TEST"] = {"NAME": f"{_FOLDER}/test.sqlite3"}
    _database["CONN_MAX_AGE"] = 0  # the threads of a live server leave none open
else:
    _database["TEST"] = {"NAME": f"test_ledgerline_{_OWNER}"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT = BASE_DIR / "static"  # exists; a missing one is a warning of whitenoise
MAIL_IS_SET_UP = True  # Django's own mail box of the tests
