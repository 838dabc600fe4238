"""What of ``Glance`` invites customers to show the cameras of their phones."""

from __future__ import annotations

from glance_widget.agent.agent import Agent
from glance_widget.errors import PropertyError
from glance_widget.protocol.session_invitation import (
    CAMERAS,
    DEFAULT_RESOLUTION,
    MAX_AGENT_NAME,
    Camera,
    InvitationRequest,
    phone_number,
    resolution_sides,
)


class CameraShare:
    """The action ``invite_camera``; its state is published as ``camerashare`` and ``invitation``."""

    def invite_camera(
        self,
        phone: str | None = None,
        *,
        camera: Camera = "back",
        resolution: str = DEFAULT_RESOLUTION,
        agent_name: str = "",
    ) -> None:
        """Invites a customer to show the camera of a phone, and joins when they accept. Returns at once.

        With ``wait_for("joining")`` one waits until the customer is invited; ``invitation`` then holds the key and the
        text. The invitation is good for about ten minutes; ``cancel()`` stops waiting.

        Args:
            phone: Where the invitation goes as a text message: 6 to 20 digits and spaces, and a ``+`` may stand before
                them. None: no message; the customer types the key that you tell them.
            camera: Which camera of the phone comes first, ``back`` or ``front``.
            resolution: The size of the picture that is wished for, up to 1280 pixels on a side.
            agent_name: What the customer is told of who asks; the PUID when it is empty.

        Raises:
            PropertyError: An argument is malformed.
            StateError: Not possible in the present state, or the agent lacks the privilege (``camerashare``).
            ClosedError: The widget was closed.
        """
        self._open_agent.invite_camera(camera_request(phone, camera, resolution, agent_name))

    @property
    def _open_agent(self) -> Agent:
        """The agent; ``Glance`` knows it."""
        raise NotImplementedError


def camera_request(phone: object, camera: object, resolution: object, agent_name: object) -> InvitationRequest:
    """The request that the arguments of ``invite_camera`` mean.

    Raises:
        PropertyError: One is malformed. The phone number is not repeated in the error.
    """
    number = phone_number(phone)
    if phone is not None and number is None:
        hint = "6 to 20 digits and spaces, with a '+' before them where there is one."
        raise PropertyError("phone", "is not a phone number", hint, code="phone")
    first = next((known for known in CAMERAS if known == camera), None)
    if first is None:
        raise PropertyError("camera", "must be 'back' or 'front'")
    if not isinstance(resolution, str) or resolution_sides(resolution) is None:
        raise PropertyError("resolution", "is not a size in pixels", "For example 640x480; 1280 on a side at most.")
    if not isinstance(agent_name, str) or len(agent_name) > MAX_AGENT_NAME or not agent_name.isprintable():
        raise PropertyError("agent_name", f"must be text of at most {MAX_AGENT_NAME} characters, in one line")
    return InvitationRequest(number, agent_name, first, resolution)
