import { expect, test } from "vitest";
import { saidRows } from "../../src/panels/side/class-said";

const log = (bird: number, multirotor: number, balloon: number, unknown: number) => ({
  bird: Math.log(bird),
  multirotor: Math.log(multirotor),
  balloon: Math.log(balloon),
  unknown: Math.log(unknown),
});
const SAID = [
  { evidence: "prior", sensor: null, log_likelihood: log(0.2, 0.1, 0.1, 0.6) },
  { evidence: "kinematics", sensor: null, log_likelihood: log(0.002, 0.004, 0.001, 0.001) },
  { evidence: "label", sensor: "camera", log_likelihood: log(3, 3, 3, 3) },
  { evidence: "together", sensor: null, log_likelihood: log(0.3, 0.5, 0.05, 0.15) },
];

test("the likeliest classes are shown, with what each kind of evidence says of them", () => {
  const { classes, rows } = saidRows(SAID);
  expect(classes).toEqual(["multirotor", "bird", "unknown"]);
  expect(rows.map(({ evidence, sensor }) => [evidence, sensor])).toEqual([
    ["prior", null],
    ["kinematics", null],
    ["label", "camera"],
    ["together", null],
  ]);
  const shares = rows.map((row) => row.shares.map((share) => Number(share.toFixed(3))));
  expect(shares).toEqual([
    [0.1, 0.2, 0.6], // a probability
    [1, 0.5, 0.25], // against what fits best
    [1, 1, 1],
    [0.5, 0.3, 0.15],
  ]);
});

test("it is said which class fits best, or that nothing is told", () => {
  const { rows } = saidRows(SAID);
  expect(rows.map(({ best, tells }) => [best, tells])[1]).toEqual(["multirotor", true]);
  expect(rows[2]?.tells).toBe(false);
});

test("of an object of which nothing was said there is nothing", () => {
  expect(saidRows([])).toEqual({ classes: [], rows: [] });
});
