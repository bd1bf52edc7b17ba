/** For handing over: what is open, what is broken, and what happened since this shift began; to be read out, printed or copied. */

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { Shift } from "../../model";
import { canAsk, scoped } from "../../scope";
import { bootstrap, clock, operator } from "../../state";
import { counted, named, plain, text } from "../../texts/texts";
import { objectWords, standingWords } from "../alerts/alert-words";
import { openWhy } from "../alerts/choosing";
import { localDay, localTime, now_s, utcTime, zoneWord } from "../parts/clock";
import { Button, Trouble } from "../parts/controls";
import { LevelSign } from "../parts/icons";
import { dialog, isPast } from "../parts/layout";
import { useAsked } from "../side/asked";
import { shiftText } from "./shift-text";

const HOURS = [1, 4, 8, 12, 24] as const;
const REFRESH_S = 30;

export function ShiftPage() {
  const hours = useSignal<number>(8);
  // In a recording it is asked again as its time goes on.
  const part = useComputed(() => {
    const now = clock.value;
    return now === null || !isPast.value ? now && 0 : Math.floor(now.time_s / REFRESH_S);
  });
  const asked = useAsked<Shift>(() => {
    if (operator.value === null || !canAsk() || part.value === null) return null;
    return scoped(`v1/shift?since_s=${Math.floor(now_s.peek() - hours.value * 3600)}`, true);
  }, REFRESH_S * 1000);
  // What was told last stays until the next is there.
  const told = useSignal<Shift | null>(null);
  useSignalEffect(() => {
    const { answer } = asked.value;
    if (answer !== null) told.value = answer;
  });
  return (
    <section class="page-body shift" aria-labelledby="shift-title" data-testid="shift-page">
      <h2 id="shift-title">{text("shift.title", { site: bootstrap.value?.site.name ?? "" })}</h2>
      {operator.value === null ? (
        <LoginFirst />
      ) : (
        <>
          <label class="inline">
            {text("shift.since")}
            <select
              value={hours.value}
              onChange={(event) => (hours.value = Number(event.currentTarget.value))}
            >
              {HOURS.map((each) => (
                <option key={each} value={each}>
                  {counted("shift.hours", each)}
                </option>
              ))}
            </select>
          </label>
          <Trouble words={asked.value.trouble} />
          {told.value !== null && <Told shift={told.value} />}
        </>
      )}
    </section>
  );
}

function LoginFirst() {
  return (
    <div class="ask">
      <p>{text("shift.login")}</p>
      <Button kind="primary" onPress={() => (dialog.value = { name: "login" })}>
        {text("login.open")}
      </Button>
    </div>
  );
}

function Told({ shift }: { shift: Shift }) {
  const isCopied = useSignal(false);
  const copy = () => {
    navigator.clipboard.writeText(shiftText(shift)).then(
      () => {
        isCopied.value = true;
      },
      () => undefined,
    );
  };
  return (
    <>
      <p class="small">
        {text("shift.until", {
          since: localDay(shift.since_s),
          until: localDay(shift.until_s),
          zone: zoneWord(),
          utc: utcTime(shift.until_s),
        })}
      </p>
      <div class="actions no-print">
        <Button onPress={copy} testId="shift-copy">
          {text(isCopied.value ? "shift.copied" : "shift.copy")}
        </Button>
        <Button onPress={() => print()}>{text("shift.print")}</Button>
        {!isPast.value && (
          <Button onPress={() => (dialog.value = { name: "test" })} testId="shift-test">
            {text("shift.test")}
          </Button>
        )}
      </div>
      <Open shift={shift} />
      <Broken shift={shift} />
      <Happened shift={shift} />
    </>
  );
}

function Open({ shift }: { shift: Shift }) {
  return (
    <section data-testid="shift-open">
      <h3>{counted("alerts.open", shift.open.length)}</h3>
      <ul class="plain">
        {shift.open.map((alert) => (
          <li key={alert.alert_id}>
            <button type="button" class="face" onClick={() => openWhy(alert)}>
              <LevelSign level={alert.level} />
              <span>
                <strong>
                  {named("level", alert.level)} {alert.zone}
                </strong>{" "}
                {objectWords(alert)}. {standingWords(alert, now_s.value)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Broken({ shift }: { shift: Shift }) {
  return (
    <section data-testid="shift-broken">
      <h3>{text("shift.broken")}</h3>
      {shift.broken.length === 0 && <p>{text("shift.broken_none")}</p>}
      <ul class="plain">
        {shift.broken.map((each) => (
          <li key={`${each.what} ${each.name}`}>
            <strong>{each.name}</strong> ({each.what.replaceAll("_", " ")}) {each.text}
            {each.since_s !== null && ` ${text("shift.since_time", { time: localTime(each.since_s) })}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Happened({ shift }: { shift: Shift }) {
  return (
    <section data-testid="shift-happened">
      <h3>{text("shift.happened")}</h3>
      {shift.happened.length === 0 && <p>{text("shift.happened_none")}</p>}
      <ol class="story">
        {[...shift.happened].reverse().map((each) => (
          <li key={`${each.time_s} ${each.what} ${each.alert_id ?? ""} ${each.who}`}>
            <time>{localTime(each.time_s)}</time>
            <span>
              <strong>
                {each.who} {named("deed", each.what)} {each.alert_id ?? ""}
              </strong>{" "}
              {plain(each.text)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
