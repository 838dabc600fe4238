/** Shows the pictures that stand for canvases. */
import { isObject, textOf } from "../protocol/json_values";

/** The only addresses that are accepted as a picture. */
const PICTURE = /^data:image\/(?:png|webp|jpeg);base64,[A-Za-z0-9+/=]+$/;

export interface CanvasPicture {
  readonly id: number;
  readonly dataUrl: string;
}

/** Reads the payload of a canvas event; `null` when it is none, or holds anything but a plain picture. */
export function parseCanvasPicture(payload: unknown): CanvasPicture | null {
  if (!isObject(payload)) return null;
  const { id, dataUrl } = payload;
  const picture = textOf(dataUrl, 8 * 1024 * 1024);
  return Number.isInteger(id) && picture !== null && PICTURE.test(picture)
    ? { id: Number(id), dataUrl: picture }
    : null;
}

/**
 * Puts the picture into the canvas: into its pixels, and over them as the element's content. A frame without scripts, and
 * the replica must be one, does not show a canvas's pixels at all (Chromium lays out its fallback instead).
 */
export async function showPicture(canvas: HTMLCanvasElement, { dataUrl }: CanvasPicture): Promise<void> {
  const image = new Image();
  image.src = dataUrl;
  await image.decode();
  const context = canvas.getContext("2d");
  context?.clearRect(0, 0, canvas.width, canvas.height);
  context?.drawImage(image, 0, 0, canvas.width, canvas.height);
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
