import { expect, test } from "vitest";
import { labelsOf, MOST_LABELS, type Project } from "../src/map/labels";
import { PALETTES } from "../src/map/palette";
import { Symbols } from "../src/map/symbols";
import { Picture } from "../src/picture";

const ALL = { hidden: new Set<number>(), lowest_m: -1e9, highest_m: 1e9, found: null };
const VIEW = { west: -10, south: -10, east: 10, north: 10 };

/** `count` tracks in a row, `apart` pixels from one to the next; some are alerted. */
function row(count: number, apart: number, alerted: readonly number[], chosen = -1) {
  const picture = new Picture();
  for (let number = 0; number < count; number++) {
    const place = picture.claim(number);
    picture.position.set([number / 1000, 0, 300], 3 * place);
    picture.level[place] = alerted.includes(number) ? 3 : 0;
    picture.learnNames({ [number]: [`T${number}`, ""] });
  }
  const symbols = new Symbols();
  symbols.setClasses(["unknown"]);
  symbols.setPalette(PALETTES.dark);
  symbols.fillFrom(picture, ALL, 0, chosen);
  const project: Project = ([lon]) => ({ x: lon * 1000 * apart, y: 0 });
  return labelsOf(symbols, picture, VIEW, project, 0).map((label) => label.text.split(" ")[0]);
}

test("few tracks that stand apart are all labelled", () => {
  expect(row(10, 200, [])).toHaveLength(10);
});

test("of many tracks only the alerted and the chosen are", () => {
  expect(row(MOST_LABELS + 1, 200, [3, 7], 20).sort()).toEqual(["T20", "T3", "T7"]);
});

test("no label lies on another, and the alerted ones come first", () => {
  expect(row(10, 5, [4])).toEqual(["T4"]);
});

test("the chosen track is labelled whatever stands around it", () => {
  expect(row(10, 5, [4], 8)[0]).toBe("T8");
});
