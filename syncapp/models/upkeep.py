"""How far the housekeeping has come: it is done in small steps, and goes on where it stopped."""

from django.db import models


class Upkeep(models.Model):
    name = models.CharField(primary_key=True, max_length=50)
    place = models.BigIntegerField("done up to", default=0)
    done_at = models.DateTimeField("last done", null=True, blank=True)

    class Meta:
        verbose_name = "housekeeping"
        verbose_name_plural = "housekeeping"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
