"""What a hostile visitor sends to an agent, and the witnesses of what comes of it."""
