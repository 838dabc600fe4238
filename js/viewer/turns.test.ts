import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Turns } from "./turns";

/** Turns whose events take `cost` milliseconds each. */
function turns(cost = 0) {
  const done: unknown[] = [];
  const overflows = vi.fn();
  const rest = { ms: 0 };
  const made = new Turns({
    onevent: (event) => {
      clock.now += cost;
      done.push(event);
    },
    rest: () => rest.ms,
    onoverflow: overflows,
  });
  return { made, done, overflows, rest };
}

const clock = { now: 0 };
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

beforeEach(() => {
  vi.useFakeTimers();
  clock.now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => clock.now);
});

afterEach(() => {
  vi.useRealTimers();
});

it("hands on at once what is little", () => {
  const { made, done } = turns(1);
  made.add([1, 2], false);
  made.add([3], false);
  expect(done).toEqual([1, 2, 3]);
});

it("lets the agent's clicks have their turn, again and again, while a page never stops changing", () => {
  const { made, done } = turns(10);
  const clicks: number[] = [];
  made.add(numbers(100), false);
  const handled = () => {
    clicks.push(done.length);
    if (done.length < 100) setTimeout(handled);
  };
  setTimeout(handled);
  for (let turn = 0; turn < 1000 && done.length < 100; turn++) vi.advanceTimersByTime(1);
  expect(done).toEqual(numbers(100));
  // No slice is longer than 60 ms and the event that goes beyond.
  const slices = clicks.map((count, index) => count - (clicks[index - 1] ?? 0)).filter((count) => count > 0);
  expect(Math.max(...slices)).toBeLessThanOrEqual(7);
  expect(slices.length).toBeGreaterThanOrEqual(14);
});

it("forgets all when more wait than may wait, and says so", () => {
  const { made, done, overflows } = turns(61);
  made.add(numbers(20_001), false);
  expect(overflows).toHaveBeenCalledOnce();
  expect(done).toEqual([]);
  made.add(numbers(20_000), false);
  expect(overflows).toHaveBeenCalledOnce();
  made.add([1, 2], false); // one has been handed on
  expect(overflows).toHaveBeenCalledTimes(2);
  vi.runAllTimers();
  expect(done).toEqual([0]);
});

it("lets a page that begins anew rest before", () => {
  const { made, done, rest } = turns();
  rest.ms = 500;
  made.add(["meta", "page"], true);
  made.add(["change"], false);
  vi.advanceTimersByTime(499);
  expect(done).toEqual([]);
  rest.ms = 0;
  vi.advanceTimersByTime(1);
  expect(done).toEqual(["meta", "page", "change"]);
});

it("leaves out what waited for the page before", () => {
  const { made, done } = turns(61);
  made.add([1, 2, 3], false);
  made.add(["meta"], true);
  vi.runAllTimers();
  expect(done).toEqual([1, "meta"]);
});
