/** One zone that is drawn or edited: its name, heights, lead and corners; the service takes all zones or refuses all. */

import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { draft, stopDrawing, tool } from "../../map/commands";
import { zonesCount } from "../../state";
import { text } from "../../texts/texts";
import { Button, Trouble } from "../parts/controls";
import { ZoneCorners } from "./zone-corners";
import { withZone, type ZoneForm, type Zones } from "./zones";
import { putZones } from "./zones-put";

const FIGURES = ["floor_m", "ceiling_m", "required_lead_s"] as const;

interface Props {
  zones: Zones;
  form: Signal<ZoneForm>;
}

export function ZoneEditor({ zones, form }: Props) {
  const name = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (tool.peek() === "edit-zone") name.current?.focus();
  }, []);
  const trouble = useSignal<string | null>(null);
  const isAsking = useSignal(false);
  const shape = draft.value;
  const wrong = shape?.trouble ?? (shape === null ? "too-few-corners" : null);
  const save = async (event: Event) => {
    event.preventDefault();
    if (shape === null || wrong !== null || isAsking.value) return;
    isAsking.value = true;
    trouble.value = await putZones(withZone(zones, shape.zone, form.value, shape.corners));
    isAsking.value = false;
    if (trouble.value === null) {
      stopDrawing();
      zonesCount.value += 1;
    }
  };
  return (
    <form onSubmit={save} data-testid="zone-editor">
      <p>{text("zones.how")}</p>
      <label>
        {text("zones.name")}
        <input
          ref={name}
          type="text"
          required
          maxLength={100}
          value={form.value.name}
          onInput={(event) => {
            form.value = { ...form.value, name: event.currentTarget.value };
          }}
          data-testid="zone-name"
        />
      </label>
      {FIGURES.map((key) => (
        <label key={key}>
          {text(`zones.${key}`)}
          <input
            type="number"
            required
            value={form.value[key]}
            onInput={(event) => {
              const value = event.currentTarget.valueAsNumber;
              if (Number.isFinite(value)) form.value = { ...form.value, [key]: value };
            }}
            data-testid={`zone-${key}`}
          />
        </label>
      ))}
      <ZoneCorners />
      {wrong !== null && (
        <p class="small" role="status" data-testid="zone-shape">
          {text(`zones.${wrong}`)}
        </p>
      )}
      <Trouble words={trouble.value} testId="zone-trouble" />
      <div class="actions">
        <button
          type="submit"
          class="button primary"
          disabled={wrong !== null || isAsking.value}
          data-testid="zone-save"
        >
          {text("zones.save")}
        </button>
        <Button onPress={stopDrawing} testId="zone-leave">
          {text("ask.leave")}
        </Button>
      </div>
      <p class="small">{text("zones.whole")}</p>
    </form>
  );
}
