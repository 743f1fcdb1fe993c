package org.postseal.gateway.app.logging;

/**
 * Holds the settings of the log. {@link LogConfigurator} reads them when the first logger is asked for, and again when
 * a command says that it serves.
 */
public final class LogSettings {
    private static volatile boolean isServing;
    private static volatile LogFormat chosenFormat = LogFormat.TEXT;

    private LogSettings() {}

    /** Makes the log begin at INFO, for {@code run}. Without this call a command logs errors only. */
    public static void serving(LogFormat format) {
        isServing = true;
        chosenFormat = format;
        // Classes of the command line make loggers before a command can choose the settings, so these are read again.
        LogConfigurator.reconfigure();
    }

    static boolean isServing() {
        return isServing;
    }

    static LogFormat format() {
        return chosenFormat;
    }
}
