"""A small company selling music and video from the Chinook data: its books in QuickBooks, its
people and products in HubSpot, two years of history in both, and no sync yet."""

from sandbox.seeds.books import Books, plan_lists
from sandbox.seeds.crm import Crm, plan_crm
from sandbox.seeds.ledger import plan_ledger
from sandbox.seeds.loose_ends import plan_loose_ends
from sandbox.seeds.timeline import Timeline
from sandbox.world import World


def found_company(world: World) -> None:
    account = world.accounts["quickbooks"]["companies"][0]
    books = Books(world.vendors["quickbooks"], account["realm_id"], account["access_token"])
    timeline = Timeline(world.clock)
    plan_lists(books, timeline)
    plan_ledger(books, timeline)
    plan_loose_ends(books, timeline)
    plan_crm(Crm(world.vendors["hubspot"], world.clock), timeline)
    timeline.happen()
