package org.postseal.gateway.mail;

import java.util.Optional;
import org.postseal.certstore.MailAddress;

/** Holds the reverse path of MAIL FROM (RFC 5321 §4.1.1.2). */
public sealed interface ReversePath {
    /** The path is {@code <>}: the message is a DSN or MDN and is never answered. */
    record NullPath() implements ReversePath {}

    record Mailbox(MailAddress address) implements ReversePath {}

    default Optional<MailAddress> mailbox() {
        return switch (this) {
            case NullPath _ -> Optional.empty();
            case Mailbox(MailAddress address) -> Optional.of(address);
        };
    }

    /** Returns the wire form, with angle brackets. */
    default String wire() {
        return "<" + mailbox().map(MailAddress::toString).orElse("") + ">";
    }
}
