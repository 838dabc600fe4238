/** What of the page is hidden from the agent (wire sheet, section 6.7). */
import { HOST_ID } from "./ui_host";

/** Elements whose text and values are masked, with all that is inside them. */
const MARKED = `[glance_masked="true"], .glance_masked`;

/** Text is masked in marked elements, in what people type into directly, and in the choices of a select. */
export const MASK_TEXT = `${MARKED}, [contenteditable]:not([contenteditable="false"]), select, datalist`;

/** Media that says what it says without text: left out where it is marked, with a box of its size in its place. */
const MEDIA = ":is(img, svg, canvas, video, audio, iframe, object, embed, picture)";

/** Elements that are never recorded: our own, and marked media. Asked of every element of a page, so it is kept short. */
export const BLOCKED = `#${HOST_ID}, :is(${MARKED}) ${MEDIA}, ${MEDIA}:is(${MARKED})`;

/** Buttons say with their value what other elements say with their text. */
const LABELLED = new Set(["submit", "button", "reset"]);
/** What a choice stands for is nothing that the visitor sees. */
const INVISIBLE = new Set(["hidden", "radio", "checkbox", "file", "image"]);

/** Every letter and digit as a star; the spaces keep lines where they are. */
export function stars(text: string): string {
  return text.replace(/\S/g, "*");
}

/**
 * The value of a form field as it may be sent. Typing is seen as stars; of a password not even the length.
 *
 * @param type The field's type as it was before a "show password" switch, lower case.
 */
export function maskedValue(tag: string, type: string, value: string): string {
  if (tag === "select" || tag === "option") return "";
  if (tag === "textarea") return stars(value);
  if (INVISIBLE.has(type)) return "";
  if (type === "password") return value === "" ? "" : "********";
  return LABELLED.has(type) ? value : stars(value);
}

/** The type by which a live field is masked: a password stays one after it was switched to text. */
export function fieldType(field: Element): string {
  if (field.hasAttribute("data-rr-is-password")) return "password";
  return (field as HTMLInputElement).type?.toLowerCase() ?? "";
}

/** Whether an element, or anything around it, is masked. Looks out of shadow roots, where `closest` ends. */
export function isMasked(element: Element | null, selector = MASK_TEXT): boolean {
  for (let at = element; at; ) {
    if (at.closest(selector)) return true;
    const root = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return false;
}

/** Whether the state of a field, such as a tick, is hidden as well. */
export function isMarked(element: Element | null): boolean {
  return isMasked(element, MARKED);
}

/** The same for an element that is only known by its recorded attributes. */
export function marksText(tag: string, attributes: Readonly<Record<string, unknown>>): boolean {
  const { glance_masked, contenteditable } = attributes;
  const editable = contenteditable !== undefined && contenteditable !== null && contenteditable !== "false";
  return (
    tag === "select" || tag === "datalist" || editable || glance_masked === "true" || hasMaskClass(attributes)
  );
}

function hasMaskClass({ class: names }: Readonly<Record<string, unknown>>): boolean {
  return typeof names === "string" && names.split(/\s+/).includes("glance_masked");
}

/** Options of the recorder that mask at the source; `scrub.ts` looks at everything once more. */
export const MASK_OPTIONS = {
  blockSelector: BLOCKED,
  maskTextSelector: MASK_TEXT,
  maskTextFn: stars,
  // By tag, so that a type nobody thought of is masked too.
  maskInputOptions: { input: true, textarea: true, select: true, password: true },
  maskInputFn: (text: string, element: HTMLElement): string =>
    maskedValue(element.localName, fieldType(element), text),
} as const;
