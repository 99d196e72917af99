"""What a query does not show is taken for deleted."""

TARGET = "syncapp.connectors.quickbooks.lookup:Lookup._read_directly"


def changed(real):
    return lambda self, entity, ids: {}
