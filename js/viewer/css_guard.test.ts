import { describe, expect, it } from "vitest";
import { guardedCss } from "./css_guard";

const EVIL = "http://evil.test/x";

describe("style text", () => {
  it.each([
    `a{background:url(${EVIL})}`,
    `a{background:u\\72l(${EVIL})}`,
    `a{background:\\75 rl("${EVIL}")}`,
    `a{background:u\\000072 l('${EVIL}')}`,
    `a{background:URL( '${EVIL}' format(x))}`,
    `a{background:url(${EVIL}`,
    `a{background:url("${EVIL}`,
    `@import "${EVIL}";`,
    `@\\69mport '${EVIL}';`,
    `@import/**/url(${EVIL});`,
    `a{background:image-set("${EVIL}" 1x)}`,
    `a{background:-webkit-image-set('${EVIL}' 1x type("image/png"))}`,
    `a{background:im\\61ge-set("${EVIL}" 1x)}`,
    `@namespace url(${EVIL});`,
    `@font-face{src:url(data:text/html,${EVIL})}`,
    `a{content:'\\a\n';background:url(${EVIL})}`,
    `a{content:'"';background:url(${EVIL})}`,
    `a{content:"\\"";background:url(${EVIL})}`,
  ])("leads nowhere: %s", (css) => {
    const guarded = guardedCss(css);
    // A name that is not allowed is passed over with all that belongs to it.
    expect(guarded.replace(/@glance-none[^;]*;?/g, "")).not.toContain("evil");
  });

  it.each([
    [`a{background:image-set(var(--x) 1x)}`, "glance-none(--x)"],
    [`a{background:src("${EVIL}")}`, "glance-none("],
    [`a{b:(]}`, "a{b:()}"],
    [`a{b:"c`, 'a{b:"c"}'],
    [`a{b:c\\`, "a{b:c}"],
    [`a{b:'"'}`, `a{b:"\\""}`],
    [`a/* { */{}`, "a/**/{}"],
  ])("is made whole: %s", (css, expected) => {
    expect(guardedCss(css)).toContain(expected);
  });

  it.each([
    `.md\\:flex:hover>a[href="#"]::after{content:"a\\201c ";width:calc(100% - 2px)}`,
    `@media (min-width:1px) and (hover){.a{fill:url("#g")}}`,
    `@font-face{src:url("data:font/woff2;base64,AA")format("woff2")}`,
    `.\\31 0{margin:-1.5e3px;--x:{a:b};color:#fff}`,
    `a{}/* rr_split */b{}`,
  ])("stays as it is: %s", (css) => {
    expect(guardedCss(css)).toBe(css);
  });

  it("does not nest without end", () => {
    expect(guardedCss("a{".repeat(100_000)).length).toBeLessThan(300);
  });
});
