"""Holes of the second storefront and of what both stand on: accounts, tokens, uploads, CAD files, roles, hosts."""

_ACCOUNTS = "commerce/accounts"
_HERE = "security/test_holes_of_people.py"
_FILES = "security/test_holes_of_files.py"
_WEB = "foundation/web"
_ORDERS = "parts/ordering"
_INVOICES = "commerce/invoices"
_CRM = "crm"
_CALLS = "parts/call_requests/test_calls.py"

HOLES_OF_PARTS: dict[str, tuple[str, ...]] = {
    "H48 user names are read out by registering": (
        f"{_HERE}::test_hearing_that_a_name_is_taken_takes_its_time_and_counts",
        f"{_ACCOUNTS}/test_calls.py::test_a_place_makes_so_many_accounts_an_hour",
        f"{_ACCOUNTS}/test_letters.py::test_the_answer_is_the_same_for_who_is_known_unknown_or_unconfirmed",
        f"{_HERE}::test_whether_an_address_has_an_account_is_not_told",
    ),
    "H49 somebody sets what is not his to set": (
        "faults/test_mass_assignment.py::test_no_field_that_is_not_offered_is_taken",
        f"{_ACCOUNTS}/test_calls.py::test_nobody_makes_himself_an_admin",
    ),
    "H50 passwords are guessed, names are told by time, or hashing slows the rest": (
        f"{_ACCOUNTS}/test_calls.py::test_only_failures_use_up_the_tries",
        f"{_ACCOUNTS}/test_calls.py::test_tries_at_once_are_counted_before_any_is_checked",
        f"{_HERE}::test_one_place_cannot_try_a_password_on_everybody",
        f"{_ACCOUNTS}/test_passwords.py::test_an_unknown_name_costs_as_many_hashes_as_a_known_one",
        f"{_ACCOUNTS}/test_passwords.py::test_beyond_its_room_it_refuses_at_once_and_recovers",
        "faults/test_login_timing.py::test_a_known_name_takes_as_long_as_an_unknown_one",
    ),
    "H51 a token outlives its sign-in": (
        f"{_ACCOUNTS}/test_calls.py::test_signing_out_ends_this_token_at_once_and_no_other",
        f"{_ACCOUNTS}/test_sign_in_calls.py::test_one_call_ends_all_others",
        f"{_ACCOUNTS}/test_sign_in_calls.py::test_a_new_password_needs_the_old_one_and_ends_every_other_sign_in",
        "faults/test_sign_ins_at_many_servers.py::test_what_ends_a_sign_in_ends_it_at_every_server",
    ),
    "H52 a token of something else, or of another algorithm, is taken": (
        f"{_ACCOUNTS}/test_tokens.py::test_whatever_is_wrong_with_a_token_it_opens_nothing",
        f"{_ACCOUNTS}/test_tokens.py::test_a_key_that_was_replaced_still_opens_and_one_that_was_dropped_does_not",
        f"{_HERE}::test_no_secret_of_another_purpose_signs_a_token",
        "foundation/test_settings.py::test_production_refuses_what_is_only_fit_for_a_demo",
    ),
    "H53 anybody who is signed in reads everybody's files": (
        f"{_FILES}::test_what_belongs_to_somebody_else_answers_like_what_is_not_there",
        "parts/geometry/test_take_in.py::test_a_file_is_there_for_its_owner_and_for_staff_and_for_nobody_else",
        "parts/geometry/test_calls.py::test_a_demo_file_is_everybodys_to_look_at_and_nobodys_to_change",
    ),
    "H54 somebody else's file is read through an order or a price": (
        f"{_FILES}::test_nobody_prices_the_file_of_another",
        f"{_ORDERS}/test_placing.py::test_nothing_is_ordered_on_a_file_of_somebody_else_not_even_by_staff",
        f"{_ORDERS}/test_placing.py::test_own_papers_go_with_an_order_and_no_others",
        f"{_ORDERS}/test_own_orders.py::test_a_stranger_finds_none_of_anybodys_orders",
    ),
    "H55 a giant upload fills the memory or stops the loop": (
        "parts/geometry/test_calls.py::test_a_body_that_is_too_large_is_refused_before_it_is_read",
        f"{_WEB}/test_received_file.py::test_a_body_that_is_too_large_is_not_read_to_its_end",
        f"{_FILES}::test_others_are_served_while_a_large_file_comes_in",
        "parts/geometry/test_take_in.py::test_of_many_uploads_at_once_no_more_are_kept_than_the_quota_allows",
        "commerce/documents/test_calls.py::test_uploads_at_once_keep_within_what_an_account_may_keep",
    ),
    "H56 a file's name leads elsewhere, or its bytes run in a browser": (
        "commerce/documents/test_calls.py::test_names_are_shown_and_never_used",
        "parts/geometry/test_calls.py::test_a_name_is_made_fit_to_be_shown",
        f"{_FILES}::test_a_page_that_calls_itself_a_paper_is_saved_and_never_shown",
        "parts/geometry/test_file_type.py::test_another_name_is_refused_and_the_name_is_the_field_to_correct",
    ),
    "H57 a small file becomes a giant mesh, or holds numbers that are none": (
        "faults/test_hostile_files.py::test_files_that_bite_are_refused_with_a_reason_and_the_next_file_is_read",
        "faults/test_bombs.py::test_no_bomb_takes_more_than_its_process_may",
        "adapters/cad/meshes/test_three_mf.py::test_a_bomb_is_refused_while_it_unpacks",
        "adapters/cad/meshes/test_three_mf.py::test_entities_are_refused_before_anything_is_expanded",
        f"{_FILES}::test_an_archive_is_taken_up_to_its_limits_and_no_further",
    ),
    "H58 a file takes over the kernel that reads it": (
        "foundation/test_limited_process.py::test_a_process_knows_no_secret_and_reaches_nothing",
        "foundation/test_confinement.py::test_no_file_is_written_or_read_but_those_of_the_program",
        "adapters/cad/test_reader.py::test_a_reader_that_is_killed_refuses_its_file_and_the_next_one_is_read",
        "adapters/cad/step/test_step_files.py::test_the_kernel_runs_although_no_library_of_a_screen_is_loaded",
    ),
    "H59 a number of the caller's makes the price, or is none": (
        "faults/test_tampered_prices.py::test_no_number_of_the_caller_makes_a_price",
        f"{_ORDERS}/test_placing.py::test_a_price_that_is_not_ours_is_refused_and_ours_is_told",
        f"{_ORDERS}/test_placing.py::test_what_cannot_be_ordered_is_refused_by_the_name_of_the_field",
        f"{_ORDERS}/test_placing.py::test_the_price_is_frozen_with_its_rate_card_and_can_be_computed_again",
        "parts/quotes/test_calls.py::test_a_price_that_cannot_be_made_comes_with_every_reason",
    ),
    "H60 an order or a call request jumps to any state": (
        f"{_ORDERS}/test_staff.py::test_an_order_goes_along_the_table_and_no_other_way",
        f"{_ORDERS}/test_staff.py::test_no_customer_moves_an_order_not_even_his_own",
        f"{_CALLS}::test_only_declared_steps_are_taken_and_each_stands_in_the_history",
        f"{_CALLS}::test_two_of_staff_at_once_do_not_both_end_a_request",
    ),
    "H61 the last admin gives it up, or nobody knows who changed what": (
        f"{_ACCOUNTS}/test_admin_calls.py::test_the_last_admin_stays_one_even_when_two_give_it_up_at_once",
        f"{_ACCOUNTS}/test_admin_calls.py::test_who_changed_a_role_stands_in_the_history",
        f"{_HERE}::test_what_an_admin_changes_of_others_stands_in_the_history_without_its_words",
        f"{_ACCOUNTS}/test_calls.py::test_a_role_acts_from_the_next_request_on",
    ),
    "H62 a paper from elsewhere is trusted, or an invoice is asked for without end": (
        f"{_INVOICES}/test_papers.py::test_what_is_no_paper_is_not_kept_and_waits_for_staff",
        "crm/test_papers.py::test_what_an_address_of_the_crm_leads_to_is_not_trusted",
        f"{_INVOICES}/test_calls.py::test_asked_for_twice_within_a_minute_it_is_made_once",
        f"{_INVOICES}/test_calls.py::test_of_many_who_ask_at_once_one_is_heard",
        f"{_INVOICES}/test_calls.py::test_it_is_the_owners_and_the_staffs",
    ),
    "H63 a stranger tells what the CRM has decided": (
        f"{_CRM}/test_webhook.py::test_only_who_shows_the_token_is_heard",
        f"{_CRM}/test_webhook.py::test_where_no_token_is_set_and_no_portal_is_simulated_there_is_nothing",
        f"{_CRM}/test_webhook.py::test_a_storm_and_a_forged_state_are_one_look_at_the_truth",
        f"{_CRM}/test_decisions.py::test_stages_move_ours_along_our_own_tables_and_never_otherwise",
    ),
    "H64 a storm of events, or one of them that cannot be followed, stops the listening": (
        f"{_CRM}/test_decisions.py::test_a_storm_is_one_look_and_what_is_forged_or_repeated_changes_nothing",
        f"{_CRM}/test_webhook.py::test_what_nobody_knows_is_answered_and_leaves_no_trace",
        f"{_CRM}/test_take_over.py::test_what_our_tables_forbid_is_told_to_staff_and_keeps_nothing_else_back",
        f"{_CRM}/test_take_over.py::test_an_error_nobody_expected_is_noted_once_and_the_others_go_on",
    ),
    "H65 the mirror is asked for work without end, or sends a thing twice": (
        f"{_CRM}/test_mirror.py::test_a_limit_that_is_none_is_refused",
        f"{_CRM}/test_mirror.py::test_two_who_process_at_once_send_nothing_twice",
        "adapters/bitrix24/test_crm.py::test_what_was_made_while_the_answer_was_lost_is_not_made_again",
        "faults/test_mirror_converges.py::test_both_sides_say_the_same_after_one_sweep",
    ),
    "H66 a script asks to be called a thousand times, or without consent": (
        f"{_CALLS}::test_a_guest_asks_three_times_an_hour",
        f"{_CALLS}::test_an_account_asks_as_often_as_is_set",
        f"{_CALLS}::test_what_is_no_request_is_refused_by_its_field",
        f"{_CALLS}::test_a_request_answers_what_was_said_and_stands_in_the_list_of_staff",
    ),
    "H67 a list without an end": (f"{_HERE}::test_no_list_is_longer_than_five_hundred_rows",),
    "H68 a well-known secret opens production": (
        "foundation/test_settings.py::test_production_refuses_what_is_only_fit_for_a_demo",
        "main/test_account_cli.py::test_the_first_admin_is_made_while_the_server_runs_and_no_second_by_accident",
        "main/test_account_cli.py::test_a_key_for_tokens_is_made_once_and_is_for_its_owner_alone",
        f"{_HERE}::test_a_fresh_shop_has_no_account_to_guess",
    ),
    "H69 a method nobody documented is answered": (f"{_HERE}::test_only_documented_methods_are_answered",),
    "H70 a Host of somebody's choosing ends up in a link or a path": (
        f"{_HERE}::test_no_answer_repeats_the_host_it_was_asked_by",
        f"{_WEB}/test_hosts.py::test_only_our_own_names_are_answered",
    ),
}
