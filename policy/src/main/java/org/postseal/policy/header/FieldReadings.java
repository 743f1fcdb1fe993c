package org.postseal.policy.header;

import java.util.List;

/**
 * The texts that mail programs may show for a header field or a parameter of one.
 *
 * @param isComplete false if some program may show another text
 */
public record FieldReadings(List<FieldText> texts, boolean isComplete) {
    /**
     * Returns the texts that mail programs may show if the text is written in several ways.
     *
     * @param isComplete false if a program may find another one
     */
    public static FieldReadings of(FieldReader reader, List<String> written, boolean isComplete) {
        List<FieldReadings> all =
                written.stream().map(text -> of(reader.read(text))).toList();
        return new FieldReadings(
                all.stream().flatMap(each -> each.texts.stream()).distinct().toList(),
                isComplete && all.stream().allMatch(FieldReadings::isComplete));
    }

    static FieldReadings of(EncodedWords.Readings readings) {
        return new FieldReadings(readings.texts().stream().map(FieldText::of).toList(), readings.isComplete());
    }
}
