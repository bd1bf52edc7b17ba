/** Every sensor, who is silent first: how old its last byte is, what it gives, and what is wrong with it. */

import type { Sensor } from "../../model";
import { sensorSummary, sensors } from "../../state";
import { counted, named, text } from "../../texts/texts";
import { now_s } from "../parts/clock";
import { Button, Scrolls } from "../parts/controls";
import { StateSign } from "../parts/icons";
import { dialog } from "../parts/layout";
import { age, percent } from "../parts/units";
import { biases, honesty, losses, number, silent_s, words, worstFirst } from "./sensor-words";

export function SensorsPage() {
  const list = sensors.value;
  return (
    <section class="page-body" aria-labelledby="sensors-title" data-testid="sensors-page">
      <h2 id="sensors-title">{text("sensors.title")}</h2>
      <Summary />
      {list === null ? <LoginFirst /> : <SensorTable list={worstFirst(list)} />}
    </section>
  );
}

function Summary() {
  const counts = Object.entries(sensorSummary.value).filter(([, count]) => count > 0);
  return (
    <p class="summary">
      {counts.map(([state, count]) => (
        <span key={state} class={`state state-${state}`}>
          <StateSign state={state} /> {count} {named("state", state)}
        </span>
      ))}
    </p>
  );
}

function LoginFirst() {
  return (
    <div class="ask" data-testid="sensors-login">
      <p>{text("sensors.login")}</p>
      <Button kind="primary" onPress={() => (dialog.value = { name: "login" })}>
        {text("login.open")}
      </Button>
    </div>
  );
}

function SensorTable({ list }: { list: readonly Sensor[] }) {
  if (list.length === 0) return <p>{text("sensors.none")}</p>;
  return (
    <Scrolls title={text("sensors.title")}>
      <table class="rows wide">
        <thead>
          <tr>
            <th scope="col">{text("sensor.name")}</th>
            <th scope="col">{text("sensor.state")}</th>
            <th scope="col">{text("sensor.silent")}</th>
            <th scope="col">{text("sensor.rate")}</th>
            <th scope="col">{text("sensor.detections")}</th>
            <th scope="col">{text("sensor.detects")}</th>
            <th scope="col">{text("sensor.errors")}</th>
            <th scope="col">{text("sensor.wrong")}</th>
          </tr>
        </thead>
        <tbody>{list.map(SensorRow)}</tbody>
      </table>
    </Scrolls>
  );
}

function SensorRow(sensor: Sensor) {
  const silent = silent_s(sensor, now_s.value);
  const rate = number(sensor, "messages_per_s");
  const factor = number(sensor, "detection_factor");
  const isSilent = sensor.state === "stale" || sensor.state === "offline";
  return (
    <tr
      key={sensor.name}
      class={isSilent ? "silent" : ""}
      data-testid={`sensor-${sensor.name}`}
      data-state={sensor.state}
    >
      <th scope="row">
        {sensor.name}
        <span class="small">{named("kind", sensor.kind)}</span>
      </th>
      <td class={`state state-${sensor.state}`}>
        <StateSign state={sensor.state} /> {named("state", sensor.state)}
      </td>
      <td class="number">{silent === null ? text("sensor.never") : age(silent)}</td>
      <td class="number">{rate === null ? "–" : text("unit.rate", { value: rate.toFixed(1) })}</td>
      <td class="number">{number(sensor, "detections") ?? "–"}</td>
      <td class="number">{factor === null ? "–" : percent(factor)}</td>
      <td>{[honesty(sensor), ...biases(sensor)].filter(Boolean).join("; ") || "–"}</td>
      <td>
        <Wrong sensor={sensor} />
      </td>
    </tr>
  );
}

function Wrong({ sensor }: { sensor: Sensor }) {
  const [trouble, health, lost] = [words(sensor, "trouble"), words(sensor, "health"), losses(sensor)];
  if (trouble === "" && health === "" && lost.length === 0) return <>–</>;
  return (
    <>
      {trouble !== "" && <strong>{trouble} </strong>}
      {health !== "" && <span>{health} </span>}
      {lost.length > 0 && (
        <details>
          <summary>
            {counted(
              "sensor.lost",
              lost.reduce((sum, [, count]) => sum + count, 0),
            )}
          </summary>
          <ul class="plain">
            {lost.map(([reason, count]) => (
              <li key={reason}>
                {count} {reason.replaceAll("_", " ")}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
