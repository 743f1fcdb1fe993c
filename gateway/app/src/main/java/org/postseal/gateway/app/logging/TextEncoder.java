package org.postseal.gateway.app.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import org.postseal.gateway.audit.record.VisibleText;

/**
 * Writes {@code TIME LEVEL LOGGER: MESSAGE}, and the stack of a throwable on the lines below it, each after a tab. A
 * message may hold what a peer sent, so no character of it may end the line or control a terminal (CWE-117).
 */
final class TextEncoder extends EncoderBase<ILoggingEvent> {
    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder()
                .append(event.getInstant())
                .append(' ')
                .append(event.getLevel())
                .append(' ')
                .append(shortName(event.getLoggerName()))
                .append(": ")
                .append(VisibleText.of(event.getFormattedMessage()))
                .append('\n');
        if (event.getThrowableProxy() != null) {
            ThrowableProxyUtil.asString(event.getThrowableProxy())
                    .lines()
                    .forEach(frame -> line.append('\t')
                            .append(VisibleText.of(frame.strip()))
                            .append('\n'));
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }
}
