"""A Glance platform that runs on this machine, for development, demos and tests.

``Sandbox`` starts one; ``shared_sandbox`` is the process's own, for ``glancebaseurl="sandbox"``. It speaks Glance's
wire where that is known; what Glance does not publish is marked "ours" in the module that makes it.
"""

from glance_widget.sandbox.address import SandboxAddress
from glance_widget.sandbox.server import Sandbox
from glance_widget.sandbox.settings import Limits, Timings
from glance_widget.sandbox.shared import SandboxLease, SharedSandbox, shared_sandbox

__all__ = ["Limits", "Sandbox", "SandboxAddress", "SandboxLease", "SharedSandbox", "Timings", "shared_sandbox"]
