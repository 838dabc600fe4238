/** Fields that hold secrets, and go on holding them when the page shows them. */

const TOKENS =
  /(?:^|\s)(?:current-password|new-password|one-time-code|cc-number|cc-csc|cc-exp[\w-]*)(?:\s|$)/i;
const NAMES = /passw|passphrase|passcode|\bpwd\b|\bcvc|\bcvv|one-?time-?code|\botp\b/i;

/** Fields that were password fields at some time. */
const seen = new WeakSet<Element>();
/** What was typed into them, for pages that show it by putting another field in their place. */
const words = new Set<string>();

function look(target: EventTarget | null): void {
  const field = target as Partial<HTMLInputElement> | null;
  if (field?.type !== "password" && !seen.has(field as Element)) return;
  seen.add(field as Element);
  if (field?.value && field.value.length > 3) words.add(field.value);
}

/** Holds what is in a field for secret from now on. */
export function keepSecret(field: Element): void {
  seen.add(field);
}

/** Watches password fields from the time the script is loaded, in frames too: later, one that is shown looks like any other. */
export function watchPasswords(page: Document = document): void {
  const listen = (name: string, act: (target: EventTarget | null) => void) =>
    page.addEventListener(name, (event) => act(event.composedPath()[0] ?? null), {
      capture: true,
      passive: true,
    });
  for (const name of ["focusin", "input", "change"]) listen(name, look);
  const enter = (frame: EventTarget | null) => {
    const { contentDocument } = frame as HTMLIFrameElement;
    if (contentDocument) watchPasswords(contentDocument);
  };
  for (const frame of page.querySelectorAll("iframe")) enter(frame);
  listen("load", enter);
  new MutationObserver((changes) => {
    for (const { target, oldValue, addedNodes, removedNodes } of changes) {
      if (oldValue?.toLowerCase() === "password") keepSecret(target as Element);
      // Some pages show a password in another field that takes the place of the first.
      for (const node of removedNodes) {
        look(node);
        if (seen.has(node as Element)) for (const added of addedNodes) seen.add(added as Element);
      }
    }
  }).observe(page, {
    attributes: true,
    attributeFilter: ["type"],
    attributeOldValue: true,
    childList: true,
    subtree: true,
  });
}

/** Fields whose letters were drawn as dots when they were last looked at. */
const dotted = new WeakMap<Element, boolean>();

/**
 * Whether nothing of a field is sent but that it is filled.
 *
 * @param typing While somebody types, what the field looks like is not asked again: that costs a layout for each letter.
 */
export function isSecret(field: Element, typing = false): boolean {
  const { type, value, id, name, autocomplete } = field as HTMLInputElement;
  if (type === "password") keepSecret(field);
  if (seen.has(field)) return true;
  if (TOKENS.test(autocomplete ?? "") || NAMES.test(`${id} ${name}`) || words.has(value)) return true;
  const known = typing ? dotted.get(field) : undefined;
  if (known !== undefined) return known;
  const security = getComputedStyle(field).getPropertyValue("-webkit-text-security");
  const dots = security !== "" && security !== "none";
  dotted.set(field, dots);
  return dots;
}
