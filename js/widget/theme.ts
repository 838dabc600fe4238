/**
 * Whether the widget stands on something light or dark. Hosts say so in different ways, and some not at all, so the
 * colour itself is looked at: first that of the widget's own surface, which comes from the host's variables, then that
 * of what lies behind it, and last the reader's preference.
 */
import type { Cleanup } from "./afm";

/** The two kinds of surroundings. */
export type Theme = "light" | "dark";

const MIDDLE = 0.4;

/** Keeps an attribute of the root in step with its surroundings. Returns what ends that. */
export function followTheme(root: HTMLElement, probe: HTMLElement): Cleanup {
  const preference = window.matchMedia("(prefers-color-scheme: dark)");
  const update = (): void => {
    const theme = themeOf([probe, ...surroundings(root)], preference.matches);
    if (root.dataset["theme"] !== theme) root.dataset["theme"] = theme;
  };
  const mutations = new MutationObserver(update);
  // Hosts may draw the widget before it stands in the page; its size changes when it does, and when a tab is shown.
  const sizes = new ResizeObserver(() => {
    mutations.disconnect();
    for (const element of surroundings(root)) mutations.observe(element, { attributes: true });
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

function themeOf(layers: readonly HTMLElement[], prefersDark: boolean): Theme {
  for (const layer of layers) {
    const light = lightnessOf(getComputedStyle(layer).backgroundColor);
    if (light !== null) return light < MIDDLE ? "dark" : "light";
  }
  return prefersDark ? "dark" : "light";
}

/** What the root stands in, from the inside to the outside, also out of shadow roots. */
function surroundings(root: HTMLElement): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let at: Node | null = root.parentNode; at; at = at instanceof ShadowRoot ? at.host : at.parentNode) {
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
