/** What stands on the phone's screen: a heading, sentences, perhaps the picture, and buttons. */

/** A button: its name, what it does, and how it looks. */
export interface Choice {
  readonly name: string;
  readonly act: () => void;
  readonly look?: "plain" | "end";
}

/** One screen. */
export interface Scene {
  readonly title: string;
  readonly texts?: readonly string[];
  readonly points?: readonly string[];
  readonly body?: readonly Node[];
  readonly choices?: readonly Choice[];
  /** Whether it is a question that must be answered. */
  readonly dialog?: boolean;
}

/** Replaces what is shown. The heading takes the focus, so that a screen reader begins there. */
export function show(root: HTMLElement, scene: Scene): void {
  const heading = make("h1", scene.title);
  heading.tabIndex = -1;
  heading.id = "title";
  const parts: Node[] = [...(scene.body ?? []), heading];
  for (const text of scene.texts ?? []) if (text) parts.push(make("p", text));
  if (scene.points) {
    const list = make("ul", "");
    list.append(...scene.points.map((point) => make("li", point)));
    parts.push(list);
  }
  if (scene.choices) parts.push(choices(scene.choices));
  if (scene.dialog) {
    root.setAttribute("role", "dialog");
    root.setAttribute("aria-labelledby", "title");
  } else {
    root.removeAttribute("role");
    root.removeAttribute("aria-labelledby");
  }
  root.replaceChildren(...parts);
  heading.focus();
}

/** An element with a text. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  text: string,
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function choices(all: readonly Choice[]): HTMLElement {
  const row = make("div", "");
  row.className = "row";
  for (const { name, act, look } of all) {
    const button = make("button", name);
    button.type = "button";
    if (look) button.className = look;
    // A question about the camera is answered by a person, not by another script.
    button.onclick = ({ isTrusted }) => isTrusted && act();
    row.append(button);
  }
  return row;
}
