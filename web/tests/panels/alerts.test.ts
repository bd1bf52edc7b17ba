import { afterEach, describe, expect, test } from "vitest";
import { details } from "../../src/details";
import { zones } from "../../src/geography";
import type { Bootstrap, TrackDetail } from "../../src/model";
import { countdown, objectWords, spoken, standing, standingWords } from "../../src/panels/alerts/alert-words";
import { insideOf } from "../../src/panels/alerts/inside";
import { isLoud, newsOf } from "../../src/panels/alerts/news";
import { LOST, picture } from "../../src/picture";
import { bootstrap, language } from "../../src/state";
import { anAlert } from "../alerts";

afterEach(() => {
  language.value = "en";
  zones.value = { type: "FeatureCollection", features: [] };
  details.value = new Map();
  picture.forget();
});

const SQUARE = { name: "Village", floor_m: 0, ceiling_m: 1000 };

/** Village is a square of one degree; the track of the alert is in it, at a height. */
function flownOver(altitude_m: number): void {
  const ring = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
    [0, 0],
  ];
  const geometry = { type: "Polygon" as const, coordinates: [ring] };
  zones.value = { type: "FeatureCollection", features: [{ type: "Feature", geometry, properties: SQUARE }] };
  picture.learnNames({ 3: ["T1", ""] });
  const place = picture.claim(3);
  picture.position.set([0.5, 0.5, altitude_m], 3 * place);
  picture.flags[place] = 0;
}

/** It came at 1100, was outside at 1150, and is in it since 1200. */
const TRAIL = [
  [0.5, 0.5, 500, 1100],
  [1.5, 0.5, 500, 1150],
  [0.9, 0.5, 500, 1200],
  [0.5, 0.5, 500, 1210],
] as const;

describe("an object that is in the zone", () => {
  test("is there since it came the last time, and counts down no more", () => {
    flownOver(500);
    details.value = new Map([["T1", { trail: TRAIL } as unknown as TrackDetail]]);
    expect(insideOf(anAlert())).toEqual({ objects: 1, since_s: 1200, isSeen: true });
    expect(countdown(anAlert(), 1300)).toMatchObject({ figure: "IN ZONE", at_s: null });
    expect(countdown(anAlert(), 1300)?.words).toMatch(/^in the zone since \d\d:20:00$/);
  });
  test("is there now while its trail is not known, and of a group it is said how many are", () => {
    flownOver(500);
    expect(countdown(anAlert(), 1000)?.words).toBe("in the zone now");
    expect(countdown(anAlert({ track_ids: ["T1", "T2"] }), 1000)?.words).toBe("1 of them in the zone now");
  });
  test("is said not to be seen where it is lost", () => {
    flownOver(500);
    picture.flags[picture.place("T1") ?? -1] = LOST;
    expect(countdown(anAlert(), 1000)?.words).toBe("in the zone now, not seen now");
  });
  test("above it is not in it", () => {
    flownOver(1001);
    expect(insideOf(anAlert())).toBeNull();
  });
});

describe("the countdown of an alert", () => {
  test("is to its predicted entry", () => {
    expect(countdown(anAlert(), 1000)).toMatchObject({ figure: "3:07", isOver: false });
  });
  test("goes on after it, with a sign", () => {
    expect(countdown(anAlert(), 1219)).toMatchObject({ figure: "+0:32", isOver: true });
  });
  test("is none where no entry is predicted", () => {
    expect(countdown(anAlert({ predicted_entry_s: null }), 1000)).toBeNull();
  });
});

describe("who answers for an alert", () => {
  test("has so long, then it goes to the next", () => {
    expect(standingWords(anAlert(), 1015)).toBe(
      "NOT ACKNOWLEDGED. town has 0:45 left, then it goes to region",
    );
  });
  test("did so once it is acknowledged, whatever the time", () => {
    expect(standing(anAlert({ acknowledged_s: 1010 }), 5000)).toBe("acknowledged");
  });
  test("is not told by a recording that lacks it", () => {
    expect(standing(anAlert({ owner: "", acknowledge_by_s: null }), 5000)).toBe("not_told");
  });
  test("is late after the time, and nobody after the last", () => {
    expect(standing(anAlert(), 1060)).toBe("overdue");
    expect(standing(anAlert({ is_unanswered: true }), 1010)).toBe("unanswered");
  });
});

describe("an alert in words", () => {
  test("says what comes: an object, a group, something without a track, or a test", () => {
    expect(objectWords(anAlert())).toBe("small piston aeroplane drone");
    expect(objectWords(anAlert({ objects: 12 }))).toBe("12 objects, small piston aeroplane drone");
    expect(objectWords(anAlert({ track_ids: [] }))).toBe("something active, not yet tracked");
    expect(objectWords(anAlert({ is_test: true }))).toBe("Test: nothing is in the air");
  });
  test("of a recording that names no class has that of the picture", () => {
    const recorded = anAlert({ object_class: "unknown", track_ids: ["T0", "T1"] });
    expect(objectWords(recorded)).toBe("2 objects, unidentified object");
    bootstrap.value = { classes: ["bird", "multirotor"] } as Bootstrap;
    picture.learnNames({ 7: ["T1", ""] });
    picture.kind[picture.claim(7)] = 1;
    expect(objectWords(recorded)).toBe("2 objects, multirotor drone");
  });
  test("is heard in the chosen language", () => {
    expect(spoken(anAlert(), 1000)).toBe(
      "Warning for Village: small piston aeroplane drone, 3:07 until it is there. town answers for it.",
    );
    language.value = "ko";
    expect(spoken(anAlert(), 1000)).toContain("Village 경보");
    expect(spoken(anAlert(), 1000)).toContain("담당: town.");
  });
  test("of a recording that tells no owner is heard without one", () => {
    expect(spoken(anAlert({ owner: "" }), 1000)).toBe(
      "Warning for Village: small piston aeroplane drone, 3:07 until it is there.",
    );
  });
});

describe("news of alerts", () => {
  const quiet = anAlert({ alert_id: "A-2", level: "watch" });

  test("are what is new, the loudest first", () => {
    const news = newsOf([], [quiet, anAlert()], []);
    expect(news.map(({ kind, alert }) => [kind, alert.alert_id])).toEqual([
      ["new", "A-1"],
      ["new", "A-2"],
    ]);
    expect(news.every(isLoud)).toBe(true);
  });
  test("are none where only figures changed", () => {
    expect(newsOf([anAlert()], [anAlert({ version: 2, predicted_entry_s: 1300 })], [])).toEqual([]);
  });
  test("are loud when it is raised or nobody answers, and calm when it is lowered, answered or over", () => {
    const advisory = anAlert({ level: "advisory" });
    const kinds = (before: typeof advisory, now: (typeof advisory)[]) =>
      newsOf([before], now, []).map((news) => [news.kind, isLoud(news)]);
    expect(kinds(advisory, [anAlert()])).toEqual([["raised", true]]);
    expect(kinds(anAlert(), [anAlert({ is_unanswered: true })])).toEqual([["unanswered", true]]);
    expect(kinds(anAlert(), [advisory])).toEqual([["lowered", false]]);
    expect(kinds(anAlert(), [anAlert({ acknowledged_s: 1010 })])).toEqual([["acknowledged", false]]);
    expect(kinds(anAlert(), [])).toEqual([["ended", false]]);
  });
  test("tell the all-clear of what ended where there is one", () => {
    const over = anAlert({ message_type: "Cancel", version: 3 });
    expect(newsOf([anAlert()], [], [over])[0]?.alert.version).toBe(3);
  });
});
