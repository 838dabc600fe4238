// Leaves out of the recorder, while it is bundled, what this project never switches on: pictures by drawing commands, frames
// of other origins, plugins, fonts, media, selections, and masking, which is decided in visitor/scrub.ts for every event. That
// is a quarter of its bytes, and asking each element of a page twice whether it is masked is a tenth of its time.
import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

const PACKAGE = "@rrweb/record";
/** The version that the stand-ins were written for. */
const VERSION = "2.1.6";

/** Where they are. */
const STAND_INS = ["recorder_stand_ins.js", "recorder_observers.js", "recorder_motion.js"];

/** Declarations, statements and methods that only serve what is left out, by how they begin. */
const DROPPED = [
  "class BaseRRNode {",
  "class CrossOriginIframeMirror {",
  "const DEPARTED_MIRROR_ACCESS_WARNING =",
  "let _mirror = {",
  'if (typeof window !== "undefined" && window.Proxy && window.Reflect) {',
  "var lookup =",
  "for (var i = 0; i < chars.length; i++) {",
  "const jsContent =",
  "const blob =",
  "function splitCssText(",
  "function ignoreAttribute(",
  "function isSerializedIframe(",
  "function isSerializedStylesheet(",
  "function WorkerWrapper(",
  "function getAbsoluteSrcsetString(",
  "function absolutifyURLs(",
  "function initMediaInteractionObserver(",
  "function initFontObserver(",
  "function initSelectionObserver(",
  "function initCustomElementObserver(",
  "function mergeHooks(",
  "function getUntaintedPrototype(",
  "function getUntaintedAccessor(",
  "function getUntaintedMethod(",
  "if (!/* @__PURE__ */ /[1-9][0-9]{12}/.test(Date.now().toString())) {",
  "try {",
  "record.addCustomEvent =",
  "record.freezePage =",
  "  freeze() {",
  "  unfreeze() {",
  "  isFrozen() {",
  "  getIds() {",
  "  getStyle(id) {",
  "  trackLinkElement(linkEl) {",
  "  trackStylesheetInLinkElement(_linkEl) {",
  "  destroy() {",
  "  replace(id, n) {",
  "  generateId() {",
];

/** What the recorder shares with the rest of the script. */
const SHARED = fileURLToPath(new URL("protocol/css_text.ts", import.meta.url));
const PASSWORDS = fileURLToPath(new URL("visitor/passwords.ts", import.meta.url));
const IMPORTS = `import { withWholeAddresses as absolutifyURLs } from ${JSON.stringify(SHARED)};
import { keepSecret } from ${JSON.stringify(PASSWORDS)};\n`;

