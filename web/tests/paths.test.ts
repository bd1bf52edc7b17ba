import { expect, test } from "vitest";
import { distance_m } from "../src/geodesy";
import { corridorFeatures, pathFeatures, trailFeatures } from "../src/map/paths";
import type { TrackDetail } from "../src/model";

const DETAIL: TrackDetail = {
  track_id: "T1",
  time_s: 0,
  identity: "",
  latitude_deg: 37.5,
  longitude_deg: 127,
  altitude_m: 300,
  speed_mps: 30,
  course_deg: 0,
  climb_mps: 0,
  existence: 1,
  born_s: 0,
  classes: [],
  seen_by: [],
  entries: [],
  path: [0, 30, 60, 120].map((after_s) => ({
    after_s,
    latitude_deg: 37.5 + (30 * after_s) / 111_195,
    longitude_deg: 127,
    altitude_m: 300,
    sigma_along_m: 50 + after_s,
    sigma_across_m: 20 + after_s,
    course_deg: 0,
  })),
  trail: [
    [127, 37.49, 300, -20],
    [127, 37.495, 300, -10],
  ],
};
const TRACKS = { details: [DETAIL], chosen: "T1", now: (): [number, number] => [127.001, 37.5] };

test("a trail ends where the track is now", () => {
  const [trail] = trailFeatures(TRACKS).features;
  expect(trail?.geometry.type === "LineString" && trail.geometry.coordinates.at(-1)).toEqual([127.001, 37.5]);
});

test("a corridor is two sigmas wide on either side and grows with time", () => {
  const [corridor] = corridorFeatures(TRACKS).features;
  const ring = corridor?.geometry.type === "Polygon" ? corridor.geometry.coordinates[0]! : [];
  const point = (index: number): [number, number] => [ring.at(index)![0]!, ring.at(index)![1]!];
  expect(distance_m(point(0), point(-2))).toBeCloseTo(2 * 2 * 20, 1);
  expect(distance_m(point(3), [127, DETAIL.path[3]!.latitude_deg])).toBeCloseTo(2 * 140, 1);
  expect(point(0)).toEqual(point(-1));
});

test("only the chosen track's path is named by minutes", () => {
  const names = (chosen: string | null) =>
    pathFeatures({ ...TRACKS, chosen }).features.flatMap((each) => each.properties?.["label"] ?? []);
  expect(names("T1")).toEqual(["+1 min", "+2 min"]);
  expect(names(null)).toEqual([]);
});

test("a track without a prediction has no path and no corridor", () => {
  const tracks = { ...TRACKS, details: [{ ...DETAIL, path: [] }] };
  expect(pathFeatures(tracks).features).toEqual([]);
  expect(corridorFeatures(tracks).features).toEqual([]);
});
