package org.postseal.gateway.road.pipeline;

import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Layers;
import org.postseal.gateway.smime.SenderEncryption;
import org.postseal.policy.Facts;
import org.postseal.policy.Handling;
import org.postseal.policy.Headers;

/**
 * What is known of a message before anybody is asked about certificates; the same for every recipient.
 *
 * @param message as received, without the fields that only we may write
 * @param root its structure
 * @param layers from its root inwards, up to a ciphertext
 * @param content the protection at its root
 * @param came the same as the records say it
 * @param encryption it came with
 * @param from the address of its single From field
 * @param visible every address of To and Cc: a recipient who is not among them is Bcc
 * @param headers for the policy
 * @param mediaType of the root, {@code type/subtype}
 * @param traits what else it is
 * @param kind of mail
 * @param messageId for the audit log
 * @param originMaySubmit whether it is our own users' mail
 */
record Inspection(
        RawMessage message,
        MimeEntity root,
        Layers layers,
        Facts.Content content,
        Handling.Came came,
        SenderEncryption encryption,
        Optional<MailAddress> from,
        Set<MailAddress> visible,
        Headers headers,
        String mediaType,
        Set<Facts.Trait> traits,
        Facts.Kind kind,
        Optional<String> messageId,
        boolean originMaySubmit) {}
