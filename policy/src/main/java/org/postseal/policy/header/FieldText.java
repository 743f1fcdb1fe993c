package org.postseal.policy.header;

import java.util.Locale;

/**
 * A text that many tests look at.
 *
 * @param text without outer white space
 * @param lowerCase the same in lower case
 */
public record FieldText(String text, String lowerCase) {
    public static FieldText of(String written) {
        String text = written.strip();
        return new FieldText(text, text.toLowerCase(Locale.ROOT));
    }
}
