// Shows every face of the button, and looks for what is hard to read, too small, clipped, or on top of something else.
import "./button.js";

const { mount } = globalThis.glance;
let shown = [];

// Whether a window opens is no matter of looks.
globalThis.open = () => null;

/** What the agent or the kernel does to a widget, by name; each takes the widget's tree, its model and one value. */
const STEPS = {
  press(tree, _model, which) {
    const buttons = [...tree.querySelectorAll("button")];
    (buttons[which] ?? buttons.find(({ textContent }) => textContent === which)).click();
  },
  type(tree, _model, text) {
    const input = [...tree.querySelectorAll("input")].find((each) => each.checkVisibility());
    input.value = text;
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  },
  receive: (_tree, model, message) => model.reply({ ...model.last("hello"), req: "ask" }, message),
  write: (_tree, model, traits) => model.write(traits),
  answers: (_tree, model, answers) => Object.assign(model, { answers }),
  failure: (_tree, model, failure) => Object.assign(model, { failure }),
};

const tree = ({ boxes: [box] }) => box.firstChild.firstChild.shadowRoot;

/** Puts the faces onto the page, in place of those before. */
function show(faces, { looks, arranged }) {
  for (const { mounted } of shown) mounted.unmount();
  document.body.replaceChildren();
  shown = looks.flatMap((uiVersion) => {
    const section = document.body.appendChild(document.createElement("section"));
    section.className = arranged;
    section.appendChild(document.createElement("h2")).textContent = `uiVersion=${uiVersion}`;
    return faces.map(({ title, traits, options, steps, width }) => {
      const place = section.appendChild(document.createElement("figure"));
      place.appendChild(document.createElement("figcaption")).textContent = title;
      return { title, steps, mounted: mount({ ...options, traits: { ...traits, uiVersion }, width, place }) };
    });
  });
}

/** Does to each what makes it look so. */
function act() {
  for (const { steps, mounted } of shown) {
    for (const [name, value] of steps) STEPS[name](tree(mounted), mounted.model, value);
  }
  document.activeElement?.shadowRoot?.activeElement?.blur();
}

/** What does not stand at the other side when the writing direction is turned, whatever the language asks for. */
function mirror() {
  return shown.flatMap(({ title, mounted }) => {
    const root = tree(mounted).querySelector(".root");
    const room = root.getBoundingClientRect();
    const things = inside(root).filter(visible);
    const starts = things.map((thing) => thing.getBoundingClientRect().left - room.left);
    Object.defineProperty(root, "dir", { set() {} });
    root.setAttribute("dir", "rtl");
    const ends = things.map((thing) => room.right - thing.getBoundingClientRect().right);
    return things.filter((_, index) => Math.abs(starts[index] - ends[index]) > 1).map((thing) => `${title}: ${nameOf(thing)}`);
  });
}

/** What the themes come to: light or dark, and the colour of the surface. */
function themes() {
  return shown.map(({ mounted }) => {
    const root = tree(mounted).querySelector(".root");
    return `${root.dataset.theme} ${getComputedStyle(root.querySelector(".body")).backgroundColor}`;
  });
}

function nameOf(element) {
  return element.textContent.trim().slice(0, 40) || String(element.classList);
}

/** Everything within a widget, also in its shadow root. */
function inside(box) {
  const own = [...box.querySelectorAll("*")];
  return own.flatMap((element) => [element, ...(element.shadowRoot ? inside(element.shadowRoot) : [])]);
}

function visible(element) {
  return element.checkVisibility() && !element.matches("style, .probe, path");
}

function channels(color) {
  const [, kind, numbers] = /^(rgba?|color)\((?:srgb )?([^)]+)\)$/.exec(color) ?? [];
  if (!kind) throw new Error(`unknown colour ${color}`);
  const [red, green, blue, alpha = 1] = numbers.split(/[\s,/]+/).map(Number);
  const scale = kind === "color" ? 1 : 255;
  return { rgb: [red / scale, green / scale, blue / scale], alpha };
}

function luminance(rgb) {
  const [red, green, blue] = rgb.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The colour on which something stands. One that can be seen through would have to be mixed, so there must be none. */
function behind(element) {
  for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
    const { rgb, alpha } = channels(getComputedStyle(at).backgroundColor);
    if (alpha === 1) return rgb;
    if (alpha > 0) throw new Error(`${at.className} can be seen through`);
  }
  return [1, 1, 1];
}

function contrast(color, ground) {
  const [one, other] = [luminance(color), luminance(ground)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

const hasText = ({ childNodes }) =>
  [...childNodes].some(({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim());

/** How far two boxes lie over each other; a pixel of rounding does not count. */
function overlap(one, other) {
  const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  return across > 1 && down > 1;
}

/** The box in which an element stands; none for what is placed by itself. */
function holder(element) {
  const { parentElement: parent } = element;
  if (!parent || getComputedStyle(element).position === "absolute") return null;
  return getComputedStyle(parent).display === "contents" ? holder(parent) : parent;
}

function auditOne(box) {
  const problems = [];
  const room = box.getBoundingClientRect();
  const all = inside(box).filter(visible);
  for (const element of all) {
    const { left, right, height } = element.getBoundingClientRect();
    const name = nameOf(element);
    if (hasText(element) || element.matches("input")) {
      const ratio = contrast(channels(getComputedStyle(element).color).rgb, behind(element));
      if (ratio < 4.5) problems.push(`${name}: contrast ${ratio.toFixed(2)}`);
      // What is typed may be scrolled, and a path cut short: it is there in full as the title.
      if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth && !element.matches("input, [title]"))
        problems.push(`${name}: clipped`);
    }
    const { left: from, right: to } = holder(element)?.getBoundingClientRect() ?? room;
    if (left < from - 0.5 || right > to + 0.5) problems.push(`${name}: sticks out`);
    if (element.matches("button, input") && height < 24) problems.push(`${name}: ${height} px high`);
  }
  const things = all.filter((element) => hasText(element) || element.matches("button, input, svg"));
  things.forEach((one, index) => {
    for (const other of things.slice(index + 1)) {
      if (!one.contains(other) && overlap(one.getBoundingClientRect(), other.getBoundingClientRect()))
        problems.push(`${nameOf(one)}: lies over ${nameOf(other)}`);
    }
  });
  return problems;
}

/** What is wrong with how the faces look. */
function audit() {
  return shown.flatMap(({ title, mounted: { boxes } }) => auditOne(boxes[0]).map((problem) => `${title}: ${problem}`));
}

globalThis.looks = { show, act, mirror, themes, audit };
