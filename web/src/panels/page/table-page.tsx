/** The air picture as a table: for who can't see the map, and for who wants figures. */

import { signal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { currentFilter, isShown } from "../../filter";
import { mapTrouble } from "../../map/commands";
import { LEVELS } from "../../model";
import { picture } from "../../picture";
import { bootstrap, chosenTrack, pictureCount } from "../../state";
import { counted, named, text } from "../../texts/texts";
import { Scrolls, Trouble } from "../parts/controls";
import { ClassSign, LevelSign } from "../parts/icons";
import { sideIsOpen, sideTab } from "../parts/layout";
import { age, course, distance, metres, percent, speed } from "../parts/units";
import { type TrackRow, trackRows } from "./track-rows";

/** The picture comes five times a second; nobody reads so fast. */
const DRAW_EVERY_MS = 1000;
const turn = signal(0);

export function TablePage() {
  const shown = useSignal<{ rows: TrackRow[]; count: number }>({ rows: [], count: 0 });
  useEffect(() => {
    let drawn = pictureCount.peek();
    const timer = setInterval(() => {
      if (drawn === pictureCount.peek()) return;
      drawn = pictureCount.peek();
      turn.value += 1;
    }, DRAW_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  useSignalEffect(() => {
    void turn.value;
    const { classes = [], site } = bootstrap.value ?? {};
    const site_m = site?.altitude_m ?? 0;
    const filter = currentFilter(picture);
    shown.value = trackRows(picture, classes, site_m, (place) => isShown(picture, place, filter, site_m));
  });
  const { rows, count } = shown.value;
  return (
    <section class="page-body" aria-labelledby="table-title" data-testid="table-page">
      <h2 id="table-title">{counted("table.title", count)}</h2>
      {mapTrouble.value !== null && <Trouble words={text(`map.${mapTrouble.value}`)} testId="map-trouble" />}
      {rows.length < count && <p class="small">{text("table.first", { shown: rows.length })}</p>}
      <Scrolls title={text("view.table")}>
        <table class="rows wide tight">
          <thead>
            <tr>
              <th scope="col">{text("table.track")}</th>
              <th scope="col">{text("table.what")}</th>
              <th scope="col">{text("table.level")}</th>
              <th scope="col">{text("object.course")}</th>
              <th scope="col">{text("object.speed")}</th>
              <th scope="col">{text("object.height")}</th>
              <th scope="col">{text("table.within")}</th>
              <th scope="col">{text("table.seen")}</th>
            </tr>
          </thead>
          <tbody>{rows.map(Row)}</tbody>
        </table>
      </Scrolls>
    </section>
  );
}

function Row(row: TrackRow) {
  const level = LEVELS[row.level] ?? null;
  const choose = () => {
    chosenTrack.value = row.trackId;
    sideTab.value = "object";
    sideIsOpen.value = true;
  };
  return (
    <tr
      key={row.trackId}
      class={chosenTrack.value === row.trackId ? "chosen" : ""}
      data-testid={`row-${row.trackId}`}
    >
      <th scope="row">
        <button type="button" class="link" onClick={choose} data-testid={`choose-${row.trackId}`}>
          {row.trackId}
        </button>
        {row.identity !== "" && <span class="small">{row.identity}</span>}
      </th>
      <td>
        <ClassSign name={row.kind} /> {named("class", row.kind)} {percent(row.probability)}
        {row.isCooperative && <span class="small">{text("table.cooperative")}</span>}
      </td>
      <td>
        {level !== null && (
          <>
            <LevelSign level={level} /> {named("level", level)}
          </>
        )}
      </td>
      <td>{row.speed_mps < 1 ? "–" : course(row.course_deg)}</td>
      <td class="number">{speed(row.speed_mps)}</td>
      <td class="number">{metres(row.height_m)}</td>
      <td class="number">±{distance(row.sigma_m)}</td>
      <td class="number">
        {row.isLost ? text("table.lost", { age: age(row.unseen_s) }) : age(row.unseen_s)}
      </td>
    </tr>
  );
}
