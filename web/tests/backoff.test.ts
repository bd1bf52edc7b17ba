import { expect, test } from "vitest";
import { Backoff } from "../src/backoff";

test("waits grow to ten seconds and start small again after success", () => {
  const backoff = new Backoff(() => 1);
  const waits = Array.from({ length: 7 }, () => backoff.next_ms());
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  backoff.reset();
  expect(backoff.next_ms()).toBe(500);
});

test("two pages don't come back in the same moment", () => {
  expect(new Backoff(() => 0).next_ms()).not.toBe(new Backoff(() => 1).next_ms());
});
