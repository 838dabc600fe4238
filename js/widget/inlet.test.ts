import { describe, expect, it, vi } from "vitest";
import { Inlet } from "./inlet";

function kernelWith(comm: object, supportsSubshells = true) {
  return { kernel: { supportsSubshells, createComm: vi.fn(() => comm) } };
}

function fakeComm(subshellStarted: Promise<unknown> = Promise.resolve()) {
  return { subshellStarted, onClose: () => undefined, open: vi.fn(), send: vi.fn(), close: vi.fn() };
}

describe("Inlet", () => {
  it("opens a comm once the kernel's second thread runs, and names the widget in each message", async () => {
    const starts: ((id: string) => void)[] = [];
    const comm = fakeComm(new Promise((resolve) => starts.push(resolve)));
    const manager = kernelWith(comm);
    const inlet = new Inlet();
    const opening = inlet.open(manager);
    expect(manager.kernel.createComm).toHaveBeenCalledWith("glance_widget");
    expect(inlet.send("w1", { type: "hello" })).toBe(false);
    expect(comm.open).not.toHaveBeenCalled();
    starts[0]?.("subshell-1");
    expect(await opening).toBe(true);
    expect(inlet.send("w1", { type: "hello" })).toBe(true);
    expect(comm.send).toHaveBeenCalledWith({ inlet: "w1", content: { type: "hello" } });
  });

  it.each([
    ["no manager", undefined],
    ["a manager without kernel", {}],
    ["a kernel without subshells", kernelWith(fakeComm(), false)],
    ["a kernel that makes no comms", { kernel: { supportsSubshells: true } }],
  ])("stays shut with %s", async (_what, manager) => {
    const inlet = new Inlet();
    expect(await inlet.open(manager)).toBe(false);
    expect(inlet.send("w1", {})).toBe(false);
    inlet.close();
  });

  it("stays shut when the kernel's second thread does not start", async () => {
    const inlet = new Inlet();
    expect(await inlet.open(kernelWith(fakeComm(Promise.reject(new Error("no")))))).toBe(false);
    expect(inlet.send("w1", {})).toBe(false);
  });

  it("is shut when the kernel closes it, and when it breaks", async () => {
    const comm = fakeComm();
    const inlet = new Inlet();
    await inlet.open(kernelWith(comm));
    comm.onClose();
    expect(inlet.send("w1", {})).toBe(false);
    await inlet.open(kernelWith(comm));
    comm.send.mockImplementation(() => {
      throw new Error("gone");
    });
    expect(inlet.send("w1", {})).toBe(false);
    expect(inlet.send("w1", {})).toBe(false);
    expect(comm.send).toHaveBeenCalledTimes(1);
  });
});
