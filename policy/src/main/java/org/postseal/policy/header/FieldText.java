package org.postseal.policy.header;

/**
 * A text that many tests look at.
 *
 * @param text without outer white space
 * @param folded the same without regard to case
 */
public record FieldText(String text, String folded) {
    public static FieldText of(String written) {
        String text = written.strip();
        return new FieldText(text, Letters.fold(text));
    }
}
