"""Drives a page of JupyterLab or Notebook: opens a notebook, runs cells, waits until things are ready."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from playwright.sync_api import BrowserContext, Locator, Page

from glance_widget.demo.jupyter import JupyterServer
from glance_widget.errors import GlanceError

READY_WITHIN: Final = 60_000
"""Milliseconds for what may have to start a kernel, and for whatever else is asked of JupyterLab."""

# `jupyterapp` is there because the server was told to expose it.
_OPEN: Final = """async (path) => {
  const app = window.jupyterapp;
  await app.restored;
  const shown = [...app.shell.widgets("main")].find((widget) => widget.context?.path === path);
  const panel = shown ?? (await app.commands.execute("docmanager:open", { path, factory: "Notebook" }));
  await panel.revealed;
  await panel.context.ready;
  await panel.sessionContext.ready;
  // The first answer of a kernel shows that both ways are open.
  await panel.sessionContext.session.kernel.info;
  // A page that was loaded again has nothing in front at first.
  app.shell.activateById(panel.id);
  while (app.shell.currentWidget !== panel) await new Promise(requestAnimationFrame);
  return panel.id;
}"""
_CLOSE: Final = """async () => {
  const app = window.jupyterapp;
  const panel = app.shell.currentWidget;
  await panel.sessionContext.shutdown();
  await panel.context.save();
  panel.dispose();
}"""
_RUN: Final = """async ({ ids, wait }) => {
  const app = window.jupyterapp;
  const notebook = app.shell.currentWidget.content;
  let cell = null;
  for (const id of ids) {
    const index = notebook.widgets.findIndex((widget) => widget.model.id === id);
    if (index < 0) throw new Error(`no cell ${id}`);
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    cell = notebook.widgets[index];
    await notebook.scrollToItem(index);
    const run = app.commands.execute("notebook:run-cell");
    if (!wait) return [];
    await run;
    const failed = cell.model.outputs.toJSON().find((output) => output.output_type === "error");
    if (failed) throw new Error(`cell ${id}: ${failed.ename}: ${failed.evalue}`);
  }
  return cell ? cell.model.outputs.toJSON() : [];
}"""
_ADD: Final = """async ({ id, source }) => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  const model = notebook.model.sharedModel;
  model.insertCell(model.cells.length, { cell_type: "code", id, source, metadata: {}, outputs: [] });
}"""
_RESTART: Final = """async () => {
  const { session } = window.jupyterapp.shell.currentWidget.sessionContext;
  await session.kernel.restart();
  await session.kernel.info;
}"""
_SAVE: Final = "() => window.jupyterapp.commands.execute('docmanager:save')"
_CLEAR: Final = """() => {
  const model = window.jupyterapp.shell.currentWidget.content.model.sharedModel;
  model.deleteCellRange(0, model.cells.length);
}"""
_EXECUTE: Final = """async (code) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code, silent: false, store_history: false, stop_on_error: false });
  let text = "";
  future.onIOPub = ({ header, content }) => {
    if (header.msg_type === "stream") text += content.text;
    if (header.msg_type === "error") text += `${content.ename}: ${content.evalue}`;
  };
  const { content } = await future.done;
  return { ok: content.status === "ok", text };
}"""


class CellOutput(NamedTuple):
    """One output of a cell.

    Attributes:
        kind: ``stream``, ``execute_result``, ``display_data``.
        text: Its text.
    """

    kind: str
    text: str


class LabPage:
    """A page of JupyterLab that shows one notebook at a time.

    Args:
        page: The page.
        lab: Its server.

    Attributes:
        page: The page.
    """

    def __init__(self, page: Page, lab: JupyterServer) -> None:
        self.page = page
        self._lab = lab
        self._added = 0

    @classmethod
    def open(cls, context: BrowserContext, lab: JupyterServer, notebook: str) -> LabPage:
        """Opens JupyterLab with a notebook, and waits for its kernel.

        Args:
            context: The browser's context.
            lab: The server.
            notebook: A file in its folder.
        """
        self = cls(context.new_page(), lab)
        self.page.goto(lab.address(notebook))
        self.wait_until_ready(notebook)
        return self

    def wait_until_ready(self, notebook: str) -> None:
        """Waits until a notebook is open and its kernel answers; opens it when it is not."""
        self.page.wait_for_function("window.jupyterapp?.restored", timeout=READY_WITHIN)
        self._do(_OPEN, notebook)

    def close_notebook(self) -> None:
        """Saves and closes the notebook, and ends its kernel."""
        self._do(_CLOSE)

    def run(self, *ids: str) -> list[CellOutput]:
        """Runs cells by their ids, one after the other; the outputs of the last.

        Raises:
            playwright.sync_api.Error: A cell failed; the message names it and its error.
        """
        outputs = self._do(_RUN, {"ids": ids, "wait": True})
        return [CellOutput(output["output_type"], _text_of(output)) for output in outputs]

    def begin(self, cell_id: str) -> None:
        """Starts a cell without waiting for its end."""
        self._do(_RUN, {"ids": [cell_id], "wait": False})

    def add(self, source: str) -> str:
        """Adds a code cell at the end; its id."""
        self._added += 1
        cell_id = f"added-{self._added}"
        self._do(_ADD, {"id": cell_id, "source": source})
        return cell_id

    def restart_kernel(self) -> None:
        """Ends the kernel and starts another one."""
        self._do(_RESTART)

    def save(self) -> None:
        """Saves the notebook."""
        self._do(_SAVE)

    def clear(self) -> None:
        """Takes all cells away."""
        self._do(_CLEAR)

    def execute(self, code: str) -> str:
        """Runs code in the kernel without a cell; what it printed.

        Raises:
            GlanceError: It failed.
        """
        answer = self._do(_EXECUTE, code)
        if not answer["ok"]:
            raise GlanceError("cell_failed", f"The kernel answered: {answer['text']}")
        return str(answer["text"])

    def cell(self, cell_id: str) -> Locator:
        """A cell of the notebook."""
        index = self.page.evaluate(
            "(id) => window.jupyterapp.shell.currentWidget.content.widgets.findIndex((w) => w.model.id === id)", cell_id
        )
        return self.page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{index}']")

    def button(self, cell_id: str) -> Locator:
        """The root of the Glance button that a cell shows."""
        return self.cell(cell_id).locator("[data-glance-state]")

    def _do(self, work: str, argument: object = None) -> Any:  # noqa: ANN401 (JSON)
        # Playwright waits for a script without an end, and a kernel may never answer.
        late = f"(_, fail) => setTimeout(() => fail(new Error('JupyterLab is late.')), {READY_WITHIN})"
        return self.page.evaluate(f"(argument) => Promise.race([({work})(argument), new Promise({late})])", argument)


def _text_of(output: dict[str, object]) -> str:
    text = output.get("text")
    if text is None:
        data = output.get("data")
        text = data.get("text/plain", "") if isinstance(data, dict) else ""
    return "".join(text) if isinstance(text, list) else str(text)
