/** The replica's size on the agent's screen. */
import type { Layout } from "./layout";
import type { Size } from "./replica";

export type Zoom = "fit" | "full";

/** Pixels around the replica. */
const MARGIN = 16;
const MAX_PICTURE_SCALE = 3;

/** The factor that makes a page as wide as the room for it; a page is never blown up. */
export function scaleFor(zoom: Zoom, pageWidth: number, roomWidth: number): number {
  if (zoom === "full" || pageWidth <= 0 || roomWidth <= 0) return 1;
  return Math.min(1, roomWidth / pageWidth);
}

/** The factor that makes a camera's picture fill the room without sticking out of it. */
function pictureScale(zoom: Zoom, picture: Size, room: Size): number {
  const scale = Math.min(room.width / picture.width, room.height / picture.height);
  return zoom === "full" || !(scale > 0) || scale === Number.POSITIVE_INFINITY
    ? 1
    : Math.min(MAX_PICTURE_SCALE, scale);
}

/** Keeps the replica at its scale while the window, the visitor's window or the zoom changes. */
export class Fit {
  readonly #layout: Layout;
  #zoom: Zoom = "fit";
  #size: Size = { width: 0, height: 0 };
  #picture = false;

  constructor(layout: Layout) {
    this.#layout = layout;
    layout.fit.onclick = () => this.#choose("fit");
    layout.full.onclick = () => this.#choose("full");
    new ResizeObserver(() => this.#apply()).observe(layout.region);
    this.#choose("fit");
  }

  resize(size: Size, picture = false): void {
    this.#size = size;
    this.#picture = picture;
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
    const room = { width: region.clientWidth - 2 * margin, height: region.clientHeight - 2 * margin };
    const scale = this.#picture
      ? pictureScale(this.#zoom, this.#size, room)
      : scaleFor(this.#zoom, width, room.width);
    paper.style.width = `${width * scale}px`;
    paper.style.height = `${height * scale}px`;
    replica.style.width = `${width}px`;
    replica.style.height = `${height}px`;
    replica.style.transform = scale === 1 ? "" : `scale(${scale})`;
  }
}
