/** The corners of a zone in figures: for who draws by keys, and for who has them on paper. */

import { draft, mapCommands, setCorners } from "../../map/commands";
import { type Corner, movedCorner, withoutCorner } from "../../map/draft";
import { text } from "../../texts/texts";
import { Button } from "../parts/controls";

/** A tenth of a metre; what is finer is rounded, for fields refuse what is between their steps. */
const DIGITS = 6;
/** About ten metres, by which an arrow key moves a corner. */
const ARROW_DEG = 0.0001;
const ARROWS: Readonly<Record<string, number>> = { ArrowUp: ARROW_DEG, ArrowDown: -ARROW_DEG };
/** Of a corner, which is [longitude, latitude]. */
const AXES = [
  { at: 1, name: "latitude", most_deg: 90 },
  { at: 0, name: "longitude", most_deg: 180 },
] as const;

export function ZoneCorners() {
  const corners = draft.value?.corners ?? [];
  const add = () => {
    const middle = mapCommands.value?.middle();
    if (middle) setCorners([...corners, middle]);
  };
  return (
    <fieldset class="corners" data-testid="zone-corners">
      <legend>{text("zones.corners")}</legend>
      <ol>
        {corners.map((corner, place) => (
          <li key={place}>
            {AXES.map((axis) => (
              <CornerField key={axis.name} corners={corners} corner={corner} place={place} axis={axis} />
            ))}
            <Button
              kind="quiet"
              onPress={() => setCorners(withoutCorner(corners, place))}
              label={text("zones.corner_remove", { number: place + 1 })}
              testId={`corner-${place}-remove`}
            >
              ✕
            </Button>
          </li>
        ))}
      </ol>
      <Button onPress={add} disabled={mapCommands.value === null} testId="corner-add">
        {text("zones.corner_add")}
      </Button>
    </fieldset>
  );
}

interface FieldProps {
  corners: readonly Corner[];
  corner: Corner;
  place: number;
  axis: (typeof AXES)[number];
}

function CornerField({ corners, corner, place, axis }: FieldProps) {
  const { at, name, most_deg } = axis;
  const take = (value: number) => {
    if (!Number.isFinite(value) || Math.abs(value) > most_deg) return;
    setCorners(movedCorner(corners, place, at === 0 ? [value, corner[1]] : [corner[0], value]));
  };
  return (
    <input
      type="number"
      step={10 ** -DIGITS}
      min={-most_deg}
      max={most_deg}
      required
      value={Number(corner[at].toFixed(DIGITS))}
      aria-label={text(`zones.corner_${name}`, { number: place + 1 })}
      onChange={(event) => take(event.currentTarget.valueAsNumber)}
      onKeyDown={(event) => {
        const by_deg = ARROWS[event.key];
        // Enter would send the zone that is still being typed.
        if (event.key !== "Enter" && by_deg === undefined) return;
        event.preventDefault();
        take(event.currentTarget.valueAsNumber + (by_deg ?? 0));
      }}
      data-testid={`corner-${place}-${name}`}
    />
  );
}
