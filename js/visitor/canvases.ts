/** Pictures of canvases. Sent as images and never as drawing commands: replaying commands needs scripts in the replica. */
import { blobOf, dataUrlOf, drawn } from "./resources";

/** Milliseconds between two looks at all canvases: four pictures per second at most. */
const INTERVAL = 250;
const QUALITY = 0.8;
/** Pixels above which a canvas is sent smaller; the replica shows it at its own size. */
const MAX_PIXELS = 2_000_000;
/** Characters that one picture may have. */
const MAX_PICTURE = 2 * 1024 * 1024;

export interface CanvasSource {
  node(id: number): Node | null;
  /** Whether an element is seen and not masked. */
  isOpen(element: Element): boolean;
  send(id: number, dataUrl: string): void;
}

interface Seen {
  /** The picture that was sent last. */
  picture: string;
  busy: boolean;
}

/** Watches the canvases of a recording. */
export class Canvases {
  readonly #source: CanvasSource;
  #seen = new Map<number, Seen>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(source: CanvasSource) {
    this.#source = source;
  }

  /** A canvas is in the recording; its picture follows at once. */
  found(id: number): void {
    const seen = { picture: "", busy: false };
    this.#seen.set(id, seen);
    this.#timer ??= setInterval(() => this.#look(), INTERVAL);
    this.#photograph(id, seen);
  }

  /** Forgets all canvases, before a snapshot names them anew. */
  reset(): void {
    this.#seen = new Map();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.reset();
  }

  #look(): void {
    if (document.visibilityState === "hidden") return;
    for (const [id, seen] of this.#seen) if (!seen.busy) this.#photograph(id, seen);
  }

  #photograph(id: number, seen: Seen): void {
    seen.busy = true;
    // In the frame in which the page draws: a WebGL canvas is empty again right after it.
    requestAnimationFrame(() => {
      void this.#send(id, seen).finally(() => {
        seen.busy = false;
      });
    });
  }

  async #send(id: number, seen: Seen): Promise<void> {
    const canvas = this.#source.node(id);
    if (!isCanvas(canvas) || !canvas.isConnected) {
      this.#seen.delete(id);
      return;
    }
    if (canvas.width === 0 || canvas.height === 0 || !this.#source.isOpen(canvas)) return;
    try {
      const picture = await dataUrlOf(await blobOf(smaller(canvas), QUALITY));
      const current = this.#seen.get(id) === seen;
      if (
        !current ||
        picture === seen.picture ||
        picture.length > MAX_PICTURE ||
        !this.#source.isOpen(canvas)
      )
        return;
      seen.picture = picture;
      this.#source.send(id, picture);
    } catch {
      // It shows something of another origin and may not be read: it stays empty in the replica.
      if (this.#seen.get(id) === seen) this.#seen.delete(id);
    }
  }
}

/** In a frame of the page as well, whose classes are others. */
function isCanvas(node: Node | null): node is HTMLCanvasElement {
  return node?.nodeName === "CANVAS";
}

function smaller(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const scale = Math.sqrt(MAX_PIXELS / (canvas.width * canvas.height));
  if (scale >= 1) return canvas;
  const shrunk = (length: number) => Math.max(1, Math.round(length * scale));
  return drawn(canvas, shrunk(canvas.width), shrunk(canvas.height));
}
