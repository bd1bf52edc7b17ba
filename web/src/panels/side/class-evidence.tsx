/** Why an object is taken for what it is: in words and small bars, by kind of evidence. */

import type { ClassSaid } from "../../model";
import { named, text } from "../../texts/texts";
import { Bar } from "../parts/controls";
import { ClassSign } from "../parts/icons";
import { percent } from "../parts/units";
import { type SaidRow, saidRows } from "./class-said";

export function ClassEvidence({ trackId, said }: { trackId: string; said: readonly ClassSaid[] }) {
  const { classes, rows } = saidRows(said);
  if (classes.length === 0) return null;
  return (
    <details class="class-evidence" data-testid={`class-evidence-${trackId}`}>
      <summary>{text("said.title")}</summary>
      <table class="rows tight">
        <thead>
          <tr>
            <th scope="col">{text("said.evidence")}</th>
            {classes.map((name) => (
              <th key={name} scope="col">
                <ClassSign name={name} /> {named("class", name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Said key={`${row.evidence} ${row.sensor ?? ""}`} row={row} classes={classes} />
          ))}
        </tbody>
      </table>
      <p class="small">{text("said.how")}</p>
    </details>
  );
}

function Said({ row, classes }: { row: SaidRow; classes: readonly string[] }) {
  return (
    <tr class={row.evidence} data-testid={`said-${row.evidence}`}>
      <th scope="row">
        {named("said", row.evidence)}
        {row.sensor !== null && <span class="small">{row.sensor}</span>}
        {!row.isProbability && (
          <span class="small">
            {row.tells ? text("said.best", { class: named("class", row.best) }) : text("said.nothing")}
          </span>
        )}
      </th>
      {row.shares.map((share, place) => (
        <td key={classes[place]}>
          <Bar share={share} />
          <span class="small">{row.isProbability ? percent(share) : share.toFixed(2)}</span>
        </td>
      ))}
    </tr>
  );
}
