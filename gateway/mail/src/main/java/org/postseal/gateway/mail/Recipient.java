package org.postseal.gateway.mail;

import java.util.Optional;
import org.postseal.certstore.MailAddress;

/**
 * Holds one forward path with its DSN parameters (RFC 3461 §4.1, §4.2), which are kept as written to be passed on.
 *
 * @param notifyWhen the value of NOTIFY, in upper case
 * @param originalRecipient the value of ORCPT in xtext, as received
 */
public record Recipient(MailAddress address, Optional<String> notifyWhen, Optional<String> originalRecipient) {
    /** Makes a recipient without DSN parameters. */
    public static Recipient of(MailAddress address) {
        return new Recipient(address, Optional.empty(), Optional.empty());
    }

    /** Returns the same recipient, of whom a report tells failure alone, or nothing if the sender wants no report. */
    public Recipient reportingFailureOnly() {
        return new Recipient(address, Optional.of(wantsNoReport() ? NEVER : "FAILURE"), originalRecipient);
    }

    /** Returns true if the sender wants to hear nothing of this recipient, not even that they did not get the mail. */
    public boolean wantsNoReport() {
        return notifyWhen.filter(NEVER::equals).isPresent();
    }

    private static final String NEVER = "NEVER";
}
