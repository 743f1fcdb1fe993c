package org.postseal.gateway.road.pipeline;

import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Layers;
import org.postseal.gateway.smime.SenderEncryption;
import org.postseal.policy.facts.Facts;

/**
 * The facts of a message that are known without asking about certificates; the same for every recipient.
 *
 * @param message the message as received, without the fields that only we may write
 * @param root the structure of the message
 * @param found the protection that the message came with
 * @param peer the peer in the words of the policy
 * @param facts the message in the words of the policy
 * @param visible every address of To and Cc; a recipient who is not among them is Bcc
 * @param messageId the Message-ID for the audit log
 */
record Inspection(
        RawMessage message,
        MimeEntity root,
        FoundProtection found,
        Facts.Peer peer,
        Facts.Message facts,
        Set<MailAddress> visible,
        Optional<String> messageId) {
    /** Returns the same inspection of a message with a further trait. */
    Inspection with(Facts.Trait trait) {
        return new Inspection(message, root, found, peer, facts.with(trait), visible, messageId);
    }

    /** The address of the single From field. */
    Optional<MailAddress> from() {
        return facts.from();
    }

    /** True if the message is our own users' mail, and none that they send on for somebody outside. */
    boolean isWrittenHere() {
        return peer.maySubmit() && !facts.traits().contains(Facts.Trait.SENT_ON);
    }

    Layers layers() {
        return found.layers();
    }

    /** The protection at the root. */
    Facts.Content content() {
        return found.atRoot().content();
    }

    SenderEncryption encryption() {
        return found.encryption();
    }
}
