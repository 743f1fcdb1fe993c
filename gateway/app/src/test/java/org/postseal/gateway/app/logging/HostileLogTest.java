package org.postseal.gateway.app.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.event.KeyValuePair;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Tests text of strangers in both formats of the log. */
final class HostileLogTest {
    private static final String HOSTILE =
            "a\r\nb\tc\u001b[2J\u007f\u0085\u009b1m\u2028\u2029\u202e\u2066\u200b\ufeff\uE000\ud800"
                    + new String(Character.toChars(0xE0041))
                    + "\"\\";
    private static final String UNSAFE = "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Co}\\p{Cs}\\p{Cn}]";

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void nothingEndsTheLineOrDrivesATerminal(LogFormat format) {
        String line = line(format, HOSTILE, new IllegalStateException(HOSTILE));
        for (String each : line.split("\n", -1)) {
            // Each line of a stack begins with a tab, which is ours
            assertThat(each.replaceFirst("^\t", "")).doesNotContainPattern(UNSAFE);
        }
        assertThat(line.toLowerCase(java.util.Locale.ROOT))
                .contains("\\u009b", "\\u202e", "\\u2028", "\\u007f", "\\udb40\\udc41");
        if (format == LogFormat.JSON) {
            assertThat(line.strip().lines()).hasSize(1);
        }
    }

    /** JSON can be read as YAML, except for a lone surrogate. */
    @Test
    void jsonSaysWhatWasSent() {
        String sent = HOSTILE.replace("\ud800", "");
        Map<?, ?> fields = (Map<?, ?>) new Load(LoadSettings.builder().build())
                .loadFromString(line(LogFormat.JSON, sent, new IllegalStateException("x")));
        assertThat(fields.get("formattedMessage")).isEqualTo("Q1: " + sent);
        assertThat(fields.get("queueId")).isEqualTo("Q\"\\\u009b1");
    }

    private static String line(LogFormat format, String text, Throwable thrown) {
        LoggerContext context = new LoggerContext();
        Encoder<ILoggingEvent> encoder = LogConfigurator.encoder(format);
        encoder.setContext(context);
        encoder.start();
        LoggingEvent event =
                new LoggingEvent("test", context.getLogger("test"), Level.INFO, "Q1: {}", thrown, new Object[] {text});
        event.setMDCPropertyMap(Map.of());
        event.addKeyValuePair(new KeyValuePair("queueId", "Q\"\\\u009b1"));
        return new String(encoder.encode(event), UTF_8);
    }
}
