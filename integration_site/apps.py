from django.apps import AppConfig


class IntegrationSiteConfig(AppConfig):
    name = "integration_site"
    verbose_name = "Ledgerline"

    def ready(self) -> None:
        from integration_site import checks  # noqa: F401  registers them
