import { describe, expect, test } from "vitest";
import type { Sensor } from "../../src/model";
import { find } from "../../src/panels/frame/found";
import { type GuideState, guideStep, type Step } from "../../src/panels/frame/guide-steps";
import { biases, honesty, losses, silent_s, worstFirst } from "../../src/panels/page/sensor-words";
import { MOST_ROWS, trackRows } from "../../src/panels/page/track-rows";
import { cornersOf, formOf, NEW_ZONE, withoutZone, withZone, type Zones } from "../../src/panels/page/zones";
import { age, course, minutes, percent } from "../../src/panels/parts/units";
import { lane } from "../../src/panels/side/evidence-lanes";
import { LOST, Picture } from "../../src/picture";
import { anAlert } from "../alerts";

describe("figures as people read them", () => {
  test("minutes, hours, and never below 0", () => {
    expect([187, 3729, -5].map(minutes)).toEqual(["3:07", "1:02:09", "0:00"]);
  });
  test("an age is as short as it stays true", () => {
    expect([0.42, 33, 300, 9000, 400_000].map(age)).toEqual(["0.4 s", "33 s", "5 min", "3 h", "5 d"]);
  });
  test("almost sure is not sure", () => {
    expect([0.9999, 1, 0.0001, 0, 0.534].map(percent)).toEqual([">99 %", "100 %", "<1 %", "0 %", "53 %"]);
  });
  test("a course is a word and degrees, also below 0", () => {
    expect([course(225), course(-90), course(359.9)]).toEqual([
      "south-west (225°)",
      "west (270°)",
      "north (000°)",
    ]);
  });
});

describe("the lane of a sensor", () => {
  const seen = { sensor: "r", kind: "radar", detections: 9, expected: 9, last_received_s: 100 };
  test("is where in the minute it saw something", () => {
    expect(lane({ ...seen, first_measured_s: 70, last_measured_s: 85 }, 100)).toEqual({
      start: 0.5,
      length: 0.25,
    });
  });
  test("stays inside, and can be seen when it is one detection at the end", () => {
    const { start, length } = lane({ ...seen, first_measured_s: 100, last_measured_s: 100 }, 100);
    expect(start + length).toBeCloseTo(1);
    expect(length).toBeGreaterThan(0);
  });
});

describe("a sensor's report", () => {
  const sensor = (name: string, state: string, more: object = {}): Sensor => ({
    name,
    kind: "radar",
    state,
    ...more,
  });
  test("stands first when the sensor is away", () => {
    const list = [sensor("a", "live"), sensor("b", "waiting"), sensor("c", "stale"), sensor("d", "offline")];
    expect(worstFirst(list).map(({ name }) => name)).toEqual(["d", "c", "b", "a"]);
  });
  test("says how long nothing came, and nothing where nothing ever came", () => {
    expect(silent_s(sensor("a", "live", { last_byte_ns: 90e9, last_message_ns: 10e9 }), 100)).toBe(10);
    expect(silent_s(sensor("a", "live", { last_byte_ns: null, last_message_ns: null }), 100)).toBeNull();
  });
  test("adds up what was not used, the most frequent first", () => {
    const lost = { decode_errors: { bad_json: 2 }, refused: { too_old: 5 }, dropped: { bad_json: 1 } };
    expect(losses(sensor("a", "live", lost))).toEqual([
      ["too_old", 5],
      ["bad_json", 3],
    ]);
  });
  test("says biases in degrees and metres, and whether its errors are as it says", () => {
    expect(biases(sensor("a", "live", { bias: { range_m: 12, azimuth_rad: -0.01 } }))).toEqual([
      "range +12.0 m",
      "azimuth −0.57 °",
    ]);
    expect(honesty(sensor("a", "live", { nis: 3.2 }))).toBe("larger than it says (3.2)");
    expect(honesty(sensor("a", "live", { nis: null }))).toBeNull();
  });
  test("that lacks everything is read without a fault", () => {
    expect([losses(sensor("a", "live")), biases(sensor("a", "live", { bias: 3 }))]).toEqual([[], []]);
  });
});

function pictureOf(levels: readonly number[]): Picture {
  const picture = new Picture();
  levels.forEach((level, number) => {
    picture.learnNames({ [number]: [`T${number}`, ""] });
    const place = picture.claim(number);
    picture.level[place] = level;
    picture.existence[place] = 0.5;
  });
  return picture;
}

