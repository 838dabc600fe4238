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
const SQUEEZE_QUALITY = 0.7;

type Waiting = (content: string) => void;

interface Entry {
  content: string | null;
  waiting: Waiting[] | null;
}

/** One page's resources. `lean` leaves all of them out, for pages that would be too large with them. */
export class Resources {
  lean = false;
  readonly #known = new Map<string, Entry>();
  readonly #loaded = new Set<string>();
  #spent = 0;

  constructor() {
    this.#note(performance.getEntriesByType?.("resource") ?? []);
    new PerformanceObserver((list) => this.#note(list.getEntries())).observe({ type: "resource" });
  }

  /** A new snapshot has the whole allowance again. */
  startSnapshot(): void {
    this.#spent = 0;
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
    return this.#known.has(url) || this.#loaded.has(url) ? this.get(url, late) : null;
  }

  /** The text of a style sheet of another origin that may be read, though not through its element. */
  sheet(url: string, late: Waiting): string | null {
    const entry = this.#known.get(url);
    if (!entry) this.#load(url, () => fetchSheet(url), late);
    return entry?.content ?? null;
  }

  /** What an image element shows, as soon as it has loaded it. */
  image(image: HTMLImageElement, late: Waiting): string | null {
    const url = image.currentSrc || image.src;
    if (url.startsWith("data:")) return this.#spend(url);
    if (!image.complete) {
      image.addEventListener(
        "load",
        () => {
          const dataUrl = this.image(image, late);
          if (dataUrl) late(dataUrl);
        },
        { once: true },
      );
      return null;
    }
    if (!url || image.naturalWidth === 0 || this.lean) return null;
    if (this.#known.has(url)) return this.get(url, late);
    this.#load(
      url,
      () =>
        fetchBlob(url)
          .catch(() => photograph(image))
          .then(encoded),
      late,
    );
    return null;
  }

  #note(entries: PerformanceEntryList): void {
    for (const { name } of entries) this.#loaded.add(name);
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
        if (content) for (const tell of waiting) tell(content);
      });
  }
}

async function fetchSheet(url: string): Promise<string | null> {
  const response = await fetch(url, { cache: "force-cache", credentials: "omit" });
  return response.ok ? withWholeAddresses(await response.text(), url) : null;
}

/** As a `data:` address; `null` when it is too large even after squeezing. */
async function encoded(blob: Blob): Promise<string | null> {
  const small = await squeezed(blob);
  return small.size <= MAX_ONE ? dataUrlOf(small) : null;
}

async function fetchBlob(url: string): Promise<Blob> {
  const response = await fetch(url, { cache: "force-cache", credentials: "same-origin" });
  const blob = await response.blob();
  if (!response.ok || /^text\/html/.test(blob.type)) throw new Error("no resource");
  return blob;
}

/** Photos at their own size but lower quality: another size would change the page's layout. */
async function squeezed(blob: Blob): Promise<Blob> {
  if (blob.size <= SQUEEZE_ABOVE || !/^image\/(?!svg|gif)/.test(blob.type)) return blob;
  const bitmap = await createImageBitmap(blob);
  const smaller = await blobOf(drawn(bitmap, bitmap.width, bitmap.height), SQUEEZE_QUALITY);
  bitmap.close();
  return smaller.size < blob.size ? smaller : blob;
}

/** Something drawn anew, at the given size. */
export function drawn(source: CanvasImageSource, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.drawImage(source, 0, 0, width, height);
  return canvas;
}

/** For images that may be drawn but not fetched, as where the page's policy forbids scripts to connect. */
function photograph(image: HTMLImageElement): Promise<Blob> {
  return blobOf(drawn(image, image.naturalWidth, image.naturalHeight), SQUEEZE_QUALITY);
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

/** A transparent image of the given size: keeps the layout until the real one is there. */
export function emptyImage(width: number, height: number): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.round(width)}" height="${Math.round(height)}"/>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
