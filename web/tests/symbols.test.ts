import { expect, test } from "vitest";
import { HEIGHT_RAMP, heightColour } from "../src/map/palette";
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

const bytes = (height_m: number) => [...new Uint8Array(Uint32Array.of(heightColour(height_m)).buffer)];

test.each(HEIGHT_RAMP)("the ramp has its colour at %d m", (height_m, colour) => {
  expect(bytes(height_m)).toEqual([...colour, 255]);
});

test.each([-200, Number.NaN, 1e6])("a height of %d m has a colour, too", (height_m) => {
  expect(bytes(height_m)[3]).toBe(255);
});

test("below 1,000 m heights differ more than above", () => {
  const far = (low: number, high: number) =>
    bytes(low).reduce((sum, channel, index) => sum + Math.abs(channel - bytes(high)[index]!), 0);
  expect(far(100, 500)).toBeGreaterThan(2 * far(5000, 5400));
});
