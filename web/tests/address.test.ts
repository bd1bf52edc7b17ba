import { expect, test } from "vitest";
import { fromAddress, type Place, toAddress } from "../src/address";

const CHOSEN: Place = {
  recording: "night of 26.12. & more",
  time_s: 1_700_000_000.5,
  alert: "A-1",
  track: "T/2",
  follows: true,
  view: "table",
  search: "드론 #1",
  hidden: ["bird", "balloon"],
  lowest_m: 0,
  highest_m: 1500,
  shows: { labels: false, coverage: true, trails: true, rings: false },
  camera: { zoom: 11.25, latitude_deg: 37.56612, longitude_deg: -126.97801 },
};

test("what was chosen comes back from the address", () => {
  expect(fromAddress(toAddress(CHOSEN))).toEqual({ ...CHOSEN, hidden: ["balloon", "bird"] });
});

test("a page that was just opened has an empty address", () => {
  expect(toAddress(fromAddress(""))).toBe("");
});

test("nothing shown is not everything shown", () => {
  const shows = { labels: false, coverage: false, trails: false, rings: false };
  expect(fromAddress(toAddress({ ...CHOSEN, shows })).shows).toEqual(shows);
});

test.each(["#at=nonsense&lowest=x&view=away&time=", "#at=12/95/10", "#at=12/37", "#%E0%A4%A"])(
  "what can't be read in %s is as at first",
  (text) => {
    expect(fromAddress(text)).toEqual(fromAddress(""));
  },
);
