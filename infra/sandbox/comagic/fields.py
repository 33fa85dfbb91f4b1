"""The fields of each report, as the vendor lists them (comagic.github.io/data_api, April 2026)."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VISIT = _words(
    """
    id communication_number communication_page_url communication_id communication_type
    ua_client_id ym_client_id sale_date sale_cost search_query search_engine referrer_domain
    referrer entrance_page gclid yclid ymclid ef_id channel site_id site_domain_name
    campaign_id campaign_name visit_other_campaign visitor_id person_id visitor_type
    visitor_session_id visits_count visitor_first_campaign_id visitor_first_campaign_name
    visitor_city visitor_region visitor_country visitor_device utm_source utm_medium utm_term
    utm_content utm_campaign openstat_ad openstat_campaign openstat_service openstat_source
    eq_utm_source eq_utm_medium eq_utm_term eq_utm_content eq_utm_campaign eq_utm_referrer
    eq_utm_expid attributes tags visitor_custom_properties segments source_id source_name
    source_new channel_new channel_code ext_id
    """
)
_CALLS = _VISIT | _words(
    """
    start_time finish_time virtual_phone_number is_transfer finish_reason direction source
    is_lost cpn_region_id cpn_region_name cpn_country_name cpn_country_id wait_duration
    total_wait_duration lost_call_processing_duration talk_duration clean_talk_duration
    total_duration postprocess_duration auto_call_campaign_name last_answered_employee_id
    last_answered_employee_full_name last_answered_employee_rating first_answered_employee_id
    first_answered_employee_full_name scenario_id scenario_name call_api_external_id
    call_api_request_id contact_phone_number contact_full_name contact_id call_records
    voice_mail_records employees operator_phone_number scenario_operations properties
    """
)
_CHATS = _VISIT | _words(
    """
    status initiator date_time duration answer_time chat_ad_url chat_user_id chat_username
    chat_channel_id chat_channel_type chat_channel_name messages_count is_group_chat
    is_transfer release_cause employee_id employee_full_name employee_messages_count
    employee_raiting visitor_ids visitor_phone_number visitor_profile_url
    """
)
_OFFLINE_MESSAGES = _VISIT | _words(
    """
    date_time text is_agree_to_process_personal_data is_agree_to_mailing status process_time
    form_type form_name employee_id employee_full_name employee_answer_message
    employee_comment group_id group_name visitor_name visitor_phone_number visitor_email
    properties
    """
)

FIELDS = {"calls": _CALLS, "chats": _CHATS, "offline_messages": _OFFLINE_MESSAGES}
