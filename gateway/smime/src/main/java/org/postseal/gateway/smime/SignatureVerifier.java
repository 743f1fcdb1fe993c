package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.SignatureVerdict.Cause;
import org.postseal.policy.protection.SignedAlgorithm;

/**
 * Verifies the signature at the root of a message or of a part, over exactly the octets received. Thread-safe.
 *
 * <p>A message is valid if the structure leaves no doubt what was signed, if there is a signer, if every SignerInfo is
 * good and every signer's certificate is trusted at the time of receipt (never at the claimed signing time), and if one
 * of them carries the From address. Certificates from the message help to build paths, and never to trust. Its
 * revocation lists can show that a certificate is revoked.
 */
public final class SignatureVerifier {
    private final SignedDataReader reader = new SignedDataReader();
    private final VerifiedSigner.Observer observer;

    public SignatureVerifier() {
        this(_ -> {});
    }

    /** Makes a verifier that tells {@code observer} of every signer that is found good. */
    public SignatureVerifier(VerifiedSigner.Observer observer) {
        this.observer = observer;
    }

    /**
     * Returns the verdict on a message.
     *
     * @param root the message as received, or as the opener gave it
     * @param from the address of its single From field; empty if there are none or several, or if it does not parse
     * @param time of receipt
     * @throws StoreUnavailableException if trust cannot be judged now
     * @throws UncheckedIOException if our own disk fails
     */
    public SignatureVerdict verify(MimeEntity root, Optional<MailAddress> from, CertificateStore store, Instant time) {
        return check(root, from, store, time, Believed.NOTHING).verdict();
    }

    /**
     * Holds a verdict and what it is based on.
     *
     * @param verdict the worst of all signers'; valid only if all are, and one carries the From address
     * @param digest the weakest of the signature, whatever the verdict; empty if there is none, or if the policy has no
     * word for it
     * @param signers every SignerInfo in the order of the message; empty if the message could not be read that far
     */
    public record Verification(SignatureVerdict verdict, Optional<SignedAlgorithm> digest, List<SignerReport> signers) {
        public Verification {
            signers = List.copyOf(signers);
        }

        /** Returns the same, with nothing claimed since mail programs may disagree on what was signed. */
        public Verification ambiguous() {
            return new Verification(
                    SignatureVerdict.of(Cause.STRUCTURE_AMBIGUOUS, verdict.certificate()), digest, signers);
        }

        /** Returns true if a digest of this very content was signed, by whomever. */
        public boolean isIntact() {
            return signers.stream().anyMatch(SignerReport::isIntact);
        }
    }

    /**
     * Verifies as {@link #verify} does and also returns what the verdict is based on. It also believes the signatures
     * that {@code believed} adds.
     */
    public Verification check(
            MimeEntity root, Optional<MailAddress> from, CertificateStore store, Instant time, Believed believed) {
        return check(root, new VerificationTerms(from, store, time, believed, false));
    }

    /** Verifies as the method above does, by these terms. */
    public Verification check(MimeEntity root, VerificationTerms terms) {
        return check(root, terms, observer);
    }

    /**
     * Verifies by these terms, and tells only {@code observer} of the signers that are found good. The caller decides
     * who else may learn of them.
     */
    public Verification check(MimeEntity root, VerificationTerms terms, VerifiedSigner.Observer observer) {
        return check(root, root.header(), terms, observer);
    }

    /** Verifies a signed part of a message by these terms, and tells nobody of the signers that are found good. */
    Verification checkPart(MimeEntity part, HeaderBlock message, VerificationTerms terms) {
        return check(part, message, terms, _ -> {});
    }

    private Verification check(
            MimeEntity root, HeaderBlock message, VerificationTerms terms, VerifiedSigner.Observer observer) {
        List<SignerInfo> signers = new ArrayList<>();
        SignerJudge judge = new SignerJudge(terms, new Shown(root, message), observer);
        SignatureVerdict verdict = verdict(root, judge, signers);
        return new Verification(verdict, FoundAlgorithms.digest(signers), judge.reports());
    }

    /** Tells the observer of this verifier of signers that were found good. */
    public void tell(List<VerifiedSigner> signers) {
        signers.forEach(observer::verified);
    }

