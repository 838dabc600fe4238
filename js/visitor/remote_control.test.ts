import { afterEach, describe, expect, it, vi } from "vitest";
import { parseAction } from "../protocol/control";
import { perform } from "./remote_control";

/** The recorder's numbers of the page's elements: their `data-n`. */
vi.mock("@rrweb/record", () => ({
  record: { mirror: { getNode: (id: number) => document.querySelector(`[data-n="${id}"]`) } },
}));

const seen: string[] = [];
const barred = (element: Element) => element.closest(".barred") !== null;
const byNumber = <Kind extends Element = HTMLInputElement>(id: number) =>
  document.querySelector(`[data-n="${id}"]`) as unknown as Kind;

function page(html: string): void {
  const main = document.createElement("main");
  main.append(document.createRange().createContextualFragment(html));
  document.body.replaceChildren(main);
  for (const name of [
    "pointerdown",
    "mousedown",
    "pointerup",
    "mouseup",
    "click",
    "input",
    "change",
    "submit",
  ])
    main.addEventListener(name, (event) => {
      seen.push(`${name} ${(event.target as HTMLElement).dataset["n"]}`);
      if (name === "submit") event.preventDefault();
    });
  seen.length = 0;
}

const act = (action: object) => {
  const parsed = parseAction(action);
  if (!parsed || parsed.kind === "point") throw new Error("no action");
  perform(parsed, barred);
};

afterEach(() => {
  document.body.replaceChildren();
});

describe("a click", () => {
  it("is what a page expects of one, and gives the focus", () => {
    page('<button data-n="5">Go</button>');
    act({ kind: "click", id: 5, x: 3, y: 4 });
    expect(seen).toEqual(["pointerdown 5", "mousedown 5", "pointerup 5", "mouseup 5", "click 5"]);
    expect(document.activeElement).toBe(byNumber(5));
  });

  it("knows where it is", () => {
    page('<p data-n="4">x</p>');
    const places: number[][] = [];
    byNumber(4).addEventListener("click", ({ clientX, clientY }) => places.push([clientX, clientY]));
    act({ kind: "click", id: 4, x: 30, y: 40.5 });
    expect(places).toEqual([[30, 40.5]]);
  });

  it.each([
    ["an unknown number", '<p data-n="9">x</p>'],
    ["a password", '<input data-n="4" type="password">'],
    ["a file", '<input data-n="4" type="file">'],
    ["the label of a file", '<label data-n="4">Send <input type="file"></label>'],
    ["the label of a masked field", '<label data-n="4">x<span class="barred"><input></span></label>'],
    ["what is masked", '<div class="barred"><button data-n="4">x</button></div>'],
    ["what is disabled", '<button data-n="4" disabled>x</button>'],
    ["what is inert", '<div inert><button data-n="4">x</button></div>'],
    ["a link that runs something", '<a href="javascript:alert(1)"><i data-n="4">x</i></a>'],
    ["a link that starts another program", '<a data-n="4" href="tel:112">x</a>'],
  ])("does nothing to %s", (_what, html) => {
    page(html);
    act({ kind: "click", id: 4, x: 1, y: 1 });
    expect(seen).toEqual([]);
    expect(document.activeElement).toBe(document.body);
  });

  it.each(["https://shop.test/", "#part", undefined])("follows a link to %s", (href) => {
    page('<a data-n="4">x</a>');
    if (href) byNumber(4).setAttribute("href", href);
    byNumber(4).addEventListener("click", (event) => event.preventDefault());
    act({ kind: "click", id: 4, x: 1, y: 1 });
    expect(seen).toContain("click 4");
  });
});

