"""What an option of a rule can be set to, as the QuickBooks company offers it now."""

from contextlib import closing

from syncapp.connectors.quickbooks.choices import Choices, Offered
from syncapp.engine.records import Side
from syncapp.models import Integration
from syncapp.objects.golive_checks import INCOME_TYPES
from syncapp.objects.options import Option, OptionKind
from syncapp.pipeline.connect import transport_for


def offered(integration: Integration, option: Option) -> Choices:
    """One read; raises what reading raises."""
    if option.kind not in (OptionKind.ACCOUNT, OptionKind.ITEM):
        return option.choices
    company = integration.connection(Side.QUICKBOOKS)
    transport = transport_for(company, read_only=True)
    with closing(Offered(transport, company.account_id)) as found:
        if option.kind is OptionKind.ACCOUNT:
            return found.accounts(INCOME_TYPES)
        return found.items()
