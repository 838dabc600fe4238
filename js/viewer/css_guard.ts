/**
 * Style text on its way into the replica, written anew token by token: whole, closed and without addresses. What the
 * browser reads is what was understood here, so no spelling (escapes, comments, text split over nodes) hides anything.
 */
import { safeAddress } from "./safe_address";

/** Brackets inside brackets that a style sheet may have. */
const MAX_DEPTH = 64;
/** Rules that one text may have: the replayer compares each with all before it. */
const MAX_RULES = 8000;

const AT_RULES = new Set(
  `charset color-profile container counter-style font-face font-feature-values font-palette-values keyframes layer media
   namespace page position-try property scope starting-style supports view-transition -webkit-keyframes -moz-keyframes
   annotation character-variant historical-forms ornaments styleset stylistic swash`.split(/\s+/),
);
/** Functions that take addresses as plain texts. */
const PICTURE_FUNCTIONS = new Set([
  "image-set",
  "-webkit-image-set",
  "-moz-image-set",
  "cross-fade",
  "-webkit-cross-fade",
]);
/** What may stand inside those: nothing that could become a text later, such as a variable. */
const IN_PICTURES =
  /^(?:url|type|calc|(?:-webkit-)?(?:image-set|cross-fade)|(?:repeating-)?(?:linear|radial|conic)-gradient|rgba?|hsla?|oklab|oklch|lab|lch|color|color-mix)$/;
/** Functions that nobody needs and that load by text in some browsers. */
const NEVER = new Set(["src", "image", "element", "-moz-element", "-moz-image-rect", "paint", "expression"]);
/** Stands for an at-rule or a function that is not allowed: the browser passes over what it does not know. */
const NOTHING = "glance-none";

const COMMENT_END = "*/";
/** By this mark the recorder says where one text node of a sheet ends and the next begins. */
const SPLIT = "/* rr_split */";
const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

