package org.postseal.gateway.app.logging;

/** Names the form of a log line. */
public enum LogFormat {
    /** The log has lines for people to read. */
    TEXT,
    /** The log has one JSON object per line. */
    JSON
}
