import { expect, test } from "vitest";
import { type Filter, isShown } from "../src/filter";
import { Picture } from "../src/picture";

const SITE_M = 100;
const ALL: Filter = {
  hidden: new Set(),
  lowest_m: Number.NEGATIVE_INFINITY,
  highest_m: Number.POSITIVE_INFINITY,
  found: null,
};

function pictureAt(altitude_m: number, level: number): Picture {
  const picture = new Picture();
  const place = picture.claim(7);
  picture.position[3 * place + 2] = altitude_m;
  picture.kind[place] = 5;
  picture.level[place] = level;
  return picture;
}

test("classes, heights above the site and a search leave tracks out", () => {
  const shown = (filter: Partial<Filter>) => isShown(pictureAt(400, 0), 0, { ...ALL, ...filter }, SITE_M);
  expect(shown({})).toBe(true);
  expect(shown({ hidden: new Set([5]) })).toBe(false);
  expect([shown({ highest_m: 299 }), shown({ highest_m: 301 }), shown({ lowest_m: 301 })]).toEqual([
    false,
    true,
    false,
  ]);
  expect([shown({ found: new Set([8]) }), shown({ found: new Set([7]) })]).toEqual([false, true]);
});

test("no filter hides what is alerted", () => {
  const filter = { ...ALL, hidden: new Set([5]), lowest_m: 9000, found: new Set<number>() };
  expect(isShown(pictureAt(400, 1), 0, filter, SITE_M)).toBe(true);
});
