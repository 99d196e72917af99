"""A seed in which webhooks are relied on: they go through a relay with troubles of its own, the
queue's tasks take the place of passes that somebody asks for, and what is seen to be announced is
polled rarely. Nobody helps it to rest; what no webhook has told is found by these polls alone."""

import time

from tests.chaos.people import (
    edit_contact,
    edit_customer,
    edit_item,
    edit_product,
    new_booked,
    new_invoice,
    pay,
    pay_booked,
)
from tests.chaos.product import TIMES
from tests.chaos.relay import Relay
from tests.chaos.storm import Stage, Storm

OF_FOUR_SEEDS = 1
OF_EACH_KIND = (edit_customer, edit_item, new_booked, pay_booked,
                edit_contact, edit_product, new_invoice, pay)  # fmt: skip
SAFE_SECONDS = TIMES["SAFETY_POLL"] + 5  # by then all has been polled
MOST_SECONDS_TO_REST = 300
HANDS = {"Braked": '"reason": "brake"', "AuthorizationLost": '"reason": "reconnect"'}


class Ringing(Storm):
    def begin(self) -> None:
        """Something of each kind is announced before the troubles begin, so that all of them are
        polled rarely."""
        proxy, sandbox = self.stage.proxy, self.stage.sandbox
        self.relay = Relay(
            self.stage.product, sandbox, self.random, proxy.fired, self.webhook_token
        )
        self.relay.open()
        self.passes.relay = self.relay
        for action in OF_EACH_KIND:
            self.people.act(action)
        self.stage.product.task("webhook")
        self.relay.begin_troubles()

    def between(self) -> None:
        if self.random.random() < 0.25:
            self.relay.kill_web()

    def end(self) -> None:
        """What is done last is announced to nobody."""
        self.relay.lose_the_rest()
        for _ in range(4):
            self.people.act()

    def close(self) -> None:
        if self.passes.relay is not None:
            self.relay.close()

    def rest(self) -> bool:
        self.relay.calm()
        self.passes.problems += self.relay.objections
        product = self.stage.product
        last_write = time.monotonic()
        give_up_at = last_write + MOST_SECONDS_TO_REST
        while time.monotonic() < give_up_at:
            before = len(self.stage.proxy.calls)
            said = product.task("schedule")
            if said in HANDS:
                self.lend_a_hand(HANDS[said])
            if said in HANDS or self.stage.proxy.writes(before):
                last_write = time.monotonic()
            if time.monotonic() - last_write > SAFE_SECONDS and product.status()["idle"]:
                return True
            time.sleep(2)
        return False


def storm(stage: Stage, seed: int, *, faults: bool, passes: int) -> Storm:
    """The kind of storm that a seed is."""
    kind = Ringing if faults and seed % 4 == OF_FOUR_SEEDS else Storm
    return kind(stage, seed, faults=faults, rounds=passes)
