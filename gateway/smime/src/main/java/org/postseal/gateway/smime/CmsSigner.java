package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.mail.Base64OutputStream;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.protect.Payload;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.SigningSettings;

/**
 * Signs messages (RFC 8551 §3.5). Thread-safe.
 *
 * <p>The Content- fields move inside, and every other field stays where it is. The content is made 7-bit before it is
 * signed, since a relay that had to recode it later would break the signature (RFC 8551 §3.1.3).
 */
public final class CmsSigner {
    private final SecureRandom random = new SecureRandom();
    private final SignerInfoWriter.Recent recent = new SignerInfoWriter.Recent();

    /**
     * Says who signs.
     *
     * @param encryption the certificate that answers shall be encrypted to, if it is not that of {@code key}; it is
     * sent along and named
     * @param root of the path of the key's certificate, if it is known; it is sent along only if the settings say so
     * @param role whether it is the author's signature or that of their domain
     */
    public record Signer(
            KeyHandle key,
            Optional<MailCertificate> encryption,
            Optional<MailCertificate> root,
            SignerReport.Role role) {
        /** Makes a signer who is the author. */
        public Signer(KeyHandle key, Optional<MailCertificate> encryption, Optional<MailCertificate> root) {
            this(key, encryption, root, SignerReport.Role.ORIGINATOR);
        }

        /** Makes a signer whose certificate is also the one that answers are encrypted to. */
        public static Signer of(KeyHandle key) {
            return new Signer(key, Optional.empty(), Optional.empty());
        }
    }

    /** Signs with a key whose certificate is also the one that answers are encrypted to. */
    public SignedMessage sign(
            RawMessage message,
            HeaderBlock header,
            KeyHandle key,
            SigningSettings settings,
            Instant time,
            Spool.Scope scope)
            throws IOException, SealException {
        return sign(message, header, Signer.of(key), settings, time, scope);
    }

    /**
     * Signs a message.
     *
     * @param header of {@code message}
     * @throws SealException if the key cannot sign, or the content cannot be made 7-bit
     * @throws IOException if our own disk fails
     */
    public SignedMessage sign(
            RawMessage message,
            HeaderBlock header,
            Signer signer,
            SigningSettings settings,
            Instant time,
            Spool.Scope scope)
            throws IOException, SealException {
        return signEntity(Entities.entity(message, header), header, signer, settings, time, scope);
    }

    /**
     * Signs a payload, as {@link #sign(RawMessage, HeaderBlock, Signer, SigningSettings, Instant, Spool.Scope)} does.
     */
    public SignedMessage sign(Payload payload, Signer signer, SigningSettings settings, Instant time, Spool.Scope scope)
            throws IOException, SealException {
        return signEntity(payload.entity(), payload.outer(), signer, settings, time, scope);
    }

    /**
     * Signs what is encrypted, so that a relay can see who sent it (RFC 2634 §1.1). The result stays sealed for the
     * same recipients. It signs as {@link #sign(RawMessage, HeaderBlock, Signer, SigningSettings, Instant,
     * Spool.Scope)} does.
     */
    public Sendable.Sealed sign(
            Sendable.Sealed sealed, Signer signer, SigningSettings settings, Instant time, Spool.Scope scope)
            throws IOException, SealException {
        SignedMessage signed = signEntity(sealed.entity(), sealed.outer(), signer, settings, time, scope);
        return new Sendable.Sealed(sealed.outer(), signed.contentFields(), signed.body(), sealed.recipients());
    }

    private SignedMessage signEntity(
            RawMessage entity,
            HeaderBlock header,
            Signer signer,
            SigningSettings settings,
            Instant time,
            Spool.Scope scope)
            throws IOException, SealException {
        SigningAlgorithm algorithm = SigningAlgorithm.choose(
                        signer.key().certificate().keyKind(), signer.key().schemes(), settings)
                .orElseThrow(() ->
                        new SealException(Reason.ALGORITHM_NOT_ALLOWED, "the key cannot sign by " + settings, null));
        RawMessage ready =
                settings.clear() ? SevenBitEntity.demand(entity, scope) : SevenBitEntity.prefer(entity, scope);
        SignedDataWriter writer = new SignedDataWriter(signer, algorithm, settings, recent);
        try {
            return settings.clear()
                    ? clear(header, ready, writer.detached(ready, time), algorithm, scope)
                    : opaque(header, writer.opaque(ready, time), scope);
        } catch (SignatureException e) {
            throw new SealException(Reason.CRYPTOGRAPHIC_FAILURE, "signing failed", e);
        }
    }

    private SignedMessage clear(
            HeaderBlock header, RawMessage entity, RawMessage signature, SigningAlgorithm algorithm, Spool.Scope scope)
            throws IOException {
        String boundary = boundary();
        byte[] fields = Entities.ascii("Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n"
                + "\tmicalg=" + algorithm.digest().micalg() + ";\r\n"
                + "\tboundary=\"" + boundary + "\"\r\n");
        byte[] before = Entities.ascii("This is an S/MIME signed message\r\n\r\n--" + boundary + "\r\n");
        byte[] between = Entities.ascii("\r\n--" + boundary + "\r\n"
                + "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n"
                + "Content-Transfer-Encoding: base64\r\n"
                + "Content-Disposition: attachment; filename=\"smime.p7s\"\r\n"
                + "Content-Description: S/MIME cryptographic signature\r\n\r\n");
        byte[] after = Entities.ascii("\r\n--" + boundary + "--\r\n");
        RawMessage body = RawMessage.join(List.of(
                RawMessage.of(before), entity, RawMessage.of(between), base64(signature, scope), RawMessage.of(after)));
        return new SignedMessage(header, fields, body);
    }

    private static SignedMessage opaque(HeaderBlock header, RawMessage signedData, Spool.Scope scope)
            throws IOException {
        return new SignedMessage(header, Entities.cmsFields("signed-data"), base64(signedData, scope));
    }

    private static RawMessage base64(RawMessage object, Spool.Scope scope) throws IOException {
        Spool spool = scope.newSpool();
        try (OutputStream out = new Base64OutputStream(spool)) {
            object.writeTo(out);
        }
        return spool.finish();
    }

    // The boundary has 160 random bits, made after the content is fixed. That it occurs in the content (RFC 2046
    // §5.1.1) is as likely as guessing a key. Its characters cannot occur at a line's start in base64 or
    // quoted-printable either.
    private String boundary() {
        byte[] octets = new byte[20];
        random.nextBytes(octets);
        return "=_" + HexFormat.of().formatHex(octets);
    }
}
