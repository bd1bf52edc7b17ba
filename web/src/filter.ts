/** Which tracks are shown, on the map and in the table. What is alerted is shown whatever is filtered, and no filter silences an alert. */

import type { Picture } from "./picture";
import { bootstrap, hiddenClasses, highest_m, lowest_m, search } from "./state";
import { named } from "./texts/texts";

export interface Filter {
  /** Indices into the classes of the bootstrap. */
  hidden: ReadonlySet<number>;
  /** Heights above the site. */
  lowest_m: number;
  highest_m: number;
  /** Numbers of tracks that the search found; null: no search. */
  found: ReadonlySet<number> | null;
}

/** The filter that the person chose. */
export function currentFilter(picture: Picture): Filter {
  const classes = bootstrap.value?.classes ?? [];
  return {
    hidden: new Set(classes.flatMap((name, number) => (hiddenClasses.value.has(name) ? [number] : []))),
    lowest_m: lowest_m.value ?? Number.NEGATIVE_INFINITY,
    highest_m: highest_m.value ?? Number.POSITIVE_INFINITY,
    found: found(picture, search.value.trim().toLowerCase(), classes),
  };
}

/** Whether the track at a place of the picture's columns is shown. */
export function isShown(picture: Picture, place: number, filter: Filter, site_m: number): boolean {
  if ((picture.level[place] ?? 0) > 0) return true;
  const height_m = (picture.position[3 * place + 2] ?? 0) - site_m;
  return (
    !filter.hidden.has(picture.kind[place] ?? 0) &&
    height_m >= filter.lowest_m &&
    height_m <= filter.highest_m &&
    (filter.found === null || filter.found.has(picture.number[place] ?? 0))
  );
}

/** Tracks whose name, identity or class, in the chosen language, has the words in it. */
function found(picture: Picture, words: string, classes: readonly string[]): ReadonlySet<number> | null {
  if (words === "") return null;
  const numbers = new Set<number>();
  for (let place = 0; place < picture.count; place++) {
    const kind = named("class", classes[picture.kind[place] ?? 0] ?? "");
    const text = `${picture.trackId(place)} ${picture.identity(place)} ${kind}`.toLowerCase();
    if (text.includes(words)) numbers.add(picture.number[place] ?? 0);
  }
  return numbers;
}
