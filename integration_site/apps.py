from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class IntegrationSiteConfig(AppConfig):
    default = True
    name = "integration_site"
    verbose_name = "Ledgerline"

    def ready(self) -> None:
        from integration_site import checks  # noqa: F401  registers them
        from integration_site.secrets_of_ours import keep_out_of_logs

        keep_out_of_logs()


class LedgerlineAdminConfig(admin_apps.AdminConfig):
    """Whatever registers with `admin.site`, other apps too, is on our site."""

    default = False
    default_site = "integration_site.site.LedgerlineSite"
