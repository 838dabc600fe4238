"""The places where the button stands: what their pages declare, in the names and values of the real ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

WHITE: Final = "rgb(255, 255, 255)"
BLACK: Final = "rgb(0, 0, 0)"
VSCODE_DARK: Final = {"editor-background": "#1f1f1f", "editor-foreground": "#cccccc"}
VSCODE_CONTRAST: Final = {
    "editor-background": "#000000",
    "editor-foreground": "#ffffff",
    "contrastBorder": "#6fc3df",
}


@dataclass(frozen=True)
class Theme:
    """A page. Where a host decides, the reader prefers the opposite of what it looks like."""

    dark: bool
    surface: str
    prefers_dark: bool
    css: str = ""
    body: dict[str, str] = field(default_factory=dict)
    forced: bool = False


def lab(name: str, surface: str, *, dark: bool) -> Theme:
    """JupyterLab's own style sheet, as it is installed."""
    spec = find_spec("jupyterlab")
    assert spec is not None
    assert spec.origin is not None
    theme = Path(spec.origin).parent / "themes" / "@jupyterlab" / f"theme-{name}-extension" / "index.css"
    page = "body { background: var(--jp-layout-color0); color: var(--jp-ui-font-color1); }"
    css = theme.read_text(encoding="utf-8") + page
    return Theme(dark, surface, not dark, css, {"data-jp-theme-name": f"JupyterLab {name}"})


def vscode(kind: str, surface: str, colors: dict[str, str]) -> Theme:
    """A notebook's output in VS Code, whose Jupyter extension brings variables of JupyterLab that are always white."""
    variables = "".join(f"--vscode-{name}: {value};" for name, value in colors.items())
    css = f"""html {{ {variables} --jp-layout-color1: white; --jp-ui-font-color0: rgba(0, 0, 0, 1); }}
      body {{ background: var(--vscode-editor-background); color: var(--vscode-editor-foreground); }}"""
    return Theme(dark=True, surface=surface, prefers_dark=False, css=css, body={"class": f"vscode-{kind}"})


def marimo(surface: str, *, dark: bool) -> Theme:
    """Its colours are pairs, of which the colour scheme chooses one where they are used."""
    css = """:root { color-scheme: light; }
      :root { --background: light-dark(#fff, #181c1a); --foreground: light-dark(#0f172a, #eceeed);
        --border: light-dark(#e2e8f0, #3b403e); --text-font: "PT Sans", sans-serif; }
      :root:has(body.dark) { color-scheme: dark; }
      body { background: var(--background); color: var(--foreground); }"""
    return Theme(dark, surface, not dark, css, {"class": "dark" if dark else "light"})


DARK_PAGE: Final = "body { background: #0f131a; color: #dfe5ee; }"
THEMES: Final = {
    "light": Theme(dark=False, surface=WHITE, prefers_dark=False),
    "dark": Theme(dark=True, surface="rgb(23, 28, 36)", prefers_dark=True, css=DARK_PAGE),
    "jupyterlab-light": lab("light", WHITE, dark=False),
    "jupyterlab-dark": lab("dark", "rgb(33, 33, 33)", dark=True),
    "vscode-dark": vscode("dark", "rgb(31, 31, 31)", VSCODE_DARK),
    "vscode-high-contrast": vscode("high-contrast", BLACK, VSCODE_CONTRAST),
    "marimo-light": marimo(WHITE, dark=False),
    "marimo-dark": marimo("rgb(24, 28, 26)", dark=True),
    "forced-colors": Theme(dark=True, surface=BLACK, prefers_dark=True, forced=True),
}
