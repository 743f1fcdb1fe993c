package org.postseal.gateway.smime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.FromAddress;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.SigningSettings;

/** Makes messages for tests, and has short names for the steps of the pipeline. */
final class Mail {
    static final SigningSettings CLEAR =
            new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PKCS1, true);
    static final SigningSettings OPAQUE =
            new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PKCS1, false);
    static final EncryptionSettings GCM =
            new EncryptionSettings(EncryptionSettings.Cipher.AES256_GCM, EncryptionSettings.RsaKeyTransport.PKCS1);
    static final EncryptionSettings CBC =
            new EncryptionSettings(EncryptionSettings.Cipher.AES256_CBC, EncryptionSettings.RsaKeyTransport.PKCS1);
    static final String OUTER = """
            Received: from a by b; Tue, 24 Nov 2026 12:00:00 +0000
            From: Alice <alice@example.com>
            To: bob@example.net
            Subject: A  subject
             folded
            X-Odd:no blank
            MIME-Version: 1.0
            """.replace("\n", "\r\n");
    static final String ENTITY_HEADER = "Content-Type: text/plain; charset=us-ascii\r\nContent-Language: en\r\n\r\n";

    static final Layers NO_LAYERS = new Layers(List.of(), Optional.empty(), Optional.empty(), false, Optional.empty());

    private static final Spool.Factory SPOOLS = new Spool.Factory();

    private Mail() {}

    /** Opens a scope that is never closed: the heap holds what tests make, and a file is unlinked from the start. */
    static Spool.Scope scope() {
        return SPOOLS.open();
    }

    static RawMessage of(String text) {
        return RawMessage.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static RawMessage message(String body) {
        return of(OUTER + ENTITY_HEADER + body);
    }

    /** Returns {@code size} octets in lines of 64. */
    static String body(int size) {
        StringBuilder body = new StringBuilder(size);
        while (body.length() < size) {
            body.append("%062d\r\n".formatted(body.length()));
        }
        body.setLength(Math.max(0, size - 2));
        return size < 2 ? "" : body.append("\r\n").toString();
    }

    static HeaderBlock header(RawMessage message) throws IOException {
        return HeaderBlock.read(message, Budget.standard()).orElseThrow();
    }

    static MimeEntity scan(RawMessage message) throws IOException {
        return MimeScanner.scan(message, Budget.standard()).orElseThrow();
    }

    static RawMessage sign(RawMessage message, KeyHandle key, SigningSettings settings)
            throws IOException, SealException {
        return signed(message, key, settings).message();
    }

    static SignedMessage signed(RawMessage message, KeyHandle key, SigningSettings settings)
            throws IOException, SealException {
        return new CmsSigner().sign(message, header(message), key, settings, Pki.NOW, scope());
    }

    static RawMessage encrypt(RawMessage message, EncryptionSettings settings, MailCertificate... certificates)
            throws IOException, SealException {
        return new CmsEncryptor()
                .encrypt(message, header(message), recipients(certificates), settings, scope())
                .message();
    }

    static List<CmsEncryptor.Recipient> recipients(MailCertificate... certificates) {
        return java.util.Arrays.stream(certificates)
                .map(certificate ->
                        new CmsEncryptor.Recipient(certificate.addresses().getFirst(), certificate))
                .toList();
    }

    static OpenResult open(RawMessage message, KeyHandle... keys) throws IOException {
        return open(message, LegacyReading.NONE, keys);
    }

    static OpenResult open(RawMessage message, LegacyReading legacy, KeyHandle... keys) throws IOException {
        return new CmsOpener(CmsLimits.DEFAULT).open(scan(message), List.of(keys), legacy, scope());
    }

    /** Opens a message, whatever it is encrypted with. */
    static RawMessage opened(RawMessage message, KeyHandle... keys) throws IOException {
        return switch (open(message, LegacyReading.ALL, keys)) {
            case OpenResult.Opened opened -> opened.message().message();
            case OpenResult other -> throw new AssertionError(other.toString());
        };
    }

    static SignatureVerdict verify(RawMessage message) throws IOException {
        return verify(message, Pki.ALICE, new TrustingStore(Pki.CA.root()), Pki.NOW);
    }

    static SignatureVerdict verify(RawMessage message, MailAddress from, CertificateStore store, Instant time)
            throws IOException {
        return new SignatureVerifier().verify(scan(message), Optional.of(from), store, time);
    }

    static Optional<MailAddress> from(MimeEntity root) {
        return FromAddress.of(root.header(), Budget.standard()).address();
    }

    /** Returns the result in a word. */
    static String describe(OpenResult result) {
        return switch (result) {
            case OpenResult.NotEncrypted _ -> "NotEncrypted";
            case OpenResult.NotOpened(OpenResult.Cause cause) -> cause.name();
            case OpenResult.Opened opened -> opened.cipher();
        };
    }

    /** Returns the verdict in a word. */
    static String describe(SignatureVerdict verdict) {
        return switch (verdict) {
            case SignatureVerdict.Unsigned _ -> "Unsigned";
            case SignatureVerdict.Valid _ -> "Valid";
            case SignatureVerdict.Invalid(SignatureVerdict.Cause cause, var _) -> cause.name();
            case SignatureVerdict.Unverifiable(SignatureVerdict.Cause cause, var _) -> cause.name();
        };
    }

    static String text(RawMessage message) throws IOException {
        return new String(message.toByteArray(), StandardCharsets.ISO_8859_1);
    }
}
