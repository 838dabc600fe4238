import { expect, it } from "vitest";
import { parsed } from "./style_rules";

it.each([
  ["p{top:0}", [{ prelude: "p", body: ["top:0"] }]],
  ["/* a{} */p{top:0/* ; */}", [{ prelude: "p", body: ["top:0"] }]],
  ['p::before{content:"a;}\\""}', [{ prelude: "p::before", body: ['content:"a;}\\""'] }]],
  [
    "@media print{p{top:0;left:0}}",
    [{ prelude: "@media print", body: [{ prelude: "p", body: ["top:0", "left:0"] }] }],
  ],
  ["p{background:url(data:a;b,c)}", [{ prelude: "p", body: ["background:url(data:a;b,c)"] }]],
  ["p{& b{top:0}left:0}", [{ prelude: "p", body: [{ prelude: "& b", body: ["top:0"] }, "left:0"] }]],
  ["p{top:0", [{ prelude: "p", body: ["top:0"] }]],
])("%s", (css, rules) => {
  expect(parsed(css)).toEqual(rules);
});
