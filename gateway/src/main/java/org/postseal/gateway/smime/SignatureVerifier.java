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
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.CertificateStore;
import org.postseal.certstore.CertificateStore.PathVerdict;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeFinding;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.SignatureVerdict.Cause;
import org.postseal.gateway.smime.SignatureVerdict.Valid;
import org.postseal.policy.SignedAlgorithm;

/**
 * Verifies the signature at the root of a message, over exactly the octets received. Thread-safe.
 *
 * <p>A message is valid when the structure leaves no doubt what was signed, when there is a signer, when every SignerInfo is good and every signer's certificate
 * is trusted at the time of receipt (never at the claimed signing time), and when one of them carries the From address. Certificates from the message help to build
 * paths, never to trust; its revocation lists can show that one is revoked.
 */
public final class SignatureVerifier {
    private final SignedDataReader reader;
    private final VerifiedSigner.Observer observer;

    public SignatureVerifier(CmsLimits limits) {
        this(limits, _ -> {});
    }

    /** Tells {@code observer} of every signer that is found good. */
    public SignatureVerifier(CmsLimits limits, VerifiedSigner.Observer observer) {
        this.reader = new SignedDataReader(limits);
        this.observer = observer;
    }

    /**
     * The verdict.
     *
     * @param root the message as received, or as the opener gave it
     * @param from the address of its single From field; empty with none, several, or one that does not parse
     * @param time of receipt
     * @throws StoreUnavailableException when trust cannot be judged now
     * @throws UncheckedIOException when our own disk fails
     */
    public SignatureVerdict verify(MimeEntity root, Optional<MailAddress> from, CertificateStore store, Instant time) {
        return check(root, from, store, time).verdict();
    }

    /**
     * A verdict and what it was about.
     *
     * @param digest the weakest of the signature, whatever the verdict; empty without one or when the policy has no word for it
     */
    public record Verification(SignatureVerdict verdict, Optional<SignedAlgorithm> digest) {}

    /** As {@link #verify}, with the digest. */
    public Verification check(MimeEntity root, Optional<MailAddress> from, CertificateStore store, Instant time) {
        List<SignerInfo> signers = new ArrayList<>();
        SignatureVerdict verdict = verdict(root, from, store, time, signers);
        return new Verification(verdict, FoundAlgorithms.digest(signers));
    }

    private SignatureVerdict verdict(
            MimeEntity root,
            Optional<MailAddress> from,
            CertificateStore store,
            Instant time,
            List<SignerInfo> signers) {
        try {
            return switch (CmsRoot.of(root)) {
                case NONE, ENVELOPED, AUTH_ENVELOPED, COMPRESSED, OTHER -> new SignatureVerdict.Unsigned();
                case UNREADABLE -> SignatureVerdict.of(Cause.MALFORMED, Optional.empty());
                case CERTIFICATES -> withoutContent(root);
                case CLEAR_SIGNED -> clearSigned(root, from, store, time, signers);
                case OPAQUE_SIGNED -> opaqueSigned(root, from, store, time, signers);
            };
        } catch (StoreUnavailableException | UncheckedIOException ourFault) {
            throw ourFault;
        } catch (CmsLimitException e) {
            return SignatureVerdict.of(Cause.LIMIT_EXCEEDED, Optional.empty());
        } catch (IOException | RuntimeException | StackOverflowError malformed) {
            // the one border for what a parser of foreign octets may throw
            return SignatureVerdict.of(Cause.MALFORMED, Optional.empty());
        }
    }

    // certs-only is no signature, but signers over nothing are a broken one
    private SignatureVerdict withoutContent(MimeEntity root) throws IOException {
        SignedDataReader.Contents contents = read(root);
        return contents.signers().isEmpty()
                ? new SignatureVerdict.Unsigned()
                : SignatureVerdict.of(Cause.MALFORMED, Optional.empty());
    }

    private SignatureVerdict clearSigned(
            MimeEntity root, Optional<MailAddress> from, CertificateStore store, Instant time, List<SignerInfo> signers)
            throws IOException {
        // RFC 1847 §2.1: exactly two parts. Where programs disagree what they are, nothing is claimed.
        Optional<MimeEntity.SignedParts> parts = root.signedParts();
        if (parts.isEmpty() || root.findings().stream().anyMatch(MimeFinding::isAmbiguous)) {
            return SignatureVerdict.of(Cause.MALFORMED, Optional.empty());
        }
        SignedDataReader.Contents contents = read(parts.get().signature());
        signers.addAll(contents.signers());
        if (contents.hasContent()) {
            return SignatureVerdict.of(Cause.CONTENT_BOTH_INSIDE_AND_OUTSIDE, Optional.empty());
        }
        Map<DigestAlgorithm, byte[]> digests =
                digests(parts.get().content().raw(), contents.digests().keySet());
        return judge(contents, digests, from, store, time);
    }

    private SignatureVerdict opaqueSigned(
            MimeEntity root, Optional<MailAddress> from, CertificateStore store, Instant time, List<SignerInfo> signers)
            throws IOException {
        SignedDataReader.Contents contents = read(root);
        signers.addAll(contents.signers());
        return judge(contents, contents.digests(), from, store, time);
    }

