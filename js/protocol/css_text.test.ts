import { describe, expect, it } from "vitest";
import { withoutAddresses, withWholeAddresses } from "./css_text";

const none = () => null;

describe("withoutAddresses", () => {
  it.each([
    ["a{color:red}", "a{color:red}"],
    ['a{background:url("https://x.test/a.png?s=1")}', 'a{background:url("data:,")}'],
    ["a{background:URL(/a.png)}", 'a{background:url("data:,")}'],
    ["@import url(https://x.test/a.css);a{}", "a{}"],
    ['@IMPORT "https://x.test/a.css" screen;a{}', "a{}"],
    ["a{fill:url(#g)}", 'a{fill:url("#g")}'],
    ['a{background:url("data:image/png;base64,AA")}', 'a{background:url("data:image/png;base64,AA")}'],
    [
      `a{background:url('data:image/svg+xml,<svg x="1"/>')}`,
      'a{background:url("data:image/svg+xml,<svg x=%221%22/>")}',
    ],
  ])("%s", (css, clean) => {
    expect(withoutAddresses(css, none)).toBe(clean);
  });

  it("puts in what is known", () => {
    const load = (url: string) => (url.endsWith("a.png") ? "data:image/png;base64,AA" : null);
    expect(withoutAddresses("a{background:url(https://x.test/a.png),url(b.png)}", load)).toBe(
      'a{background:url("data:image/png;base64,AA"),url("data:,")}',
    );
  });

  it("knows the page's own fragments by the address that the recorder made of them", () => {
    const own = new URL(".", document.baseURI).href;
    expect(withoutAddresses(`a{fill:url(${own}#g)}`, none)).toBe('a{fill:url("#g")}');
  });
});

it("makes relative addresses whole", () => {
  const css = "a{background:url(../i/a.png)}b{background:url(data:,x)}";
  expect(withWholeAddresses(css, "https://cdn.test/css/s.css")).toBe(
    'a{background:url("https://cdn.test/i/a.png")}b{background:url(data:,x)}',
  );
});
