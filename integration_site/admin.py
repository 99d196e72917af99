"""Which of the queue's pages the admin does not show.

A schedule's function may be any dotted path: whoever may edit one can run code as the worker. Our
only schedule is made by the program itself.
"""

from django.contrib import admin
from django_q.models import OrmQ, Schedule

admin.site.unregister([Schedule, OrmQ])
