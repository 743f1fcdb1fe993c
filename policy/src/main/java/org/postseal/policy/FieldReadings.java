package org.postseal.policy;

import java.util.List;

/**
 * What mail programs may show of a header field.
 *
 * @param isComplete false where some program may show another text
 */
record FieldReadings(List<FieldText> texts, boolean isComplete) {
    static FieldReadings of(String body) {
        EncodedWords.Readings readings = EncodedWords.readings(body);
        return new FieldReadings(readings.texts().stream().map(FieldText::of).toList(), readings.isComplete());
    }

    /** The most likely reading alone; complete where there can be no other. */
    static FieldReadings usual(String body) {
        boolean isPlain = !body.contains("=?") && body.chars().allMatch(c -> c < 128);
        return isPlain ? of(body) : new FieldReadings(List.of(FieldText.of(EncodedWords.decode(body))), false);
    }
}
