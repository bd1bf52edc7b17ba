/** What is asked before something is done that others hear of: to whom, as what, and why. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Alert } from "../../model";
import { alerts } from "../../state";
import { named, plain, text } from "../../texts/texts";
import { Trouble, Window } from "../parts/controls";
import { dialog } from "../parts/layout";
import { act, answers, type Deed, type MarkedAs, type Wanted } from "./acting";
import { objectWords } from "./alert-words";

const MARKS: readonly MarkedAs[] = ["bird", "balloon", "light_aircraft", "known_flight"];
/** How long a mark may hold [min]; the site has a longest, which the server tells where it is passed. */
const MARK_MINUTES = [10, 30, 60] as const;

export function DeedDialog() {
  const open = dialog.value;
  if (open === null || open.name === "login" || open.name === "test") return null;
  const alert = alerts.value.find((each) => each.alert_id === open.alertId);
  if (!alert) return <Over />;
  switch (open.name) {
    case "cancel":
      return <CancelDialog alert={alert} />;
    case "mark":
      return <MarkDialog alert={alert} />;
    case "escalate":
      return <EscalateDialog alert={alert} />;
    case "confirm":
      return <ConfirmDialog alert={alert} />;
  }
}

/** It ended while somebody thought about it. */
function Over() {
  return (
    <Window title={text("ask.over_title")} testId="dialog-over">
      <p>{text("ask.over")}</p>
    </Window>
  );
}

interface AskProps {
  alert: Alert;
  deed: Deed;
  title: string;
  explains: string;
  button: string;
  isDanger?: boolean;
  wanted: () => Wanted;
  /** What is done where it is another deed than the first. */
  deedNow?: () => Deed;
  /** Why it can't be asked yet, in words. */
  lacks: () => string | null;
  children: ComponentChildren;
}

/** A question about one alert: closed when it is done, else it says why not. */
function Ask({ alert, title, explains, button, isDanger, wanted, deed, deedNow, lacks, children }: AskProps) {
  const trouble = useSignal<string | null>(null);
  const isAsking = useSignal(false);
  const send = async (event: Event) => {
    event.preventDefault();
    trouble.value = lacks();
    if (trouble.value !== null || isAsking.value) return;
    isAsking.value = true;
    const isDone = await act(alert.alert_id, deedNow?.() ?? deed, wanted());
    isAsking.value = false;
    const answer = answers.value.get(alert.alert_id);
    if (isDone) dialog.value = null;
    else if (answer?.state === "refused") trouble.value = answer.words;
  };
  return (
    <Window title={title} testId={`dialog-${deed}`}>
      <p class="about">
        <strong>
          {named("level", alert.level)} {alert.zone}
        </strong>
        {objectWords(alert)}
      </p>
      <p>{explains}</p>
      <form onSubmit={send}>
        {children}
        <Trouble words={trouble.value} testId="dialog-trouble" />
        <div class="actions">
          <button
            type="submit"
            class={`button ${isDanger ? "danger" : "primary"}`}
            disabled={isAsking.value}
            data-testid="dialog-do"
          >
            {button}
          </button>
          <button
            type="button"
            class="button"
            onClick={() => (dialog.value = null)}
            data-testid="dialog-leave"
          >
            {text("ask.leave")}
          </button>
        </div>
      </form>
    </Window>
  );
}

function Note({ note, isNeeded }: { note: { value: string }; isNeeded: boolean }) {
  return (
    <label>
      {text(isNeeded ? "ask.reason" : "ask.note")}
      <textarea
        rows={2}
        maxLength={1000}
        required={isNeeded}
        value={note.value}
        onInput={(event) => {
          note.value = event.currentTarget.value;
        }}
        data-testid="dialog-note"
      />
    </label>
  );
}

function CancelDialog({ alert }: { alert: Alert }) {
  const note = useSignal("");
  return (
    <Ask
      alert={alert}
      deed="cancel"
      title={text("ask.cancel_title")}
      explains={text("ask.cancel")}
      button={text("ask.cancel_do")}
      isDanger
      wanted={() => ({ note: note.value.trim() })}
      lacks={() => (note.value.trim() === "" ? text("ask.reason_needed") : null)}
    >
      <Note note={note} isNeeded />
    </Ask>
  );
}

function MarkDialog({ alert }: { alert: Alert }) {
  const note = useSignal("");
  const mark = useSignal<MarkedAs | null>(null);
  const minutes = useSignal<number>(MARK_MINUTES[1]);
  return (
    <Ask
      alert={alert}
      deed="mark"
      title={text("ask.mark_title")}
      explains={text("ask.mark")}
      button={text("ask.mark_do")}
      wanted={() => ({
        ...(mark.value === null ? {} : { marked_as: mark.value }),
        holds_s: minutes.value * 60,
        note: note.value.trim(),
      })}
      lacks={() => (mark.value === null ? text("ask.mark_needed") : null)}
    >
      <fieldset>
        <legend>{text("ask.mark_as")}</legend>
        {MARKS.map((each) => (
          <label key={each} class="choice">
            <input
              type="radio"
              name="mark"
              checked={mark.value === each}
              onChange={() => (mark.value = each)}
              data-testid={`mark-${each}`}
            />
            {text(`mark.${each}`)}
          </label>
        ))}
      </fieldset>
      <label>
        {text("ask.mark_for")}
        <select
          value={minutes.value}
          onChange={(event) => (minutes.value = Number(event.currentTarget.value))}
        >
          {MARK_MINUTES.map((each) => (
            <option key={each} value={each}>
              {text("unit.min", { value: each })}
            </option>
          ))}
        </select>
      </label>
      <Note note={note} isNeeded={false} />
    </Ask>
  );
}

/** To the next unit of the chain, or to one that is named. */
function EscalateDialog({ alert }: { alert: Alert }) {
  const note = useSignal("");
  const unit = useSignal("");
  const next = alert.next_unit;
  return (
    <Ask
      alert={alert}
      deed="escalate"
      deedNow={() => (unit.value.trim() === "" ? "escalate" : "hand_over")}
      title={text("ask.escalate_title")}
      explains={next === null ? text("ask.escalate_last") : text("ask.escalate", { next })}
      button={text("ask.escalate_do")}
      wanted={() => {
        const to_unit = unit.value.trim();
        return to_unit === "" ? { note: note.value.trim() } : { to_unit, note: note.value.trim() };
      }}
      lacks={() => (next === null && unit.value.trim() === "" ? text("ask.unit_needed") : null)}
    >
      <label>
        {text("ask.unit")}
        <input
          type="text"
          maxLength={200}
          value={unit.value}
          onInput={(event) => (unit.value = event.currentTarget.value)}
          data-testid="dialog-unit"
        />
      </label>
      <Note note={note} isNeeded={false} />
    </Ask>
  );
}

/** What is confirmed is the message that was read, not one that came since. */
function ConfirmDialog({ alert }: { alert: Alert }) {
  const message = useSignal(alert.message);
  return (
    <Ask
      alert={alert}
      deed="confirm"
      title={text("ask.confirm_title")}
      explains={text("ask.confirm")}
      button={text("ask.confirm_do")}
      isDanger
      wanted={() => ({ message: message.value })}
      lacks={() => null}
    >
      <blockquote lang="en">{plain(alert.reason)}</blockquote>
    </Ask>
  );
}
