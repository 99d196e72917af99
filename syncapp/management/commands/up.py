"""`manage.py up`: web and worker in one process tree, or the worker alone."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from syncapp.management.database import sentence_about
from syncapp.management.supervisor import Supervisor, web_command, worker_command
from syncapp.pipeline.schedules import ensure_schedules

DATABASE_SECONDS = 30


class Command(BaseCommand):
    help = "Run the web server and the worker until Ctrl-C or SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="address of the web server")
        parser.add_argument(
            "--worker-only", action="store_true", help="where pages are served elsewhere"
        )

    def handle(self, **options: Any) -> None:
        self._wait_for_the_database()
        commands = {"worker": worker_command()}
        if not options["worker_only"]:
            _refuse_missing_files()
            commands = {"web": web_command(options["bind"]), **commands}
        ensure_schedules()
        connection.close()
        if "web" in commands:
            address = f"http://{options['bind']}/admin/"
            self._say(f"Web at {address}, known as {settings.PUBLIC_BASE_URL}")
        self._say(f"Ctrl-C stops {' and '.join(commands)}; a task that runs is finished first.")
        Supervisor(commands, say=self._say).run()

    def _wait_for_the_database(self) -> None:
        """After a reboot the database may come up later than we do."""
        give_up_at = time.monotonic() + DATABASE_SECONDS
        while True:
            try:
                return self._refuse_an_old_database()
            except OperationalError as error:
                connection.close()
                if time.monotonic() > give_up_at:
                    raise
                self._say(f"{sentence_about(error)} Waiting ...")
                time.sleep(1)

    def _refuse_an_old_database(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            message = "The database is older than the program. Run manage.py migrate first."
            raise CommandError(message, returncode=2)
        connection.close()

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


def _refuse_missing_files() -> None:
    """Without the list of collected files every page would be an error."""
    if settings.DEBUG or (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        return
    message = "The pages' files are not collected yet. Run manage.py collectstatic first."
    raise CommandError(message, returncode=2)
