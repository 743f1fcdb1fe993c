package org.postseal.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailAddress;

/** A message for tests, ordinary unless said otherwise. Immutable. */
record Mail(Facts facts) {
    /** Submitted by one of ours. */
    static Mail ours(String from, String recipient) {
        return of(true, from, recipient);
    }

    /** From outside. */
    static Mail theirs(String from, String recipient) {
        return of(false, from, recipient);
    }

    private static Mail of(boolean maySubmit, String from, String recipient) {
        Optional<MailAddress> sender = MailAddress.parse(from);
        return new Mail(new Facts(
                maySubmit,
                sender,
                sender,
                MailAddress.of(recipient),
                Map.of(),
                Facts.Kind.ORDINARY,
                Facts.Content.CLEAR,
                Facts.Signature.UNSIGNED));
    }

    Mail envelopeSender(String address) {
        Facts f = facts;
        return new Mail(new Facts(
                f.originMaySubmit(),
                MailAddress.parse(address),
                f.from(),
                f.recipient(),
                f.headers(),
                f.kind(),
                f.content(),
                f.signature()));
    }

    Mail header(String name, String... bodies) {
        Facts f = facts;
        Map<String, List<String>> headers = new HashMap<>(f.headers());
        headers.put(name.toLowerCase(Locale.ROOT), List.of(bodies));
        return new Mail(new Facts(
                f.originMaySubmit(),
                f.envelopeSender(),
                f.from(),
                f.recipient(),
                headers,
                f.kind(),
                f.content(),
                f.signature()));
    }

    Mail kind(Facts.Kind kind) {
        Facts f = facts;
        return new Mail(new Facts(
                f.originMaySubmit(),
                f.envelopeSender(),
                f.from(),
                f.recipient(),
                f.headers(),
                kind,
                f.content(),
                f.signature()));
    }

    Mail content(Facts.Content content, Facts.Signature signature) {
        Facts f = facts;
        return new Mail(new Facts(
                f.originMaySubmit(),
                f.envelopeSender(),
                f.from(),
                f.recipient(),
                f.headers(),
                f.kind(),
                content,
                signature));
    }

    Mail signed(Facts.Signature signature) {
        return content(Facts.Content.SIGNED, signature);
    }

    Mail encrypted() {
        return content(Facts.Content.ENCRYPTED, Facts.Signature.UNSIGNED);
    }
}