describe("the table of tracks", () => {
  test("has what is alerted first", () => {
    const picture = pictureOf([0, 3, 1]);
    picture.flags[2] = LOST;
    picture.velocity.set([0, -10], 3);
    const { rows, count } = trackRows(picture, ["bird"], 20, () => true);
    expect(rows.map(({ trackId }) => trackId)).toEqual(["T1", "T2", "T0"]);
    expect([count, rows[0]?.speed_mps, rows[0]?.course_deg, rows[1]?.isLost]).toEqual([3, 10, 180, true]);
  });
  test("leaves out what is filtered, and says how many there are of the rest", () => {
    const picture = pictureOf(new Array<number>(MOST_ROWS + 50).fill(0));
    const { rows, count } = trackRows(picture, [], 0, (place) => place >= 10);
    expect([rows.length, count]).toEqual([MOST_ROWS, MOST_ROWS + 40]);
  });
});

describe("a search", () => {
  const picture = pictureOf([0, 0, 0]);
  test("finds alerts by zone, objects and sensors by name, all words of it", () => {
    const radar = { name: "north", kind: "radar", state: "live" };
    const names = (query: string) =>
      find(query, [anAlert()], [radar], picture).map((each) => `${each.kind} ${each.name}`);
    expect(names("vill")).toEqual(["alert A-1"]);
    expect(names("NORTH radar")).toEqual(["sensor north"]);
    expect(names("t2")).toEqual(["track T2"]);
    expect(names("  ")).toEqual([]);
  });
});

describe("the guide", () => {
  const calm: GuideState = { isPast: false, open: 0, unanswered: 0, hasActed: false, seen: new Set() };
  const readSteps = (...seen: Step[]) => new Set(seen);
  test("waits with whoever watches an empty sky, and tells of the alert when it comes", () => {
    expect(guideStep(calm)).toBe("welcome");
    expect(guideStep({ ...calm, seen: readSteps("welcome") })).toBe("waiting");
    expect(guideStep({ ...calm, open: 1, unanswered: 1, seen: readSteps("welcome") })).toBe("alert");
  });
  test("asks for nothing that was done, or that can't be done", () => {
    const read = readSteps("welcome", "alert");
    expect(guideStep({ ...calm, open: 1, unanswered: 1, seen: read })).toBe("act");
    expect(guideStep({ ...calm, open: 1, hasActed: true, seen: read })).toBe("why");
    const told = readSteps("welcome", "alert", "why");
    expect(guideStep({ ...calm, open: 2, unanswered: 1, hasActed: true, seen: told })).toBe("map");
    expect(guideStep({ ...calm, isPast: true, open: 1, unanswered: 1, seen: told })).toBe("map");
  });
  test("ends", () => {
    expect(guideStep({ ...calm, open: 1, seen: readSteps("welcome", "alert", "why", "map", "more") })).toBe(
      "done",
    );
  });
});

describe("zones", () => {
  const ring = [
    [127, 37],
    [127.1, 37],
    [127.1, 37.1],
    [127, 37],
  ];
  const zones: Zones = {
    type: "FeatureCollection",
    features: [
      {
        type: "Feature",
        properties: { name: "Village", floor_m: 0, ceiling_m: 500, required_lead_s: 60, language: "ko" },
        geometry: { type: "Polygon", coordinates: [ring] },
      },
    ],
  };
  const village = zones.features[0];
  if (!village) throw new Error("no zone");
  test("are read without the closing corner", () => {
    expect(cornersOf(village)).toHaveLength(3);
    expect(formOf(village)).toEqual({ name: "Village", floor_m: 0, ceiling_m: 500, required_lead_s: 60 });
  });
  test("keep what the page does not know when they are edited, and the ring is closed", () => {
    const form = { ...formOf(village), name: "Town" };
    const changed = withZone(zones, "Village", form, [...cornersOf(village), [127, 37.1]]);
    expect(changed.features[0]?.properties).toMatchObject({ name: "Town", language: "ko" });
    expect(changed.features[0]?.geometry.coordinates[0]).toHaveLength(5);
    expect(zones.features[0]?.properties["name"]).toBe("Village");
  });
  test("get a new one at the end, and lose one by name", () => {
    const more = withZone(zones, null, { ...NEW_ZONE, name: "Port" }, cornersOf(village));
    expect(more.features.map((zone) => zone.properties["name"])).toEqual(["Village", "Port"]);
    expect(withoutZone(more, "Village").features).toHaveLength(1);
  });
});
