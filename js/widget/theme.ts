/**
 * What the widget stands on: whose colours there are to take, and whether they are light or dark. Hosts say so in
 * different ways, and some not at all, so the colour itself is looked at: first that of the widget's own surface, which
 * comes from the host's variables, then that of what lies behind it, and last the reader's preference.
 */
import type { Cleanup } from "./afm";

/** The two kinds of surroundings. */
export type Theme = "light" | "dark";

/**
 * The variable by which each host names its surface. The first host that has one counts: VS Code's pages carry that of
 * JupyterLab too, always white. Marimo's is used by many, and not always for a whole colour.
 */
const SURFACES = {
  vscode: "--vscode-editor-background",
  jupyter: "--jp-layout-color1",
  marimo: "--background",
};

/** What the widgets' own style sheet declares for JupyterLab's surface, in every page that is not Jupyter's too. */
const UNSAID = "white";

const MIDDLE = 0.4;

/**
 * Keeps attributes in step with the surroundings: `data-host` of the host element, `data-theme` of the root. The probe
 * has the host's colours, and stands beside the root, where nothing has chosen between light and dark. Returns what
 * ends that.
 */
export function followTheme(host: HTMLElement, root: HTMLElement, probe: HTMLElement): Cleanup {
  const preference = window.matchMedia("(prefers-color-scheme: dark)");
  const update = (): void => {
    set(host, "host", hostOf(host));
    set(root, "theme", themeOf(host, probe) ?? (preference.matches ? "dark" : "light"));
  };
  const mutations = new MutationObserver(update);
  // Hosts may draw the widget before it stands in the page; its size changes when it does, and when a tab is shown.
  const sizes = new ResizeObserver(() => {
    mutations.disconnect();
    for (const element of surroundings(host)) mutations.observe(element, { attributes: true });
    update();
  });
  sizes.observe(root);
  preference.addEventListener("change", update);
  update();
  return () => {
    sizes.disconnect();
    mutations.disconnect();
    preference.removeEventListener("change", update);
  };
}

function set(element: HTMLElement, name: string, value: string): void {
  if (element.dataset[name] !== value) element.dataset[name] = value;
}

function hostOf(element: HTMLElement): string {
  const style = getComputedStyle(element);
  const isSaid = ([, name]: readonly [string, string]): boolean => {
    const surface = style.getPropertyValue(name).trim();
    return CSS.supports("color", surface) && (surface !== UNSAID || "jpThemeName" in document.body.dataset);
  };
  return Object.entries(SURFACES).find(isSaid)?.[0] ?? "";
}

function themeOf(host: HTMLElement, probe: HTMLElement): Theme | null {
  for (const layer of [probe, ...surroundings(host)]) {
    const light = lightnessOf(getComputedStyle(layer).backgroundColor);
    if (light !== null) return light < MIDDLE ? "dark" : "light";
  }
  const { colorScheme } = getComputedStyle(host);
  return colorScheme === "dark" || colorScheme === "light" ? colorScheme : null;
}

/** What an element stands in, from the inside to the outside, also out of shadow roots. */
function surroundings(element: HTMLElement): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (
    let at: Node | null = element.parentNode;
    at;
    at = at instanceof ShadowRoot ? at.host : at.parentNode
  ) {
    if (at instanceof HTMLElement) found.push(at);
  }
  return found;
}

/** How light a colour looks, from 0 to 1; `null` when it can be seen through, or is written in a way unknown here. */
function lightnessOf(color: string): number | null {
  const [, kind = "", inside = ""] = /^(\w+)\((?:[a-z][\w-]+ )?([^)]+)\)$/.exec(color) ?? [];
  const [first = 0, second = 0, third = 0, alpha = 1] = inside.split(/[\s,/]+/).map(Number.parseFloat);
  if (!kind || alpha < 0.5) return null;
  if (kind.startsWith("ok")) return first;
  if (kind === "lab" || kind === "lch") return first / 100;
  return (0.299 * first + 0.587 * second + 0.114 * third) / (kind === "color" ? 1 : 255);
}
