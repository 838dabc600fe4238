/** The replica's size on the agent's screen. */
import type { Layout } from "./layout";
import type { Size } from "./replica";

export type Zoom = "fit" | "full";

/** Pixels around the replica. */
const MARGIN = 16;

/** The factor that makes a page as wide as the room for it; a page is never blown up. */
export function scaleFor(zoom: Zoom, pageWidth: number, roomWidth: number): number {
  if (zoom === "full" || pageWidth <= 0 || roomWidth <= 0) return 1;
  return Math.min(1, roomWidth / pageWidth);
}

/** Keeps the replica at its scale while the window, the visitor's window or the zoom changes. */
export class Fit {
  readonly #layout: Layout;
  #zoom: Zoom = "fit";
  #size: Size = { width: 0, height: 0 };

  constructor(layout: Layout) {
    this.#layout = layout;
    layout.fit.onclick = () => this.#choose("fit");
    layout.full.onclick = () => this.#choose("full");
    new ResizeObserver(() => this.#apply()).observe(layout.region);
    this.#choose("fit");
  }

  resize(size: Size): void {
    this.#size = size;
    this.#apply();
  }

  #choose(zoom: Zoom): void {
    this.#zoom = zoom;
    this.#layout.fit.setAttribute("aria-pressed", String(zoom === "fit"));
    this.#layout.full.setAttribute("aria-pressed", String(zoom === "full"));
    this.#apply();
  }

  #apply(): void {
    const { region, paper, replica } = this.#layout;
    const { width, height } = this.#size;
    const margin = region.clientWidth < 600 ? 0 : MARGIN;
    const scale = scaleFor(this.#zoom, width, region.clientWidth - 2 * margin);
    paper.style.width = `${width * scale}px`;
    paper.style.height = `${height * scale}px`;
    replica.style.width = `${width}px`;
    replica.style.height = `${height}px`;
    replica.style.transform = scale === 1 ? "" : `scale(${scale})`;
  }
}
