package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.mail.Base64OutputStream;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.protect.Payload;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionSettings;

/**
 * Encrypts messages (RFC 8551 §3.3, §3.4). Only this class makes a {@link Sendable.Sealed}, apart from {@link
 * CmsSigner}, which signs one that exists. Thread-safe.
 */
public final class CmsEncryptor {
    private final SecureRandom random = new SecureRandom();

    /**
     * Names one recipient.
     *
     * @param certificate chosen and checked by the certificate store
     */
    public record Recipient(MailAddress address, MailCertificate certificate) {}

    /**
     * Says who can read a copy.
     *
     * @param recipients to whom it is sent
     * @param readers certificates of others, to whom it is not sent; one that a recipient has too counts once
     */
    public record Audience(List<Recipient> recipients, List<MailCertificate> readers) {
        public Audience {
            recipients = List.copyOf(recipients);
            readers = List.copyOf(readers);
        }

        public static Audience of(List<Recipient> recipients) {
            return new Audience(recipients, List.of());
        }

        private List<MailCertificate> certificates() {
            return Stream.concat(recipients.stream().map(Recipient::certificate), readers.stream())
                    .distinct()
                    .toList();
        }
    }

    /**
     * Encrypts a message to all recipients, who thereby learn of one another.
     *
     * @param header of {@code message}
     * @throws SealException if it cannot be done for one of them; then it is done for none
     * @throws IOException if our own disk fails
     */
    public Sendable.Sealed encrypt(
            RawMessage message,
            HeaderBlock header,
            List<Recipient> recipients,
            EncryptionSettings settings,
            Spool.Scope scope)
            throws IOException, SealException {
        RawMessage entity = SevenBitEntity.prefer(Entities.entity(message, header), scope);
        return seal(entity, header, Audience.of(recipients), settings, scope);
    }

    /** Encrypts a payload, as {@link #encrypt(RawMessage, HeaderBlock, List, EncryptionSettings, Spool.Scope)} does. */
    public Sendable.Sealed encrypt(Payload payload, Audience audience, EncryptionSettings settings, Spool.Scope scope)
            throws IOException, SealException {
        RawMessage entity = SevenBitEntity.prefer(payload.entity(), scope);
        return seal(entity, payload.outer(), audience, settings, scope);
    }

    /**
     * Encrypts what was signed (RFC 8551 §3.7), as {@link #encrypt(RawMessage, HeaderBlock, List, EncryptionSettings,
     * Spool.Scope)} does.
     */
    public Sendable.Sealed encrypt(
            SignedMessage signed, Audience audience, EncryptionSettings settings, Spool.Scope scope)
            throws IOException, SealException {
        return seal(signed.entity(), signed.outer(), audience, settings, scope);
    }

    private Sendable.Sealed seal(
            RawMessage entity, HeaderBlock header, Audience audience, EncryptionSettings settings, Spool.Scope scope)
            throws IOException, SealException {
        if (audience.recipients().isEmpty()) {
            throw new IllegalArgumentException("encryption to nobody");
        }
        // Header fields stay outside. Other programs begin the body at a line that is no field to them (RFC 5322 §2.2),
        // so such a line and what follows it would leave in clear.
        if (header.isMalformed()) {
            throw new SealException(
                    Reason.HEADER_MALFORMED, "a line of the header section is no field, so it may be text", null);
        }
        // Readers are not among the addresses: the copy may not be sent to anybody whom the envelope does not name.
        Set<MailAddress> addresses = audience.recipients().stream()
                .map(Recipient::address)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Spool spool = scope.newSpool();
        try (OutputStream out = new Base64OutputStream(spool)) {
            new EnvelopedDataWriter(settings, random).write(entity, audience.certificates(), out);
        } catch (GeneralSecurityException e) {
            throw new SealException(Reason.CRYPTOGRAPHIC_FAILURE, "encryption failed", e);
        }
        String type = settings.cipher().isAuthenticated() ? "authEnveloped-data" : "enveloped-data";
        return new Sendable.Sealed(header, Entities.cmsFields(type), spool.finish(), addresses);
    }
}
