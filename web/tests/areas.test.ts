import { expect, test } from "vitest";
import { warnedAreas } from "../src/map/areas";
import { anAlert } from "./alerts";

test("who is warned is drawn as GeoJSON has it, the loudest alert above the others", () => {
  const corners: [number, number][] = [
    [37.5, 126.9],
    [37.5, 127.0],
    [37.6, 127.0],
  ];
  const warning = anAlert({ area: corners });
  const { features } = warnedAreas([warning, anAlert({ level: "watch", area: corners })]);
  expect(features.map(({ properties }) => properties?.["level"])).toEqual(["watch", "warning"]);
  expect(features[0]?.geometry).toEqual({
    type: "Polygon",
    coordinates: [
      [
        [126.9, 37.5],
        [127.0, 37.5],
        [127.0, 37.6],
        [126.9, 37.5],
      ],
    ],
  });
});

test("an alert for all of its zone draws no part of it", () => {
  expect(warnedAreas([anAlert({ area: [] }), anAlert()]).features).toEqual([]);
});
