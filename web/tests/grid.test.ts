import { expect, test } from "vitest";
import { distance_m, type LonLat } from "../src/geodesy";
import { graticule, rangeRings, rangeText, type View } from "../src/map/grid";

const SITE: LonLat = [127, 37.5];

function around(half_deg: number): View {
  return { west: 127 - half_deg, south: 37.5 - half_deg, east: 127 + half_deg, north: 37.5 + half_deg };
}

test.each([0.002, 0.02, 0.2, 2])(
  "a view of %d degrees to each side has some rings and lines, not hundreds",
  (half) => {
    const rings = rangeRings(SITE, around(half)).features.filter(
      (each) => each.geometry.type === "LineString",
    );
    const lines = graticule(around(half)).features.filter((each) => each.geometry.type === "LineString");
    expect(rings.length).toBeGreaterThanOrEqual(2);
    expect(rings.length).toBeLessThanOrEqual(12);
    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(lines.length).toBeLessThanOrEqual(20);
  },
);

test("a ring stands where its label says", () => {
  const [first, label] = rangeRings(SITE, around(0.2)).features;
  const at = first?.geometry.type === "LineString" ? first.geometry.coordinates[17] : undefined;
  const range = distance_m(SITE, [at?.[0] ?? 0, at?.[1] ?? 0]);
  expect(label?.properties?.["label"]).toBe(rangeText(range));
});

test("a view far away from the site draws no hundreds of rings", () => {
  const far = { west: 10, south: 50, east: 10.1, north: 50.1 };
  expect(rangeRings(SITE, far).features.length).toBeLessThanOrEqual(24 * 5);
});

test("coordinates are written as people write them", () => {
  const labels = graticule(around(0.02)).features.flatMap((each) => each.properties?.["label"] ?? []);
  expect(labels).toContain("127°00′00″E");
  expect(labels).toContain("37°30′00″N");
});

test.each([0, 0.001, 0.002, 0.003, 0.004])(
  "no coordinate is named at the edge of a view that is %d degrees further east",
  (by) => {
    const view = around(0.02);
    const moved = { ...view, west: view.west + by, east: view.east + by };
    const named = graticule(moved).features.filter(({ properties }) => properties?.["anchor"] === "bottom");
    const shares = named.map(({ geometry }) =>
      geometry.type === "Point" ? ((geometry.coordinates[0] ?? 0) - moved.west) / 0.04 : 0,
    );
    expect(shares.length).toBeGreaterThan(2);
    expect(Math.min(...shares)).toBeGreaterThan(0.05);
    expect(Math.max(...shares)).toBeLessThan(0.95);
  },
);
