/** What is known of the chosen object: what it is, where it goes, which zones it may enter, and who sees it. */

import { isOver } from "../../details";
import { heightAboveSite_m } from "../../heights";
import type { TrackDetail } from "../../model";
import { chosenTrack, follows, pictureCount, trackDetail } from "../../state";
import { named, text } from "../../texts/texts";
import { insideSince_s, isInside } from "../alerts/inside";
import { localTime, now_s } from "../parts/clock";
import { Bar, Button, Facts } from "../parts/controls";
import { ClassSign } from "../parts/icons";
import { age, course, metres, minutes, percent, speed } from "../parts/units";
import { ClassEvidence } from "./class-evidence";

const MOST_CLASSES = 4;
/** A prediction, not a sight, once nothing was seen of it for so long. */
const UNSEEN_S = 30;

export function ObjectPanel() {
  const detail = trackDetail.value;
  if (detail === null || detail.track_id !== chosenTrack.value) {
    return <NotTold track={chosenTrack.value ?? ""} />;
  }
  return (
    <div class="object" data-testid="object-panel">
      <Head detail={detail} />
      <Moves detail={detail} />
      <Entries detail={detail} />
      <Classes detail={detail} />
      <ClassEvidence trackId={detail.track_id} said={detail.class_evidence ?? []} />
      <SeenBy detail={detail} />
    </div>
  );
}

/** A track that is gone is said to be gone. */
function NotTold({ track }: { track: string }) {
  void pictureCount.value;
  return <p data-testid="object-panel">{text(isOver(track) ? "object.gone" : "object.asking", { track })}</p>;
}

function Head({ detail }: { detail: TrackDetail }) {
  const likeliest = detail.classes[0];
  const seen_s = Math.max(...detail.seen_by.map((each) => each.last_s), Number.NEGATIVE_INFINITY);
  const unseen_s = now_s.value - seen_s;
  return (
    <>
      <h3>
        <ClassSign name={likeliest?.name ?? "unknown"} /> {named("class", likeliest?.name ?? "unknown")}
        <span class="small"> {detail.track_id}</span>
      </h3>
      {Number.isFinite(unseen_s) && unseen_s > UNSEEN_S && (
        <p class="trouble" data-testid="object-unseen">
          {text("object.unseen", { age: age(unseen_s) })}
        </p>
      )}
      <div class="actions">
        <Button
          onPress={() => {
            follows.value = !follows.value;
          }}
          hint="f"
          pressed={follows.value}
          testId="follow"
        >
          {text(follows.value ? "object.follows" : "object.follow")}
        </Button>
      </div>
    </>
  );
}

function Moves({ detail }: { detail: TrackDetail }) {
  const height_m = heightAboveSite_m(detail.altitude_m);
  const climb = Math.round(detail.climb_mps);
  const climbs = climb === 0 ? "object.level" : climb > 0 ? "object.climbs" : "object.sinks";
  const identity = detail.identity === "" ? text("object.anonymous") : detail.identity;
  return (
    <Facts
      facts={[
        [text("object.course"), course(detail.course_deg)],
        [text("object.speed"), speed(detail.speed_mps)],
        [text("object.height"), `${metres(height_m)}, ${text(climbs, { rate: Math.abs(climb) })}`],
        [text("object.existence"), percent(detail.existence)],
        [text("object.since"), localTime(detail.born_s)],
        [text("object.identity"), identity],
      ]}
    />
  );
}

function Entries({ detail }: { detail: TrackDetail }) {
  if (detail.entries.length === 0) return <p>{text("object.no_entries")}</p>;
  return (
    <section data-testid="entries">
      <h4>{text("object.entries")}</h4>
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">{text("object.zone")}</th>
            <th scope="col">{text("object.likely")}</th>
            <th scope="col">{text("object.in")}</th>
          </tr>
        </thead>
        <tbody>
          {detail.entries.map((entry) => (
            <tr key={entry.zone}>
              <th scope="row">{entry.zone}</th>
              <td>
                <Bar share={entry.probability} /> {percent(entry.probability)}
              </td>
              <td>{entryWords(detail.track_id, entry)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** "3:07 (2:38-4:14)", from now; since when it is there; "now" once the middle has passed. */
function entryWords(trackId: string, entry: TrackDetail["entries"][number]): string {
  const { zone, earliest_s, median_s, latest_s } = entry;
  const since_s = isInside(trackId, zone) ? insideSince_s(trackId, zone) : null;
  if (since_s !== null) return text("object.inside_since", { time: localTime(since_s) });
  if (median_s === null) return text("alert.time_unknown");
  const left = (time_s: number) => minutes(time_s - now_s.value);
  if (median_s <= now_s.value) return text("object.now");
  if (earliest_s === null || latest_s === null) return left(median_s);
  return `${left(median_s)} (${left(earliest_s)}–${left(latest_s)})`;
}

function Classes({ detail }: { detail: TrackDetail }) {
  return (
    <section data-testid="classes">
      <h4>{text("object.classes")}</h4>
      <ul class="plain shares">
        {detail.classes.slice(0, MOST_CLASSES).map(({ name, probability }) => (
          <li key={name}>
            <ClassSign name={name} />
            <span>{named("class", name)}</span>
            <Bar share={probability} />
            <span class="number">{percent(probability)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function SeenBy({ detail }: { detail: TrackDetail }) {
  if (detail.seen_by.length === 0) return <p>{text("object.seen_by_none")}</p>;
  return (
    <section data-testid="seen-by">
      <h4>{text("object.seen_by")}</h4>
      <ul class="plain shares">
        {detail.seen_by.map(({ sensor, kind, last_s, support }) => (
          <li key={sensor}>
            <span>
              {sensor} <span class="small">{named("kind", kind)}</span>
            </span>
            <Bar share={support} />
            <span class="number">{text("object.ago", { age: age(now_s.value - last_s) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
