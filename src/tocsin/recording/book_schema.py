"""The tables of the book of alerts, as steps that are only ever added to: a book is older than a release."""

from __future__ import annotations

_MESSAGES = """
CREATE TABLE messages (
    number INTEGER PRIMARY KEY,  -- in the order of issue
    identifier TEXT NOT NULL,
    alert_id TEXT NOT NULL,
    issued_ns INTEGER NOT NULL,
    content TEXT NOT NULL,  -- all fields of model.alerts.AlertMessage, as JSON
    UNIQUE (identifier, issued_ns)  -- by which CAP 1.2 (clause 3.2.1, references) names a message
);
CREATE INDEX messages_of_alert ON messages (alert_id);
CREATE TRIGGER messages_stay BEFORE UPDATE ON messages
BEGIN
    SELECT RAISE(ABORT, 'messages are never changed');
END;
CREATE TRIGGER messages_are_kept BEFORE DELETE ON messages
BEGIN
    SELECT RAISE(ABORT, 'messages are never removed');
END;
"""

_ACTIONS = """
CREATE TABLE actions (
    number INTEGER PRIMARY KEY,  -- in the order in which they were applied
    time_ns INTEGER NOT NULL,
    alert_id TEXT NOT NULL,
    after_message INTEGER NOT NULL,  -- number of the last message before it; 0: none
    content TEXT NOT NULL  -- all fields of model.actions.Action, as JSON
);
CREATE INDEX actions_on_alert ON actions (alert_id);
CREATE TRIGGER actions_stay BEFORE UPDATE ON actions
BEGIN
    SELECT RAISE(ABORT, 'actions are never changed');
END;
CREATE TRIGGER actions_are_kept BEFORE DELETE ON actions
BEGIN
    SELECT RAISE(ABORT, 'actions are never removed');
END;
"""

_EVIDENCE = """
CREATE TABLE evidence (
    message INTEGER PRIMARY KEY REFERENCES messages (number),
    content TEXT NOT NULL  -- recording.why.Why, as JSON
);
"""

_DELIVERIES = """
CREATE TABLE deliveries (
    message INTEGER NOT NULL REFERENCES messages (number),
    receiver TEXT NOT NULL,
    status TEXT NOT NULL,  -- CAP status under which it went out
    state TEXT NOT NULL,  -- a word of model.deliveries.DeliveryState
    attempts INTEGER NOT NULL,
    tried_ns INTEGER NOT NULL,
    trouble TEXT NOT NULL,
    PRIMARY KEY (message, receiver, status)
) WITHOUT ROWID;
"""

_MARKED = """
CREATE TABLE marked (
    track_id TEXT PRIMARY KEY,
    content TEXT NOT NULL  -- all fields of model.marked.MarkedTrack, as JSON
) WITHOUT ROWID;
"""

STEPS = (_MESSAGES, _ACTIONS, _EVIDENCE, _DELIVERIES, _MARKED)
"""In order; what was released is never changed, a change is a step of its own at the end."""
