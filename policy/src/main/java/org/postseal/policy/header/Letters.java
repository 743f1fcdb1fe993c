package org.postseal.policy.header;

import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * Looks at texts of a message letter by letter, and changes their case. {@code String} copies the whole result anew for
 * each letter that becomes two, so that a field of 100 KB takes a third of a second.
 */
public final class Letters {
    private Letters() {}

    /** Returns true if each {@code char} of the text passes the test. */
    public static boolean areAll(String text, IntPredicate test) {
        for (int i = 0; i < text.length(); i++) {
            if (!test.test(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Returns the text with each letter in lower case, as {@link Character#toLowerCase(int)} has it. */
    public static String lower(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        int letter;
        for (int i = 0; i < text.length(); i += Character.charCount(letter)) {
            letter = text.codePointAt(i);
            lower.appendCodePoint(Character.toLowerCase(letter));
        }
        return lower.toString();
    }

    /** Returns the text in one case; letters that only one case tells apart become the same, such as ß and ss. */
    static String fold(String text) {
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
