/** The pictures of a phone's camera: decoded into bitmaps and drawn, so that nothing in them can be active. */
import type { Size } from "./replica";

export interface CameraHandlers {
  onshown(): void;
  onresize(size: Size): void;
}

/** The service lets no larger picture through. */
const MAX_SIDE = 1280;

export class CameraView {
  readonly #place: HTMLElement;
  readonly #handlers: CameraHandlers;
  readonly #canvas = document.createElement("canvas");
  /** The newest picture that waits while another is decoded. */
  #next: string | null = null;
  #decoding = false;
  #turn = 0;

  constructor(place: HTMLElement, handlers: CameraHandlers) {
    this.#place = place;
    this.#handlers = handlers;
  }

  /** Shows a JPEG in base64. One that comes while another is decoded replaces what waits. */
  show(jpeg: string): void {
    this.#next = jpeg;
    if (!this.#decoding) void this.#decode();
  }

  clear(): void {
    this.#turn += 1;
    this.#next = null;
    this.#canvas.remove();
  }

  async #decode(): Promise<void> {
    this.#decoding = true;
    const turn = this.#turn;
    while (this.#next !== null) {
      const bytes = Uint8Array.from(atob(this.#next), (character) => character.charCodeAt(0));
      this.#next = null;
      try {
        const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
        if (turn === this.#turn) this.#draw(picture);
        picture.close();
      } catch {
        // A damaged picture is left out; the next one comes at once.
      }
    }
    this.#decoding = false;
  }

  #draw(picture: ImageBitmap): void {
    const { width, height } = picture;
    if (Math.max(width, height) > MAX_SIDE) return;
    const canvas = this.#canvas;
    if (canvas.width !== width || canvas.height !== height || !canvas.isConnected) {
      Object.assign(canvas, { width, height });
      this.#place.append(canvas);
      this.#handlers.onresize({ width, height });
    }
    canvas.getContext("2d")?.drawImage(picture, 0, 0);
    this.#handlers.onshown();
  }
}
