/** Named events for a page's own code. */
import { complain } from "./log";

export type Listener = (data: unknown) => void;

/** Listeners by event name. A listener that throws is reported and does not stop the others. */
export class Emitter {
  readonly #listeners = new Map<string, Set<Listener>>();

  on(name: string, listener: Listener): void {
    const known = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, known.add(listener));
  }

  off(name: string, listener: Listener): void {
    this.#listeners.get(name)?.delete(listener);
  }

  emit(name: string, data: unknown = {}): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        listener(data);
      } catch (error) {
        complain(`A listener of "${name}" failed:`, error);
      }
    }
  }
}
