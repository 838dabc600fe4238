import type { eventWithTime } from "@rrweb/types";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MAX_FRAME } from "../protocol/live_view";
import { Outbox } from "./outbox";

const meta = { type: 4, data: { href: "", width: 1, height: 1 }, timestamp: 1 } as eventWithTime;
const snapshot = (size = 1): eventWithTime =>
  ({
    type: 2,
    data: { node: { type: 3, id: 1, textContent: "x".repeat(size) }, initialOffset: { top: 0, left: 0 } },
    timestamp: 1,
  }) as eventWithTime;
const change = (size = 1): eventWithTime =>
  ({ type: 3, data: { source: 8, replace: "x".repeat(size) }, timestamp: 1 }) as eventWithTime;

function box() {
  const frames: string[] = [];
  const line = { send: (frame: string) => frames.push(frame) > 0, backlog: 0 };
  const handlers = { onlost: vi.fn(), ontoolarge: vi.fn() };
  const outbox = new Outbox(line, handlers);
  const sent = () => frames.map((frame) => JSON.parse(frame) as { seq: number; events: eventWithTime[] });
  const types = () => sent().map(({ events }) => events.map(({ type }) => type));
  return { outbox, line, handlers, frames, sent, types };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("batches", () => {
  it("gathers what comes within one picture of the screen, and numbers the batches", () => {
    const { outbox, sent, types } = box();
    outbox.add(meta);
    outbox.add(snapshot());
    outbox.add(change());
    expect(sent()).toEqual([]);
    vi.advanceTimersByTime(50);
    outbox.add(change());
    vi.advanceTimersByTime(50);
    expect(types()).toEqual([[4, 2, 3], [3]]);
    expect(sent().map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("knows whether a fresh start waits to be sent", () => {
    const { outbox } = box();
    outbox.add(meta);
    outbox.add(change());
    expect(outbox.begins).toBe(false);
    outbox.add(snapshot());
    expect(outbox.begins).toBe(true);
    outbox.flush();
    expect(outbox.begins).toBe(false);
  });

  it("begins a batch with each fresh start", () => {
    const { outbox, types } = box();
    outbox.add(change());
    outbox.add(meta);
    outbox.add(snapshot());
    outbox.flush();
    expect(types()).toEqual([[3], [4, 2]]);
  });

  it("splits what is too much for one frame, but never a fresh start", () => {
    const { outbox, types, frames } = box();
    const third = MAX_FRAME / 3;
    outbox.add(meta);
    outbox.add(snapshot(third));
    outbox.add(change(third));
    outbox.add(change(third));
    outbox.add(change(third));
    outbox.flush();
    expect(types()).toEqual([
      [4, 2, 3],
      [3, 3],
    ]);
    expect(frames.every((frame) => frame.length <= MAX_FRAME)).toBe(true);
  });

  it("counts bytes, not letters", () => {
    const { outbox, handlers, frames } = box();
    const event = snapshot();
    Object.assign(event, { data: { node: { type: 3, id: 1, textContent: "€".repeat(MAX_FRAME / 2) } } });
    outbox.add(meta);
    outbox.add(event);
    outbox.flush();
    expect(frames).toEqual([]);
    expect(handlers.ontoolarge).toHaveBeenCalledOnce();
  });

  it("asks for a fresh start instead of one change that is too large", () => {
    const { outbox, handlers, frames } = box();
    outbox.add(change(MAX_FRAME));
    outbox.flush();
    expect(frames).toEqual([]);
    expect(handlers.onlost).toHaveBeenCalledOnce();
  });
});

describe("a full line", () => {
  it("drops changes and asks for a fresh start when it is empty again", () => {
    const { outbox, line, handlers, frames, types } = box();
    line.backlog = 3 * 1024 * 1024;
    outbox.add(change());
    vi.advanceTimersByTime(50);
    outbox.add(change());
    vi.advanceTimersByTime(1000);
    expect(frames).toEqual([]);
    expect(handlers.onlost).not.toHaveBeenCalled();
    line.backlog = 0;
    vi.advanceTimersByTime(100);
    expect(handlers.onlost).toHaveBeenCalledOnce();
    outbox.add(meta);
    outbox.add(snapshot());
    vi.advanceTimersByTime(50);
    expect(types()).toEqual([[4, 2]]);
  });

  it("is not what a large snapshot itself makes of it", () => {
    const { outbox, line, handlers, types } = box();
    outbox.add(meta);
    outbox.add(snapshot(4 * 1024 * 1024));
    outbox.flush();
    line.backlog = 4 * 1024 * 1024;
    outbox.add(change());
    outbox.flush();
    expect(types()).toEqual([[4, 2], [3]]);
    expect(handlers.onlost).not.toHaveBeenCalled();
  });
});

it("keeps nothing after clear", () => {
  const { outbox, frames } = box();
  outbox.add(change());
  outbox.clear();
  vi.advanceTimersByTime(1000);
  expect(frames).toEqual([]);
});
