import django.db.models.deletion
from django.db import migrations, models

# Of these keys the indexes of their own are gone: each table has longer ones that begin with them.
LONE = (
    ("syncapp_recordlink", "integration_id"),
    ("syncapp_syncactivity", "integration_id"),
    ("syncapp_syncactivity", "link_id"),
)


def drop_lone_indexes(apps, schema_editor):
    """By hand, because SQLite would otherwise copy each table."""
    connection = schema_editor.connection
    for table, column in LONE:
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, table)
        for name, one in found.items():
            if one["index"] and not one["unique"] and one["columns"] == [column]:
                schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


class Migration(migrations.Migration):

    dependencies = [
        ('syncapp', '0021_search_names'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='recordlink',
            name='link_newest_by_cause',
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunPython(drop_lone_indexes, migrations.RunPython.noop),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='recordlink',
                    name='integration',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='syncapp.integration'),
                ),
                migrations.AlterField(
                    model_name='syncactivity',
                    name='integration',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='activity', to='syncapp.integration'),
                ),
                migrations.AlterField(
                    model_name='syncactivity',
                    name='link',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='activity', to='syncapp.recordlink'),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name='recordlink',
            index=models.Index(fields=['integration', 'state', 'category', '-id', 'entity'], name='link_newest_by_cause'),
        ),
        migrations.AddIndex(
            model_name='recordlink',
            index=models.Index(fields=['integration', '-id'], name='link_newest'),
        ),
        migrations.AddIndex(
            model_name='recordlink',
            index=models.Index(fields=['integration', 'entity', 'state', '-id'], name='link_newest_by_both'),
        ),
        migrations.AddIndex(
            model_name='recordlink',
            index=models.Index(condition=models.Q(('hubspot_id__isnull', True)), fields=['integration', '-id'], name='link_newest_not_in_hubspot'),
        ),
        migrations.AddIndex(
            model_name='recordlink',
            index=models.Index(condition=models.Q(('quickbooks_id__isnull', True)), fields=['integration', '-id'], name='link_newest_not_in_quickbooks'),
        ),
        migrations.AddIndex(
            model_name='recordlink',
            index=models.Index(fields=['integration', 'amount'], name='link_by_amount'),
        ),
        migrations.AddIndex(
            model_name='recordlink',
            index=models.Index(fields=['integration', 'search_name'], name='link_by_search_name', opclasses=('int8_ops', 'varchar_pattern_ops')),
        ),
        migrations.AddIndex(
            model_name='recordlink',
            index=models.Index(fields=['integration', 'search_word'], name='link_by_search_word', opclasses=('int8_ops', 'varchar_pattern_ops')),
        ),
        migrations.RemoveIndex(
            model_name='recordreference',
            name='reference_by_record',
        ),
        migrations.AddIndex(
            model_name='recordreference',
            index=models.Index(fields=['integration', 'side', 'entity', 'record_id', '-link'], name='reference_by_record'),
        ),
    ]
