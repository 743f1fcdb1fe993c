package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.Spool;
import org.postseal.policy.protection.LegacyAlgorithm;

/**
 * Decrypts the ciphertext at the root of a message, once, with keys of the recipient. Thread-safe.
 *
 * <p>Design. Only the root is looked at. Ciphertext below it stays ciphertext, whatever stands around it; this stops
 * EFAIL's direct exfiltration, and replies that quote what their writer could never read. Nothing is released before
 * the tag or the padding was checked: the plaintext goes to a spool of its own. A key that cannot recover the content
 * key gives a random one, so that the same code runs on and fails where altered content fails. To the outside, all
 * failures are one kind. If a gate or disk of ours is full, the message is deferred instead, and this happens alike for
 * right and for wrong ciphertext.
 */
public final class CmsOpener {
    private final CmsLimits limits;

    public CmsOpener(CmsLimits limits) {
        this.limits = limits;
    }

    /**
     * Opens a message.
     *
     * @param root the message as received
     * @param keys those that the recipient has a right to, and no others
     * @param legacy which old mail is opened
     * @param scope holds the plaintext
     * @throws IOException if our own disk fails, or the gate has no room for the plaintext
     * @throws StoreUnavailableException if a key cannot be reached now
     */
    public OpenResult open(MimeEntity root, List<KeyHandle> keys, LegacyReading legacy, Spool.Scope scope)
            throws IOException {
        CmsRoot.Kind kind = CmsRoot.of(root);
        if (kind != CmsRoot.Kind.ENVELOPED && kind != CmsRoot.Kind.AUTH_ENVELOPED) {
            return new OpenResult.NotEncrypted();
        }
        try {
            return open(root, new RecipientKeys(keys, legacy), legacy, scope);
        } catch (StoreUnavailableException away) {
            throw away;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (CmsLimitException e) {
            return new OpenResult.NotOpened(OpenResult.Cause.LIMIT_EXCEEDED);
        } catch (IOException | RuntimeException | StackOverflowError malformed) {
            // This is the one border for what a parser of foreign octets may throw.
            return new OpenResult.NotOpened(OpenResult.Cause.MALFORMED);
        }
    }

    private OpenResult open(MimeEntity root, RecipientKeys ours, LegacyReading legacy, Spool.Scope scope)
            throws IOException {
        List<RecipientKey> recipients;
        ContentKeyUse use;
        boolean authenticated;
        try (EnvelopedDataReader reader = reader(root, ours)) {
            recipients = reader.recipients();
            use = ContentKeyUse.of(reader.algorithm());
            authenticated = reader.isAuthenticated();
        }
        Optional<ContentCipher> cipher =
                ContentCipher.of(use.algorithm()).filter(known -> legacy.allows(known, authenticated));
        if (cipher.isEmpty()) {
            return new OpenResult.NotOpened(OpenResult.Cause.CIPHER_NOT_ALLOWED);
        }
        OpenResult result = new OpenResult.NotOpened(noKey(ours));
        for (RecipientKey recipient : recipients.subList(0, Math.min(recipients.size(), MAX_KEYS))) {
            result = open(root, recipient, cipher.get(), use, legacy, scope);
            if (result instanceof OpenResult.Opened) {
                break;
            }
        }
        return result;
    }

    private static OpenResult.Cause noKey(RecipientKeys ours) {
        if (ours.hasOldWrap()) {
            return OpenResult.Cause.KEY_WRAP_NOT_ALLOWED;
        }
        return ours.hasUnknownMethod() ? OpenResult.Cause.KEY_METHOD_UNKNOWN : OpenResult.Cause.NO_KEY;
    }

    private OpenResult open(
            MimeEntity root,
            RecipientKey recipient,
            ContentCipher cipher,
            ContentKeyUse use,
            LegacyReading legacy,
            Spool.Scope scope)
            throws IOException {
        byte[] contentKey =
                use.key(recipient.key().recoverContentKey(recipient.wrapped().apply(cipher.keyLength())));
        try {
            Pass pass = new Pass(contentKey, CipherParameters.read(cipher, use.algorithm()), NONE, scope.newSpool());
            byte[] attributes = decrypt(root, pass);
            if (attributes.length > 0) {
                // The authenticated attributes stand after the ciphertext and must be known before it, so it is
                // decrypted once more.
                pass = new Pass(
                        contentKey, CipherParameters.read(cipher, use.algorithm()), attributes, scope.newSpool());
                decrypt(root, pass);
            }
            return assembled(root, pass, recipient, cipher, legacy, scope);
        } catch (GeneralSecurityException wrongKeyOrAltered) {
            return new OpenResult.NotOpened(OpenResult.Cause.NOT_DECRYPTED);
        } finally {
            Arrays.fill(contentKey, (byte) 0);
        }
    }

    // All octets here are our own by now, so a failure to read or write them is no fault of the message.
    private static OpenResult assembled(
            MimeEntity root,
            Pass pass,
            RecipientKey recipient,
            ContentCipher cipher,
            LegacyReading legacy,
            Spool.Scope scope) {
        InnerEntity.Result result;
        try {
            result = new InnerEntity(
                            cipher.isAuthenticated(), true, cipher.isAuthenticated() || legacy.headerless(), scope)
                    .assemble(root.header(), pass.spool.finish(), pass.check);
        } catch (IOException ours) {
            throw new UncheckedIOException(ours);
        }
        return switch (result) {
            case InnerEntity.Result.Failed(OpenResult.Cause cause) -> new OpenResult.NotOpened(cause);
            case InnerEntity.Result.Made(OpenedMessage message) ->
                new OpenResult.Opened(
                        message,
                        recipient.key().certificate().id(),
                        recipient.algorithm().getId(),
                        cipher.name(),
                        old(recipient, cipher, pass.isTagInCiphertext),
                        cipher.isAuthenticated());
        };
    }

    private static Set<LegacyAlgorithm> old(RecipientKey recipient, ContentCipher cipher, boolean isTagInCiphertext) {
        Set<LegacyAlgorithm> old = EnumSet.noneOf(LegacyAlgorithm.class);
        LegacyAlgorithm.of(cipher.algorithm()).ifPresent(old::add);
        if (recipient.isOldWrap()) {
            old.add(LegacyAlgorithm.TRIPLE_DES);
        }
        if (isTagInCiphertext) {
            old.add(LegacyAlgorithm.AEAD_IN_ENVELOPED_DATA);
        }
        return Set.copyOf(old);
    }

    /** Holds one run over the ciphertext. */
    private static final class Pass {
        private final ContentDecryption decryption;
        private final Spool spool;
        private final LineCheck check;
        private final boolean attributesKnown;
        private final RepeatedBlocks blocks;
        private long ciphertext;
        private boolean isTagInCiphertext;

        Pass(byte[] contentKey, CipherParameters parameters, byte[] attributes, Spool spool)
                throws GeneralSecurityException {
            this.decryption = new ContentDecryption(parameters, contentKey, attributes);
            this.spool = spool;
            this.check = new LineCheck(LocalOctets.writing(spool));
            this.attributesKnown = attributes.length > 0;
            this.blocks = new RepeatedBlocks(parameters.cipher().block());
        }

        /**
         * Writes as many octets as intact content would have written, except for a block at most. A full gate or disk
         * must defer right and wrong ciphertext alike; otherwise, it would tell them apart.
         */
        void spend() {
            try {
                spool.write(new byte[Math.toIntExact(ciphertext - spool.size())]);
                var _ = spool.finish();
            } catch (IOException ours) {
                throw new UncheckedIOException(ours);
            }
        }
    }

    // Returns the authenticated attributes if the pass does not know them yet. In that case, the tag has not been
    // checked.
    private byte[] decrypt(MimeEntity root, Pass pass) throws IOException, GeneralSecurityException {
        ContentDecryption decryption = pass.decryption;
        try (EnvelopedDataReader reader = reader(root, RecipientKeys.NONE)) {
            byte[] chunk = new byte[ContentCipher.CHUNK];
            pass.isTagInCiphertext = decryption.tagLength() > 0 && !reader.isAuthenticated();
            byte[] tag = NONE;
            try (InputStream octets = reader.ciphertext();
                    TagAtEnd in = new TagAtEnd(octets, pass.isTagInCiphertext ? decryption.tagLength() : 0)) {
                for (int n = in.readNBytes(chunk, 0, chunk.length); n > 0; n = in.readNBytes(chunk, 0, chunk.length)) {
                    pass.ciphertext += n;
                    if (decryption.tagLength() == 0) {
                        pass.blocks.take(chunk, n);
                    }
                    int count = decryption.update(chunk, n);
                    pass.check.write(decryption.output(), 0, count);
                }
                tag = in.tag();
            }
            if (decryption.tagLength() > 0 && !pass.isTagInCiphertext) {
                EnvelopedDataReader.Trailer trailer = reader.trailer();
                // RFC 5084 §3.2: the mac is as long as the parameters say
                if (trailer.tag().length != decryption.tagLength()) {
                    throw new GeneralSecurityException("tag length");
                }
                if (trailer.authenticatedAttributes().length > 0 && !pass.attributesKnown) {
                    return trailer.authenticatedAttributes();
                }
                tag = trailer.tag();
            }
            pass.check.write(decryption.output(), 0, finish(pass, tag));
            if (decryption.tagLength() == 0 && pass.blocks.isRepeated()) {
                pass.spend();
                throw new GeneralSecurityException("a block occurs twice");
            }
            return NONE;
        }
    }

    private static int finish(Pass pass, byte[] tag) throws GeneralSecurityException {
        try {
            return pass.decryption.finish(tag);
        } catch (GeneralSecurityException | RuntimeException wrong) {
            pass.spend();
            throw wrong;
        }
    }

    private EnvelopedDataReader reader(MimeEntity root, RecipientKeys ours) throws IOException {
        return EnvelopedDataReader.open(CmsRoot.content(root), root.raw().size(), limits, ours);
    }

    // Renewed certificates give one person several keys. More than these on one message are no accident.
    private static final int MAX_KEYS = 4;
    private static final byte[] NONE = {};
}
