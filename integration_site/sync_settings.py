"""What the sync itself is told by the environment: the vendors' addresses, credentials of our
apps, limits, and the documented times (seconds unless said otherwise)."""

from socket import gethostname

from integration_site.environment import address, env, limits, listed, whole

# Vendor addresses come from here only, never from a form or an answer.
HUBSPOT_CLIENT_ID: str = env.str("HUBSPOT_CLIENT_ID", default="")
HUBSPOT_CLIENT_SECRET: str = env.str("HUBSPOT_CLIENT_SECRET", default="")
HUBSPOT_API_BASE = address("HUBSPOT_API_BASE", "https://api.hubapi.com")
HUBSPOT_APP_BASE = address("HUBSPOT_APP_BASE", "https://app.hubspot.com")

QUICKBOOKS_CLIENT_ID: str = env.str("QUICKBOOKS_CLIENT_ID", default="")
QUICKBOOKS_CLIENT_SECRET: str = env.str("QUICKBOOKS_CLIENT_SECRET", default="")
QUICKBOOKS_API_BASE = address("QUICKBOOKS_API_BASE", "https://quickbooks.api.intuit.com")
# Empty: Intuit's own three hosts. Set: consent, token and revoke below this one base.
QUICKBOOKS_OAUTH_BASE = address("QUICKBOOKS_OAUTH_BASE", "")

# What webhooks are signed with, each several at once while a secret is being changed. HubSpot signs
# with the app's client secret; a private app has one of its own.
HUBSPOT_WEBHOOK_SECRETS = listed("HUBSPOT_WEBHOOK_SECRET")
QUICKBOOKS_WEBHOOK_TOKENS = listed("QUICKBOOKS_WEBHOOK_TOKEN")

# Reads a month that Intuit grants an app's workspace; the smallest tier has half a million
QUICKBOOKS_READ_ALLOWANCE = whole("QUICKBOOKS_READ_ALLOWANCE", 500_000)

# Who is silent when several workers run; two on one machine need a name each
WORKER_NAME: str = (env.str("WORKER_NAME", default="").strip() or gethostname())[:50]

ALLOW_PLAIN_HTTP: bool = env.bool("ALLOW_PLAIN_HTTP", default=False)

HUBSPOT_LIMITS = limits("HUBSPOT_LIMITS")
QUICKBOOKS_LIMITS = limits("QUICKBOOKS_LIMITS")
# Creates a minute that go to QuickBooks alone beside full batches, 460 at most; 0: none do
QUICKBOOKS_SINGLE_CREATES = whole("QUICKBOOKS_SINGLE_CREATES", 0)

HTTP_TIMEOUT = whole("HTTP_TIMEOUT", 45)  # one call, from connect to the last byte
SEND_DEADLINE = whole("SEND_DEADLINE", 30)  # a write is sent within this of its look-up or never
LEASE = whole("LEASE", 120)  # how long one worker owns an integration without renewing
SLICE = whole("SLICE", 60)  # a pass ends itself after this and goes on in the next task
QUEUE_TIMEOUT = 120  # the queue ends a task after this; fixed, `retry` depends on it
UNKNOWN_REST = whole("UNKNOWN_REST", 150)  # rest of an unanswered write before it is looked for
CURSOR_OVERLAP = whole("CURSOR_OVERLAP", 120)  # how far before the cursor a read starts
SLOW_SWEEP = whole("SLOW_SWEEP", 3600)  # a second read this far back catches late-indexed records
SAFETY_POLL = whole("SAFETY_POLL", 300)  # how often is read what webhooks are seen to announce
WEBHOOK_DAYS = whole("WEBHOOK_DAYS", 7)  # what was announced is remembered as long, then forgotten
BACKOFF_CAP = whole("BACKOFF_CAP", 3600)  # the longest wait between two tries
PARK_AFTER = whole("PARK_AFTER", 12)  # tries after which a waiting record is failing
# How long the history of records is kept, in days; 0 is for ever
ACTIVITY_DAYS = whole("ACTIVITY_DAYS", 730)  # what state a record was in, and why
WRITTEN_DAYS = whole("WRITTEN_DAYS", 3650)  # what was written at a vendor, what a person decided
# What a pass may do before a person is asked, each as number/per cent of the entity's links
BRAKE = limits("BRAKE")
