package org.postseal.gateway.app.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;

/**
 * Configures Logback in code. It is found through {@code META-INF/services}, because reading Logback's XML takes longer
 * than a whole command may take.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    static void reconfigure() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        LogConfigurator configurator = new LogConfigurator();
        configurator.setContext(context);
        configurator.configure(context);
    }

    static Encoder<ILoggingEvent> encoder(LogFormat format) {
        return switch (format) {
            case TEXT -> new TextEncoder();
            case JSON -> new OneLineJson();
        };
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Encoder<ILoggingEvent> encoder = encoder(LogSettings.format());
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(LogSettings.isServing() ? Level.WARN : Level.ERROR);
        root.addAppender(appender);
        if (LogSettings.isServing()) {
            context.getLogger("org.postseal").setLevel(Level.INFO);
        }
        // This logger prints a stack trace for every answer that does not validate, which anybody can cause. We report
        // that in a line of our own.
        context.getLogger("org.xbill.DNS").setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
