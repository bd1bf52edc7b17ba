import { expect, test } from "vitest";
import { Picture } from "../src/picture";

function filled(count: number): Picture {
  const picture = new Picture();
  for (let number = 1; number <= count; number++) {
    const place = picture.claim(number);
    picture.position[3 * place] = number;
    picture.level[place] = number % 4;
  }
  return picture;
}

test("tracks stay in columns without gaps when some go", () => {
  const picture = filled(5);
  picture.learnNames({ 2: ["T2", ""], 5: ["T5", "abc"] });
  picture.remove(2);
  picture.remove(99);
  expect(picture.count).toBe(4);
  expect(picture.place("T2")).toBeUndefined();
  const place = picture.place("T5");
  expect(place).toBe(1);
  expect([picture.position[3], picture.level[1], picture.trackId(1), picture.identity(1)]).toEqual([
    5,
    1,
    "T5",
    "abc",
  ]);
});

test("columns grow with the number of tracks", () => {
  const picture = filled(5000);
  expect(picture.count).toBe(5000);
  expect(picture.position[3 * 4999]).toBe(5000);
  expect(picture.position[0]).toBe(1);
});

test("a name that was told once holds when its track comes back", () => {
  const picture = filled(2);
  picture.learnNames({ 1: ["T1", ""] });
  picture.remove(1);
  picture.clear();
  expect(picture.trackId(picture.claim(1))).toBe("T1");
});
