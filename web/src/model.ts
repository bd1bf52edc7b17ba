/** What the server tells, as docs/console-api.md has it. Times are UTC seconds, lengths metres, angles degrees. */

export type Level = "watch" | "advisory" | "warning";
export const LEVELS: readonly (Level | null)[] = [null, "watch", "advisory", "warning"];

export interface Operator {
  name: string;
  unit: string;
}

export interface Clock {
  time_s: number;
  speed: number;
  playing: boolean;
  start_s: number;
  end_s: number | null;
}

export interface Bootstrap {
  version: string;
  wire: number;
  mode: "live" | "demo" | "recording";
  /** What a demo says of itself: scenario and seed. */
  demo: { scenario: string; seed: number } | null;
  site: {
    name: string;
    status: "Exercise" | "Actual";
    latitude_deg: number;
    longitude_deg: number;
    altitude_m: number;
    time_zone: string | null;
    languages: string[];
  };
  /** The class of a record of the wire is an index into it; the last one is "unknown". */
  classes: string[];
  operator: Operator | null;
  /** Whether all but the login needs a login. */
  login_required: boolean;
  layers: string[];
  /** Address of a PMTiles base map of the site, if it has one. */
  base_map: string | null;
  /** Whether a service, or a demo, runs here beside its recordings. */
  has_now: boolean;
  recordings: string[];
}

/** GET /v1/alerts. */
export interface Alert {
  alert_id: string;
  version: number;
  message: string;
  message_type: "Alert" | "Update" | "Cancel";
  level: Level;
  zone: string;
  /** Who is warned, as [latitude, longitude]; empty: all of the zone. Older servers do not tell. */
  area?: [number, number][];
  track_ids: string[];
  issued_s: number;
  expires_s: number;
  predicted_entry_s: number | null;
  entry_probability: number | null;
  reason: string;
  /** The most probable class; of a group that of the member that is surest to come. */
  object_class: string;
  /** How many call for this level. */
  objects: number;
  is_test: boolean;
  owner: string;
  owned_since_s: number;
  next_unit: string | null;
  acknowledged_s: number | null;
  acknowledge_by_s: number | null;
  is_unanswered: boolean;
  is_confirmed: boolean;
  is_from_before: boolean;
  marks: string[];
}

/** GET /v1/sensors: more keys may come. Times are UTC nanoseconds here, as the report has them. */
export interface Sensor {
  name: string;
  kind: string;
  state: string;
  [key: string]: unknown;
}

/** GET /v1/alerts/ID. */
export interface AlertStory {
  alert_id: string;
  messages: StoryMessage[];
  /** Null: a recording that does not tell what people did. */
  actions: StoryAction[] | null;
}

export interface StoryMessage {
  message: string;
  alert_id: string;
  version: number;
  message_type: Alert["message_type"];
  level: Level;
  zone: string;
  track_ids: string[];
  issued_s: number;
  expires_s: number;
  predicted_entry_s: number | null;
  entry_probability: number | null;
  reason: string;
  is_test: boolean;
}

export interface StoryAction {
  time_s: number;
  operator: string;
  unit: string;
  what: string;
  /** "done", or why it was not. */
  outcome: string;
  answer: string;
  note: string;
}

/** GET /v1/alerts/ID/why: of one message of the alert. */
export interface Why {
  message: StoryMessage;
  /** Without a label: no rule of the site file called for it. */
  rule: { label: string; [figure: string]: unknown };
  tracks: TrackThen[];
  sensors: SensorThen[];
  steps: Steps;
  is_of_tracks: boolean;
  is_test?: boolean;
}

export interface TrackThen {
  track_id: string;
  time_s: number | null;
  existence: number | null;
  object_class: string | null;
  class_probability: number | null;
  sensors: string[];
  entry_probability: number | null;
  earliest_entry_s: number | null;
  predicted_entry_s: number | null;
  latest_entry_s: number | null;
  /** Older servers do not tell. */
  class_evidence?: ClassSaid[];
}

