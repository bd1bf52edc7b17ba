/** All messages of an alert and all that people did about it, the newest first. */

import type { Signal } from "@preact/signals";
import type { AlertStory, StoryAction, StoryMessage } from "../../model";
import { send } from "../../stream";
import { named, plain, text } from "../../texts/texts";
import { localTime } from "../parts/clock";
import { LevelSign } from "../parts/icons";
import { isPast } from "../parts/layout";

interface Props {
  story: AlertStory;
  /** The message whose reasons stand above. */
  shown: number | null;
  version: Signal<number | null>;
}

export function Story({ story, shown, version }: Props) {
  const lines = [
    ...story.messages.map((message) => ({ time_s: message.issued_s, message, action: null })),
    ...(story.actions ?? []).map((action) => ({ time_s: action.time_s, message: null, action })),
  ].sort((one, other) => other.time_s - one.time_s);
  const show = (message: StoryMessage) => {
    version.value = message.version;
    if (isPast.value) send({ type: "seek", time_s: message.issued_s });
  };
  return (
    <section data-testid="story">
      <h4>{text("story.title")}</h4>
      {story.actions === null && <p class="small">{text("story.no_actions")}</p>}
      <ol class="story">
        {lines.map(({ message, action }) =>
          message ? (
            <li key={message.message} class={message.version === shown ? "shown" : ""}>
              <button
                type="button"
                class="face"
                aria-pressed={message.version === shown}
                onClick={() => show(message)}
                data-testid={`message-${message.version}`}
              >
                <time>{localTime(message.issued_s)}</time>
                <span>
                  <LevelSign level={message.level} /> <strong>{messageWords(message)}</strong>{" "}
                  <span lang="en">{plain(message.reason.replace(/^(watch|advisory|warning): /, ""))}</span>
                </span>
              </button>
            </li>
          ) : (
            <Act key={`${action.time_s} ${action.what} ${action.operator}`} action={action} />
          ),
        )}
      </ol>
    </section>
  );
}

function messageWords(message: StoryMessage): string {
  if (message.message_type === "Cancel") return text("story.all_clear");
  return named("level", message.level);
}

function Act({ action }: { action: StoryAction }) {
  const by = action.operator === "" ? text("story.by_tocsin") : `${action.operator} (${action.unit})`;
  return (
    <li class={action.outcome === "done" ? "act" : "act refused"}>
      <time>{localTime(action.time_s)}</time>
      <span>
        {by}: <strong>{named("deed", action.what)}</strong>
        {action.outcome !== "done" && ` ${text("story.refused")}`}
        {action.note !== "" && ` “${action.note}”`} <span lang="en">{action.answer}</span>
      </span>
    </li>
  );
}
