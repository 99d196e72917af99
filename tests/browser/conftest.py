"""A real browser before a real server. Whatever page a test opens is also looked through: nothing
against the content security policy, nothing in the console, no serious barrier."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests import factories
from tests.pipeline.conftest import (  # noqa: F401
    credentials,
    sandbox,
    sandbox_process,
    trade,
    worlds,
)

CHROMIUM = "/usr/bin/chromium"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1360, "height": 860}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1360, "height": 860}},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
}
_FIND_BARRIERS = """axe.run({resultTypes: ["violations"]}).then(found => found.violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => one.id + ": " + one.nodes.map(node => node.html.slice(0, 160)).join(" | ")))"""
# A question that a newer one replaces is given up, and the library says so in the console; what
# really goes wrong it says under other names.
_GIVEN_UP = ("htmx:afterRequest", "htmx:sendAbort")
# A page is seen while it is still being read; whoever presses then presses before its scripts
# listen. What is hidden cannot be pressed, so every step of a test waits by itself.
_HIDE_UNTIL_IT_LISTENS = """(() => {
  const found = new MutationObserver(() => {
    if (!document.documentElement) return;
    found.disconnect();
    document.documentElement.style.visibility = "hidden";
  });
  found.observe(document, {childList: true});
  document.addEventListener("DOMContentLoaded", () =>
    setTimeout(() => document.documentElement.style.removeProperty("visibility")));
})()"""
_SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > window.innerWidth"


class Window:
    """A signed-in person's browser window. `look_through` ends each step of a test."""

    def __init__(self, page: Page, server: str) -> None:
        self.page, self.server = page, server
        self.complaints: list[str] = []
        page.add_init_script(_HIDE_UNTIL_IT_LISTENS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_GIVEN_UP):
            self.complaints.append(message.text)

    def open(self, path: str) -> Page:
        self.page.goto(self.server + path)
        return self.page

    def look_through(self) -> None:
        """axe itself writes inline styles, so what was said until now is judged first."""
        self.judge()
        self.page.evaluate(AXE)
        assert self.page.evaluate(_FIND_BARRIERS) == []
        assert not self.page.evaluate(_SCROLLS_SIDEWAYS)
        self.complaints.clear()

    def judge(self) -> None:
        assert self.complaints == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Playwright's event loop runs in our own thread, beside the database calls of the tests."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


Opens = Callable[..., Window]


@contextmanager
def opening(browser: Browser, server: LiveServer) -> Iterator[Opens]:
    opened: list[tuple[Any, Window]] = []

    def opens(look: str = "light", who: Callable[[], Any] = factories.ada) -> Window:
        context = browser.new_context(**LOOKS[look])
        window = Window(context.new_page(), server.url)
        opened.append((context, window))
        page = window.open("/admin/login/")
        page.get_by_label("Username").fill(who().get_username())
        page.get_by_label("Password").fill(factories.PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/admin/")
        return window

    yield opens
    for context, window in opened:
        window.judge()
        context.close()


@pytest.fixture
def window(browser: Browser, transactional_db: None, live_server: LiveServer) -> Iterator[Opens]:
    with opening(browser, live_server) as opens:
        yield opens
