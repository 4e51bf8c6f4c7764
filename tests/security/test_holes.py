"""The table of holes: each stays shut by tests that fail when it opens again."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.security.holes_of_parts import HOLES_OF_PARTS

TESTS = Path(__file__).parents[1]
_ROUTES = "adapters/print_partner/routes"
_HERE = "security/test_holes_over_http.py"

# What somebody could do if nobody had thought of it, and the tests that try.
HOLES: dict[str, tuple[str, ...]] = {
    "H01 a stranger reports a payment and gets a free print": (
        f"{_ROUTES}/test_payments.py::test_a_stranger_gets_the_same_success_and_moves_nothing",
        "cases/kiosk/test_notice.py::test_nobody_but_the_operator_moves_a_payment_of_a_real_machine",
        "cases/kiosk/test_ask.py::test_a_strangers_hint_moves_nothing_but_the_partners_own_answer_does",
    ),
    "H02 payments of tomorrow are reported today": (
        "cases/kiosk/test_notice.py::test_an_early_notice_of_anybody_else_never_pays",
        "cases/kiosk/test_notice.py::test_an_early_notice_with_a_wrong_amount_still_prints_nothing",
    ),
    "H03 an old notice comes again, or takes a payment back": (
        "commerce/payments/test_payments.py::test_paid_is_final_whatever_comes_late",
        "cases/machines/test_signatures.py::test_a_signed_call_is_its_partners_and_good_once",
    ),
    "H04 a notice in two copies prints twice": (
        "faults/test_notices_in_parallel.py::test_ten_copies_of_every_notice_have_one_effect_and_one_answer",
        "cases/kiosk/test_notice.py::test_in_all_120_orders_with_every_notice_repeated_the_sale_is_paid_exactly_once",
    ),
    "H05 payments are counted through": (
        f"{_HERE}::test_nothing_of_a_sale_is_told_to_whom_it_does_not_belong",
    ),
    "H06 an unpaid order, or somebody's own picture, is printed": (
        f"{_HERE}::test_nobody_prints_what_is_not_paid",
        f"{_HERE}::test_nothing_of_a_sale_is_moved_by_whom_it_does_not_belong",
    ),
    "H07 anybody prints pictures from anywhere": (
        f"{_HERE}::test_nothing_of_a_sale_is_moved_by_whom_it_does_not_belong",
        "security/test_addresses_and_paths.py::test_an_address_in_a_body_is_never_called",
    ),
    "H08 any order is moved to any state": (
        "cases/production/test_report.py::test_from_every_state_each_word_moves_the_order_or_is_refused",
        f"{_HERE}::test_nothing_of_a_sale_is_moved_by_whom_it_does_not_belong",
    ),
    "H09 anybody writes any stock": (f"{_HERE}::test_stock_is_no_strangers_to_write",),
    "H10 a machine tells of its orders": (
        f"{_HERE}::test_nothing_of_a_sale_is_told_to_whom_it_does_not_belong",
    ),
    "H11 links to pictures are handed to anybody": (
        f"{_HERE}::test_nothing_of_a_sale_is_told_to_whom_it_does_not_belong",
    ),
    "H12 ten thousand orders are downloaded in one call": (
        f"{_HERE}::test_a_long_list_of_orders_is_refused_before_any_is_looked_for",
        f"{_HERE}::test_nothing_of_a_sale_is_told_to_whom_it_does_not_belong",
    ),
    "H13 machines are listed to anybody": (f"{_HERE}::test_real_machines_are_named_to_no_stranger",),
    "H14 partners are believed and counted less than others": (
        "cases/kiosk/test_door.py::test_a_partners_calls_are_counted_together_and_those_that_name_a_machine_with_the_machine",
        f"{_ROUTES}/test_malformed.py::test_a_new_session_names_what_is_wrong_with_it",
    ),
    "H15 a picture's name leads out of the store": (
        f"{_ROUTES}/test_image_links.py::test_no_name_leads_anywhere_but_to_stored_pictures",
        "security/test_addresses_and_paths.py::test_no_path_leads_to_a_file_of_the_house",
    ),
    "H16 a customer's link serves a printer": (
        f"{_ROUTES}/test_image_links.py::test_a_forged_token_is_not_valid_whatever_was_changed",
        "properties/test_signing.py::test_nobody_changes_the_audience",
    ),
    "H17 a token opens another picture": (
        "properties/test_signing.py::test_a_token_opens_no_other_name",
        "security/test_image_tokens.py::test_no_mutation_of_a_token_is_accepted",
    ),
    # Many fetches until the end of its time are promised to printers; that end is short and cannot be moved.
    "H18 a link outlives its use": (
        f"{_ROUTES}/test_image_links.py::test_a_link_lives_as_long_as_its_reader_needs_it",
        "properties/test_signing.py::test_nobody_moves_the_expiry",
        "cases/kiosk/test_shut_files.py::test_a_cancelled_order_takes_its_links_with_it",
        "cases/kiosk/test_shut_files.py::test_a_revoked_page_takes_the_links_it_showed_with_it",
    ),
    "H19 tokens are read in logs and referrers": (
        "security/test_secrets_in_logs.py::test_what_a_server_writes_holds_no_secret_of_a_sale",
        f"{_ROUTES}/test_image_links.py::test_a_link_opens_its_picture_with_safe_headers",
    ),
    "H20 a token is guessed by its answers": (
        f"{_ROUTES}/test_image_links.py::test_an_old_token_with_a_forged_signature_is_forged_and_not_merely_old",
        "commerce/files/test_image_path.py::test_without_a_good_token_nobody_learns_whether_there_is_a_file",
    ),
    "H21 thousands of ranges keep the server busy": (f"{_HERE}::test_thousands_of_ranges_are_one_picture",),
    "H22 a small file becomes a giant picture": (
        "adapters/drawing/test_picture_header.py::test_a_picture_above_forty_megapixels_or_16000_pixels_is_refused_before_it_is_decoded",
        "adapters/drawing/test_read_picture.py::test_no_metadata_survives",
        "adapters/drawing/test_read_picture.py::test_what_hangs_behind_a_picture_is_left_behind",
    ),
    "H23 who has seen the code owns the session": (
        f"{_HERE}::test_who_has_only_seen_the_code_changes_nothing",
        "cases/kiosk/test_session_id.py::test_an_id_that_we_make_carries_utc_and_eighty_bits_that_nobody_can_guess",
    ),
    "H24 anybody fills a machine with sessions": (
        "cases/kiosk/test_open.py::test_a_stranger_opens_sessions_at_test_machines_only",
        "cases/kiosk/test_open.py::test_a_full_machine_is_busy_and_tells_when_to_come_back",
    ),
    "H25 the last phone to register wins": (
        "cases/kiosk/test_join.py::test_a_second_phone_is_told_that_all_is_well_and_binds_nothing",
        f"{_HERE}::test_an_address_that_a_phone_states_is_not_believed",
    ),
    "H26 a customer names his own price": (
        "cases/kiosk/test_summary.py::test_any_price_but_ours_is_refused_and_ours_is_told",
    ),
    "H27 anybody confirms a payment": (
        "cases/kiosk/test_confirm.py::test_a_stranger_cannot_confirm_at_a_real_machine",
        "cases/kiosk/test_confirm.py::test_a_phone_cannot_confirm_its_own_payment",
        "cases/kiosk/test_confirm.py::test_a_browser_cannot_confirm_even_at_a_test_machine",
    ),
    "H28 one receipt pays for many": (
        "cases/kiosk/test_confirm.py::test_a_transaction_pays_for_one_session_only",
    ),
    "H29 anybody cancels while another pays": (
        "cases/kiosk/test_close.py::test_nobody_closes_a_session_while_money_is_being_taken",
        f"{_HERE}::test_who_has_only_seen_the_code_changes_nothing",
    ),
    "H30 sessions are read by guessing": (
        "cases/kiosk/test_session_id.py::test_an_id_that_we_make_carries_utc_and_eighty_bits_that_nobody_can_guess",
        "cases/kiosk/test_door.py::test_an_address_cannot_ask_about_session_after_session",
    ),
    "H31 a session for a billion minutes, with a library inside": (
        "cases/kiosk/test_open.py::test_a_wished_time_is_cut_to_the_limit_of_the_machine",
        f"{_ROUTES}/test_malformed.py::test_a_body_above_a_quarter_of_a_megabyte_is_not_read",
    ),
    "H32 path and body name two sessions": (
        f"{_ROUTES}/test_session_refusals.py::test_what_path_and_body_say_of_the_session_must_agree",
    ),
    "H33 a web client names its price, or a picture of somebody else": (
        "cases/shop/test_create_checkout_session.py::test_the_price_is_ours_and_so_is_the_picture",
    ),
    "H34 a crash or a retry beside the payment page doubles or loses an order": (
        "cases/shop/test_create_checkout_session.py::test_a_key_makes_one_order_and_a_gateway_that_is_away_leaves_one_to_pay",
        "commerce/payments/test_checkout.py::test_a_gateway_that_is_away_leaves_an_order_that_can_be_paid",
        "commerce/payments/test_checkout.py::test_a_closed_tab_loses_nothing",
        "faults/test_web_payments_raced.py::test_whoever_hears_of_it_first_settles_it_once_and_only_what_is_made_is_kept",
    ),
    "H35 a browser or a forged event pays": (
        "adapters/stripe/test_webhook.py::test_an_event_is_believed_only_with_a_fresh_signature_over_these_very_bytes",
        "adapters/stripe/test_webhook.py::test_a_signed_lie_moves_nothing_for_the_page_itself_is_read",
        "adapters/stripe/test_webhook.py::test_every_word_of_an_event_may_be_old_and_come_ten_times",
    ),
    "H36 pounds and pence are mixed up": (
        "commerce/payments/test_checkout.py::test_another_amount_or_another_payment_moves_nothing",
        "adapters/stripe/test_gateway.py::test_a_card_is_held_until_it_is_taken_in_part",
        "properties/test_money.py::test_an_amount_that_travels_as_a_json_number_arrives_to_the_penny",
    ),
    "H37 the partner's weak signature is believed": (
        f"{_ROUTES}/test_payments.py::test_a_signature_counts_for_nothing_elsewhere",
        "faults/test_signed_calls.py::test_no_changed_call_is_taken_for_its_sender",
    ),
    "H38 a slow or hostile partner holds us up": (
        "cases/kiosk/test_pay.py::test_a_partner_silent_for_three_seconds_leaves_his_id_open_and_the_promise_goes_on",
        "contracts/test_print_partner_listings_and_logs.py::test_logs_tell_what_happened_and_no_secret",
        "security/test_addresses_and_paths.py::test_a_partner_who_sends_us_elsewhere_is_not_followed",
    ),
    "H39 invented addresses fill the limiter": (
        "foundation/test_rate_limits.py::test_memory_is_bounded_and_a_crowd_makes_the_limit_tighter",
        "foundation/test_shared_limits.py::test_invented_addresses_do_not_help_and_do_not_harm",
    ),
    "H40 a header chooses one's address": (
        "cases/machines/test_addresses.py::test_nobody_changes_his_address_without_a_trusted_proxy",
        "cases/machines/test_addresses.py::test_behind_a_trusted_proxy_the_proxys_word_is_the_last_one",
    ),
    "H41 pages of others read our answers": (f"{_HERE}::test_no_page_of_somebody_else_reads_an_answer",),
    "H42 orders are counted through": (
        "cases/production/test_report.py::test_an_order_of_another_partner_is_not_found_paid_or_not",
        f"{_HERE}::test_nothing_of_a_sale_is_told_to_whom_it_does_not_belong",
    ),
    "H43 health tells of the inside": (f"{_HERE}::test_health_tells_a_stranger_no_address_and_no_error",),
    "H44 answers tell of the inside": (
        f"{_ROUTES}/test_session_refusals.py::test_no_refusal_tells_anything_of_the_inside",
    ),
    "H45 logs keep what went wrong with everything in it": (
        "foundation/web/test_envelope.py::test_what_nobody_foresaw_is_told_without_internals_and_leads_to_the_log",
        "foundation/test_logs.py::test_a_traceback_hides_its_secrets_and_stays_in_its_line",
    ),
    "H46 a text writes headers or log lines": (
        "foundation/test_logs.py::test_nobody_forges_a_line",
        "foundation/web/test_body.py::test_names_of_ignored_fields_cannot_write_headers_of_their_own",
    ),
    "H47 a customer's text becomes script or markup": (
        "main/test_app.py::test_the_page_at_the_root_writes_nothing_that_a_link_told_it_to",
        f"{_HERE}::test_a_customers_text_comes_back_as_text",
        "parts/call_requests/test_calls.py::test_staff_gets_a_letter_in_which_nobody_forges_a_line",
        "parts/catalog/test_materials_csv.py::test_a_formula_neither_comes_in_nor_goes_out",
        "cases/catalog/test_offers.py::test_a_table_with_semicolons_has_decimal_commas_and_a_formula_is_only_a_name",
        "cases/styles/test_ask.py::test_signs_that_nobody_sees_and_long_wishes_are_refused",
        "adapters/gemini/test_image_model.py::test_a_picture_comes_in_the_size_of_a_phone_and_a_wish_is_only_quoted",
    ),
}

EVERY_HOLE = HOLES | HOLES_OF_PARTS


def test_every_hole_that_was_found_has_a_row():
    numbers = [int(name[1:3]) for name in EVERY_HOLE]
    assert numbers == [*range(1, 71)]


@pytest.mark.parametrize("hole", EVERY_HOLE)
def test_the_tests_that_keep_it_shut_exist(hole: str):
    missing = []
    for test in EVERY_HOLE[hole]:
        path, _, name = test.partition("::")
        if name not in _tests_of(path):
            missing.append(test)
    assert EVERY_HOLE[hole]
    assert not missing


@cache
def _tests_of(path: str) -> frozenset[str]:
    source = TESTS / path
    if not source.exists():
        return frozenset()
    tree = ast.parse(source.read_text("utf-8"))
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