    private SignatureVerdict verdict(MimeEntity root, SignerJudge judge, List<SignerInfo> signers) {
        try {
            return switch (CmsRoot.of(root)) {
                case NONE, ENVELOPED, AUTH_ENVELOPED, COMPRESSED, OTHER -> unsigned(root);
                case UNREADABLE -> SignatureVerdict.of(Cause.MALFORMED, Optional.empty());
                case CERTIFICATES -> withoutContent(root);
                case CLEAR_SIGNED -> clearSigned(root, judge, signers);
                case OPAQUE_SIGNED -> opaqueSigned(root, judge, signers);
            };
        } catch (StoreUnavailableException | UncheckedIOException ourFault) {
            throw ourFault;
        } catch (CmsLimitException e) {
            return SignatureVerdict.of(Cause.LIMIT_EXCEEDED, Optional.empty());
        } catch (IOException | RuntimeException | StackOverflowError malformed) {
            // This is the one border for what a parser of foreign octets may throw.
            return SignatureVerdict.of(Cause.MALFORMED, Optional.empty());
        }
    }

    // A signed-data without content and without signers only carries certificates and is no signature. If it has
    // signers, it is a broken signature.
    private SignatureVerdict withoutContent(MimeEntity root) throws IOException {
        SignedDataReader.Contents contents = read(root);
        return contents.signers().isEmpty() ? unsigned(root) : SignatureVerdict.of(Cause.MALFORMED, Optional.empty());
    }

    private static SignatureVerdict unsigned(MimeEntity root) {
        return PlainStructure.mayBeSigned(root)
                ? SignatureVerdict.of(Cause.STRUCTURE_AMBIGUOUS, Optional.empty())
                : new SignatureVerdict.Unsigned();
    }

    private SignatureVerdict clearSigned(MimeEntity root, SignerJudge judge, List<SignerInfo> signers)
            throws IOException {
        // RFC 1847 §2.1: there must be exactly two parts.
        Optional<MimeEntity.SignedParts> parts = root.signedParts();
        if (parts.isEmpty() || !CmsRoot.isSignature(parts.get().signature())) {
            return SignatureVerdict.of(Cause.MALFORMED, Optional.empty());
        }
        SignedDataReader.Contents contents = read(parts.get().signature());
        signers.addAll(contents.signers());
        if (contents.hasContent()) {
            return judge.unjudged(contents, Cause.CONTENT_BOTH_INSIDE_AND_OUTSIDE);
        }
        Map<DigestAlgorithm, byte[]> digests =
                digests(parts.get().content().raw(), contents.digests().keySet());
        return judge.judge(contents, digests);
    }

    private SignatureVerdict opaqueSigned(MimeEntity root, SignerJudge judge, List<SignerInfo> signers)
            throws IOException {
        SignedDataReader.Contents contents = read(root);
        signers.addAll(contents.signers());
        return judge.judge(contents, contents.digests());
    }

    private SignedDataReader.Contents read(MimeEntity entity) throws IOException {
        if (entity.raw().size() <= SMALL) {
            try (InputStream in = CmsRoot.content(entity)) {
                return reader.readUsual(in.readAllBytes());
            } catch (UncheckedIOException ourDisk) {
                throw ourDisk;
            } catch (IOException | RuntimeException | StackOverflowError unusual) {
                // The streaming reader says what is wrong.
            }
        }
        try (InputStream in = CmsRoot.content(entity)) {
            return reader.read(in, entity.raw().size());
        }
    }

    private static Map<DigestAlgorithm, byte[]> digests(RawMessage content, Collection<DigestAlgorithm> algorithms) {
        Map<DigestAlgorithm, MessageDigest> digests = new EnumMap<>(DigestAlgorithm.class);
        algorithms.forEach(algorithm -> digests.put(algorithm, algorithm.newDigest()));
        if (!digests.isEmpty()) {
            try {
                content.writeTo(new DigestSink(digests.values()));
            } catch (IOException ourDisk) {
                throw new UncheckedIOException(ourDisk);
            }
        }
        Map<DigestAlgorithm, byte[]> values = new EnumMap<>(DigestAlgorithm.class);
        digests.forEach((algorithm, digest) -> values.put(algorithm, digest.digest()));
        return values;
    }

    private static final int SMALL = 16 * 1024;
}
