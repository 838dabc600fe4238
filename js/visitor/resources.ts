import { withWholeAddresses } from "../protocol/css_text";

/**
 * Images and fonts of the page as `data:` addresses. The agent's browser must not fetch anything, so what it shows has to
 * come along; only what the visitor's browser has loaded by itself is sent, from its cache.
 */

/** Bytes that one image or font may have. */
const MAX_ONE = 1024 * 1024;
/** Characters of all resources that one snapshot may carry. */
const MAX_TOGETHER = 5 * 1024 * 1024;
/** Bytes above which a photo is squeezed before it is sent. */
const SQUEEZE_ABOVE = 256 * 1024;
const QUALITY = 0.7;

/** From the browser's cache, and without saying where a visitor is. */
const QUIETLY = { cache: "force-cache", referrerPolicy: "strict-origin-when-cross-origin" } as const;

/** Told the content when it is there, or `null` when it may not be had. */
type Waiting = (content: string | null) => void;

interface Entry {
  content: string | null;
  waiting: Waiting[] | null;
}

/** One page's resources. `lean` leaves all of them out, for pages that would be too large with them. */
export class Resources {
  lean = false;
  readonly #known = new Map<string, Entry>();
  readonly #loaded = new Set<string>();
  /** What style sheets name and the visitor's browser has not needed yet. */
  readonly #unloaded = new Map<string, Waiting>();
  #spent = 0;

  constructor() {
    this.#note(performance.getEntriesByType?.("resource") ?? []);
    new PerformanceObserver((list) => this.#note(list.getEntries())).observe({ type: "resource" });
  }

  /** A new snapshot has the whole allowance again. */
  startSnapshot(): void {
    this.#spent = 0;
    this.#unloaded.clear();
  }

  /**
   * The resource at an address, `null` when it is not there (yet).
   *
   * @param late Called once when it arrives after `null` was given.
   */
  get(url: string, late: Waiting): string | null {
    if (this.lean) return null;
    const entry = this.#known.get(url);
    if (entry?.content) return this.#spend(entry.content);
    if (entry?.waiting) entry.waiting.push(late);
    if (!entry) this.#load(url, () => fetchBlob(url).then(encoded), late);
    return null;
  }

  /** The resource of a style sheet: only when the visitor's browser needed it too. */
  forSheet(url: string, late: Waiting): string | null {
    if (this.#known.has(url) || this.#loaded.has(url)) return this.get(url, late);
    this.#unloaded.set(url, late);
    return null;
  }

  /** The text of a style sheet of another origin that may be read, though not through its element. */
  sheet(url: string, late: Waiting): string | null {
    const entry = this.#known.get(url);
    if (!entry) this.#load(url, () => fetchSheet(url), late);
    return entry?.content ?? null;
  }

  /** What an image element shows, when it has loaded it. */
  image(image: HTMLImageElement, late: Waiting): string | null {
    const url = image.currentSrc || image.src;
    if (url.startsWith("data:image/svg")) return this.#spend(cleanAddress(url));
    if (!url || !image.complete || image.naturalWidth === 0 || this.lean) return null;
    if (this.#known.has(url)) return this.get(url, late);
    this.#load(
      url,
      () =>
        fetchBlob(url)
          .then(encoded)
          .catch(() => photograph(image).then(encoded)),
      late,
    );
    return null;
  }

  /** Whether an image may not be read, and never will be. */
  failed(image: HTMLImageElement): boolean {
    const entry = this.#known.get(image.currentSrc || image.src);
    return this.lean || (entry !== undefined && !entry.waiting && !entry.content);
  }

  #note(entries: PerformanceEntryList): void {
    for (const { name } of entries) {
      this.#loaded.add(name);
      const late = this.#unloaded.get(name);
      this.#unloaded.delete(name);
      const content = late && this.get(name, late);
      if (content) late(content);
    }
  }

  #spend(dataUrl: string): string | null {
    if (this.#spent + dataUrl.length > MAX_TOGETHER) return null;
    this.#spent += dataUrl.length;
    return dataUrl;
  }

  #load(url: string, read: () => Promise<string | null>, late: Waiting): void {
    const entry: Entry = { content: null, waiting: [late] };
    this.#known.set(url, entry);
    read()
      .then((content) => {
        entry.content = content;
      })
      .catch(() => {
        // Another origin that allows neither reading nor drawing: the replica does without.
      })
      .finally(() => {
        const waiting = entry.waiting ?? [];
        entry.waiting = null;
        const content = entry.content && this.#spend(entry.content);
        for (const tell of waiting) tell(content);
      });
  }
}

