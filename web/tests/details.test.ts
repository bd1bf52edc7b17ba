import { afterEach, expect, test, vi } from "vitest";
import { isOver, keepDetails } from "../src/details";
import { picture } from "../src/picture";
import { bootstrap, chosenTrack, clock, trackDetail } from "../src/state";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a track that ended is asked for until it is gone, and again when it is back", async () => {
  vi.useFakeTimers();
  let isThere = true;
  const asked = vi.fn(async () =>
    isThere ? Response.json({ track_id: "T1" }) : Response.json({ detail: "gone" }, { status: 404 }),
  );
  vi.stubGlobal("fetch", asked);
  bootstrap.value = { mode: "live" } as typeof bootstrap.value;
  clock.value = { time_s: 0, speed: 1, playing: true, start_s: 0, end_s: null };
  picture.learnNames({ 7: ["T1", ""] });
  picture.claim(7);
  keepDetails();
  chosenTrack.value = "T1";
  await vi.advanceTimersByTimeAsync(3000);
  expect(trackDetail.value?.track_id).toBe("T1");

  isThere = false;
  picture.remove(7);
  await vi.advanceTimersByTimeAsync(1000);
  expect(isOver("T1")).toBe(true);
  expect(trackDetail.value).toBe(null);
  asked.mockClear();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked).not.toHaveBeenCalled();

  isThere = true;
  picture.claim(7);
  await vi.advanceTimersByTimeAsync(1000);
  expect(trackDetail.value?.track_id).toBe("T1");
  expect(isOver("T1")).toBe(false);
});
