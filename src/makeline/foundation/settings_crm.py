"""Settings of the line to the CRM."""

from typing import Literal

from pydantic import Field, SecretStr

from makeline.foundation.settings_base import Group


class CrmSettings(Group):
    """Where sales people work."""

    crm: Literal["on", "off"] = Field("on", description="whether anything is sent to a CRM")
    crm_webhook_url: SecretStr = Field(
        SecretStr(""),
        description="incoming webhook of the portal; empty: the simulator beside us (embedded only), else none",
    )
    crm_portal: str = Field(
        "", description="address of a portal that we reach as an application, instead of a webhook"
    )
    crm_client_id: str = Field("", description="name of our application at that portal")
    crm_client_secret: SecretStr = Field(SecretStr(""), description="its secret")
    crm_oauth_url: str = Field(
        "https://oauth.bitrix24.tech", description="where an application's tokens are renewed"
    )
    crm_application_tokens: SecretStr = Field(
        SecretStr(""), description="tokens of the portal's outgoing webhooks, separated by commas"
    )
    crm_originator: str = Field(
        "makeline", min_length=1, max_length=60, description="mark of our records; one for each installation"
    )
    crm_funnel: int = Field(0, ge=0, description="funnel that deals are in; 0: the portal's first")
    crm_invoice_template: int = Field(
        0,
        ge=0,
        description="document template that invoices are made from; 0: the portal's first for invoices",
    )
    crm_seller_company: int = Field(
        0, ge=0, description="our own company over there, who sells; 0: whom the portal takes"
    )
    crm_restores: Literal["on", "off"] = Field(
        "off", description="whether what is changed over there and is ours to say is sent again"
    )
    crm_calls_per_second: float = Field(1.98, gt=0, le=5, description="calls a second after the first burst")
    crm_burst: int = Field(47, ge=1, le=250, description="calls at once before they are spread")
    crm_simulator_port: int = Field(
        0, ge=0, le=65535, description="port of the simulated portal; 0: PORT + 102"
    )
