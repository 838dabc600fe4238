/**
 * A comm of the page's own into the kernel, on which the kernel publishes nothing: ipykernel 7 hears it while a cell
 * runs, also when that cell made the widget or keeps it up to date.
 */
import { isObject } from "../protocol/json_values";

const TARGET = "glance_widget";

/** What is used of a comm of Jupyter's front ends. */
interface Comm {
  readonly subshellStarted?: Promise<unknown>;
  onClose: unknown;
  open(): unknown;
  send(data: unknown): unknown;
  close?(): unknown;
}

/** Sends to a widget by its name in the kernel. */
export class Inlet {
  #comm: Comm | null = null;

  /** Opens it where the host and the kernel can; whether it is open. */
  async open(manager: unknown): Promise<boolean> {
    const kernel = isObject(manager) ? manager["kernel"] : null;
    if (!isKernel(kernel)) return false;
    const comm = kernel.createComm(TARGET);
    try {
      await comm.subshellStarted;
      comm.onClose = () => {
        this.#comm = null;
      };
      comm.open();
      this.#comm = comm;
      return true;
    } catch {
      return false;
    }
  }

  /** Sends a message; `false` when it is not open. */
  send(inlet: string, content: unknown): boolean {
    try {
      this.#comm?.send({ inlet, content });
      return this.#comm !== null;
    } catch {
      this.#comm = null;
      return false;
    }
  }

  /** Closes it. */
  close(): void {
    const comm = this.#comm;
    this.#comm = null;
    try {
      comm?.close?.();
    } catch {
      // The kernel is gone, and the comm with it.
    }
  }
}

function isKernel(kernel: unknown): kernel is { createComm(target: string): Comm } {
  return (
    isObject(kernel) && kernel["supportsSubshells"] === true && typeof kernel["createComm"] === "function"
  );
}
