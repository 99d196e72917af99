"""One call of the API in all its generations: hubspot-api.md 2 [SPEC][VER].

A dated path is `/crm/{api}/{version}/…` where the numbered one is `/crm/{version}/{api}/…`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.hubspot.call import Call
from sandbox.hubspot.scopes import Needed
from sandbox.web import Response

Endpoint = Callable[[Call], Response]
Needs = Callable[[Mapping[str, str]], Needed]

DATED = ("2026-03", "2026-09")
V3 = ("v3", *DATED)
V4 = ("v4", *DATED)


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str  # with `{v}`; `/crm/{v}/{api}/…` stands for the dated form too
    endpoint: Endpoint
    needs: Needs
    versions: tuple[str, ...] = V3
    is_write: bool = False

    def patterns(self) -> list[tuple[str, str]]:
        """(version, pattern of the path)."""
        return [(version, self._pattern(version)) for version in self.versions]

    def _pattern(self, version: str) -> str:
        path = self.path
        if version in DATED and path.startswith("/crm/{v}/"):
            api, slash, rest = path.removeprefix("/crm/{v}/").partition("/")
            path = f"/crm/{api}/{{v}}{slash}{rest}"
        return path.replace("{v}", version)


def reading(
    method: str, path: str, endpoint: Endpoint, needs: Needs, versions: tuple[str, ...] = V3
) -> Route:
    return Route(method, path, endpoint, needs, versions)


def writing(
    method: str, path: str, endpoint: Endpoint, needs: Needs, versions: tuple[str, ...] = V3
) -> Route:
    return Route(method, path, endpoint, needs, versions, is_write=True)
