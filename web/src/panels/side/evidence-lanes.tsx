/** What each sensor gave in the minute before a message: a lane of time each, from its first to its last detection. */

import type { SensorThen } from "../../model";
import { counted, named, text } from "../../texts/texts";
import { localTime } from "../parts/clock";
import { age } from "../parts/units";

/** Evidence counts for a minute, as on the server. */
export const LOOKS_BACK_S = 60;

/** Where a lane begins and how long it is, as shares of the minute; a single detection is a dot that can be seen. */
export function lane(sensor: SensorThen, until_s: number): { start: number; length: number } {
  const share = (time_s: number) => Math.min(1, Math.max(0, 1 - (until_s - time_s) / LOOKS_BACK_S));
  const [first, last] = [share(sensor.first_measured_s), share(sensor.last_measured_s)];
  const length = Math.max(0.03, last - first);
  return { start: Math.min(first, 1 - length), length };
}

interface Props {
  sensors: readonly SensorThen[];
  until_s: number;
  isOfTracks: boolean;
}

export function EvidenceLanes({ sensors, until_s, isOfTracks }: Props) {
  const kinds = new Set(sensors.map((sensor) => sensor.kind));
  const most = Math.max(1, ...sensors.map((sensor) => sensor.detections));
  return (
    <section data-testid="evidence">
      <h4>{text(isOfTracks ? "why.sensors" : "why.sensors_all")}</h4>
      <p>
        <strong>{counted("why.kinds", kinds.size)}</strong>{" "}
        {[...kinds].map((kind) => named("kind", kind)).join(", ")}
      </p>
      <table class="lanes">
        <thead>
          <tr>
            <th scope="col">{text("why.sensor")}</th>
            <th scope="col">{text("why.detections")}</th>
            <th scope="col">
              <span class="axis">
                <span>{text("why.minute")}</span>
                <span>{localTime(until_s)}</span>
              </span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sensors.map((sensor) => {
            const { start, length } = lane(sensor, until_s);
            return (
              <tr key={sensor.sensor} data-testid={`evidence-${sensor.sensor}`}>
                <th scope="row">
                  {sensor.sensor}
                  <span class="small">{named("kind", sensor.kind)}</span>
                </th>
                <td class="number">{sensor.detections}</td>
                <td>
                  <span class="lane" aria-hidden="true">
                    <span
                      style={{
                        left: `${100 * start}%`,
                        width: `${100 * length}%`,
                        opacity: 0.45 + (0.55 * sensor.detections) / most,
                      }}
                    />
                  </span>
                  <span class="small">
                    {text("why.last", { age: age(until_s - sensor.last_measured_s) })}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {sensors.length === 0 && <p>{text("why.no_sensors")}</p>}
    </section>
  );
}
