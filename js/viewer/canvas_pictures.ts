/** Shows the pictures that stand for canvases. */
import { isObject } from "../protocol/json_values";
import { isSafePicture } from "./safe_address";

/** The only addresses that are accepted as a picture. */
const PICTURE = /^data:image\/(?:png|webp|jpeg);base64,[A-Za-z0-9+/=]+$/;

const MAX_LENGTH = 8 * 1024 * 1024;
/** Pixels above which a canvas gets its picture over it only, and no memory of its own. */
const MAX_PIXELS = 8_000_000;

export interface CanvasPicture {
  readonly id: number;
  readonly dataUrl: string;
}

/** Reads the payload of a canvas event; `null` when it is none, or holds anything but a plain picture. */
export function parseCanvasPicture(payload: unknown): CanvasPicture | null {
  if (!isObject(payload)) return null;
  const { id, dataUrl } = payload;
  const isPicture =
    typeof dataUrl === "string" &&
    dataUrl.length <= MAX_LENGTH &&
    PICTURE.test(dataUrl) &&
    isSafePicture(dataUrl);
  return Number.isInteger(id) && isPicture ? { id: Number(id), dataUrl } : null;
}

/** The pictures of one page. */
export class Pictures {
  readonly #canvas: (id: number) => HTMLCanvasElement | null;
  readonly #shown = new Map<number, string>();
  /** Canvases whose picture is being decoded. */
  readonly #busy = new Set<number>();

  constructor(canvas: (id: number) => HTMLCanvasElement | null) {
    this.#canvas = canvas;
  }

  /** Shows a picture; of several that come while one is being decoded, only the last. */
  show({ id, dataUrl }: CanvasPicture): void {
    if (!this.#canvas(id)) return;
    this.#shown.set(id, dataUrl);
    this.again(id);
  }

  /** Shows the last picture of a canvas once more, as it takes another size or style. */
  again(id: number): void {
    const canvas = this.#canvas(id);
    const dataUrl = this.#shown.get(id);
    if (!canvas || dataUrl === undefined || this.#busy.has(id)) return;
    this.#busy.add(id);
    showPicture(canvas, { id, dataUrl })
      // A picture that cannot be decoded leaves the one before it.
      .catch(() => undefined)
      .finally(() => {
        this.#busy.delete(id);
        if (this.#shown.get(id) !== dataUrl) this.again(id);
      });
  }
}

/**
 * Puts the picture into the canvas: into its pixels, and over them as the element's content. A frame without scripts, and
 * the replica must be one, does not show a canvas's pixels at all (Chromium lays out its fallback instead).
 */
export async function showPicture(canvas: HTMLCanvasElement, { dataUrl }: CanvasPicture): Promise<void> {
  const image = new Image();
  image.src = dataUrl;
  await image.decode();
  if (canvas.width * canvas.height <= MAX_PIXELS) {
    const context = canvas.getContext("2d");
    context?.clearRect(0, 0, canvas.width, canvas.height);
    context?.drawImage(image, 0, 0, canvas.width, canvas.height);
  }
  // The picture may have been sent smaller than the canvas is; its size in the page must not change with that.
  const density = image.naturalWidth / Math.max(1, canvas.width);
  cover(canvas, `image-set(url("${dataUrl}") ${density}x)`);
}

/** Gives an empty canvas the room that it has in the visitor's page. */
export function reserve(canvas: HTMLCanvasElement): void {
  const { width, height } = canvas;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"/>`;
  cover(canvas, `url("data:image/svg+xml,${encodeURIComponent(svg)}")`);
}

function cover(canvas: HTMLCanvasElement, content: string): void {
  canvas.style.setProperty("content", content, "important");
}
