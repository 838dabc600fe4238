"""The Glance cobrowse join button for notebooks and dashboards."""

from glance_widget._version import __version__
from glance_widget.errors import GlanceError
from glance_widget.phrases.language_manager import LanguageManager
from glance_widget.protocol.login_key import sign_login_key, verify_login_key
from glance_widget.protocol.session_report import SessionReport
from glance_widget.widget import Glance

__all__ = [
    "Glance",
    "GlanceError",
    "LanguageManager",
    "SessionReport",
    "__version__",
    "sign_login_key",
    "verify_login_key",
]
