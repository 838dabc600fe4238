/** Which attributes leave the page: those that make it look as it does, and no others. */
import { maskedValue, stars } from "./masks";

/** What happens to an attribute: a new value, or `undefined` when it stays at home. */
export type Kept = string | number | true | undefined;

/** Where values come from that cannot be decided by name alone. */
export interface AttributeContext {
  /** Style text with its addresses replaced. */
  style(css: string): string;
  /** What style sheets choose by; `null` when none does. */
  mentioned(name: string, value: string): string | null;
  /** The image that an attribute shows; `undefined` when there is none to show. */
  image(name: string, value: string): string | undefined;
  /** Lower-case type of a form field. */
  readonly type: string;
  /** Whether the element is in a masked part. */
  readonly masked: boolean;
}

const LOOKS = new Set(
  `class id dir lang width height type placeholder disabled readonly checked selected multiple open hidden rows cols size
   colspan rowspan span align valign bgcolor color face border cellpadding cellspacing nowrap start reversed min max low
   high optimum wrap media slot part exportparts popover inert frameborder scrolling marginwidth marginheight noshade clear
   hspace vspace text link vlink alink contenteditable rr_width rr_height rr_scrollLeft rr_scrollTop rr_open_mode`.split(
    /\s+/,
  ),
);
/** Elements that show nothing by themselves: no attribute of theirs is needed. */
const MUTE = new Set("base meta script noscript template object embed param source track link".split(" "));
const VALUES = new Set(["input", "textarea", "progress", "meter", "li"]);
const IMAGES = new Set(["img.src", "input.src", "video.poster", "image.href", "image.xlink:href"]);
const LINKS = new Set(["href", "xlink:href"]);

/** Decides one attribute of an HTML or SVG element. */
export function kept(
  tag: string,
  svg: boolean,
  name: string,
  value: string | number | true,
  at: AttributeContext,
): Kept {
  if (MUTE.has(tag)) return muted(tag, name, value, at);
  if (name === "style") return at.style(String(value));
  if (IMAGES.has(`${tag}.${name}`)) return at.image(name, String(value));
  if (LINKS.has(name)) return linked(tag, String(value));
  if (name === "value") return fieldValue(tag, value, at);
  if (name === "type" && value === "number") return "text"; // A number field refuses the stars that stand for its value.
  if (name === "checked" && at.masked) return undefined;
  if (name === "placeholder" && at.masked) return stars(String(value));
  if (LOOKS.has(name) || name === "_cssText") return name === "_cssText" ? at.style(String(value)) : value;
  if (svg && isDrawing(name)) return typeof value === "string" ? at.style(value) : value;
  return at.mentioned(name, String(value)) ?? undefined;
}

/** A style sheet is a `link` with its text; of all other mute elements nothing is kept. */
function muted(tag: string, name: string, value: Kept, at: AttributeContext): Kept {
  if (tag !== "link") return undefined;
  if (name === "_cssText") return at.style(String(value));
  return name === "media" ? value : undefined;
}

/** Links look like links, whatever they lead to; inside a drawing, references to the page's own parts stay. */
function linked(tag: string, value: string): Kept {
  if (tag === "a" || tag === "area") return "#";
  const fragment = value.indexOf("#");
  return fragment >= 0 && (fragment === 0 || value.slice(0, fragment) === location.href.split("#")[0])
    ? value.slice(fragment)
    : undefined;
}

function fieldValue(tag: string, value: string | number | true, at: AttributeContext): Kept {
  if (!VALUES.has(tag)) return undefined;
  if (tag === "input" || tag === "textarea") return maskedValue(tag, at.type, String(value)) || undefined;
  return at.masked ? undefined : value;
}

/** SVG draws with attributes of many names; what is not drawn is known. */
function isDrawing(name: string): boolean {
  return !/^(on|data-|aria-|xlink:|role$|tabindex$)/.test(name);
}
