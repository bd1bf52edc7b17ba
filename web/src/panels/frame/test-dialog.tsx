/** A test alert to all receivers, which says that it is one. */

import { useSignal } from "@preact/signals";
import { text } from "../../texts/texts";
import { act } from "../alerts/acting";
import { AnswerLine } from "../alerts/answer-line";
import { Window } from "../parts/controls";

export function TestDialog() {
  const zone = useSignal("");
  const send = (event: Event) => {
    event.preventDefault();
    const wanted = zone.value.trim();
    void act("", "test", wanted === "" ? {} : { zone: wanted });
  };
  return (
    <Window title={text("test.title")} testId="dialog-test">
      <p>{text("test.explains")}</p>
      <form onSubmit={send}>
        <label>
          {text("test.zone")}
          <input
            type="text"
            maxLength={200}
            value={zone.value}
            onInput={(event) => (zone.value = event.currentTarget.value)}
          />
        </label>
        <AnswerLine alertId="" />
        <div class="actions">
          <button type="submit" class="button primary">
            {text("test.do")}
          </button>
        </div>
      </form>
    </Window>
  );
}
