package org.postseal.gateway.mail;

import java.util.Optional;
import org.postseal.certstore.MailAddress;

/**
 * One forward path with its DSN parameters (RFC 3461 §4.1, §4.2), kept as written to be passed on unchanged.
 *
 * @param address forward path
 * @param notifyWhen value of NOTIFY, upper case
 * @param originalRecipient value of ORCPT, xtext as received
 */
public record Recipient(MailAddress address, Optional<String> notifyWhen, Optional<String> originalRecipient) {
    /** Without parameters. */
    public static Recipient of(MailAddress address) {
        return new Recipient(address, Optional.empty(), Optional.empty());
    }
}
