/** Stars that take the room of the text they stand for, in classes of length: what fits is told, the length is not. */

/** Width in letters' heights by which two masked texts differ at least. */
const STEP = 0.75;
/** Stars between two places where a line may break. */
const GROUP = 5;
/** Texts that are longer are measured by their beginning. */
const MEASURED = 2000;

/** Texts that are remembered for each font: tables say the same in many places. */
const REMEMBERED = 1000;

/** How a font sets text; measured once. */
interface Font {
  readonly size: number;
  readonly spacing: number;
  readonly upper: boolean;
  /** Whether line breaks in the text are seen. */
  readonly pre: boolean;
  /** Whether the element is part of a line. */
  readonly inline: boolean;
  /** Width of a character, by its code. */
  readonly widths: number[];
  /** What stands for a text, by the text. */
  readonly stars: Map<string, string>;
  /** The fonts of elements inside, by what these look like from outside: asking for a style costs more than the rest. */
  readonly inner: Map<string, Font>;
  readonly css: string;
}

/** Masks texts by the fonts of their elements. */
export class TextMask {
  readonly #context: CanvasRenderingContext2D | null;
  readonly #fonts = new Map<string, Font>();
  readonly #outermost = new Map<string, Font>();
  #of = new WeakMap<Element, Font>();
  readonly #choosesBy: (id: string) => boolean;

  /** @param choosesBy Whether a style sheet chooses by an id: most tell rows apart, and have no look of their own. */
  constructor(choosesBy: (id: string) => boolean) {
    this.#choosesBy = choosesBy;
    this.#context = document.createElement("canvas").getContext?.("2d") ?? null;
  }

  /** Forgets the fonts of elements, which a change of the page may have changed. */
  reset(): void {
    this.#outermost.clear();
    for (const { inner } of this.#fonts.values()) inner.clear();
    this.#of = new WeakMap();
  }

  isInline(element: Element): boolean {
    return this.#fontOf(element).inline;
  }

  mask(text: string, parent: Element | null): string {
    const font = parent && this.#fontOf(parent);
    if (!font) return this.#line(text, null);
    let stars = font.stars.get(text);
    if (stars === undefined) {
      stars = font.pre ? text.replace(/[^\n]+/g, (line) => this.#line(line, font)) : this.#line(text, font);
      if (font.stars.size >= REMEMBERED) font.stars.clear();
      font.stars.set(text, stars);
    }
    return stars;
  }

  #line(text: string, font: Font | null): string {
    const start = text.search(/\S/);
    if (start < 0) return text;
    const words = text.trimEnd();
    const inner = words.slice(start).replace(/\s+/g, " ");
    return text.slice(0, start) + this.#stars(inner, font) + text.slice(words.length);
  }

  #stars(text: string, font: Font | null): string {
    const width = font && this.#width(text.slice(0, MEASURED), font) * Math.max(1, text.length / MEASURED);
    const star = (font && this.#widthOf(42, font)) || 1;
    const unit = font ? star + this.#widthOf(32, font) / GROUP : 1;
    const step = font ? Math.max(1, Math.round((STEP * font.size) / unit)) : 4;
    const count = Math.max(1, Math.floor((width ?? text.length) / unit / step)) * step;
    return ("***** ".repeat(count / GROUP) + "*".repeat(count % GROUP)).trimEnd();
  }

  #width(text: string, font: Font): number {
    let width = 0;
    for (let at = 0; at < text.length; at++) width += this.#widthOf(text.charCodeAt(at), font);
    return width;
  }

  #widthOf(code: number, font: Font): number {
    let width = font.widths[code];
    if (width === undefined) {
      const letter = String.fromCharCode(code);
      if (this.#context) this.#context.font = font.css;
      const measured = this.#context?.measureText(font.upper ? letter.toUpperCase() : letter).width;
      width = (measured ?? font.size / 2) + font.spacing;
      font.widths[code] = width;
    }
    return width;
  }

  #fontOf(element: Element): Font {
    const known = this.#of.get(element);
    if (known) return known;
    const { parentElement, localName } = element;
    const { inner } = (parentElement && this.#fontOf(parentElement)) ?? { inner: this.#outermost };
    const looks = element.hasAttributes()
      ? `${localName} ${element.getAttribute("class")} ${element.getAttribute("style")} ${this.#choosesBy(element.id) && element.id}`
      : localName;
    const font = inner.get(looks) ?? this.#measured(element);
    inner.set(looks, font);
    this.#of.set(element, font);
    return font;
  }

  #measured(element: Element): Font {
    const { fontStyle, fontWeight, fontSize, fontFamily, letterSpacing, textTransform, whiteSpace, display } =
      getComputedStyle(element);
    const css = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
    const upper = textTransform === "uppercase";
    const pre = /^(?:pre|break)/.test(whiteSpace);
    const inline = display === "inline";
    const name = `${css} ${letterSpacing} ${upper} ${pre} ${inline}`;
    const known = this.#fonts.get(name);
    if (known) return known;
    const font: Font = {
      size: Number.parseFloat(fontSize) || 16,
      spacing: Number.parseFloat(letterSpacing) || 0,
      upper,
      pre,
      inline,
      widths: [],
      stars: new Map(),
      inner: new Map(),
      css,
    };
    this.#fonts.set(name, font);
    return font;
  }
}

/** What stands for a typed value: how much there is in four classes, and no more. */
export function maskedValue(value: string): string {
  if (value.length === 0) return "";
  const stars = [4, 8, 16, 32].find((length) => value.length <= length);
  return "*".repeat(stars ?? 48);
}

/** What stands for a password, however long it is. */
export const MASKED_PASSWORD = "********";

/** Masks the lines of a text area, so that what is above the last one stays where it is. */
export function maskedLines(value: string): string {
  return value
    .split("\n")
    .map((line) => {
      const rows = Math.ceil(line.trim().length / 40);
      return rows > 1
        ? Array(rows).fill("********* ".repeat(4)).join("").trimEnd()
        : maskedValue(line.trim());
    })
    .join("\n");
}
