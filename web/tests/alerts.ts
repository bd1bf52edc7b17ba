/** An alert as the server tells it, for tests. */

import type { Alert } from "../src/model";

export function anAlert(changes: Partial<Alert> = {}): Alert {
  return {
    alert_id: "A-1",
    version: 1,
    message: "A-1-1",
    message_type: "Alert",
    level: "warning",
    zone: "Village",
    track_ids: ["T1"],
    issued_s: 1000,
    expires_s: 2000,
    predicted_entry_s: 1187,
    entry_probability: 0.62,
    reason: "warning",
    object_class: "small_piston_fixed_wing",
    objects: 1,
    is_test: false,
    owner: "town",
    owned_since_s: 1000,
    next_unit: "region",
    acknowledged_s: null,
    acknowledge_by_s: 1060,
    is_unanswered: false,
    is_confirmed: false,
    is_from_before: false,
    marks: [],
    ...changes,
  };
}
