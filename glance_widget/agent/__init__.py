"""The agent's side of the platform: sign-in, authorization, presence, session lookup and the join flow.

Knows nothing of Jupyter and nothing of the sandbox; everything here can be driven without a browser.
"""
