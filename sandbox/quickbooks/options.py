"""What a test may change about a company, and what it is when nobody did.

Every behaviour that quickbooks-api.md marks unverified (or observed only) is a switch here.

| option | values (default first) | source |
| --- | --- | --- |
| profile | one of `settings.PROFILES` | 19.12 |
| country, currency, preferences | merged into CompanyInfo and Preferences | 7 |
| subscription_status | SUBSCRIBED or another of `settings.STATUSES` | 7 |
| requestid_memory_seconds | 86400 or any number | 13, 20 no. 4 |
| requestid_reused | fault_600, first_answer: same id, other content | 13 |
| requestid_remembers_faults | false, true | 13 |
| batch_replay | first_answers, fault_6000, execute_again | 13 |
| batch_max | 30 or any number | 13 |
| batch_items_count | false, true: each counts against the calls a minute | 13, 20 no. 7 |
| batch_void_invoice | works, refused | 13 |
| batch_cut_after | null or n: the next batch works n items, then answers 504 | 13 |
| faults_with_status_200 | false, true | 15 |
| fault_status | {} or {"6190": 403, ...} | 15, HTTP column |
| non_latin1 | kept, refused, replaced: in a US company | 1 |
| merged_id_reads | 610, inactive | 4, 20 no. 8 |
| deactivate_with_balance | fault_6220, credit_memo | 4 |
| sku_in_select_star | true, false | 5 |
| item_description_on_line | false, true: copied to a line without text | 5 |
| service_date_when_off | kept, dropped | 7, 20 no. 10 |
| service_date_after_tax_change | kept, 9999-12-31 | 18 no. 11 |
| auto_apply_when | after_answer, before_answer | 7 |
| customer_defaults | not_applied, term_and_email | 8 |
| auto_doc_number | ignored, honoured: DocNumber AUTO_GENERATE | 8 |
| numbering_follows_prefix | true, false: "HS-7" makes the next one "HS-8" | 8, 18 no. 7 |
| warn_duplicate_numbers | true, false: the warning in the UI | 8 |
| discount_lines | one, many | 8 |
| line_without_item | text, fault_6440 | 8, 15 |
| line_without_tax_code | by_item, not_taxed: US automated tax | 17 |
| negative_lines | accepted, fault_2290 | 15 |
| feature_off_code | 6000, 5030: discount, shipping or deposit while switched off | 7, 8 |
| sparse_demands_required | false, true | 3 |
| delete_echo | accepted, refused: more than Id and SyncToken in a delete | 3 |
| void_paid_invoice_code | 6000 or any code | 8, 20 no. 2 |
| void_note_prefix | Voided or any text | 8, 20 no. 9 |
| delete_linked_code | 800, 6000, 6400 | 8 |
| deleted_number_is_free | true, false | 8 |
| payment_ref_max | 21 or null | 9 |
| payment_customer_mismatch_code | 2500, 620 | 9 |
| overpaid_line | cut, refused: a line above the open balance | 9 |
| custom_field_max | 31 or null | 10 |
| unknown_custom_field | dropped, fault_3000 | 10 |
| query_over_max | cut, refused: MAXRESULTS above 1000 | 11 |
| query_lag_seconds | 0 or any number: queries see the books of that long ago | 18 no. 2 |
| cdc_lag_seconds | 0 or any number: a change is told so much later | ours |
| cdc_max | 1000 or any number | 12 |
| cdc_limit_counts | answer, entity | 12, 20 no. 3 |
| cdc_order | as_requested, alphabetical | 12 |
| cdc_shows_inactive | true, false | 12 |
| cdc_too_old_code | 2190 or any code | 12 |
| closed_books_code | 6210, 6200, 5010, 6000 | 15, 18 no. 20 |
| currency_mismatch_code | 6000, 2220 | 17, 20 no. 6 |
| tax_inclusive_wins | Amount, TaxInclusiveAmt | 17 |
| revenue_recognition_code | 6000 or any code | 17, 20 no. 5 |

For all companies at once:

| option | values (default first) | source |
| --- | --- | --- |
| retry_after | null or seconds: the header of a 429 | 14, 20 no. 1 |
| throttle_status | 429, 403 | 14 |
| throttle_fault_key | Fault, fault: letter case of the 429's body | 14 |
| monthly_reads | 500000 or any number | 14 |
| access_token_seconds | 3600 or any number | 2 |
| refresh_rotation | always, daily: when the refresh value changes | 2 |
| previous_refresh_value | works_until_newer_used, refused, revokes_grant | 2 |
| time_scale | 1: how fast windows pass | ours |
| foreign_calls_per_second | 0: what another app takes | ours |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    default: Any
    choices: tuple[Any, ...] = ()
    kinds: tuple[type, ...] = ()

    def check(self, name: str, value: Any) -> Any:
        if self.choices:
            if not any(value == choice and type(value) is type(choice) for choice in self.choices):
                allowed = ", ".join(str(choice) for choice in self.choices)
                raise ValueError(f"{name} is one of {allowed}, not {value!r}.")
        elif isinstance(value, bool) != (self.kinds == (bool,)) or not isinstance(
            value, self.kinds
        ):
            raise ValueError(f"{name} cannot be {value!r}.")
        return value


def _one_of(*choices: Any) -> Option:
    return Option(choices[0], choices)


def _code(default: str) -> Option:
    return Option(default, kinds=(str,))


ON = Option(default=True, choices=(True, False))
OFF = Option(default=False, choices=(False, True))
NUMBER = (int, float, Decimal)
WHOLE = (int,)
WHOLE_OR_NONE = (int, type(None))

COMPANY_OPTIONS: dict[str, Option] = {
    "requestid_memory_seconds": Option(86_400, kinds=NUMBER),
    "requestid_reused": _one_of("fault_600", "first_answer"),
    "requestid_remembers_faults": OFF,
    "batch_replay": _one_of("first_answers", "fault_6000", "execute_again"),
    "batch_max": Option(30, kinds=WHOLE),
    "batch_items_count": OFF,
    "batch_void_invoice": _one_of("works", "refused"),
    "batch_cut_after": Option(None, kinds=WHOLE_OR_NONE),
    "faults_with_status_200": OFF,
    "fault_status": Option({}, kinds=(dict,)),
    "non_latin1": _one_of("kept", "refused", "replaced"),
    "merged_id_reads": _one_of("610", "inactive"),
    "deactivate_with_balance": _one_of("fault_6220", "credit_memo"),
    "sku_in_select_star": ON,
    "item_description_on_line": OFF,
    "service_date_when_off": _one_of("kept", "dropped"),
    "service_date_after_tax_change": _one_of("kept", "9999-12-31"),
    "auto_apply_when": _one_of("after_answer", "before_answer"),
    "customer_defaults": _one_of("not_applied", "term_and_email"),
    "auto_doc_number": _one_of("ignored", "honoured"),
    "numbering_follows_prefix": ON,
    "warn_duplicate_numbers": ON,
    "discount_lines": _one_of("one", "many"),
    "line_without_item": _one_of("text", "fault_6440"),
    "line_without_tax_code": _one_of("by_item", "not_taxed"),
    "negative_lines": _one_of("accepted", "fault_2290"),
    "feature_off_code": _one_of("6000", "5030"),
    "sparse_demands_required": OFF,
    "delete_echo": _one_of("accepted", "refused"),
    "void_paid_invoice_code": _code("6000"),
    "void_note_prefix": _code("Voided"),
    "delete_linked_code": _one_of("800", "6000", "6400"),
    "deleted_number_is_free": ON,
    "payment_ref_max": Option(21, kinds=WHOLE_OR_NONE),
    "payment_customer_mismatch_code": _one_of("2500", "620"),
    "overpaid_line": _one_of("cut", "refused"),
    "custom_field_max": Option(31, kinds=WHOLE_OR_NONE),
    "unknown_custom_field": _one_of("dropped", "fault_3000"),
    "query_over_max": _one_of("cut", "refused"),
    "query_lag_seconds": Option(0, kinds=NUMBER),
    "cdc_lag_seconds": Option(0, kinds=NUMBER),
    "cdc_max": Option(1000, kinds=WHOLE),
    "cdc_limit_counts": _one_of("answer", "entity"),
    "cdc_order": _one_of("as_requested", "alphabetical"),
    "cdc_shows_inactive": ON,
    "cdc_too_old_code": _code("2190"),
    "closed_books_code": _one_of("6210", "6200", "5010", "6000"),
    "currency_mismatch_code": _one_of("6000", "2220"),
    "tax_inclusive_wins": _one_of("Amount", "TaxInclusiveAmt"),
    "revenue_recognition_code": _code("6000"),
}

VENDOR_OPTIONS: dict[str, Option] = {
    "retry_after": Option(None, kinds=(int, type(None))),
    "throttle_status": _one_of(429, 403),
    "throttle_fault_key": _one_of("Fault", "fault"),
    "monthly_reads": Option(500_000, kinds=WHOLE),
    "access_token_seconds": Option(3600, kinds=WHOLE),
    "refresh_rotation": _one_of("always", "daily"),
    "previous_refresh_value": _one_of("works_until_newer_used", "refused", "revokes_grant"),
    "time_scale": Option(1.0, kinds=NUMBER),
    "foreign_calls_per_second": Option(0.0, kinds=NUMBER),
}


def defaults(options: Mapping[str, Option]) -> dict[str, Any]:
    return {name: option.default for name, option in options.items()}


def checked(options: Mapping[str, Option], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Raises ValueError naming what does not exist or does not fit."""
    unknown = sorted(set(patch) - set(options))
    if unknown:
        raise ValueError(f"There is no QuickBooks option {', '.join(unknown)}.")
    return {name: options[name].check(name, value) for name, value in patch.items()}
