package org.postseal.gateway.mail;

import java.util.Optional;
import org.postseal.certstore.MailAddress;

/** The reverse path of MAIL FROM (RFC 5321 §4.1.1.2). */
public sealed interface ReversePath {
    /** {@code <>}: a DSN or MDN, never to be answered. */
    record NullPath() implements ReversePath {}

    /** An address. */
    record Mailbox(MailAddress address) implements ReversePath {}

    /** The address, if there is one. */
    default Optional<MailAddress> mailbox() {
        return switch (this) {
            case NullPath _ -> Optional.empty();
            case Mailbox(MailAddress address) -> Optional.of(address);
        };
    }

    /** The wire form with angle brackets. */
    default String wire() {
        return "<" + mailbox().map(MailAddress::toString).orElse("") + ">";
    }
}
