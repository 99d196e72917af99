from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SyncAppConfig(AppConfig):
    name = "syncapp"
    verbose_name = "Sync"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from syncapp.pipeline import audit

        audit.register()
        post_migrate.connect(_ensure_schedules, sender=self)
        post_migrate.connect(_ensure_groups, sender=self)


def _ensure_schedules(**_: object) -> None:
    from syncapp.pipeline.schedules import ensure_schedules

    ensure_schedules()


def _ensure_groups(**_: object) -> None:
    from syncapp.admin.roles import ensure_groups

    ensure_groups()
