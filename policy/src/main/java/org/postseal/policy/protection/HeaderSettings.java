package org.postseal.policy.protection;

/**
 * What becomes of the header fields of a message that is signed or encrypted (RFC 9788).
 *
 * @param isProtected they are copied into what is protected
 * @param hideSubject where it is encrypted, the Subject outside reads {@code [...]}, or the message does not leave
 * @param legacyDisplay a hidden Subject is also written above the text, for mail programs that do not know header protection
 */
public record HeaderSettings(boolean isProtected, boolean hideSubject, boolean legacyDisplay) {
    /** Protected, and none hidden. */
    public static final HeaderSettings DEFAULT = new HeaderSettings(true, false, true);
}
