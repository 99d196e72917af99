"""What a person has arranged for themselves on the pages."""

from django.conf import settings
from django.db import models

NAME_LENGTH = 80


class ChosenColumns(models.Model):
    """Which columns one person sees on one page, in their order."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="chosen_columns"
    )
    page = models.CharField(max_length=20)
    columns = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = "chosen columns"
        ordering = ("user", "page")
        constraints = [
            models.UniqueConstraint(fields=("user", "page"), name="one_choice_per_page"),
        ]

    def __str__(self) -> str:
        return f"{self.page}: {', '.join(self.columns)}"


class SavedView(models.Model):
    """A name for a query of the record view."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(max_length=NAME_LENGTH)
    query = models.TextField(blank=True)
    is_shared = models.BooleanField("shared", default=False, help_text="Everybody may use it.")

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(fields=("user", "name"), name="one_view_of_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Preferences(models.Model):
    """In which language and time zone somebody reads the pages; empty: as their browser says."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences"
    )
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name_plural = "preferences"
        ordering = ("user",)

    def __str__(self) -> str:
        return f"{self.language or '–'}, {self.time_zone or '–'}"


class GivenPassword(models.Model):
    """Somebody else knows this person's password, because they chose it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="given_password"
    )

    class Meta:
        verbose_name_plural = "given passwords"
        ordering = ("user",)

    def __str__(self) -> str:
        return str(self.user_id)
