"""Helpers for tests and notebooks of your own: a visitor without a browser, and a link to a visitor's page."""

from glance_widget.testing.scripted_page import ScriptedPage
from glance_widget.testing.scripted_visitor import ScriptedVisitor
from glance_widget.testing.visitor_board import Invocation, Milestone
from glance_widget.testing.visitor_link import VisitorLink
from glance_widget.testing.visitor_wire import Answer

__all__ = ["Answer", "Invocation", "Milestone", "ScriptedPage", "ScriptedVisitor", "VisitorLink"]
