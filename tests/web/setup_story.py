"""Somebody who sets up a sync in the browser, without one: follows redirects, fills in forms."""

import re
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from syncapp.models import Integration, RuleDraft


class Setup:
    def __init__(self, client: Client, integration: Integration) -> None:
        self.client, self.integration = client, integration
        self.page = ""
        self.status = 0

    def begin(self, entity: str) -> RuleDraft:
        self._send(
            reverse("admin:wizard_begin"), {"integration": self.integration.pk, "entity": entity}
        )
        return self.draft(entity)

    def draft(self, entity: str) -> RuleDraft:
        return RuleDraft.objects.filter(integration=self.integration, entity=entity).latest("pk")

    def look(self, entity: str, step: str, **query: str) -> str:
        answer = self.client.get(self.url(entity, step), query, follow=True)
        return self._read(answer)

    def fill(self, entity: str, step: str, do: str = "stay", **changes: Any) -> str:
        """What the page shows, with some fields changed, sent by one of its buttons."""
        self.look(entity, step)
        form = {**fields_of(self.page), **changes, "do": do}
        return self._send(self.url(entity, step), form)

    def send(self, entity: str, step: str, form: dict[str, Any]) -> str:
        return self._send(self.url(entity, step), form)

    def url(self, entity: str, step: str) -> str:
        return reverse(f"admin:wizard_{step}", args=(self.draft(entity).pk,))

    def _send(self, url: str, form: dict[str, Any]) -> str:
        form = {name: value for name, value in form.items() if value is not None}
        return self._read(self.client.post(url, form, follow=True))

    def _read(self, answer: Any) -> str:
        self.status = answer.status_code
        self.page = unescape(answer.content.decode())
        return self.page


def fields_of(page: str) -> dict[str, Any]:
    """The fields of the step's form as a browser would send them."""
    form = page[page.index('id="ll-step-form"') : page.index("</form>", page.index("ll-step-form"))]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        named = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_sent = named.get("type") not in ("checkbox", "radio") or " checked" in tag
        if "name" in named and is_sent and " disabled" not in tag:
            found.setdefault(named["name"], []).append(named.get("value", ""))
    for opening, body in re.findall(r"<select([^>]*)>(.*?)</select>", form, re.DOTALL):
        name = re.search(r'name="([^"]*)"', opening)
        if name and " disabled" not in opening:
            found.setdefault(name.group(1), []).extend(_chosen(opening, body))
    for opening, body in re.findall(r"<textarea([^>]*)>(.*?)</textarea>", form, re.DOTALL):
        name = re.search(r'name="([^"]*)"', opening)
        if name:
            found.setdefault(name.group(1), []).append(body.strip())
    return {
        name: values if len(values) > 1 else values[0] for name, values in found.items() if values
    }


def _chosen(opening: str, body: str) -> list[str]:
    options = re.findall(r'<option value="([^"]*)"([^>]*)>', body)
    chosen = [value for value, rest in options if "selected" in rest]
    if "multiple" in opening:
        return chosen
    return chosen[:1] or [value for value, _ in options[:1]]
