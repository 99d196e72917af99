from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SyncAppConfig(AppConfig):
    name = "syncapp"
    verbose_name = _("Sync")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from syncapp.models.table_words import translate_tables
        from syncapp.pipeline import audit

        translate_tables()
        audit.register()
        post_migrate.connect(_ensure_schedules, sender=self)
        post_migrate.connect(_ensure_groups, sender=self)


def _ensure_schedules(**_facts: object) -> None:
    from syncapp.pipeline.schedules import ensure_schedules

    ensure_schedules()


def _ensure_groups(**_facts: object) -> None:
    from syncapp.admin.roles import ensure_groups

    ensure_groups()
