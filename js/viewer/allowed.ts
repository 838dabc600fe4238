/** What the replica may be built of: elements that only show something, and attributes that only say how. */
import { withHeldSize } from "../protocol/held_size";
import { guardedCss } from "./css_guard";
import { isSafePicture } from "./safe_address";

const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Elements that show what is in them and know nothing else; what their own attributes say, only style sheets read. */
const PLAIN = words(
  `abbr address article aside b bdi bdo blockquote body br caption center cite code dd del dfn div dl dt em fieldset
   figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hgroup hr html i ins kbd legend li main mark marquee menu nav nobr
   ol p picture pre q rb rp rt rtc ruby s samp search section small span strike strong sub summary sup table tbody td
   tfoot th thead title tr tt u ul var wbr big dir xmp listing plaintext`,
);
/** Elements with a look or a state of their own. */
const OTHERS = words(
  `a area audio button canvas col colgroup data datalist details dialog form iframe img input label map meter optgroup
   option output progress select selectedcontent slot style svg textarea time video`,
);
const DRAWINGS = words(
  `a circle clippath defs desc ellipse feblend fecolormatrix fecomponenttransfer fecomposite feconvolvematrix
   fediffuselighting fedisplacementmap fedistantlight fedropshadow feflood fefunca fefuncb fefuncg fefuncr fegaussianblur
   femerge femergenode femorphology feoffset fepointlight fespecularlighting fespotlight fetile feturbulence filter
   foreignobject g image line lineargradient marker mask metadata path pattern polygon polyline radialgradient rect stop
   style svg switch symbol text textpath title tspan use view`,
);
/** Names with a hyphen that are no custom elements. */
const RESERVED = words(
  "annotation-xml color-profile font-face font-face-src font-face-uri font-face-format font-face-name missing-glyph",
);
const CUSTOM = /^[a-z][a-z0-9._]*-[a-z0-9._-]*$/;
/** Elements that nobody sees on the visitor's page; a template is not seen either, and does nothing. */
const UNSEEN = words("base basefont link meta noembed noframes noscript param script source template track");

const LOOKS = words(
  `abbr align alink alt autocapitalize bgcolor border cellpadding cellspacing char checked class clear color cols colspan
   compact contenteditable controls coords datetime dir disabled draggable enterkeyhint exportparts face for form frame
   bottommargin frameborder headers height hidden high hspace id inert inputmode kind label lang leftmargin link list loop low marginheight
   marginwidth max maxlength media min minlength multiple muted name noshade novalidate nowrap open optimum part pattern
   placeholder popover readonly rel required reversed rightmargin role rowspan rows rules scope scrolling selected shape size slot
   span spellcheck start step summary tabindex target text title topmargin translate type valign value vlink vspace width wrap
   xml:lang xml:space xmlns xmlns:xlink`,
);
const DRAWING = words(
  `accumulate additive alignment-baseline amplitude azimuth basefrequency baseline-shift bias class clip clip-path
   clip-rule clippathunits color color-interpolation color-interpolation-filters cursor cx cy d diffuseconstant direction
   display divisor dominant-baseline dx dy edgemode elevation exponent fill fill-opacity fill-rule filter filterunits
   flood-color flood-opacity font-family font-size font-size-adjust font-stretch font-style font-variant font-weight fr
   fx fy glyph-orientation-horizontal glyph-orientation-vertical gradienttransform gradientunits height id image-rendering
   in in2 intercept k1 k2 k3 k4 kernelmatrix kernelunitlength lang lengthadjust letter-spacing lighting-color
   limitingconeangle marker-end marker-mid marker-start markerheight markerunits markerwidth mask mask-type
   maskcontentunits maskunits method mode numoctaves offset opacity operator order orient overflow paint-order pathlength
   patterncontentunits patterntransform patternunits pointer-events points pointsatx pointsaty pointsatz
   preservealpha preserveaspectratio primitiveunits r radius refx refy result role rotate rx ry scale seed shape-rendering
   side slope spacing specularconstant specularexponent spreadmethod startoffset stddeviation stitchtiles stop-color
   stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity
   stroke-width surfacescale systemlanguage tabindex tablevalues targetx targety text-anchor text-decoration
   text-rendering textlength transform transform-origin type unicode-bidi values vector-effect version viewbox visibility
   width word-spacing writing-mode x x1 x2 xchannelselector y y1 y2 ychannelselector z xml:lang xml:space xmlns
   xmlns:xlink requiredfeatures requiredextensions`,
);
const PICTURES = words(
  "img.src input.src video.poster image.href image.xlink:href body.background td.background",
);
const REFERENCES = words("href xlink:href usemap");
/** What the recorder notes about an element beside its own attributes. */
const NOTES: Readonly<Record<string, RegExp>> = {
  rr_width: /^\d+(?:\.\d+)?px$/,
  rr_height: /^\d+(?:\.\d+)?px$/,
  rr_open_mode: /^(?:(?:non-)?modal|popover)$/,
};
const SCROLLED = words("rr_scrollLeft rr_scrollTop");
const NAME = /^[A-Za-z_][\w.:-]{0,127}$/;
/** Never, whatever an element is called: they run, load, lead somewhere, take the focus or change what an element is. */
const NEVER =
  /^(?:on|rr_|src|href|xlink|action|formaction|background|data$|ping$|poster$|style$|is$|nonce$|auto(?:focus|play)$|http-equiv$|accept-charset$|sandbox$|allow|csp$|popovertarget|command)/;
