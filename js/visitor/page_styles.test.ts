import { afterEach, expect, it, vi } from "vitest";
import { Exposure } from "./exposure";
import { PageStyles } from "./page_styles";
import { Policy } from "./privacy_policy";
import { Resources } from "./resources";
import { StyleMentions } from "./style_mentions";

const PICTURE = "data:image/png;base64,U2VzYW1l";

function styles() {
  const stale = vi.fn();
  const policy = new Policy("standard", { masked: [], unmasked: [], page: false });
  const mentions = new StyleMentions();
  const exposure = new Exposure(policy);
  const made = new PageStyles({ exposure, policy, resources: new Resources(), mentions }, stale);
  const sheet = (css: string) => {
    mentions.learn(css);
    exposure.begin(mentions.hiding, [document]);
    return made.sheet(css, document);
  };
  return { made, stale, sheet };
}

afterEach(() => {
  document.body.replaceChildren();
});

it("masks what a masked element showed once, also when nothing shows it any more", () => {
  const { made, stale, sheet } = styles();
  const css = `.late{background:url("${PICTURE}")}`;
  expect(sheet(css)).not.toContain(PICTURE);
  document.body.innerHTML = '<p class="late glance_masked"></p>';
  made.recheck();
  expect(stale).toHaveBeenCalledOnce();
  made.startSnapshot();
  expect(sheet(css)).not.toContain(PICTURE);
  document.body.replaceChildren();
  made.startSnapshot();
  expect(sheet(css)).not.toContain(PICTURE);
  document.body.innerHTML = '<p class="late"></p>';
  made.startSnapshot();
  expect(sheet(css)).toContain(PICTURE);
});

it("leaves no rule out of its place", () => {
  const { sheet } = styles();
  expect(
    sheet("@page vip{margin:0}@import url(x);@customer vip{p{top:0}}@media print{p{top:0}}").match(/@media/g),
  ).toHaveLength(4);
  expect(sheet("@layer vip,base;")).toMatch(/^@layer n\d+,n\d+;$/);
});
