"""A page of Solara that says what Python code of its kernel may expect."""

from __future__ import annotations

import asyncio
import threading

import solara
import solara.lab
from solara.server import kernel_context

from glance_widget import Glance, GlanceError

user = solara.reactive("nobody")


def open_buttons() -> int:
    kernels = list(kernel_context.contexts.values())
    return sum(isinstance(widget, Glance) for kernel in kernels for widget in list(kernel.widgets.values()))


def owner_of_the_agents_thread() -> object:
    (agent,) = (thread for thread in threading.enumerate() if thread.name == "glance-agent")
    return vars(agent)["current_context"]


def waited(button: Glance) -> str:
    try:
        button.wait_for("absent")
    except GlanceError as error:
        return error.code
    return button.state


@solara.component
def Page() -> None:  # noqa: N802 (Solara's name)
    observed, set_observed = solara.use_state("")
    count, set_count = solara.use_state(0)
    search = solara.use_router().search or ""
    solara.use_memo(lambda: user.set(search), [])
    kernel = kernel_context.get_current_context()
    button = solara.use_memo(lambda: Glance(glancebaseurl="sandbox", presence=True, visitorid="li-3"), [])

    def observe(change: dict[str, str]) -> None:
        where = "in" if kernel_context.get_current_context() is kernel else "out of"
        set_observed(f"{change['new']}, {where} the kernel of {user.value}")

    solara.use_effect(lambda: button.observe(observe, "state"), [])

    async def until() -> str:
        await button.until("absent")
        return button.state

    async def keep_counting() -> None:
        while True:
            set_count(open_buttons())
            await asyncio.sleep(0.05)

    async_task = solara.lab.use_task(until, dependencies=[])
    thread_task = solara.lab.use_task(lambda: waited(button), dependencies=[])
    solara.lab.use_task(keep_counting, dependencies=[])

    solara.display(button)
    solara.Text(f"waiting: {solara.use_memo(lambda: waited(button), [])}")
    solara.Text(f"until: {async_task.value}")
    solara.Text(f"in a thread: {thread_task.value}")
    solara.Text(f"observer: {observed}")
    solara.Text(f"agent's thread: {owner_of_the_agents_thread()}")
    solara.Text(f"open_buttons: {count}")
