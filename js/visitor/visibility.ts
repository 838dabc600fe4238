/** What of the page the eye gets. Asked of every element of a snapshot, so the common case costs two reads. */
import { CLOSELY, DEFINED, HIDDEN, TURNED, VEILED } from "./privacy_policy";

/** Elements that have no box, or not one of their own, whatever is seen of them. */
const BOXLESS = new Set(
  "html head title style link meta base script noscript template option optgroup br wbr source track".split(
    " ",
  ),
);
/** Parts of a drawing with something in them that reads. */
const READABLE = new Set(["text", "tspan", "textPath", "foreignObject", "image", "a"]);
const DEFINITIONS = new Set(
  "defs symbol clipPath mask pattern marker filter linearGradient radialGradient".split(" "),
);

/** Declarations by which text is hidden while it keeps its box, or turned: an element that is chosen by one is looked at closely. */
export const HIDING =
  /(?<![\w-])(?:overflow[\w-]*|clip(?:-path)?|content-visibility|scale|rotate|zoom|animation[\w-]*|-webkit-text-security)\s*:|text-indent\s*:\s*-|font(?:-size)?\s*:\s*0|filter\s*:[^;]*opacity|(?<![\w-])(?:-webkit-text-fill-)?color\s*:\s*(?:transparent|\w+\([^)]*\/\s*0%?\)|\w+a\([^)]*,\s*0%?\)|#\w{3}0\b|#\w{6}00\b)|(?<![\w-])(?:left|top|right|bottom|inset|margin|translate|transform)[\w-]*\s*:[^;]*(?:-\d|scale|matrix|rotate|skew|3d|tez|\d{3})|transform\s*:[^;]*var/i;

const ASPECTS = { opacityProperty: true, visibilityProperty: true };

/** `HIDDEN`, `VEILED`, `DEFINED` or nothing, for an element in a parent that can be seen. */
export function concealment(element: Element, suspect: boolean): number {
  if (DEFINITIONS.has(element.localName)) return DEFINED;
  // Nothing that works without layout has this; nothing can be seen there either.
  const { localName } = element;
  if (!element.checkVisibility || element.checkVisibility(ASPECTS)) {
    const folded = localName === "iframe" && (element.clientWidth <= 1 || element.clientHeight <= 1);
    return folded ? HIDDEN : suspect ? disguise(element) : localName === "foreignObject" ? TURNED : 0;
  }
  if (BOXLESS.has(localName)) return 0;
  if ("ownerSVGElement" in element && element.ownerSVGElement) {
    if (!READABLE.has(localName)) return 0;
  }
  // A frame is a page of its own: what is in it does not know.
  return localName === "iframe" ? HIDDEN : unseen(element);
}

/** Why an element cannot be seen: with `visibility`, what is inside may still be. */
function unseen(element: Element): number {
  const { display, visibility, opacity } = getComputedStyle(element);
  if (display === "contents") return visibility === "visible" ? 0 : VEILED;
  return display !== "none" && visibility !== "visible" && opacity !== "0" ? VEILED : HIDDEN;
}

/** Text that has a box and still cannot be seen. */
function disguise(element: Element): number {
  const style = getComputedStyle(element);
  if (isFolded(element, style) || style.contentVisibility === "hidden" || isClipped(style) || isAway(element))
    return HIDDEN;
  const invisible =
    style.fontSize === "0px" ||
    !/^(?:|none)$/.test(style.getPropertyValue("-webkit-text-security")) ||
    Number.parseFloat(style.textIndent) < -500 ||
    // Text may be a window onto a background.
    (/^rgba\(.*, 0\)$/.test(style.getPropertyValue("-webkit-text-fill-color")) &&
      style.backgroundClip !== "text");
  return (invisible ? VEILED | CLOSELY : 0) | (isTurned(style) ? TURNED : 0);
}

/** Whether something is not only moved to another place. */
function isTurned({ transform, scale, rotate, zoom }: CSSStyleDeclaration): boolean {
  return !/^(?:none|matrix\(1, 0, 0, 1,[^)]*\)|1)*$/.test(transform + scale + rotate + zoom);
}

/** A box with no room in it that cuts off what does not fit. */
function isFolded(element: Element, { overflowX, overflowY, display }: CSSStyleDeclaration): boolean {
  const { offsetWidth = 2, offsetHeight = 2 } = element as Partial<HTMLElement>;
  if (offsetWidth > 1 && offsetHeight > 1) return false;
  return (overflowX !== "visible" || overflowY !== "visible") && !/^(?:inline|contents)$/.test(display);
}

function isClipped({ clip, clipPath, position, filter }: CSSStyleDeclaration): boolean {
  const [top = 0, right = 9, bottom = 9, left = 0] =
    /^rect\((.*)\)$/.exec(clip)?.[1]?.split(/,? /).map(Number.parseFloat) ?? [];
  // `auto` edges are not numbers, and so never too near.
  if (/absolute|fixed/.test(position) && (right - left <= 1 || bottom - top <= 1)) return true;
  const inset = /^inset\((.*)\)$/.exec(clipPath)?.[1]?.split(" ").map(Number.parseFloat) ?? [];
  const [first = 0, , third = first] = inset;
  const [, second = first, , fourth = second] = inset;
  if (/%/.test(clipPath) && (first + third >= 100 || second + fourth >= 100)) return true;
  return /^(?:circle|ellipse)\(0/.test(clipPath) || /opacity\(0\)/.test(filter);
}

/** Out of reach of every scrollbar, or without any extent. */
function isAway(element: Element): boolean {
  const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
  const view = element.ownerDocument.defaultView;
  const root = element.ownerDocument.scrollingElement;
  if (!view || !root) return false;
  if (width < 1 && height < 1 && "offsetWidth" in element && element.offsetWidth !== 0) return true;
  const x = view.scrollX;
  const y = view.scrollY;
  const away =
    right + x <= 0 ||
    bottom + y <= 0 ||
    left + x >= root.scrollWidth ||
    top + y >= Math.max(root.scrollHeight, view.innerHeight);
  return away && !isInReach(element, root);
}

/** Whether a scroller inside the page leads to an element. */
function isInReach(element: Element, root: Element): boolean {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  for (let at: Element | null | undefined = element; at && at !== root; ) {
    const { position, overflowX, overflowY, direction, flexDirection, writingMode } = getComputedStyle(at);
    if (position === "fixed") return false;
    if (at !== element && /auto|scroll/.test(overflowX + overflowY)) {
      const { scrollWidth, scrollHeight } = at;
      const edge = at.getBoundingClientRect();
      const x = at.scrollLeft - edge.left;
      const y = at.scrollTop - edge.top;
      // Some begin at their other end, and count down from there.
      const back = /rtl|reverse|vertical/.test(direction + flexDirection + writingMode);
      const first = back ? at.clientWidth - scrollWidth : 0;
      const above = back ? at.clientHeight - scrollHeight : 0;
      if (right + x > first && bottom + y > above && left + x < scrollWidth && top + y < scrollHeight)
        return true;
    }
    at =
      position === "absolute"
        ? (at as HTMLElement).offsetParent
        : (at.assignedSlot ?? at.parentElement ?? (at.getRootNode() as ShadowRoot).host);
  }
  return false;
}
