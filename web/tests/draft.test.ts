import { expect, test } from "vitest";
import {
  type Corner,
  crossesItself,
  draftTrouble,
  middles,
  movedCorner,
  withCorner,
  withoutCorner,
} from "../src/map/draft";

const SQUARE: Corner[] = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 2],
];

test("a square is a zone, a bow tie crosses itself", () => {
  expect(draftTrouble(SQUARE)).toBeNull();
  expect(draftTrouble([SQUARE[0]!, SQUARE[2]!, SQUARE[1]!, SQUARE[3]!])).toBe("crosses-itself");
});

test("two corners are no zone", () => {
  expect(draftTrouble(SQUARE.slice(0, 2))).toBe("too-few-corners");
});

test("an edge that only touches a corner elsewhere is no zone either", () => {
  const touching: Corner[] = [...SQUARE.slice(0, 3), [1, 0], [0, 2]];
  expect(crossesItself(touching)).toBe(true);
});

test("a dent does not cross", () => {
  expect(crossesItself([...SQUARE.slice(0, 3), [1, 1], SQUARE[3]!])).toBe(false);
});

test("corners are put in, moved and taken away where they stand", () => {
  expect(withCorner(SQUARE, 1, [1, -1])[1]).toEqual([1, -1]);
  expect(movedCorner(SQUARE, 3, [-1, 3])[3]).toEqual([-1, 3]);
  expect(withoutCorner(SQUARE, 0)).toEqual(SQUARE.slice(1));
  expect(middles(SQUARE)[3]).toEqual([0, 1]);
});
