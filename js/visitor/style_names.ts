/** Names that style sheets give: which things they join counts, what they say does not. */

/** Words that are no names, in properties that have names. */
const WORDS =
  /^(?:none|auto|span|normal|inherit|initial|unset|revert|revert-layer|infinite|linear|ease|(?:ease|step)-\S+|alternate\S*|reverse|forwards|backwards|both|running|paused|inline-size|size|row|column|dense|subgrid|min-content|max-content|auto-fi\S+|start|end|and|or|not)$/;
const NAME = /(?<![\w.#%(!-])-{0,2}[a-z_\u0080-\uffff][\w\u0080-\uffff-]*(?![\w(-])/gi;
const NAMED =
  /^(?:animation(?:-name)?|container(?:-name)?|view-transition-name|counter-.*|grid(?:-(?:area|template|row|column).*)?)$/;
const NAMING =
  /^@(?:-webkit-)?(?:keyframes|layer|container|counter-style|property|view-transition|font-palette-values|position-try)\b/;
const GENERIC =
  /^(?:inherit|initial|unset|(?:ui-)?(?:sans-)?serif|(?:ui-)?monospace|system-ui|ui-rounded|-apple-system|BlinkMacSystemFont|cursive|fantasy|math|emoji)$/;

/** After the size in a `font`. */
const FACES = /^([^"',]*\d[^\s"',]*\s+)([\s\S]+)$/;

type Alias = (name: string) => string;

/** The prelude of an at-rule, without the names in it. */
export function namelessRule(prelude: string, alias: Alias): string {
  const at = NAMING.exec(prelude)?.[0];
  return at ? at + nameless(prelude.slice(at.length), alias) : prelude;
}

/** The value of a property, without the names in it. */
export function namelessValue(property: string, value: string, alias: Alias): string {
  if (NAMED.test(property)) return nameless(value, alias);
  if (property === "font-family") return families(value, alias);
  if (property === "font")
    return value.replace(FACES, (_whole, size, names) => size + families(names, alias));
  if (property === "content")
    return value.replace(/(counters?\(\s*)([\w-]+)/g, (_whole, start, name) => start + alias(name));
  return value;
}

function nameless(text: string, alias: Alias): string {
  return text.replace(NAME, (name) => {
    if (WORDS.test(name)) return name;
    return name.startsWith("--") ? `--${alias(name)}` : alias(name);
  });
}

/** Fonts that this machine has are called by their names, those of the page by others. */
function families(value: string, alias: Alias): string {
  return value.includes("(")
    ? value
    : value
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
