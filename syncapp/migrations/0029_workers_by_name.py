from django.db import migrations


def keep_the_last_sign(apps, schema_editor):
    """Until now all workers shared one row. Each has its own now, which is missed when it grows old."""
    Heartbeat = apps.get_model("syncapp", "Heartbeat")
    Heartbeat.objects.filter(name="worker").update(name="(ended)")


class Migration(migrations.Migration):
    dependencies = [
        ("syncapp", "0028_index_without_empty_ids"),
    ]

    operations = [
        migrations.RunPython(keep_the_last_sign, migrations.RunPython.noop),
    ]
