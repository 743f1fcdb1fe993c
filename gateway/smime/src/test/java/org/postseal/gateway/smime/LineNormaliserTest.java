package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineNormaliserTest {
    @Test
    void allBareLineEndsBecomeCrlfHoweverTheOctetsCome() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(20); n > 0; n--) {
                text.append("\r\nab.\0".charAt(random.nextInt(6)));
            }
            String input = text.toString();
            byte[] octets = input.getBytes(StandardCharsets.US_ASCII);
            String expected = input.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n");

            ByteArrayOutputStream normalised = new ByteArrayOutputStream();
            LineCheck check = new LineCheck(new ByteArrayOutputStream());
            try (LineNormaliser out = new LineNormaliser(normalised)) {
                for (int at = 0; at < octets.length; ) {
                    int count = 1 + random.nextInt(octets.length - at);
                    out.write(octets, at, count);
                    check.write(octets, at, count);
                    at += count;
                }
            }
            assertThat(normalised.toString(StandardCharsets.US_ASCII)).isEqualTo(expected);
            assertThat(check.hasBareLineEnd()).isEqualTo(!expected.equals(input));
            assertThat(check.hasNul()).isEqualTo(input.indexOf('\0') >= 0);
        }
    }
}
