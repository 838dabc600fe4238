import type { eventWithTime } from "@rrweb/types";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EventStream } from "./stream";

const event = (type: number) => ({ type, data: {}, timestamp: 1 }) as eventWithTime;
const START = [event(4), event(2)];
const CHANGE = [event(3)];

function stream() {
  const shown: [number[], boolean][] = [];
  const ask = vi.fn(() => true);
  const events = new EventStream({
    onevents: (list, fresh) => shown.push([list.map(({ type }) => type), fresh]),
    ask,
  });
  return { events, shown, ask };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("EventStream", () => {
  it("shows nothing before the first fresh start", () => {
    const { events, shown, ask } = stream();
    events.receive(7, CHANGE);
    expect(shown).toEqual([]);
    expect(ask).toHaveBeenCalledOnce();
    events.receive(8, [...CHANGE, ...START, ...CHANGE]);
    events.receive(9, CHANGE);
    expect(shown).toEqual([
      [[4, 2, 3], true],
      [[3], false],
    ]);
  });

  it("shows nothing after a gap until the next fresh start", () => {
    const { events, shown, ask } = stream();
    events.receive(1, START);
    events.receive(3, CHANGE);
    events.receive(4, CHANGE);
    expect(shown).toHaveLength(1);
    expect(ask).toHaveBeenCalledOnce();
    events.receive(5, START);
    events.receive(6, CHANGE);
    expect(shown.map(([, fresh]) => fresh)).toEqual([true, true, false]);
  });

  it("takes a batch that came twice for a gap", () => {
    const { events, shown, ask } = stream();
    events.receive(1, START);
    events.receive(2, CHANGE);
    events.receive(2, CHANGE);
    expect(shown).toHaveLength(2);
    expect(ask).toHaveBeenCalledOnce();
  });

  it("begins anew with a new page, whose numbers begin anew", () => {
    const { events, shown } = stream();
    events.receive(40, START);
    events.receive(1, START);
    events.receive(2, CHANGE);
    expect(shown.map(([, fresh]) => fresh)).toEqual([true, true, false]);
  });

  it("builds on no snapshot without its Meta event, and on no Meta without a snapshot", () => {
    const { events, shown } = stream();
    events.receive(1, [event(2)]);
    events.receive(2, [event(4)]);
    events.receive(3, [event(2), event(4)]);
    expect(shown).toEqual([]);
  });

  it("asks again while nothing comes, and no more when it came", () => {
    const { events, ask } = stream();
    events.receive(1, CHANGE);
    vi.advanceTimersByTime(8000);
    expect(ask).toHaveBeenCalledTimes(3);
    events.receive(2, START);
    vi.advanceTimersByTime(60_000);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it("asks nobody after stop", () => {
    const { events, ask } = stream();
    events.receive(1, CHANGE);
    events.stop();
    vi.advanceTimersByTime(60_000);
    expect(ask).toHaveBeenCalledOnce();
  });
});
