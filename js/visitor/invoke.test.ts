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
  it("calls a custom function with its arguments and remote: true", async () => {
    const { roots, highlight } = page();
    highlight.mockReturnValue({ lit: 1 });
    const result = await invoke({ func: "GLANCE_COBROWSE.Custom.highlight", args: { id: 3 } }, roots);
    expect(highlight).toHaveBeenCalledWith({ id: 3, remote: true });
    expect(result).toEqual({ lit: 1 });
  });

  it("waits for what a function promises", async () => {
    const { roots, highlight } = page();
    highlight.mockResolvedValue("later");
    expect(await invoke({ func: "GLANCE_COBROWSE.Custom.highlight" }, roots)).toBe("later");
    expect(highlight).toHaveBeenCalledWith({ remote: true });
  });

  it("does not let an agent call itself the page", async () => {
    const { roots, highlight } = page();
    await invoke({ func: "GLANCE_COBROWSE.Custom.highlight", args: { remote: false } }, roots);
    expect(highlight).toHaveBeenCalledWith({ remote: true });
  });

  it("calls methods on their object, and keeps what Glance's own functions return to itself", async () => {
    const { roots, instance } = page();
    expect(await invoke({ func: "GLANCE.Cobrowse.instance.say", args: { a: 1 } }, roots)).toBeNull();
    expect(instance.said).toEqual({ a: 1, remote: true });
  });

  it.each([
    ["what is too long", "x".repeat(16_384), "too long"],
    ["what is no JSON", 1n, "BigInt"],
  ])("refuses to send %s", async (_what, result, problem) => {
    const { roots, highlight } = page();
    highlight.mockReturnValue(result);
    await expect(invoke({ func: "GLANCE_COBROWSE.Custom.highlight" }, roots)).rejects.toThrow(problem);
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
  ])("refuses %s", async (func, refusal) => {
    await expect(invoke({ func }, page().roots)).rejects.toThrow(new Error(refusal));
  });

  it("refuses what is no path, and a page without the names", async () => {
    await expect(invoke({ func: 7 }, page().roots)).rejects.toThrow("ERR_BADINVOKE:");
    const bare = { GLANCE: undefined, GLANCE_COBROWSE: undefined };
    const call = invoke({ func: "GLANCE_COBROWSE.Custom.f" }, bare);
    await expect(call).rejects.toThrow("ERR_UNDEFINVOKE:GLANCE_COBROWSE");
  });
});
