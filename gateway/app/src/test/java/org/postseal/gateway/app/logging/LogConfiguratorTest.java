package org.postseal.gateway.app.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

final class LogConfiguratorTest {
    /** The line is read as YAML, since all JSON is YAML. */
    @Test
    void aJsonLineHoldsTheWholeMessage() {
        LoggerContext context = new LoggerContext();
        Encoder<ILoggingEvent> encoder = LogConfigurator.encoder(LogFormat.JSON);
        encoder.setContext(context);
        encoder.start();
        LoggingEvent event =
                new LoggingEvent("test", context.getLogger("test"), Level.INFO, "port {}", null, new Object[] {25});
        event.setMDCPropertyMap(Map.of());

        String line = new String(encoder.encode(event), StandardCharsets.UTF_8);

        Map<?, ?> fields = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(line);
        assertThat(fields.get("formattedMessage")).isEqualTo("port 25");
        assertThat(fields.get("message")).isEqualTo("port {}");
    }
}
