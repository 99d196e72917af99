from itertools import islice

from django.db import migrations, models

from syncapp.models.finding import folded, last_word

CHUNK = 5000


def fold_names(apps, schema_editor):
    rows = apps.get_model("syncapp", "RecordLink").objects.exclude(label="").order_by()
    found = rows.values_list("id", "label").iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        names = [(folded(label)[:510], pk) for pk, label in chunk]
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE syncapp_recordlink SET search_name = %s, search_word = %s WHERE id = %s",
                [(name, last_word(name), pk) for name, pk in names],
            )


class Migration(migrations.Migration):

    dependencies = [
        ('syncapp', '0020_alerts'),
    ]

    operations = [
        migrations.AddField(
            model_name='recordlink',
            name='search_name',
            field=models.CharField(blank=True, editable=False, max_length=510),
        ),
        migrations.AddField(
            model_name='recordlink',
            name='search_word',
            field=models.CharField(blank=True, editable=False, max_length=510),
        ),
        migrations.RunPython(fold_names, migrations.RunPython.noop, elidable=True),
    ]
