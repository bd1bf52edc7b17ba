/** Sending zones to the running service, which takes all of them or refuses all. */

import { ask, Refusal } from "../../server";
import type { Zones } from "./zones";

/** What is wrong with them, in words, or null. */
export async function putZones(zones: Zones): Promise<string | null> {
  try {
    await ask<unknown>("v1/zones", "PUT", zones);
    return null;
  } catch (error) {
    return error instanceof Refusal ? error.message : String(error);
  }
}
