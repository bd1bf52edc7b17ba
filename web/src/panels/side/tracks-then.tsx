/** The tracks behind a message, as they were known when it was sent. */

import type { TrackThen } from "../../model";
import { chosenTrack } from "../../state";
import { named, text } from "../../texts/texts";
import { localTime } from "../parts/clock";
import { ClassSign } from "../parts/icons";
import { sideTab } from "../parts/layout";
import { percent } from "../parts/units";
import { ClassEvidence } from "./class-evidence";

export function TracksThen({ tracks }: { tracks: readonly TrackThen[] }) {
  if (tracks.length === 0) return <p>{text("why.no_track")}</p>;
  return (
    <section>
      <h4>{text("why.tracks")}</h4>
      <ul class="plain">
        {tracks.map((track) => (
          <li key={track.track_id}>
            <button
              type="button"
              class="face"
              onClick={() => {
                chosenTrack.value = track.track_id;
                sideTab.value = "object";
              }}
              data-testid={`then-${track.track_id}`}
            >
              <ClassSign name={track.object_class ?? "unknown"} />
              <span>
                <strong>{track.track_id}</strong> {thenWords(track)}
              </span>
            </button>
            <ClassEvidence trackId={track.track_id} said={track.class_evidence ?? []} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function thenWords(track: TrackThen): string {
  const parts: string[] = [];
  if (track.object_class !== null && track.class_probability !== null) {
    parts.push(`${named("class", track.object_class)} ${percent(track.class_probability)}`);
  }
  if (track.existence !== null) parts.push(text("object.exists", { share: percent(track.existence) }));
  if (track.entry_probability !== null)
    parts.push(text("alert.likely", { share: percent(track.entry_probability) }));
  if (track.earliest_entry_s !== null && track.latest_entry_s !== null) {
    const [early, late] = [localTime(track.earliest_entry_s), localTime(track.latest_entry_s)];
    parts.push(text("why.between", { early, late }));
  }
  return parts.join("; ");
}
