package org.postseal.gateway.mail;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Holds the ESMTP parameters of MAIL that the gateway carries (RFC 1870, 6152, 6531, 3461, 8689).
 *
 * @param size SIZE in octets, as declared
 * @param envelopeId ENVID in xtext, as received
 */
public record MailParameters(
        OptionalLong size, Body body, boolean smtpUtf8, Optional<Ret> ret, Optional<String> envelopeId) {
    public static final MailParameters NONE =
            new MailParameters(OptionalLong.empty(), Body.SEVEN_BIT, false, Optional.empty(), Optional.empty());

    /** Names the value of BODY; an absent BODY means 7BIT. */
    public enum Body {
        SEVEN_BIT,
        EIGHT_BIT_MIME
    }

    /** Says how much of a message a DSN returns (RFC 3461 §4.3). */
    public enum Ret {
        FULL,
        HDRS
    }

    public MailParameters withRet(Ret newRet) {
        return new MailParameters(size, body, smtpUtf8, Optional.of(newRet), envelopeId);
    }
}
