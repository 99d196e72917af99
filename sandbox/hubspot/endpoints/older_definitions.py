"""Property definitions as the first and second version list them, and the custom object
schemas: what readers of other vendors ask for before they read."""

from sandbox.hubspot.call import Call
from sandbox.web import Response, json_response


def list_properties(call: Call) -> Response:
    """A bare list."""
    definitions = call.portal.catalogue.of(call.kind.name).values()
    return json_response([each.as_json() for each in definitions], operation="list")


def list_schemas(_call: Call) -> Response:
    """This account has no custom objects."""
    return json_response({"results": []}, operation="list")
