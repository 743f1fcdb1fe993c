package org.postseal.gateway.app.logging;

/** How a log line looks. */
public enum LogFormat {
    /** A line for people. */
    TEXT,
    /** One JSON object per line. */
    JSON
}
