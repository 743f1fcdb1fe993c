package org.postseal.gateway.app.logging;

/** What the log shall be. {@link LogConfigurator} reads it when the first logger is asked for, and again when a command says that it serves. */
public final class LogSettings {
    private static volatile boolean isServing;
    private static volatile LogFormat chosenFormat = LogFormat.TEXT;

    private LogSettings() {}

    /** For {@code run}: from INFO on. Without this call a command logs errors only. */
    public static void serving(LogFormat format) {
        isServing = true;
        chosenFormat = format;
        // The classes of the command line have made loggers before any command could choose
        LogConfigurator.reconfigure();
    }

    static boolean isServing() {
        return isServing;
    }

    static LogFormat format() {
        return chosenFormat;
    }
}