const PLAIN = /[^"'\\@()[\]{}\w\u0080-\uffff/-]+/y;
const NUMBER = /\d[\w.%]*/y;
const NAME = /(?:[\w\u0080-\uffff-]|\\[\da-f]{1,6}(?:\r\n|[\t\n\r\f ])?|\\[^\n\r\f])+/iy;
const CODE = /[\da-f]{1,6}(?:\r\n|[\t\n\r\f ])?/iy;
const STRING_STOP = /["'\\\n\r\f]/g;
const URL_STOP = /[\\)]/g;
const SPACE = /[\t\n\r\f ]*/y;
const ESCAPE = /\\(?:([\da-f]{1,6})(?:\r\n|[\t\n\r\f ])?|([\s\S]?))/gi;

interface Open {
  readonly close: string;
  readonly picture: boolean;
}

/** The text with every address replaced by `data:,` that would load something, and every bracket closed. */
export function guardedCss(text: string): string {
  return new Guard(text).run();
}

/** A name as the browser reads it. */
function unescaped(name: string): string {
  if (!name.includes("\\")) return name;
  return name.replace(ESCAPE, (_whole, hex: string | undefined, letter: string | undefined) => {
    if (hex === undefined) return letter ?? "";
    const code = Number.parseInt(hex, 16);
    return code === 0 || code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
  });
}

class Guard {
  readonly #text: string;
  readonly #open: Open[] = [];
  readonly #out: string[] = [];
  #at = 0;
  #rules = 0;

  constructor(text: string) {
    this.#text = text.includes("\0") ? text.replaceAll("\0", "\ufffd") : text;
  }

  run(): string {
    while (this.#at < this.#text.length && this.#open.length <= MAX_DEPTH && this.#rules <= MAX_RULES)
      this.#token();
    while (this.#open.length > 0) this.#out.push(this.#open.pop()?.close ?? "");
    return this.#out.join("");
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #token(): void {
    const plain = this.#take(PLAIN) || this.#take(NUMBER);
    if (plain) {
      this.#out.push(plain);
      return;
    }
    const character = this.#text[this.#at] ?? "";
    if (character === '"' || character === "'") this.#string();
    else if (character === "@") this.#atRule();
    else if (character === "/") this.#slash();
    else if (character in CLOSING) this.#begin(character, false);
    else if (")]}".includes(character)) this.#end(character);
    else this.#name();
  }

  #slash(): void {
    if (!this.#text.startsWith("/*", this.#at)) {
      this.#out.push("/");
      this.#at += 1;
      return;
    }
    const end = this.#text.indexOf(COMMENT_END, this.#at + 2);
    this.#out.push(this.#text.startsWith(SPLIT, this.#at) ? SPLIT : "/**/");
    this.#at = end < 0 ? this.#text.length : end + COMMENT_END.length;
  }

  #begin(bracket: string, picture: boolean): void {
    this.#at += 1;
    this.#out.push(bracket);
    this.#open.push({ close: CLOSING[bracket] ?? "", picture });
    if (bracket === "{") this.#rules += 1;
  }

  /** What closes nothing is left out. */
  #end(bracket: string): void {
    this.#at += 1;
    if (this.#open.at(-1)?.close !== bracket) return;
    this.#open.pop();
    this.#out.push(bracket);
  }

  #string(): void {
    const content = this.#quoted();
    if (!this.#open.at(-1)?.picture) this.#out.push(`"${content}"`);
    else this.#address(unescaped(content));
  }

  /** What stands between quotes, fit to stand between double quotes; an end of line ends it too. */
  #quoted(): string {
    const quote = this.#text[this.#at];
    this.#at += 1;
    let content = "";
    for (;;) {
      STRING_STOP.lastIndex = this.#at;
      const stop = STRING_STOP.exec(this.#text);
      content += this.#text.slice(this.#at, stop?.index);
      this.#at = stop ? stop.index + 1 : this.#text.length;
      if (!stop || stop[0] === quote || /[\n\r\f]/.test(stop[0])) return content;
      if (stop[0] === "\\") content += this.#escapeInString();
      else content += stop[0] === '"' ? '\\"' : stop[0];
    }
  }

  /** A backslash and what belongs to it; before an end of line, or at the very end, it means nothing. */
  #escapeInString(): string {
    const code = this.#take(CODE);
    if (code) return `\\${code.trim()} `;
    const next = this.#text[this.#at];
    if (next === undefined) return "";
    this.#at += next === "\r" && this.#text[this.#at + 1] === "\n" ? 2 : 1;
    return /[\n\r\f]/.test(next) ? "" : `\\${next}`;
  }

  #atRule(): void {
    this.#at += 1;
    const name = unescaped(this.#take(NAME)).toLowerCase();
    if (name === "") return;
    // The boxes of a printed page have many names and load nothing by themselves.
    const allowed = AT_RULES.has(name) || /^(?:top|bottom|left|right)(?:-[a-z]+)*$/.test(name);
    this.#out.push(`@${allowed ? name : NOTHING}`);
  }

  #name(): void {
    const name = this.#take(NAME);
    if (name === "") {
      // A backslash at the end of a line, or of everything.
      this.#at += 1;
      return;
    }
    if (this.#text[this.#at] !== "(") {
      this.#out.push(name);
      return;
    }
    this.#function(unescaped(name));
  }

  #function(name: string): void {
    const lower = name.toLowerCase();
    if (lower === "url" || lower === "url-prefix") {
      this.#at += 1;
      this.#address(this.#insideUrl());
      return;
    }
    const inside = this.#open.at(-1)?.picture === true;
    const allowed = /^-{0,2}[\w-]+$/.test(name) && !NEVER.has(lower) && (!inside || IN_PICTURES.test(lower));
    this.#out.push(allowed ? name : NOTHING);
    this.#begin("(", PICTURE_FUNCTIONS.has(lower));
  }

  /** The address between the brackets of `url()`. */
  #insideUrl(): string {
    this.#take(SPACE);
    if (/["']/.test(this.#text[this.#at] ?? "")) {
      const address = unescaped(this.#quoted());
      const end = this.#text.indexOf(")", this.#at);
      this.#at = end < 0 ? this.#text.length : end + 1;
      return address;
    }
    let address = "";
    for (;;) {
      URL_STOP.lastIndex = this.#at;
      const stop = URL_STOP.exec(this.#text);
      const end = stop?.index ?? this.#text.length;
      address += this.#text.slice(this.#at, end);
      this.#at = end + 1;
      if (stop?.[0] !== "\\") return unescaped(address.trim());
      address += `\\${this.#text[this.#at] ?? ""}`;
      this.#at += 1;
    }
  }

  #address(address: string): void {
    this.#out.push(`url("${safeAddress(address)}")`);
  }
}
