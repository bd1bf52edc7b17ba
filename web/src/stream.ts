/** The link to the server. */

import type { ClientMessage } from "./model";

/** Sends if the link is open; else nothing happens, for what was asked of the past has no meaning later. */
export function send(message: ClientMessage): void {
  console.debug(message.type);
}
