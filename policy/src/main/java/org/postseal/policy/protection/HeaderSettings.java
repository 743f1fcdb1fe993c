package org.postseal.policy.protection;

/**
 * The treatment of the header fields of a message that is signed or encrypted (RFC 9788).
 *
 * @param isProtected whether they are copied into the protected content
 * @param hideSubject whether the outer Subject of an encrypted message reads {@code [...]}; if the Subject cannot be
 *     hidden, the message does not leave
 * @param legacyDisplay whether a hidden Subject also stands above the text, for mail programs that do not know header
 *     protection
 */
public record HeaderSettings(boolean isProtected, boolean hideSubject, boolean legacyDisplay) {
    /** All fields are protected, and none is hidden. */
    public static final HeaderSettings DEFAULT = new HeaderSettings(true, false, true);
}
