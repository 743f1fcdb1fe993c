package org.postseal.policy.header;

import java.util.Locale;

/**
 * A text that many tests look at.
 *
 * @param text without outer white space
 * @param folded the same without regard to case
 */
public record FieldText(String text, String folded) {
    public static FieldText of(String written) {
        String text = written.strip();
        return new FieldText(text, fold(text));
    }

    /** Returns the text in one case; letters that only one case tells apart become the same, such as ß and ss. */
    static String fold(String text) {
        // A whole text takes time by the square of the letters that become two in upper case.
        StringBuilder folded = new StringBuilder(text.length());
        text.codePoints().forEach(letter -> {
            if (letter < 128) {
                folded.append((char) Character.toLowerCase(letter));
            } else {
                folded.append(
                        Character.toString(letter).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
            }
        });
        return folded.toString();
    }
}
