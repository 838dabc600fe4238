/** Which addresses may stand in the replica: parts of the page itself, and what brings its content along. */

/** Addresses that are no picture: fonts, and what a server gave no name. They have no size that could do harm. */
const FONT =
  /^data:(?:font\/|application\/(?:x-)?font|application\/vnd\.ms-fontobject|(?:application|binary)\/octet-stream)/i;
const PICTURE = /^data:image\/(png|jpe?g|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon|svg\+xml)[;,]/i;
/** Pixels that one picture may unfold to: small files can be made that fill all memory. */
const MAX_PIXELS = 50_000_000;
/** The largest side of an icon; browsers refuse one that says otherwise. */
const MAX_ICON = 256;
/** A drawing that uses parts of itself grows with every level; a plain icon does not need many. */
const MAX_USES = 16;
/** Parts that a drawing may show again. */
const MAX_SHOWN = 50_000;
const GROWING = /<(?:[\w-]+:)?(?:use|pattern|mask|filter|marker|feTurbulence|feImage)\b/gi;

/** Stands for a resource that may not be shown; nothing is fetched for it. */
const NO_RESOURCE = "data:,";

/** The address as it may stand between double quotes in a style sheet; `data:,` for one that would load something. */
export function safeAddress(address: string): string {
  const plain = address.trim();
  if (plain.startsWith("#")) return quotable(plain);
  return FONT.test(plain) || isSafePicture(plain) ? quotable(plain) : NO_RESOURCE;
}

/** Whether an address is a picture that comes along with it, of a kind and size that cannot do harm. */
export function isSafePicture(address: string): boolean {
  const kind = PICTURE.exec(address.slice(0, 64))?.[1]?.toLowerCase();
  if (kind === undefined) return false;
  if (kind === "svg+xml") return isSafeDrawing(address);
  const size = sizeOf(contentOf(address) ?? "");
  return size !== null && size <= MAX_PIXELS;
}

function quotable(address: string): string {
  return address.replace(/["\\\n\r\f]/g, (character) => encodeURIComponent(character));
}

function isSafeDrawing(address: string): boolean {
  const text = contentOf(address);
  if (text === null || /<!ENTITY|<!DOCTYPE[^>]*\[/i.test(text)) return false;
  return (text.match(GROWING)?.length ?? 0) <= MAX_USES || isFlat(text);
}

/** Whether a drawing shows only parts that show no others, and not too much of them; nothing else of it may grow. */
function isFlat(text: string): boolean {
  const drawing = new DOMParser().parseFromString(text, "image/svg+xml");
  if (drawing.querySelector("pattern, mask, filter, marker, feTurbulence, feImage")) return false;
  const sizes = new Map<string, number>();
  let shown = 0;
  for (const use of drawing.querySelectorAll("use")) {
    if ((use.parentElement?.closest("symbol, defs") ?? null) !== null) return false;
    const id = (use.getAttribute("href") ?? use.getAttribute("xlink:href") ?? "").slice(1);
    if (!sizes.has(id)) {
      const part = drawing.getElementById(id);
      if (part && (part.localName === "use" || part.querySelector("use"))) return false;
      sizes.set(id, part?.querySelectorAll("*").length ?? 0);
    }
    shown += 1 + (sizes.get(id) ?? 0);
  }
  return shown <= MAX_SHOWN;
}

/** What a `data:` address holds, one character for each byte; `null` when it cannot be read. */
function contentOf(address: string): string | null {
  const comma = address.indexOf(",");
  const content = address.slice(comma + 1);
  if (/;\s*base64\s*$/i.test(address.slice(0, comma))) {
    try {
      return atob(decodeURIComponent(content));
    } catch {
      return null;
    }
  }
  return content.replace(/%([\da-f]{2})/gi, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Width times height of a picture; `null` when it cannot be read from its first bytes. */
function sizeOf(bytes: string): number | null {
  const at = (index: number) => bytes.charCodeAt(index) || 0;
  const big = (index: number) => at(index) * 256 + at(index + 1);
  const little = (index: number) => at(index) + at(index + 1) * 256;
  const kind = bytes.slice(0, 4);
  if (kind === "\x89PNG") return (big(16) * 65536 + big(18)) * (big(20) * 65536 + big(22));
  if (kind === "GIF8") return little(6) * little(8);
  if (bytes.startsWith("BM")) {
    return Math.abs(little(18) + little(20) * 65536) * Math.min(little(22) + little(24) * 65536, 65536);
  }
  if (kind === "RIFF") return webpSize(bytes, little);
  if (bytes.startsWith("\xff\xd8")) return jpegSize(bytes, at, big);
  if (bytes.startsWith("\0\0\x01\0")) return MAX_ICON * MAX_ICON;
  return avifSize(bytes, big);
}

/** The largest of all sizes that it names: it may be put together from tiles. */
function avifSize(bytes: string, big: (index: number) => number): number | null {
  let largest: number | null = null;
  for (let box = bytes.indexOf("ispe"); box >= 0; box = bytes.indexOf("ispe", box + 4)) {
    const size = (big(box + 8) * 65536 + big(box + 10)) * (big(box + 12) * 65536 + big(box + 14));
    largest = Math.max(largest ?? 0, size);
  }
  return largest;
}

function webpSize(bytes: string, little: (index: number) => number): number | null {
  const form = bytes.slice(12, 16);
  if (form === "VP8 ") return (little(26) & 0x3fff) * (little(28) & 0x3fff);
  if (form === "VP8X") {
    const three = (index: number) => little(index) + (bytes.charCodeAt(index + 2) || 0) * 65536 + 1;
    return three(24) * three(27);
  }
  if (form !== "VP8L") return null;
  const bits = little(21) + little(23) * 65536;
  return ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1);
}

function jpegSize(
  bytes: string,
  at: (index: number) => number,
  big: (index: number) => number,
): number | null {
  for (let index = 2; index + 9 < bytes.length && at(index) === 0xff; index += 2 + big(index + 2)) {
    const marker = at(index + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return big(index + 5) * big(index + 7);
  }
  return null;
}
