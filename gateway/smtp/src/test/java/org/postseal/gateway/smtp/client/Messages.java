package org.postseal.gateway.smtp.client;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smime.SendablesForTests;

/** Makes envelopes and units for the tests of this package. */
final class Messages {
    static final ReversePath SENDER = new ReversePath.Mailbox(MailAddress.of("alice@example.com"));
    static final String TEXT = "Subject: hello\r\n\r\nbody\r\n";

    private Messages() {}

    /** Returns {@code r1@example.net}, {@code r2@example.net}, ... */
    static List<Recipient> recipients(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> Recipient.of(MailAddress.of("r" + i + "@example.net")))
                .toList();
    }

    static OutgoingEnvelope envelope(int recipients) {
        return envelope(recipients(recipients), MailParameters.NONE);
    }

    static OutgoingEnvelope envelope(List<Recipient> recipients, MailParameters parameters) {
        return new OutgoingEnvelope(SENDER, recipients, parameters, new byte[0], Optional.empty());
    }

    static Sendable unit(OutgoingEnvelope envelope, RawMessage message) {
        return SendablesForTests.untouched(message, addresses(envelope));
    }

    static Sendable unit(OutgoingEnvelope envelope) {
        return unit(envelope, raw(TEXT));
    }

    static Set<MailAddress> addresses(OutgoingEnvelope envelope) {
        return envelope.recipients().stream().map(Recipient::address).collect(Collectors.toSet());
    }

    static RawMessage raw(String text) {
        return RawMessage.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