describe("text", () => {
  it.each(['<input data-n="4">', '<textarea data-n="4"></textarea>', '<input data-n="4" type="email">'])(
    "is the whole value of %s, and the page hears of it",
    (html) => {
      page(html);
      byNumber(4).value = "before";
      act({ kind: "text", id: 4, text: "after" });
      expect(byNumber(4).value).toBe("after");
      expect(seen).toEqual(["input 4", "change 4"]);
    },
  );

  it("is seen by a framework that watches the field's own property", () => {
    page('<input data-n="4">');
    const field = byNumber(4);
    const told: string[] = [];
    Object.defineProperty(field, "value", {
      configurable: true,
      get: () => "mine",
      set: (v) => told.push(v),
    });
    act({ kind: "text", id: 4, text: "after" });
    expect(told).toEqual([]);
    Reflect.deleteProperty(field, "value");
    expect(field.value).toBe("after");
  });

  it.each([
    ["a password", '<input data-n="4" type="password">'],
    ["a file", '<input data-n="4" type="file">'],
    ["a hidden field", '<input data-n="4" type="hidden">'],
    ["a field that is only read", '<input data-n="4" readonly>'],
    ["a disabled field", '<input data-n="4" disabled>'],
    ["a field of a disabled group", '<fieldset disabled><input data-n="4"></fieldset>'],
    ["a masked field", '<input class="barred" data-n="4">'],
    ["a tick", '<input data-n="4" type="checkbox">'],
    ["a button", '<input data-n="4" type="submit">'],
  ])("never changes %s", (_what, html) => {
    page(html);
    const before = byNumber(4).value;
    act({ kind: "text", id: 4, text: "after" });
    act({ kind: "key", id: 4, key: "Backspace" });
    expect(byNumber(4).value).toBe(before);
    expect(seen.filter((event) => /input|change/.test(event))).toEqual([]);
  });

  it("is no longer than the field allows", () => {
    page('<input data-n="4" maxlength="3">');
    act({ kind: "text", id: 4, text: "abcdef" });
    expect(byNumber(4).value).toBe("abc");
  });
});

describe("a key", () => {
  it("is told to the page, which may keep it for itself", () => {
    page('<input data-n="4" value="ab">');
    const keys: (string | number)[] = [];
    byNumber(4).addEventListener("keydown", (event) => {
      keys.push(event.key, event.code);
      if (event.key === "Backspace") event.preventDefault();
    });
    act({ kind: "key", id: 4, key: "Escape" });
    act({ kind: "key", id: 4, key: "Backspace" });
    expect(keys).toEqual(["Escape", "Escape", "Backspace", "Backspace"]);
    expect(byNumber(4).value).toBe("ab");
  });

  it("takes the last letter away", () => {
    page('<input data-n="4" value="ab">');
    act({ kind: "key", id: 4, key: "Backspace" });
    expect(byNumber(4).value).toBe("a");
  });

  it("sends the form in which one types by its button", () => {
    page('<form data-n="1"><input data-n="4"><button data-n="5">Send</button></form>');
    act({ kind: "key", id: 4, key: "Enter" });
    expect(seen).toContain("click 5");
    expect(seen.filter((event) => event === "submit 1")).toHaveLength(1);
  });

  it("does not press a button that is masked", () => {
    page('<form data-n="1"><input data-n="4"><button class="barred" data-n="5">Send</button></form>');
    act({ kind: "key", id: 4, key: "Enter" });
    expect(seen).toEqual([]);
  });

  it("presses what has been reached by Tab", () => {
    page('<a data-n="4" href="#a">x</a><button data-n="5">y</button>');
    act({ kind: "key", id: 5, key: "Enter" });
    expect(seen).toContain("click 5");
  });

  it("chooses", () => {
    page('<select data-n="4"><option>a<option>b<option disabled>c<option>d</select>');
    const select = byNumber<HTMLSelectElement>(4);
    act({ kind: "key", id: 4, key: "ArrowDown" });
    expect(select.selectedIndex).toBe(1);
    act({ kind: "key", id: 4, key: "ArrowLeft" });
    expect(select.selectedIndex).toBe(1);
    act({ kind: "key", id: 4, key: "ArrowUp" });
    act({ kind: "key", id: 4, key: "ArrowUp" });
    expect(select.selectedIndex).toBe(0);
    expect(seen.filter((event) => event === "change 4")).toHaveLength(2);
  });

  it("says nothing to a password", () => {
    page('<form><input data-n="4" type="password"><button data-n="5">Send</button></form>');
    const keys: string[] = [];
    byNumber(4).addEventListener("keydown", ({ key }) => keys.push(key));
    act({ kind: "key", id: 4, key: "Enter" });
    expect(keys).toEqual([]);
    expect(seen).toEqual([]);
  });
});

describe("scrolling", () => {
  it("moves the window or an element", () => {
    page('<div data-n="4">x</div>');
    const [whole, part] = [vi.spyOn(window, "scrollTo"), vi.spyOn(byNumber(4), "scrollTo")];
    act({ kind: "scroll", id: 0, x: 1, y: 2 });
    expect(whole).toHaveBeenCalledWith({ left: 1, top: 2, behavior: "instant" });
    act({ kind: "scroll", id: 4, x: 3, y: 4 });
    expect(part).toHaveBeenCalledWith({ left: 3, top: 4, behavior: "instant" });
    act({ kind: "scroll", id: 77, x: 3, y: 4 });
    expect(whole).toHaveBeenCalledOnce();
  });
});
