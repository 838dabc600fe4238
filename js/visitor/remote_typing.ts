/** Typing as a page expects it: the native value, its events, and what a key does by itself. */
import { KEYS, type Key } from "../protocol/control";
import { click } from "./remote_click";

type Field = HTMLInputElement | HTMLTextAreaElement;
type Free = (element: Element) => boolean;

const FIELD = "input, textarea";
/** Types of inputs that hold no text. */
const UNTYPED = "checkbox radio button submit reset image range color hidden";
const STOPS = "a[href], button, select, summary, [tabindex], [contenteditable]";

/** Gives a text field, or an element that can be edited, a new content. */
export function type(element: Element, text: string): void {
  if (isField(element)) setValue(element, text);
  else edit(element, "insertText", text);
}

/** Presses a key. Only Tab leaves from everywhere, and it goes only where the agent may be. */
export function press(element: Element, key: Key, free: Free): void {
  const init = { key, code: key, keyCode: KEYS[key], bubbles: true, cancelable: true, composed: true };
  const fire = (name: string) => !free(element) || element.dispatchEvent(new KeyboardEvent(name, init));
  if (fire("keydown") && (key === "Tab" || free(element))) act(element, key, free);
  fire("keyup");
}

function act(element: Element, key: Key, free: Free): void {
  if (key === "Tab") next(element, free)?.focus();
  else if (key === "Backspace" && isField(element)) setValue(element, element.value.slice(0, -1));
  else if (key === "Backspace") edit(element, "delete");
  else if (key === "Enter") enter(element as HTMLInputElement, free);
  else if (element.localName === "select") choose(element as HTMLSelectElement, key);
}

function choose(select: HTMLSelectElement, key: Key): void {
  const at = select.selectedIndex + ({ ArrowDown: 1, ArrowUp: -1 }[key as string] ?? 0);
  if (at === select.selectedIndex || select.options[at]?.disabled !== false) return;
  select.selectedIndex = at;
  tell(select);
}

function next(element: Element, free: Free): HTMLElement | undefined {
  const all = element.ownerDocument.querySelectorAll<HTMLElement>(`${FIELD}, ${STOPS}`);
  const stops = [...all].filter(
    (stop) => stop === element || (stop.tabIndex >= 0 && stop.getClientRects().length > 0 && free(stop)),
  );
  return stops[stops.indexOf(element as HTMLElement) + 1] ?? stops[0];
}

/** Enter presses what has the focus, or sends the form in which one types. */
function enter(element: HTMLInputElement, free: Free): void {
  const { form } = element;
  const pressed =
    element.localName === "input"
      ? form?.querySelector(":is([type=submit], [type=image], button:not([type]))")
      : element.matches("a, button, summary") && element;
  if (pressed && free(pressed)) click(pressed, pressed.getBoundingClientRect());
  else if (pressed === null) form?.requestSubmit();
}

function isField(element: Element): element is Field {
  return element.matches(FIELD);
}

function setValue(field: Field, value: string): void {
  if (field.readOnly || UNTYPED.includes(field.type)) return;
  const text = field.maxLength < 0 ? value : value.slice(0, field.maxLength);
  // Past what a framework has put over the field's own property, so that it notices the change.
  Reflect.set(Object.getPrototypeOf(field), "value", text, field);
  tell(field);
}

function tell(field: Element): void {
  for (const name of ["input", "change"])
    field.dispatchEvent(new Event(name, { bubbles: true, composed: true }));
}

/** Editors of their own follow the browser's commands, and nothing else. */
function edit(element: Element, command: string, text?: string): void {
  const { ownerDocument, isContentEditable } = element as HTMLElement;
  if (!isContentEditable) return;
  (element as HTMLElement).focus();
  if (text !== undefined) ownerDocument.getSelection()?.selectAllChildren(element);
  ownerDocument.execCommand(command, false, text);
}
