package org.postseal.gateway.app.logging;

/** How a log line is written. */
public enum LogFormat {
    /** A log line is plain text, for people. */
    TEXT,
    /** A log line is one JSON object. */
    JSON
}
