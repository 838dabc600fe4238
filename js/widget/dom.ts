/** Small helpers to build and update elements. Text goes in as text only: names of visitors come from strangers. */

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element with attributes and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Makes a drawing of 16 by 16 out of paths; drawings say nothing to a screen reader, the text beside them does. */
export function drawing(className: string, ...paths: readonly string[]): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  setPaths(svg, ...paths);
  return svg;
}

/** Replaces what a drawing shows. */
export function setPaths(svg: SVGSVGElement, ...paths: readonly string[]): void {
  const made = paths.map((d) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    return path;
  });
  svg.replaceChildren(...made);
}

/** Sets the text, if it is another one: writing the same again would make a screen reader repeat it. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows each text as a line. Lines that stay are not touched, for a screen reader would repeat them. */
export function setLines(region: HTMLElement, texts: readonly string[]): void {
  for (const line of [...region.children]) if (!texts.includes(line.textContent)) line.remove();
  texts.forEach((text, index) => {
    const there = region.children[index] ?? null;
    if (there?.textContent !== text) region.insertBefore(make("p", { class: "line" }, text), there);
  });
  while (region.children.length > texts.length) region.lastElementChild?.remove();
}

/** Sets the text, and hides the element when there is none. */
export function setTextOrHide(element: HTMLElement, text: string): void {
  setText(element, text);
  element.hidden = text === "";
}

/**
 * Runs a button's action once per press. The second click of a double click is not a press: by then the button may
 * mean something else. Nor is a key that is held down.
 */
export function onPress(button: HTMLButtonElement, action: () => void): void {
  button.addEventListener("click", (event) => {
    if (event.detail <= 1 && button.getAttribute("aria-disabled") !== "true") action();
  });
  button.addEventListener("keydown", (event) => {
    if (event.repeat && (event.key === "Enter" || event.key === " ")) event.preventDefault();
  });
}

/** Switches a button on or off. It stays in the order of the Tab key, so that nobody loses their place. */
export function enable(button: HTMLButtonElement, enabled: boolean): void {
  if (enabled) button.removeAttribute("aria-disabled");
  else button.setAttribute("aria-disabled", "true");
}
