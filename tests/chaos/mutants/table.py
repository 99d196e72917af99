"""Which tests must catch which planted bug."""

_PROTOCOL = "tests/pipeline/test_protocol.py"
_TRANSPORT = "tests/connectors/test_transport.py"

CAUGHT_BY: dict[str, tuple[str, ...]] = {
    "request_id_per_attempt": (
        f"{_PROTOCOL}::test_a_write_has_the_same_id_after_a_restored_backup",
    ),
    "no_look_up": (f"{_PROTOCOL}::test_the_first_send_is_looked_up_too",),
    "intent_after_send": (f"{_PROTOCOL}::test_a_worker_that_dies_in_a_send_leaves_its_question",),
    "early_cursor": (f"{_PROTOCOL}::test_a_page_that_was_not_stored_is_read_again",),
    "no_overlap": (
        "tests/connectors/hubspot/test_changes.py"
        "::test_a_change_that_is_indexed_late_is_read_with_the_overlap",
    ),
    "blind_5010": (
        f"{_PROTOCOL}::test_an_edit_in_quickbooks_between_read_and_write_is_asked_about",
    ),
    "full_object_patch": (
        f"{_PROTOCOL}::test_an_edit_of_another_field_in_hubspot_between_read_and_write_survives",
    ),
    "early_base": (
        "tests/pipeline/test_lost_answers.py"
        "::test_updates_are_made_once_and_nobody_elses_edit_is_lost",
    ),
    "unlocked_refresh": ("tests/pipeline/test_tokens.py::test_several_workers_renew_a_token_once",),
    "v1_webhook": ("tests/webhooks/test_refused.py::test_it_is_refused_without_a_row",),
    "empty_is_deleted": (
        "tests/connectors/hubspot/test_fetching.py"
        "::test_a_record_that_batches_leave_out_is_not_gone",
        "tests/connectors/quickbooks/test_customers.py"
        "::test_a_customer_the_query_does_not_show_yet_is_read_directly",
    ),
    "lease_not_rechecked": (
        "tests/pipeline/test_gate.py"
        "::test_a_worker_that_was_overtaken_while_it_waited_sends_nothing",
    ),
    "token_in_an_exception": (
        f"{_TRANSPORT}::test_no_error_of_a_call_holds_its_token_or_its_values",
    ),
    "link_before_verify": (
        f"{_PROTOCOL}::test_a_replayed_answer_of_a_deleted_record_links_nothing",
    ),
    "batch_regrouped": (f"{_PROTOCOL}::test_a_silent_batch_is_sent_again_as_it_was",),
}
