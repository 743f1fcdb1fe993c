package org.postseal.gateway.logging;

/** What the log shall be, set before the first logger is asked for: {@link LogConfigurator} reads it once. */
public final class LogSettings {
    private static volatile boolean isServing;
    private static volatile LogFormat chosenFormat = LogFormat.TEXT;

    private LogSettings() {}

    /** For {@code run}: from INFO on. Without this call a command logs errors only. */
    public static void serving(LogFormat format) {
        isServing = true;
        chosenFormat = format;
    }

    static boolean isServing() {
        return isServing;
    }

    static LogFormat format() {
        return chosenFormat;
    }
}
