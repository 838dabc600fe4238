/** Names that style sheets give: which things they join counts, what they say does not. */

/** Words that are no names, in properties that have names. */
const WORDS =
  /^(?:none|auto|span|normal|inherit|initial|unset|revert|revert-layer|infinite|linear|ease|(?:ease|step)-\S+|alternate\S*|reverse|forwards|backwards|both|running|paused|inline-size|size|row|column|dense|subgrid|min-content|max-content|auto-fi\S+|start|end|and|or|not|(?:in|out)side|disc|circle|square|decimal\S*|(?:lower|upper)-\S+|disclosure-\S+)$/;
const NAME = /(?<![\w.#%(!-])-{0,2}[a-z_\u0080-\uffff][\w\u0080-\uffff-]*(?![\w(-])/gi;
const NAMED =
  /^(?:animation(?:-name)?|container(?:-name)?|view-transition-.*|page|counter-.*|grid(?:-(?:area|template|row|column).*)?)$/;
const NAMING =
  /^@(?:-webkit-)?(?:keyframes|layer|container|counter-style|property|font-(?:palette|feature)-values|position-try)\b/;
/** Addresses and strings. */
export const STRING =
  /url\(\s*(?:"[^"]*"|'[^']*'|[^)]*)\s*\)|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/gi;
/** Names that begin with two dashes; addresses and strings are passed over. */
const DASHED = RegExp(`${STRING.source}|--[\\w\u0080-\uffff-]+`, "gi");
const QUOTED = /"[^"]{4,}"|'[^']{4,}'/g;
const GENERIC =
  /^(?:inherit|initial|unset|(?:ui-)?(?:sans-)?serif|(?:ui-)?monospace|system-ui|ui-rounded|-apple-system|BlinkMacSystemFont|cursive|fantasy|math|emoji)$/;

/** After the size in a `font`. */
const FACES = /^([^"',]*\d[^\s"',]*\s+)([\s\S]+)$/;

type Alias = (name: string) => string;

/** The prelude of an at-rule, without the names in it. */
export function namelessRule(prelude: string, alias: Alias): string {
  const at = NAMING.exec(prelude)?.[0];
  return at ? at + nameless(prelude.slice(at.length), alias) : dashless(prelude, alias);
}

/** The value of a property, without the names in it. */
export function namelessValue(property: string, value: string, alias: Alias): string {
  if (NAMED.test(property) || (/^list-style/.test(property) && !/["'(]/.test(value)))
    return nameless(value, alias);
  if (property === "font-family" && !value.includes("(")) return families(value, alias);
  if (property === "font" && FACES.test(value))
    return value.replace(FACES, (_whole, size, names) => size + families(names, alias));
  if (property === "content")
    return value.replace(/(counters?\(\s*)([\w-]+)/g, (_whole, start, name) => start + alias(name));
  const text = dashless(value, alias);
  if (property === "src") return text.replace(/(?<=local\()[^)]*/g, (name) => families(name, alias));
  return /^font(?!-fe|-v)/.test(property) ? text.replace(QUOTED, (name) => families(name, alias)) : text;
}

function nameless(text: string, alias: Alias): string {
  return text.replace(NAME, (name) => (WORDS.test(name) ? name : alias(name)));
}

function dashless(text: string, alias: Alias): string {
  return text.includes("--")
    ? text.replace(DASHED, (one) => (one.startsWith("--") ? alias(one) : one))
    : text;
}

/** Fonts that this machine has are called by their names, those of the page by others. */
export function families(value: string, alias: Alias): string {
  return value
    .split(",")
    .map((part) => {
      const [face = "", mark] = part.split("!");
      const name = face.trim().replace(/^["']|["']$/g, "");
      if (GENERIC.test(name) || isInstalled(name)) return part;
      return alias(`font ${name.toLowerCase()}`) + (mark ? `!${mark}` : "");
    })
    .join(",");
}

const installed = new Map<string, boolean>();
let context: CanvasRenderingContext2D | null | undefined;

function isInstalled(family: string): boolean {
  const known = installed.get(family);
  if (known !== undefined) return known;
  context ??= document.createElement("canvas").getContext?.("2d") ?? null;
  const width = (font: string) => {
    if (context) context.font = `72px ${font}`;
    return context?.measureText("mil@W").width;
  };
  const declared = [...(document.fonts ?? [])].some((face) => face.family.replace(/["']/g, "") === family);
  const has =
    !declared &&
    /^[\w -]+$/.test(family) &&
    ["serif", "monospace"].some((other) => width(`"${family}",${other}`) !== width(other));
  installed.set(family, has);
  return has;
}
