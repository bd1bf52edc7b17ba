/** What the server answered to what was pressed last about an alert, where it was pressed. */

import { named, text } from "../../texts/texts";
import { localTime } from "../parts/clock";
import { Button } from "../parts/controls";
import { type Answer, act, answers, forgetAnswer } from "./acting";

export function AnswerLine({ alertId }: { alertId: string }) {
  const answer = answers.value.get(alertId);
  if (!answer || (answer.state === "asking" && answer.deed !== "test")) return null;
  return (
    <div
      class={`answer ${answer.state}`}
      role={answer.state === "refused" ? "alert" : "status"}
      data-testid="answer"
      data-state={answer.state}
    >
      <p>{words(answer)}</p>
      {answer.state === "done" && answer.deed === "mark" && (
        <Button onPress={() => void act(alertId, "unmark")} testId="undo">
          {text("act.undo")}
        </Button>
      )}
      <Button kind="quiet" onPress={() => forgetAnswer(alertId)} label={text("close")}>
        ✕
      </Button>
    </div>
  );
}

/** The server speaks English; what kind of no it is, is said in the chosen language. */
function words(answer: Answer): string {
  const deed = named("deed", answer.deed);
  if (answer.state === "asking") return text("answer.asking");
  if (answer.state === "refused") {
    return text("answer.refused", { deed, kind: refusalWords(answer.status), words: answer.words });
  }
  const until = answer.until_s === null ? "" : text("answer.until", { time: localTime(answer.until_s) });
  return `${text("answer.done", { deed })} ${answer.words} ${until}`.trim();
}

function refusalWords(status: number): string {
  switch (status) {
    case 0:
      return text("refused.unreachable");
    case 401:
      return text("refused.login");
    case 403:
      return text("refused.owner");
    case 404:
      return text("refused.unknown");
    case 409:
      return text("refused.conflict");
    case 410:
      return text("refused.over");
    case 422:
      return text("refused.invalid");
    default:
      return text("refused.busy");
  }
}
