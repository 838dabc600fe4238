"""Every shape of Glance's wire, once.

Pure functions and frozen dataclasses: nothing here opens a socket, reads a clock unasked, or knows about Jupyter. The
agent's side (``glance_widget.agent``) and the platform's side (``glance_widget.sandbox``) both read and write the wire
through these modules and never through each other.

"Wire sheet, section N" in a docstring names the place in the project's collection of facts about the platform from
which a shape is taken; "ours" marks what Glance does not publish and is designed here.
"""
