"""Helpers for tests and notebooks of your own.

A visitor and a viewer without a browser, a link to a visitor's page, and proof of what leaves the pages of your
website. Fixtures for pytest are in ``glance_widget.testing.fixtures``.
"""

from glance_widget.testing.leak_check import LeakCheck
from glance_widget.testing.leak_report import Leak, LeakReport
from glance_widget.testing.scripted_page import ScriptedPage
from glance_widget.testing.scripted_viewer import ScriptedViewer
from glance_widget.testing.scripted_visitor import ScriptedVisitor
from glance_widget.testing.visitor_board import Invocation, Milestone
from glance_widget.testing.visitor_link import VisitorLink
from glance_widget.testing.visitor_wire import Answer

__all__ = [
    "Answer",
    "Invocation",
    "Leak",
    "LeakCheck",
    "LeakReport",
    "Milestone",
    "ScriptedPage",
    "ScriptedViewer",
    "ScriptedVisitor",
    "VisitorLink",
]
