package org.postseal.gateway.app.logging;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.postseal.gateway.audit.record.VisibleText;
import org.slf4j.event.KeyValuePair;

/**
 * Writes Logback's JSON in such a way that text of strangers can neither end the line nor drive a terminal: {@link
 * VisibleText} escapes what Logback leaves as it is. A value that was logged with a key becomes a field of its own.
 */
final class OneLineJson extends JsonEncoder {
    OneLineJson() {
        // People read the formatted message; a collector may group by the template, which stands beside it.
        setWithFormattedMessage(true);
        setWithKVPList(false);
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        String json = new String(super.encode(event), StandardCharsets.UTF_8).stripTrailing();
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        StringBuilder line = new StringBuilder(json.length() + 64);
        // Everything outside of strings is ASCII, so an escape can only stand within a string.
        line.append(VisibleText.of(json.substring(0, json.length() - 1)));
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                line.append(",\"").append(VisibleText.inJson(pair.key)).append("\":\"");
                line.append(VisibleText.inJson(String.valueOf(pair.value))).append('"');
            }
        }
        return line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }
}
