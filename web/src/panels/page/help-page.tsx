/** What to do when an alert comes, what the signs mean, and every key. */

import { LEVELS } from "../../model";
import { bootstrap } from "../../state";
import { named, text } from "../../texts/texts";
import { restartGuide } from "../frame/guide";
import { KEYS } from "../frame/keys";
import { Button } from "../parts/controls";
import { ClassSign, LevelSign, StateSign } from "../parts/icons";

const TO_DO = ["help.do_1", "help.do_2", "help.do_3", "help.do_4"] as const;
const STATES = ["live", "waiting", "stale", "offline"] as const;

export function HelpPage() {
  return (
    <section class="page-body help" aria-labelledby="help-title" data-testid="help-page">
      <h2 id="help-title">{text("help.title")}</h2>
      <Button onPress={restartGuide} testId="guide-restart">
        {text("help.guide")}
      </Button>
      <h3>{text("help.do")}</h3>
      <ol>
        {TO_DO.map((key) => (
          <li key={key}>{text(key)}</li>
        ))}
      </ol>
      <h3>{text("help.levels")}</h3>
      <ul class="plain">
        {LEVELS.map(
          (level) =>
            level !== null && (
              <li key={level}>
                <LevelSign level={level} /> <strong>{named("level", level)}</strong> {text(`help.${level}`)}
              </li>
            ),
        )}
      </ul>
      <h3>{text("help.classes")}</h3>
      <ul class="plain columns">
        {(bootstrap.value?.classes ?? []).map((name) => (
          <li key={name}>
            <ClassSign name={name} /> {named("class", name)}
          </li>
        ))}
      </ul>
      <p>{text("help.outline")}</p>
      <h3>{text("help.sensors")}</h3>
      <ul class="plain">
        {STATES.map((state) => (
          <li key={state} class={`state-${state}`}>
            <StateSign state={state} /> <strong>{named("state", state)}</strong> {text(`help.state_${state}`)}
          </li>
        ))}
      </ul>
      <h3>{text("help.keys")}</h3>
      <table class="rows">
        <tbody>
          {KEYS.map(({ keys, words }) => (
            <tr key={words}>
              <th scope="row">
                {keys.map((key) => (
                  <kbd key={key}>{key === " " ? text("key.space") : key}</kbd>
                ))}
              </th>
              <td>{text(words)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="small">{text("help.version", { version: bootstrap.value?.version ?? "" })}</p>
    </section>
  );
}