    private SignedDataReader.Contents read(MimeEntity entity) throws IOException {
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

    private SignatureVerdict judge(
            SignedDataReader.Contents contents,
            Map<DigestAlgorithm, byte[]> digests,
            Optional<MailAddress> from,
            CertificateStore store,
            Instant time) {
        if (contents.signers().isEmpty()) {
            return SignatureVerdict.of(Cause.NO_SIGNER, Optional.empty());
        }
        SignerCheck check = new SignerCheck(contents.contentType(), digests, contents.certificates());
        List<Good> good = new ArrayList<>();
        List<SignatureVerdict> bad = new ArrayList<>();
        for (SignerInfo signer : contents.signers()) {
            switch (check.check(signer)) {
                case SignerCheck.Result.Bad(Cause cause, Optional<MailCertificate> certificate) ->
                    bad.add(SignatureVerdict.of(cause, certificate));
                case SignerCheck.Result.Good(List<MailCertificate> signers, SignerAttributes attributes) -> {
                    switch (trust(signers, contents, store, time)) {
                        case Valid valid -> good.add(new Good(valid, attributes));
                        case SignatureVerdict other -> bad.add(other);
                    }
                }
            }
        }
        return bad.isEmpty() ? matching(good, from, contents.certificates(), time) : worst(bad);
    }

    // what was checked and found bad says more than what could not be judged
    private static SignatureVerdict worst(List<SignatureVerdict> bad) {
        return bad.stream()
                .filter(SignatureVerdict.Invalid.class::isInstance)
                .findFirst()
                .orElse(bad.getFirst());
    }

    // RFC 8550 §3; several From addresses are nobody's
    private SignatureVerdict matching(
            List<Good> good, Optional<MailAddress> from, List<MailCertificate> fromMessage, Instant time) {
        Optional<MailCertificate> first = Optional.of(good.getFirst().verdict().signer());
        if (from.isEmpty()) {
            return SignatureVerdict.of(Cause.FROM_AMBIGUOUS, first);
        }
        Optional<Good> match = good.stream()
                .filter(each -> each.verdict().signer().addresses().contains(from.get()))
                .findFirst();
        if (match.isEmpty()) {
            return SignatureVerdict.of(Cause.ADDRESS_MISMATCH, first);
        }
        Valid verdict = match.get().verdict();
        tell(from.get(), verdict, match.get().attributes(), fromMessage, time);
        return verdict;
    }

    private void tell(
            MailAddress from,
            Valid verdict,
            SignerAttributes attributes,
            List<MailCertificate> fromMessage,
            Instant received) {
        VerifiedSigner signer;
        try {
            signer = new VerifiedSigner(
                    from,
                    verdict.signer(),
                    verdict.path(),
                    received,
                    attributes.signingTime(),
                    attributes.capabilities(),
                    attributes.encryptionCertificate(verdict.signer(), fromMessage),
                    fromMessage);
        } catch (IllegalArgumentException | IllegalStateException malformed) {
            // says nothing about the signature: there is only nothing to learn from this message
            return;
        }
        observer.verified(signer);
    }

    private record Good(Valid verdict, SignerAttributes attributes) {}

    // several certificates may fit one signer, for example renewed ones with the same key: any usable one will do
    private static SignatureVerdict trust(
            List<MailCertificate> signers, SignedDataReader.Contents contents, CertificateStore store, Instant time) {
        SignatureVerdict verdict = SignatureVerdict.of(Cause.SIGNER_CERTIFICATE_MISSING, Optional.empty());
        for (MailCertificate signer : signers.reversed()) {
            PathVerdict path =
                    store.validate(signer, contents.certificates(), contents.lists(), CertificatePurpose.SIGN, time);
            if (path.status() instanceof CertificateStatus.Usable) {
                return new Valid(signer, path.path());
            }
            verdict = SignatureVerdict.of(cause(path.status()), Optional.of(signer));
        }
        return verdict;
    }

    private static Cause cause(CertificateStatus status) {
        return switch (status) {
            case CertificateStatus.Usable _ -> throw new IllegalArgumentException("usable");
            case CertificateStatus.Missing _ -> Cause.SIGNER_CERTIFICATE_MISSING;
            case CertificateStatus.NotYetValid _ -> Cause.CERTIFICATE_NOT_YET_VALID;
            case CertificateStatus.Expired _ -> Cause.CERTIFICATE_EXPIRED;
            case CertificateStatus.Revoked _, CertificateStatus.IssuerRevoked _ -> Cause.CERTIFICATE_REVOKED;
            case CertificateStatus.Untrusted _, CertificateStatus.Blocked _, CertificateStatus.AddressMismatch _ ->
                Cause.CERTIFICATE_UNTRUSTED;
            case CertificateStatus.WrongUsage _ -> Cause.CERTIFICATE_WRONG_USAGE;
            case CertificateStatus.RevocationUnknown _, CertificateStatus.RevocationOffline _ ->
                Cause.REVOCATION_UNKNOWN;
        };
    }
}
