package org.postseal.gateway.app.logging;

/** The form of a log line. */
public enum LogFormat {
    /** A line for people. */
    TEXT,
    /** One JSON object per line. */
    JSON
}
