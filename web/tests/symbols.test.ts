import { expect, test } from "vitest";
import { HEIGHT_RAMP, RAMP_BYTES, rampIndex } from "../src/map/palette";
import { SHAPE_NAMES, shapeNumber, shapeOf, shapePath } from "../src/map/symbol-shapes";

test("every class has a shape of its own, in the legend as on the map", () => {
  const paths = SHAPE_NAMES.map(shapePath);
  expect(new Set(paths).size).toBe(SHAPE_NAMES.length);
});

test("a class that is new to the page looks like an unknown object", () => {
  expect(shapeNumber("airship")).toBe(shapeNumber("unknown"));
});

test("shapes are mirrored, so that they point where the object flies", () => {
  for (const name of SHAPE_NAMES) {
    for (const [x, y] of shapeOf(name).corners ?? []) {
      const mirrored = shapeOf(name).corners?.some(([u, v]) => Math.abs(u + x) < 1e-9 && v === y);
      expect(mirrored, `${name} ${x} ${y}`).toBe(true);
    }
  }
});

test.each(HEIGHT_RAMP.map(([height]) => height))("the ramp has its colour at %d m", (height) => {
  const colour = HEIGHT_RAMP.find(([at]) => at === height)![1];
  const at = rampIndex(height);
  expect([...RAMP_BYTES.slice(at, at + 3)]).toEqual([...colour]);
});

test.each([-200, Number.NaN, 1e6])("a height of %d m has a colour, too", (height) => {
  const at = rampIndex(height);
  expect(at).toBeGreaterThanOrEqual(0);
  expect(at + 2).toBeLessThan(RAMP_BYTES.length);
});

test("below 1,000 m heights differ more than above", () => {
  const far = (low: number, high: number) => {
    const [a, b] = [rampIndex(low), rampIndex(high)];
    return [0, 1, 2].reduce((sum, i) => sum + Math.abs(RAMP_BYTES[a + i]! - RAMP_BYTES[b + i]!), 0);
  };
  expect(far(100, 500)).toBeGreaterThan(2 * far(5000, 5400));
});
