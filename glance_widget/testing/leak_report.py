"""What a leak check found, in words that hold no secret."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret that left the page. Says which one by its name only.

    Attributes:
        name: The secret's name.
        where: What it was found in, such as ``"frame to /live/visitor"``.
        at: The place inside, such as ``"<img> alt"``; empty when that is no JSON.
        encoding: How it was written: ``plain``, ``escaped``, ``in pieces``, ``base64``, ``hex``.
        excerpt: What stands around it; every known secret in there is replaced by its name.
    """

    name: str
    where: str
    at: str
    encoding: str
    excerpt: str

    def __str__(self) -> str:
        """One line for people."""
        place = f"{self.where}, {self.at}" if self.at else self.where
        return f"{self.name}: {place} ({self.encoding}): {self.excerpt}"


@dataclass(frozen=True, slots=True)
class LeakReport:
    """What a check found.

    Attributes:
        leaks: Secrets that left the page and must not; of each the first find in every place.
        found: Names of all secrets that left the page, those included that may.
        missing: Names of secrets that should be visible to the agent, and are not.
    """

    leaks: tuple[Leak, ...]
    found: frozenset[str]
    missing: tuple[str, ...] = ()

    @property
    def leaked(self) -> tuple[str, ...]:
        """Names of the secrets that leaked, each once."""
        return tuple(dict.fromkeys(leak.name for leak in self.leaks))

    def __bool__(self) -> bool:
        """Whether there is something to complain about."""
        return bool(self.leaks or self.missing)

    def __str__(self) -> str:
        """A sentence and a list, for people."""
        lines: list[str] = []
        if self.leaks:
            lines.append(f"Left the page and must not ({len(self.leaked)}): {', '.join(self.leaked)}")
            lines.extend(f"  {leak}" for leak in self.leaks)
        if self.missing:
            lines.append(f"Should be visible to the agent and is not ({len(self.missing)}): {', '.join(self.missing)}")
        return "\n".join(lines) or "Nothing left the page that must not."
