package org.postseal.gateway.admin.cli.offline;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smtp.Reply;

/**
 * What the road made of one message without sending anything.
 *
 * @param from the reverse path
 * @param role the role of the listener that it was taken to come in on
 * @param units the delivery units that would leave, in order
 * @param answers one answer for each recipient, in the order given
 */
public record OfflineResult(ReversePath from, Peer.Role role, List<Unit> units, List<Answer> answers) {
    public OfflineResult {
        units = List.copyOf(units);
        answers = List.copyOf(answers);
    }

    /**
     * One delivery unit.
     *
     * @param recipients the recipients who would get it
     * @param octets all that would be sent, with our trace fields first
     */
    public record Unit(List<MailAddress> recipients, RawMessage octets) {}

    /**
     * The result for one recipient.
     *
     * @param reply the reply that the peer would have got
     * @param record what the audit log would hold; empty if the message was refused before it took the road
     */
    public record Answer(MailAddress recipient, Reply reply, Optional<AuditEvent.RecipientDone> record) {}
}
