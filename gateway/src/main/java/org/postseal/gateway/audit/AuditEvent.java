package org.postseal.gateway.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One line of the audit log. */
public sealed interface AuditEvent {
    /** When. */
    Instant time();

    /**
     * Certificates, keys or trust were changed, or a change was held.
     *
     * @param actor who did it: a user of the machine, or {@code postseal} for what the gateway learnt by itself
     * @param action a verb of the command line with its noun: {@code cert-pin}, {@code key-import}; {@code certificate-harvested}, {@code certificate-held}
     * @param object what was changed: {@code certificate:SHA-256}, {@code address:ADDRESS}, {@code trust:NAME}
     * @param details anything else, never a secret
     */
    record DirectoryChanged(Instant time, String actor, String action, String object, List<String> details)
            implements AuditEvent {
        public DirectoryChanged {
            details = List.copyOf(details);
        }
    }

    /**
     * A sender was told that his message was refused or redirected, or was not told because he has been told often enough.
     *
     * @param queueId of the message it is about
     * @param outcome what the next hop said of the notice, or why it was not sent
     */
    record NoticeSent(Instant time, String queueId, String recipient, String outcome) implements AuditEvent {}

    /**
     * What became of a message for one recipient. Absent values are empty, never guessed.
     *
     * @param queueId our id
     * @param upstreamId XFORWARD IDENT
     * @param messageId Message-ID as received, cut at 1 KiB
     * @param peer address of the connection
     * @param sender reverse path
     * @param recipient forward path
     * @param size octets received
     * @param direction of the policy
     * @param policySha256 the policy in force
     * @param rule that matched
     * @param mailboxPolicy that gave settings
     * @param decision {@code deliver}, {@code reject}, {@code defer}, {@code redirect}
     * @param protection what was added, with algorithms
     * @param incoming what was done to protection it came with
     * @param signature verdict, with cause
     * @param certificates what was used, as {@code role:SHA-256}
     * @param reason name from the {@code Reason} table
     * @param detail audit text and cause
     * @param unit number of the delivery unit, from 1
     * @param nextHopReply what the next hop said
     * @param reply what our peer was told
     * @param steps the policy's explanation
     */
    record RecipientDone(
            Instant time,
            String queueId,
            Optional<String> upstreamId,
            Optional<String> messageId,
            String peer,
            String sender,
            String recipient,
            long size,
            String direction,
            String policySha256,
            String rule,
            String mailboxPolicy,
            String decision,
            String protection,
            String incoming,
            String signature,
            List<String> certificates,
            Optional<String> reason,
            Optional<String> detail,
            Optional<Integer> unit,
            Optional<String> nextHopReply,
            String reply,
            List<String> steps)
            implements AuditEvent {}
}
