package org.postseal.gateway.road.pipeline;

import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Layers;
import org.postseal.gateway.smime.SenderEncryption;
import org.postseal.policy.facts.Author;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.Headers;
import org.postseal.policy.outcome.Handling;

/**
 * The facts of a message that are known without asking about certificates; the same for every recipient.
 *
 * @param message the message as received, without the fields that only we may write
 * @param root the structure of the message
 * @param layers the layers from the root inwards, up to a ciphertext
 * @param content the protection at the root
 * @param came the same protection in the words of the records
 * @param encryption the encryption that the message came with
 * @param author whom From names
 * @param visible every address of To and Cc; a recipient who is not among them is Bcc
 * @param headers the header fields for the policy
 * @param mediaType the media type of the root, as {@code type/subtype}
 * @param traits what else the message is, such as a reply or an invitation
 * @param kind whether the message is a bounce, an automatic reply or ordinary mail
 * @param messageId the Message-ID for the audit log
 * @param originMaySubmit true if the message is our own users' mail
 */
record Inspection(
        RawMessage message,
        MimeEntity root,
        Layers layers,
        Facts.Content content,
        Handling.Came came,
        SenderEncryption encryption,
        Author author,
        Set<MailAddress> visible,
        Headers headers,
        String mediaType,
        Set<Facts.Trait> traits,
        Facts.Kind kind,
        Optional<String> messageId,
        boolean originMaySubmit) {
    /** Returns the address of the single From field. */
    Optional<MailAddress> from() {
        return author.single();
    }
}
