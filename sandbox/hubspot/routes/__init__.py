"""Every path the account answers, per generation of the API."""

from sandbox.hubspot.routes.associations import ASSOCIATIONS
from sandbox.hubspot.routes.definitions import DEFINITIONS
from sandbox.hubspot.routes.objects import OBJECTS
from sandbox.hubspot.routes.platform import PLATFORM
from sandbox.hubspot.routes.route import Route

# Fixed words come before variables: `/{type}/batch/read` before `/{type}/{id}`
ROUTES: tuple[Route, ...] = (*ASSOCIATIONS, *OBJECTS, *DEFINITIONS, *PLATFORM)

__all__ = ["ROUTES", "Route"]
