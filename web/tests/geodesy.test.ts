import { expect, test } from "vitest";
import { bearing_deg, destination, distance_m, isWithin, type LonLat } from "../src/geodesy";

const SEOUL: LonLat = [126.978, 37.5665];
const BUSAN: LonLat = [129.0756, 35.1796];

test("distance and bearing between two towns are those of the ellipsoid within half a percent", () => {
  // by pyproj, WGS-84: 324 915 m, 143.97 degrees
  expect(distance_m(SEOUL, BUSAN) / 324_915).toBeCloseTo(1, 2);
  expect(bearing_deg(SEOUL, BUSAN)).toBeCloseTo(143.97, 0);
});

test.each([0, 45, 137, 271])(
  "going 12 km towards %d degrees ends 12 km away in that direction",
  (bearing) => {
    const end = destination(SEOUL, bearing, 12_000);
    expect(distance_m(SEOUL, end)).toBeCloseTo(12_000, 3);
    expect(bearing_deg(SEOUL, end)).toBeCloseTo(bearing, 6);
  },
);

test("a place is within an outline, or is not", () => {
  const outline = [
    [0, 0],
    [2, 0],
    [2, 2],
    [1, 1],
    [0, 2],
    [0, 0],
  ];
  expect([isWithin(outline, [0.5, 1]), isWithin(outline, [1, 1.5]), isWithin(outline, [3, 1])]).toEqual([
    true,
    false,
    false,
  ]);
});
