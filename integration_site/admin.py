"""The admin as a whole: its name, and which of the queue's pages it does not show.

A schedule's function may be any dotted path: whoever may edit one can run code as the worker. Our
only schedule is made by the program itself.
"""

from django.contrib import admin
from django_q.models import OrmQ, Schedule

admin.site.site_header = "Ledgerline"
admin.site.site_title = "Ledgerline"
admin.site.index_title = "HubSpot and QuickBooks, kept alike"
admin.site.unregister([Schedule, OrmQ])
