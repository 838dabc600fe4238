import { describe, expect, it, vi } from "vitest";
import { invoke } from "./invoke";

class Instance {
  said: unknown = null;
  say(args: unknown): void {
    this.said = args;
  }
}

function page() {
  const highlight = vi.fn();
  const instance = new Instance();
  const roots = {
    GLANCE: { Cobrowse: { instance, value: 7 } },
    GLANCE_COBROWSE: { Custom: { highlight }, secret: vi.fn() },
  };
  return { roots, highlight, instance };
}

describe("invoke", () => {
  it("calls a custom function with its arguments and remote: true", () => {
    const { roots, highlight } = page();
    expect(invoke({ func: "GLANCE_COBROWSE.Custom.highlight", args: { id: 3 } }, roots)).toBeNull();
    expect(highlight).toHaveBeenCalledWith({ id: 3, remote: true });
  });

  it("calls without arguments too", () => {
    const { roots, highlight } = page();
    invoke({ func: "GLANCE_COBROWSE.Custom.highlight" }, roots);
    expect(highlight).toHaveBeenCalledWith({ remote: true });
  });

  it("does not let an agent call itself the page", () => {
    const { roots, highlight } = page();
    invoke({ func: "GLANCE_COBROWSE.Custom.highlight", args: { remote: false } }, roots);
    expect(highlight).toHaveBeenCalledWith({ remote: true });
  });

  it("calls methods on their object", () => {
    const { roots, instance } = page();
    expect(invoke({ func: "GLANCE.Cobrowse.instance.say", args: { a: 1 } }, roots)).toBeNull();
    expect(instance.said).toEqual({ a: 1, remote: true });
  });

  it.each([
    ["highlight", "ERR_BADINVOKE:"],
    ["", "ERR_BADINVOKE:"],
    ["document.write", "ERR_BADINVOKE:document"],
    ["GLANCE_COBROWSE.secret", "ERR_BADINVOKE:GLANCE_COBROWSE"],
    ["GLANCE.Nope.x", "ERR_UNDEFINVOKE:Nope"],
    ["GLANCE.Cobrowse.value", "ERR_UNDEFINVOKE:value"],
    ["GLANCE_COBROWSE.Custom.nope", "ERR_UNDEFINVOKE:nope"],
    ["GLANCE.constructor.constructor", "ERR_UNDEFINVOKE:constructor"],
    ["GLANCE.Cobrowse.instance.constructor", "ERR_UNDEFINVOKE:constructor"],
    ["GLANCE.__proto__.toString", "ERR_UNDEFINVOKE:__proto__"],
    ["GLANCE.toString", "ERR_UNDEFINVOKE:toString"],
    ["GLANCE_COBROWSE.Custom.highlight.call", "ERR_UNDEFINVOKE:call"],
  ])("refuses %s", (func, refusal) => {
    expect(invoke({ func }, page().roots)).toBe(refusal);
  });

  it("refuses what is no path, and a page without the names", () => {
    expect(invoke({ func: 7 }, page().roots)).toBe("ERR_BADINVOKE:");
    const bare = { GLANCE: undefined, GLANCE_COBROWSE: undefined };
    expect(invoke({ func: "GLANCE_COBROWSE.Custom.f" }, bare)).toBe("ERR_UNDEFINVOKE:Custom");
  });
});