async function fetchSheet(url: string): Promise<string | null> {
  const response = await fetch(url, { ...QUIETLY, credentials: "omit" });
  return response.ok ? withWholeAddresses(await response.text(), url) : null;
}

/** As a `data:` address, without what is in the file and not in the picture; `null` when it is too large. */
async function encoded(blob: Blob): Promise<string | null> {
  const clean = await cleaned(blob);
  return clean.size <= MAX_ONE ? dataUrlOf(clean) : null;
}

async function fetchBlob(url: string): Promise<Blob> {
  const response = await fetch(url, { ...QUIETLY, credentials: "same-origin" });
  const blob = await response.blob();
  if (!response.ok || /^text\/html/.test(blob.type)) throw new Error("no resource");
  return blob;
}

/**
 * Files say where a photo was taken and who made it: pictures are drawn anew, at their own size, for another would change
 * the page's layout.
 */
async function cleaned(blob: Blob): Promise<Blob> {
  if (/^image\/svg/.test(blob.type))
    return new Blob([cleanDrawing(await blob.text())], { type: "image/svg+xml" });
  if (!/^image\//.test(blob.type)) return blob;
  const bitmap = await createImageBitmap(blob);
  const anew = await blobOf(
    drawn(bitmap, bitmap.width, bitmap.height),
    blob.size > SQUEEZE_ABOVE ? QUALITY : 1,
  );
  bitmap.close();
  return anew;
}

/** A drawing without the words in it that are not drawn. */
function cleanDrawing(text: string): string {
  const drawing = new DOMParser().parseFromString(text, "image/svg+xml");
  const all = drawing.createTreeWalker(drawing, NodeFilter.SHOW_ALL);
  const unseen: ChildNode[] = [];
  while (all.nextNode()) {
    const node = all.currentNode as ChildNode;
    if (node.nodeType > 6 || /^(?:title|desc|metadata|script|foreignObject)$/.test(node.nodeName))
      unseen.push(node);
    for (const { name } of [...((node as Element).attributes ?? [])])
      if (/^(?:data-|aria-|on)|:(?!href)/.test(name) && !name.startsWith("xmlns"))
        (node as Element).removeAttribute(name);
  }
  for (const node of unseen) node.remove();
  return new XMLSerializer().serializeToString(drawing);
}

/** The same for one that is part of an address. */
export function cleanAddress(url: string): string {
  const [, base64, data = ""] = /^data:image\/svg[^,]*?(;base64)?,([\s\S]*)$/i.exec(url) ?? [];
  if (!data) return url;
  try {
    const text = base64
      ? new TextDecoder().decode(Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)))
      : decodeURIComponent(data);
    return `data:image/svg+xml,${encodeURIComponent(cleanDrawing(text))}`;
  } catch {
    return "data:,";
  }
}

/** Something drawn anew, at the given size. */
export function drawn(source: CanvasImageSource, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.drawImage(source, 0, 0, width, height);
  return canvas;
}

/** For images that may be drawn but neither fetched nor taken apart, as the page's policy may forbid both. */
function photograph(image: HTMLImageElement): Promise<Blob> {
  return blobOf(drawn(image, image.naturalWidth, image.naturalHeight), QUALITY);
}

/** A canvas as a compressed image. Rejects when it shows something of another origin. */
export function blobOf(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("empty"))), "image/webp", quality);
  });
}

export function dataUrlOf(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** What an image may be that must not be shown, or is not there: a box of its size, which keeps the layout. */
export function imageBox(width: number, height: number, fill = "none"): string {
  const size = `width="${Math.round(width)}" height="${Math.round(height)}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect width="100%" height="100%" fill="${fill}"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** The soft grey of everything that stands for something else. */
export const BOX_COLOR = "#e4e7eb";

/** A background that is masked: it fills whatever it is put on. */
export const GREY = imageBox(0, 0, BOX_COLOR).replace("width%3D%220%22%20height%3D%220%22", "");

/** Fonts say nothing about who reads them. */
export function isFont(url: string): boolean {
  return /\.(?:woff2?|ttf|otf|eot)(?:[?#]|$)|^data:(?:application\/(?:x-)?|)font/i.test(url);
}
