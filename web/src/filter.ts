/** Which tracks are not drawn. What is alerted is drawn whatever is filtered, and no filter silences an alert. */

import { picture } from "./picture";
import { bootstrap, hiddenClasses, highest_m, lowest_m } from "./state";

/** Whether the track at a place of the picture's columns is filtered out. */
export function isHidden(place: number): boolean {
  if ((picture.level[place] ?? 0) > 0) return false;
  const altitude_m = picture.position[3 * place + 2] ?? 0;
  const [low_m, high_m] = [lowest_m.peek(), highest_m.peek()];
  if (low_m !== null && altitude_m < low_m) return true;
  if (high_m !== null && altitude_m > high_m) return true;
  const name = bootstrap.peek()?.classes[picture.kind[place] ?? -1] ?? "unknown";
  return hiddenClasses.peek().has(name);
}
