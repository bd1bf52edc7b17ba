/** An alert's evidence as a file that replays elsewhere, and the map as a picture. */

import { useSignal } from "@preact/signals";
import { mapCommands } from "../../map/commands";
import { scoped } from "../../scope";
import { askForFile } from "../../server";
import { text } from "../../texts/texts";
import { Button, Trouble } from "../parts/controls";

export async function saveReport(alertId: string): Promise<void> {
  const path = scoped(`v1/alerts/${encodeURIComponent(alertId)}/report`);
  save(await askForFile(path), `tocsin-${alertId}.zip`);
}

export async function saveMap(name: string): Promise<void> {
  const map = mapCommands.value;
  if (map === null) throw new Error(text("report.no_map"));
  save(await map.png(), `tocsin-${name}.png`);
}

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function ReportButton({ alertId }: { alertId: string }) {
  const trouble = useSignal<string | null>(null);
  const tried = (what: Promise<void>) => {
    trouble.value = null;
    what.catch((error: unknown) => {
      trouble.value = error instanceof Error ? error.message : String(error);
    });
  };
  return (
    <section class="report">
      <h4>{text("report.title")}</h4>
      <div class="actions">
        <Button onPress={() => tried(saveReport(alertId))} hint="r" testId="report">
          {text("report.save")}
        </Button>
        <Button onPress={() => tried(saveMap(alertId))} testId="report-png">
          {text("report.map")}
        </Button>
      </div>
      <p class="small">{text("report.explains")}</p>
      <Trouble words={trouble.value} testId="report-trouble" />
    </section>
  );
}
