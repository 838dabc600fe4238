/** Which attributes leave the page: those that make it look as it does, and no others. */
import { isSeen } from "./exposure";
import { MASKED_PASSWORD, maskedLines, maskedValue, type TextMask } from "./masked_text";
import type { PageStyles } from "./page_styles";
import { isSecret } from "./passwords";
import { DEFINED, type Policy } from "./privacy_policy";

/** What happens to an attribute: a new value, or `undefined` when it stays at home. */
export type Kept = string | number | true | undefined;

const listed = (names: string) => new Set(names.split(/\s+/));

/** Limits: of what is typed, they are nobody's business. */
const RANGE = /^(?:min|max|low|high|optimum|step)$/;
/** Sizes and counts. */
const NUMBERS = listed(
  `width height rows cols size colspan rowspan span border cellpadding cellspacing start
   marginwidth marginheight topmargin leftmargin rightmargin bottommargin hspace vspace frameborder rr_width rr_height`,
);
/** Attributes that have no value of their own. */
const SWITCHES = listed("disabled readonly multiple open nowrap reversed noshade inert controls");
/** Attributes of a few known words. */
const WORDS = listed(
  "dir type align valign wrap clear scrolling rr_open_mode popover contenteditable hidden shadowroot",
);
const KNOWN = /^[\w/-]{0,14}$/;
const COLORS = listed("bgcolor color link vlink alink text");
/** Elements that show nothing by themselves: no attribute of theirs is needed. */
const MUTE = listed("base meta script noscript template object embed param source track link title head");
const IMAGES = listed("img.src input.src video.poster image.href image.xlink:href");
/** Attributes that draw and are not reflected under their own name. */
const DRAWING =
  /^(?:d|in|std\w+|order|kernelMatrix|base\w+|values|type|clip\w+|marker\w+|gradient\w+|pattern\w+)$/;

/** Buttons say with their value what other elements say with their text. */
const LABELLED = listed("submit button reset");
/** What a choice stands for is nothing that the visitor sees. */
const UNSEEN = listed("hidden radio checkbox file image");
/** Fields that refuse the stars that stand for their value. */
const PICKY = listed("number date datetime-local month week time");
const DIALS = listed("range color");

/** What the gate for attributes asks others. */
export interface AttributeParts {
  readonly policy: Policy;
  readonly styles: PageStyles;
  readonly texts: TextMask;
  /** The image that an attribute shows; `undefined` when there is none to show. */
  image(element: Element, name: string, value: string, flags: number): string | undefined;
}

export class AttributeGate {
  readonly #parts: AttributeParts;

  constructor(parts: AttributeParts) {
    this.#parts = parts;
  }

  /** What may be sent of one attribute of an element. */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one question per kind of attribute.
  kept(element: Element, name: string, value: string | number | true, flags: number): Kept {
    const tag = element.localName;
    const { styles } = this.#parts;
    if (MUTE.has(tag)) return undefined;
    const text = String(value);
    if (name === "class") return styles.mentions.classes(text) || undefined;
    if (name === "style") return styles.inline(text, flags) || undefined;
    if (name === "id") return this.#id(element, text);
    if (IMAGES.has(`${tag}.${name}`)) return this.#parts.image(element, name, text, flags);
    // Code and addresses, whatever the sheets choose by; in a style, `src` would be a property.
    if (/^(?:on|src)/i.test(name)) return undefined;
    if (name === "href" || name === "xlink:href") return this.#link(tag, text);
    if (name === "value") return this.value(element, value, flags);
    if (name === "placeholder") return this.placeholder(element, flags);
    if (name === "checked" || name === "selected") return this.#choice(element, flags);
    if (name === "slot" || (tag === "slot" && name === "name")) return this.#slot(text);
    if ("ownerSVGElement" in element) return this.#drawing(element, name, value, flags);
    if (name === "type" && this.retyped(element, flags)) return "text";
    if (RANGE.test(name))
      return /^(?:range|progress|meter)$/.test((element as HTMLInputElement).type ?? tag)
        ? numeric(text, /^$/)
        : undefined;
    return looks(name, value) ?? this.#chosen(element, name, text, flags);
  }

  /** Whether a field is sent as one of another kind, which the page's own rules for its kind do not reach. */
  retyped(element: Element, flags: number): boolean {
    return (
      element.localName === "input" &&
      PICKY.has((element as HTMLInputElement).type) &&
      this.#parts.policy.coversValues(flags)
    );
  }