/** What only the parts of this script call each other by: it may be shortened like the names of variables. */
export const SHORTENED = new RegExp(
  `^(?:${[
    "blockSelector|blockClass|maskInputOptions|maskInputFn|maskTextClass|maskTextSelector|maskTextFn|slimDOMOptions",
    "iframeManager|stylesheetManager|shadowDomManager|canvasManager|processedNodeManager|keepIframeSrcFn|bypassOptions",
    "(?:mutation|scroll|input|mousemove|mouseInteraction|viewportResize|styleSheetRule|styleDeclaration|adoptedStyleSheet)Cb",
    "onSerialize|onIframeLoad|onStylesheetLoad|newlyAddedElement|cssCaptured|skipChild|styleMirror|recordCanvas|inlineImages",
    "addedSet|movedSet|droppedSet|removesSubTreeCache|mapRemoves|movedMap|attributeMap",
    "processMutations?|genAdds|genTextAreaValueMutation|nodeMetaMap|idNodeMap|styleIDMap|idStyleMap|trackedLinkElements",
    "restoreHandlers|shadowDoms|addShadowRoot|observeAttachShadow|patchAttachShadow|adoptStyleSheets|attachLinkElement",
    "trackLinkElement|trackStylesheetInLinkElement|inOtherBuffer|errorHandler|inlineStylesheet|dataURLOptions|inHead",
    "getId|getNode|getMeta|hasNode|nodeMap|takeFullSnapshot|addLoadListener|addIframe|attachIframe|removeNodeFromMap",
    "mutationObserverCtor|headTitleMutations|headWhitespace|mousemoveCallback|needBlock|isAttached|frozen|unfreeze",
    "IncrementalSnapshot|FullSnapshot|AdoptedStyleSheet|MouseInteraction|StyleDeclaration|ViewportResize|StyleSheetRule",
    "exposure|covers|coversValues|coversText|withheld|startSnapshot|isOpen|stale|declaration|heed|recheck|lean|learnFrom",
    "forSheet|marksMoved|addresses|onlost|ontoolarge|backlog|onconnection|onconnected|onframe|gather|misses|kept",
    "mentions|classes|nameless|allowed|alias|hiding|isInline|policy|prelude|spacing|upper|isMarked|learn|marked|moving",
    "watching|asking|helper|question|loadBalanced|endAssist|repeatAnswers|barred|onended|recorder|stored|resources|rename",
    "widths|picture|received|withdraw|running|reworded|begins|stars|inner|mirror|trailing|sizes|others",
    "attribute|session|emit|reset|reconnect|names|pointer|retyped|flush|fade|shown|failed|follow|loaded|soon|events|service|offer|own|busy|waiting|settings",
    "connected|problem|final|failure|bytes|listener|link|look|lend|pseudos|showsAttribute|media|found|release|current|show|hide|begin|stop",
    "trees|roots|marks|popovers|sheets|selector|masked|dialog|accept|decline|grant|hold|placed|turned|mayScroll|pin|dock|used|changed|inline|scrub",
  ].join("|")})$`,
);

/**
 * The last line of the block that begins on line `start`: the first one that closes it at the same depth.
 * @param {string[]} lines
 * @param {number} start
 */