/** What evidence of one kind said of an object: by class the natural log of how well it fits; of "prior" and
"together" that of the probability. */
export interface ClassSaid {
  evidence: string;
  /** Whose labels they are. */
  sensor: string | null;
  log_likelihood: Record<string, number>;
}

/** What one sensor gave for the tracks of a message in the minute before it. */
export interface SensorThen {
  sensor: string;
  kind: string;
  detections: number;
  /** The same, each counted with the probability that it was of these tracks. */
  expected: number;
  first_measured_s: number;
  last_measured_s: number;
  last_received_s: number;
}

/** The way of the newest detection behind a message; the last two by the machine's clock. */
export interface Steps {
  measured_s: number | null;
  received_s: number | null;
  used_s: number | null;
  issued_s: number;
  tracked_s: number | null;
  decided_s: number | null;
}

/** POST /v1/alerts/ID/VERB, once it is done. */
export interface Done {
  alert_id: string;
  time_s: number;
  what: string;
  answer: string;
  owner: string;
  until_s: number | null;
}

export interface PathPoint {
  after_s: number;
  latitude_deg: number;
  longitude_deg: number;
  altitude_m: number;
  /** Along and across the way, half of the time within 0.67 of it. */
  sigma_along_m: number;
  sigma_across_m: number;
  course_deg: number;
}

/** GET /v1/tracks/ID. */
export interface TrackDetail {
  track_id: string;
  time_s: number;
  identity: string;
  latitude_deg: number;
  longitude_deg: number;
  altitude_m: number;
  speed_mps: number;
  course_deg: number;
  climb_mps: number;
  existence: number;
  born_s: number;
  /** Of all classes, likeliest first. */
  classes: { name: string; probability: number }[];
  /** Why; of recordings within two minutes of when it was told. Older servers do not tell. */
  class_evidence?: ClassSaid[];
  /** By sensor: when it last saw it and how much of the track is owed to it. */
  seen_by: { sensor: string; kind: string; last_s: number; support: number }[];
  /** The zones that it may enter, likeliest first; times of entry as 5, 50 and 95 % points. */
  entries: {
    zone: string;
    probability: number;
    earliest_s: number | null;
    median_s: number | null;
    latest_s: number | null;
  }[];
  /** Where it will be; empty where nothing is predicted. */
  path: PathPoint[];
  /** Where it was: [longitude, latitude, altitude, time], oldest first, at most 300. */
  trail: [number, number, number, number][];
}

export interface Health {
  site: string;
  status: string;
  version: string;
  time_s: number;
  running_s: number;
  lag_s: number;
  detections: number;
  pictures: number;
  tracks_confirmed: number;
  sensors: Record<string, unknown>;
}

/** GET /v1/recordings. */
export interface RecordingInfo {
  name: string;
  start_s: number;
  end_s: number;
  alerts: number;
  /** In words, where it was cut short or lacks something. */
  trouble: string | null;
}

/** GET /v1/recordings/NAME/events, oldest first. */
export interface RecordingEvent {
  time_s: number;
  kind: "alert" | "sensor";
  level: Level | null;
  text: string;
}

/** GET /v1/shift. */
export interface Shift {
  since_s: number;
  until_s: number;
  open: Alert[];
  happened: { time_s: number; who: string; what: string; alert_id: string | null; text: string }[];
  broken: { what: string; name: string; since_s: number | null; text: string }[];
}

/** Text frames of the websocket. */
export type ServerMessage =
  | { type: "hello"; time_s: number; wire: number; mode: Bootstrap["mode"]; clock: Clock }
  | { type: "names"; time_s: number; names: Record<string, [string, string]> }
  | { type: "alerts"; time_s: number; alerts: Alert[]; ended: Alert[] }
  | { type: "sensors"; time_s: number; sensors: Sensor[] | null; summary: Record<string, number> }
  | { type: "zones"; time_s: number }
  | { type: "status"; time_s: number; health: Health; clients: number; degraded: boolean }
  | { type: "clock"; time_s: number; clock: Clock }
  | { type: "error"; time_s: number; message: string };

export type ClientMessage =
  | { type: "play"; speed: number }
  | { type: "pause" }
  | { type: "seek"; time_s: number }
  | { type: "seen"; sequence: number };