/** A side of a canvas, and of a frame's window. */
const MAX_SIDE = 8192;
const MAX_VALUE = 1024 * 1024;
const MAX_NUMBER = 1e9;

/** The elements that can have a shadow root; asking another one for it would break the whole page. */
const HOSTS = words(
  "article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span",
);

export function canHost(tag: string): boolean {
  return HOSTS.has(tag) || isCustom(tag);
}

export function isCustom(tag: string): boolean {
  return CUSTOM.test(tag) && !RESERVED.has(tag);
}

/** The element that stands for another one: itself, or one that does nothing. */
export function allowedTag(tag: string, svg: boolean): string {
  if (svg) return DRAWINGS.has(tag) ? tag : "metadata";
  // A sheet comes with its text. Until it does, an empty one holds its place; a link would only call out.
  if (tag === "link") return "style";
  if (PLAIN.has(tag) || OTHERS.has(tag) || isCustom(tag)) return tag;
  return UNSEEN.has(tag) ? "template" : "glance-inert";
}

/** The value that an attribute may have in the replica; `undefined` for none. */
export function allowedValue(
  tag: string,
  svg: boolean,
  name: string,
  value: unknown,
): string | number | true | undefined {
  if (tag === "template" || tag === "metadata" || !NAME.test(name)) return undefined;
  if (value === true) return isAllowed(tag, svg, name.toLowerCase()) ? true : undefined;
  if (typeof value === "number")
    return Math.abs(value) < MAX_NUMBER ? allowedNumber(tag, svg, name, value) : undefined;
  return typeof value === "string" ? allowedText(tag, svg, name, value) : undefined;
}

function allowedNumber(tag: string, svg: boolean, name: string, value: number): string | number | undefined {
  return SCROLLED.has(name) ? value : allowedText(tag, svg, name, String(value));
}

function allowedText(tag: string, svg: boolean, name: string, text: string): string | undefined {
  const lower = name.toLowerCase();
  if (name === "_cssText") return tag === "style" ? guardedCss(text) : undefined;
  if (PICTURES.has(`${tag}.${lower}`)) return isSafePicture(text.trim()) ? text.trim() : undefined;
  if (REFERENCES.has(lower)) return text.startsWith("#") && tag !== "image" ? text : undefined;
  if (text.length > MAX_VALUE) return undefined;
  if (Object.hasOwn(NOTES, name)) return NOTES[name]?.test(text) ? text : undefined;
  if (lower === "style") return guardedCss(withHeldSize(text));
  // Which one is open the visitor's page says; none closes another by itself.
  if (lower === "popover") return "manual";
  return isAllowed(tag, svg, lower) ? shown(tag, svg, lower, text) : undefined;
}

/** Whether an attribute may be there at all. */
export function isAllowed(tag: string, svg: boolean, name: string): boolean {
  if (svg ? DRAWING.has(name) : LOOKS.has(name)) return true;
  if (NEVER.test(name)) return false;
  return svg ? /^(?:data|aria)-/.test(name) : PLAIN.has(tag) || name.includes("-") || isCustom(tag);
}

function shown(tag: string, svg: boolean, name: string, text: string): string | undefined {
  if (tag === "canvas" && (name === "width" || name === "height")) {
    return /^\d+$/.test(text) ? String(Math.min(MAX_SIDE, Number(text))) : undefined;
  }
  return svg && /[(\\@]/.test(text) ? guardedCss(text) : text;
}