function endOf(lines, start) {
  if (!/[{([]$/.test(lines[start] ?? "")) return start;
  const closes = new RegExp(`^${/^ */.exec(lines[start] ?? "")?.[0]}[})\\]]`);
  // Parameters may fill several lines; the body ends after the one that closes them.
  for (let at = start + 1; at < lines.length; at++) {
    if (closes.test(lines[at] ?? "") && !/[{([]$/.test(lines[at] ?? "")) return at;
  }
  return -1;
}

/**
 * Takes a declaration out of `lines`, and puts `text` in its place.
 * @param {string[]} lines
 * @param {string} what
 * @param {(line: string) => boolean} begins
 * @param {string} text
 */
function replace(lines, what, begins, text) {
  const start = lines.findIndex(begins);
  const end = start < 0 ? -1 : endOf(lines, start);
  if (end < 0) throw new Error(changed(`has no ${what} any more`));
  lines.splice(start, end - start + 1, text);
}

/** @param {string} how */
function changed(how) {
  return `${PACKAGE} ${how}. Hint: read what its new version does, then change js/recorder_*.js and recorder_parts.mjs.`;
}

/**
 * @param {string} source
 * @param {string} standIns
 */
function reduced(source, standIns) {
  const lines = source.split("\n");
  for (const start of DROPPED) replace(lines, start, (line) => line.startsWith(start), "");
  for (const [, kind, name] of standIns.matchAll(/^export (const|function|class) (\w+)/gm)) {
    const declares = new RegExp(`^(?:function|class|const|let|var) ${name}\\b`);
    replace(lines, `${kind} ${name}`, (line) => declares.test(line), "");
  }
  // Fields as assignments, which the bundler can shorten.
  const text = lines
    .join("\n")
    .replace(/__publicField\(this, "(\w+)", /g, "(this.$1 = ")
    .replace(/__publicField\(this, "\w+"\);/g, "")
    .replaceAll("n instanceof BaseRRNode", "false")
    .replace(/this\.canvasManager\.\w+\(\);/g, "")
    .replace(/\[\s*"mutationCb",[^\]]*\]\.forEach\(\(key\) => \{[^}]*\}\);/, "Object.assign(this, options);");
  if (!text.includes("Object.assign(this, options);"))
    throw new Error(changed("hands its options on otherwise"));
  return IMPORTS + asItIs(text) + standIns.replaceAll(/^export /gm, "");
}

/**
 * What changed is told as it is: texts and values are masked later, and which properties of a style are others costs more
 * than it spares.
 * @param {string} text
 */
function asItIs(text) {
  /** @type {[RegExp, string][]} */
  const parts = [
    [/if \(typeof attributes\.style === "string"\) \{[\s\S]*?(?=return \{\n\s*id: this\.mirror)/, ""],
    [
      /if \(attributeName === "style"\) \{\s*if \(!this\.unattachedDoc\)[\s\S]*?\} else (?=if \(attributeName === "open")/,
      "",
    ],
    [/,\s*styleDiff: \{\},\s*_unchangedStyles: \{\}/g, ""],
    [/if \(tagNameLower === "iframe" && attributeName === "src"[\s\S]*?\n {10}\}\n/, ""],
    [/value: needMaskingText\([\s\S]*?: value,/, "value,"],
    [/if \(attributeName === "value"\) \{[\s\S]*?\n {10}\}\n/, ""],
    // What the stand-ins do not ask for, and sentences for nobody.
    [/^ *(?:blockClass|mask\w+|inline\w+|slimDOMOptions|dataURLOptions|recordCanvas): this\.\w+,\n/gm, ""],
    [/^ *newlyAddedElement: true,\n/gm, ""],
    [/(isBlocked\([^,()]+), this\.blockClass/g, "$1"],
    [/(isIgnored\([^()]+), this\.slimDOMOptions/g, "$1"],
    [/console\.warn\(\s*"Couldn't record new node[\s\S]*?\);/, ""],
    [/"please take full snapshot[^"]*"/, ""],
    [/this\.frozen \|\| /g, ""],
    [/!ignoreAttribute\([^)]*\)/, "true"],
    // What is in the tree of the element that is left out is left out as well.
    [
      /if \(!isNativeShadowDom\(shadowRoot2\)\)/,
      "if (shadowRoot2.host.matches(this.bypassOptions.blockSelector))",
    ],
    [/if \(isSerialized(?:Iframe|Stylesheet)\(currentN[\s\S]*?\n {12}\}\n/g, ""],
    [/\(?this\.trackedLinkElements = [^;]*;|this\.trackLinkElement\(linkEl\);/g, ""],
    // The page keeps its attributes.
    [
      /if \(attributeName === "type" && tagNameLower === "input" && \(m\.oldValue[\s\S]*?\}/,
      'if (attributeName === "type" && m.oldValue?.toLowerCase() === "password") keepSecret(target);',
    ],
    [/(item\.attributes\.value = )maskInputValue\([\s\S]*?\}\);/, "$1value;"],
  ];
  let whole = text;
  for (const [pattern, without] of parts) whole = whole.replace(pattern, without);
  if (
    /styleDiff|unattachedDoc\.|: needMaskingText|= maskInputValue|"rr_src"|setAttribute\("data-rr-is/.test(
      whole,
    )
  )
    throw new Error(changed("tells changes otherwise"));
  return whole;
}

/** @type {import("esbuild").Plugin} */
export const recorderParts = {
  name: "recorder-parts",
  setup(build) {
    build.onLoad({ filter: /@rrweb[\\/]record[\\/]dist[\\/]record\.js$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(new URL("../package.json", pathToFileURL(path)), "utf8"));
      if (version !== VERSION) throw new Error(changed(`is ${version}, and not ${VERSION}`));
      const standIns = await Promise.all(
        STAND_INS.map((name) => readFile(new URL(name, import.meta.url), "utf8")),
      );
      return { contents: reduced(await readFile(path, "utf8"), standIns.join("\n")), loader: "js" };
    });
    // Style sheets that scripts carry as text.
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const { code } = await build.esbuild.transform(text, { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};
