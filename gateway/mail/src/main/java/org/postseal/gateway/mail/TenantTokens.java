package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.Secret;
import org.postseal.policy.outcome.Reason;

/**
 * Tells mail of one customer of a service from that of all others who come from the same addresses with the same
 * certificate, as all tenants of Exchange Online do. A transport rule of the customer writes a field with a secret
 * value, which is another one for each direction. Without it, anybody who has a tenant could have their mail signed
 * here.
 *
 * @param field the name of the field, which is removed from every message
 * @param submission the value on mail of our own users; if empty, no such mail comes there
 * @param inbound the value on mail from outside; if empty, no such mail comes there
 */
public record TenantTokens(String field, Optional<Secret> submission, Optional<Secret> inbound) {
    /**
     * Holds a message that has shown its value.
     *
     * @param envelope whose peer has the role that the value stands for
     * @param message without the field
     */
    public record Admitted(Envelope envelope, RawMessage message) {}

    /**
     * Takes a message that has the field once, with one of the values, and refuses any other. A rule of Exchange that
     * sets a field replaces what stood there, so it does not write two of them.
     *
     * @throws IOException if the message cannot be read
     */
    public Parsed<Admitted> admit(Envelope envelope, RawMessage message) throws IOException {
        return switch (HeaderBlock.read(message, Budget.standard())) {
            case Parsed.Refused<HeaderBlock>(Reason reason, String detail) -> Parsed.refused(reason, detail);
            case Parsed.Success<HeaderBlock>(HeaderBlock headers) -> admit(envelope, message, headers);
        };
    }

    private Parsed<Admitted> admit(Envelope envelope, RawMessage message, HeaderBlock headers) throws IOException {
        List<HeaderField> shown = headers.all(field);
        if (shown.size() != 1) {
            return Parsed.refused(Reason.TENANT_NOT_KNOWN, shown.isEmpty() ? "no " + field : "several of " + field);
        }
        Secret value = Secret.of(shown.getFirst().unfolded().strip().getBytes(UTF_8));
        Optional<Peer.Role> role = is(submission, value)
                ? Optional.of(Peer.Role.SUBMISSION)
                : Optional.of(Peer.Role.INBOUND).filter(_ -> is(inbound, value));
        if (role.isEmpty()) {
            return Parsed.refused(Reason.TENANT_NOT_KNOWN, "another value of " + field);
        }
        HeaderBlock left = headers.without(each -> each.is(field));
        return new Parsed.Success<>(new Admitted(
                envelope.from(envelope.peer().provedAs(role.get())),
                RawMessage.join(List.of(RawMessage.of(left.toByteArray()), message.from(headers.size())))));
    }

    private static boolean is(Optional<Secret> expected, Secret value) {
        return expected.filter(value::equals).isPresent();
    }
}
