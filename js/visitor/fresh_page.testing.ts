/** A page of its own for each test of a file: with its time and its sockets, and with nothing left of the one before. */
import { afterEach, beforeEach, vi } from "vitest";
import { useFakeSockets } from "./testing";

export function useFreshPages(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    useFakeSockets(vi);
    sessionStorage.clear();
  });
  afterEach(() => {
    document.getElementById("glance_ui")?.remove();
    vi.useRealTimers();
  });
}