  /** The value of a field as it may be sent. */
  value(element: Element, value: string | number | true, flags: number, typing = false): Kept {
    const { policy, texts } = this.#parts;
    const tag = element.localName;
    if (!isSeen(flags)) return undefined;
    if (tag === "progress" || tag === "meter" || tag === "li")
      return policy.covers(flags) ? undefined : value;
    if (tag !== "input" && tag !== "textarea") return undefined;
    const type = (element as HTMLInputElement).type.toLowerCase();
    const text = String(value);
    if (UNSEEN.has(type) || text === "") return undefined;
    if (LABELLED.has(type)) return policy.covers(flags) ? texts.mask(text, element) : text;
    if (isSecret(element, typing)) return MASKED_PASSWORD;
    if (!policy.coversValues(flags)) return text;
    if (DIALS.has(type)) return undefined;
    return tag === "textarea" ? maskedLines(text) : maskedValue(text);
  }

  /** The hint in a field, as long as nothing else is in it. */
  placeholder(element: Element, flags: number): Kept {
    const { policy, texts } = this.#parts;
    const { value, placeholder } = element as HTMLInputElement;
    if (!placeholder || value || !isSeen(flags)) return undefined;
    return policy.covers(flags) ? texts.mask(placeholder, element) : placeholder;
  }

  #choice(element: Element, flags: number): Kept {
    const { checked, selected } = element as HTMLInputElement & HTMLOptionElement;
    // Seen or not: the tick of a field that is hidden is often drawn beside it.
    return (checked || selected) && !this.#parts.policy.coversValues(flags) ? true : undefined;
  }

  /** Names of parts that other parts refer to: the reference counts, the name does not. */
  #id(element: Element, id: string): Kept {
    const { mentions } = this.#parts.styles;
    if ("ownerSVGElement" in element || mentions.id(id)) return mentions.alias(`#${id}`);
    return mentions.allowed("id", id) || undefined;
  }

  #slot(name: string): Kept {
    if (name === "") return name;
    const { mentions } = this.#parts.styles;
    return mentions.allowed("slot", name) || mentions.allowed("name", name) || mentions.alias(`slot ${name}`);
  }

  /** Links look like links, whatever they lead to; inside a drawing, references to the page's own parts stay. */
  #link(tag: string, value: string): Kept {
    if (tag === "a" || tag === "area") return "#";
    const [address = "", fragment] = value.split("#");
    const own = address === "" || address === location.href.split("#")[0];
    return own && fragment ? `#${this.#parts.styles.mentions.alias(`#${decoded(fragment)}`)}` : undefined;
  }

  #drawing(element: Element, name: string, value: string | number | true, flags: number): Kept {
    const { policy, styles } = this.#parts;
    const root = (element as SVGElement).ownerSVGElement === null;
    const size = NUMBERS.has(name) || name === "viewBox" || name === "preserveAspectRatio";
    if (root && size) return numeric(String(value), /^[a-zA-Z\s]*$/);
    const known = !root && policy.covers(flags) ? false : isDrawing(element, name);
    if (known && (isSeen(flags) || flags & DEFINED))
      return styles.value(name, String(value), () => "open").trim();
    return this.#chosen(element, name, String(value), flags);
  }

  /** What style sheets choose by, or show. */
  #chosen(element: Element, name: string, value: string, flags: number): Kept {
    const { policy, styles, texts } = this.#parts;
    if (isSeen(flags) && styles.showsAttribute(element, name, value))
      return policy.covers(flags) ? texts.mask(value, element) : value;
    return styles.mentions.allowed(name, value) ?? undefined;
  }
}

/** Whether an attribute draws: a property of style, or one of this kind of element and no other. */
function isDrawing(element: Element, name: string): boolean {
  const own =
    element.localName !== "a" &&
    name in element &&
    !(name in (element.ownerDocument.defaultView ?? window).SVGElement.prototype);
  return own || name in (element as SVGElement).style || DRAWING.test(name);
}

/** Attributes by which HTML itself says how something looks, with values that can say no more than that. */
function looks(name: string, value: string | number | true): Kept {
  const text = value === true ? "" : String(value);
  if (NUMBERS.has(name)) return numeric(text, /^(?:none|yes|no)?$/);
  if (SWITCHES.has(name)) return "";
  if (WORDS.has(name)) return KNOWN.test(text) ? text : undefined;
  if (COLORS.has(name)) return /^(?:#[\da-f]{3,8}|[a-z]{3,20})$/i.test(text) ? text : undefined;
  if (name === "lang") return /^[a-z]{2,3}(?:-[a-z0-9]{2,4}){0,2}$/i.test(text) ? text : undefined;
  return undefined;
}

function numeric(text: string, words: RegExp): Kept {
  return /^[-+\d.,%*\s]*(?:px|r?em|ex|ch|pt|pc|[cm]m|in|v[hw]|%)?$/.test(text) || words.test(text)
    ? text
    : undefined;
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
