package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NeedleTest {
    @Test
    void itFindsWhatALookAtEveryPlaceFinds() {
        SplittableRandom random = new SplittableRandom(4711);
        int found = 0;
        for (int i = 0; i < 20_000; i++) {
            // With few letters, many places nearly match.
            String text = letters(random, random.nextInt(40));
            String wanted = letters(random, random.nextInt(6));
            int from = random.nextInt(text.length() + 1);
            int to = from + random.nextInt(text.length() + 1 - from);
            boolean isThere =
                    text.substring(from, to).toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
            assertThat(Needle.of(wanted).isIn(text.getBytes(ISO_8859_1), from, to))
                    .as("%s in %s from %d to %d", wanted, text, from, to)
                    .isEqualTo(isThere);
            found += isThere ? 1 : 0;
        }
        assertThat(found).isBetween(1000, 19_000);
    }

    private static String letters(SplittableRandom random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("aAbB@\u00e9".charAt(random.nextInt(6)));
        }
        return text.toString().replace("\u00e9", length > 5 ? "\u00e9" : "-");
    }
}
