package org.postseal.gateway.app.logging;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.postseal.gateway.audit.VisibleText;
import org.slf4j.event.KeyValuePair;

/**
 * Logback's JSON, where what a stranger sent can neither end the line nor drive a terminal: what it leaves as it is above ASCII, and DEL, is escaped as in the text. What was logged with a key
 * stands as a field of its own.
 */
final class OneLineJson extends JsonEncoder {
    OneLineJson() {
        // what a person reads, besides the template that a collector may group by
        setWithFormattedMessage(true);
        setWithKVPList(false);
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        String json = new String(super.encode(event), StandardCharsets.UTF_8).stripTrailing();
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        StringBuilder line = new StringBuilder(json.length() + 64);
        // outside of strings everything is ASCII, so that an escape can only come to stand in one
        line.append(VisibleText.of(json.substring(0, json.length() - 1)));
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                line.append(",\"").append(inString(pair.key)).append("\":\"");
                line.append(inString(String.valueOf(pair.value))).append('"');
            }
        }
        return line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String inString(String text) {
        return VisibleText.of(text.replace("\\", "\\\\").replace("\"", "\\\""));
    }
}
