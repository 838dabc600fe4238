"""The sentences that Glance's component shows for its four known errors (wire sheet, section 1.5); hints are ours."""

from __future__ import annotations

from typing import Final

LOGIN_KEY_ERROR: Final = "There are issues with authentication, please refresh the page."
CONNECT_PRESENCE_ERROR: Final = (
    "There are issues with connecting to the presence service, please try again or refresh the page."
)
PRESENCE_AUTHORIZATION_ERROR: Final = 'Partner User Id "{0}" not found or invalid, contact your administrator.'
PRESENCE_DECLINED_ERROR: Final = "The website visitor declined cobrowse session."
