package org.postseal.policy.header;

import java.util.List;

/**
 * The texts that mail programs may show for a header field.
 *
 * @param isComplete false if some program may show another text
 */
public record FieldReadings(List<FieldText> texts, boolean isComplete) {
    static FieldReadings of(EncodedWords.Readings readings) {
        return new FieldReadings(readings.texts().stream().map(FieldText::of).toList(), readings.isComplete());
    }
}
