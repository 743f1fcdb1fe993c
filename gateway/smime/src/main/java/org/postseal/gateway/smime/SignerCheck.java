package org.postseal.gateway.smime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.postseal.certstore.KeyIdentifier;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignerName;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

/**
 * Checks one foreign SignerInfo against the content and the certificates of its message (RFC 5652 §5.4, §5.6). If these
 * do not hold the signer's certificate, it checks against those that we have. It does not ask whether a certificate is
 * to be trusted.
 */
final class SignerCheck {
    private final ASN1ObjectIdentifier contentType;
    private final Map<DigestAlgorithm, byte[]> contentDigests;
    private final List<MailCertificate> certificates;
    private final CertificateStore store;
    private final Believed believed;
    private final Verifications verifications = new Verifications();

    SignerCheck(
            ASN1ObjectIdentifier contentType,
            Map<DigestAlgorithm, byte[]> contentDigests,
            List<MailCertificate> certificates,
            CertificateStore store,
            Believed believed) {
        this.contentType = contentType;
        this.contentDigests = contentDigests;
        this.certificates = certificates;
        this.store = store;
        this.believed = believed;
    }

    sealed interface Result {
        /**
         * The signature is good.
         *
         * @param signers every certificate that fits the signer identifier and whose key made the signature; at least
         *      one
         * @param attributes what was signed beside the content
         */
        record Good(List<MailCertificate> signers, SignerAttributes attributes) implements Result {}

        /** The signature is not good; {@code signer} is given as far as it is known. */
        record Bad(Cause cause, Optional<MailCertificate> signer) implements Result {}
    }

    /**
     * Checks the SignerInfo. A signature by an old algorithm that is not believed is computed all the same. If it is
     * broken, the result says so; otherwise, it says that the algorithm is too weak.
     *
     * @throws CmsLimitException if the signers of one signed-data need more verifications than those of real mail
     */
    Result check(SignerInfo signer) throws CmsLimitException {
        List<MailCertificate> candidates = candidates(signer);
        Optional<MailCertificate> first = candidates.stream().findFirst();
        Optional<Cause> refused = algorithm(signer, believed) instanceof VerificationAlgorithm.Refused(Cause cause)
                ? Optional.of(cause)
                : Optional.empty();
        Optional<Cause> wrong = attributesWrong(signer);
        if (wrong.isPresent() && (refused.isEmpty() || isBroken(wrong.get()))) {
            return new Result.Bad(wrong.get(), first);
        }
        return switch (algorithm(signer, Believed.ALL_OLD)) {
            case VerificationAlgorithm.Refused(Cause cause) -> new Result.Bad(refused.orElse(cause), first);
            case VerificationAlgorithm.Allowed allowed -> {
                // A signature without signed attributes covers the content alone, and is not computed.
                Result result = wrong.isPresent()
                        ? new Result.Bad(wrong.get(), first)
                        : checkSignature(signer, allowed, candidates);
                boolean isBroken = result instanceof Result.Bad(Cause cause, var _) && isBroken(cause);
                yield refused.isPresent() && !isBroken ? new Result.Bad(refused.get(), first) : result;
            }
        };
    }

    /** Returns true if the signed digest is that of the content, whoever has signed it. */
    boolean isIntact(SignerInfo signer) {
        Optional<byte[]> computed = DigestAlgorithm.of(signer.getDigestAlgorithm())
                .flatMap(digest -> Optional.ofNullable(contentDigests.get(digest)));
        return computed.isPresent()
                && signer.getAuthenticatedAttributes() != null
                && SignerAttributes.of(signer.getAuthenticatedAttributes())
                        .flatMap(SignerAttributes::messageDigest)
                        .filter(signed -> Arrays.equals(signed, computed.get()))
                        .isPresent();
    }

    private static VerificationAlgorithm algorithm(SignerInfo signer, Believed believed) {
        return VerificationAlgorithm.of(signer.getDigestAlgorithm(), signer.getDigestEncryptionAlgorithm(), believed);
    }

    private static boolean isBroken(Cause cause) {
        return SignatureVerdict.of(cause, Optional.empty()) instanceof SignatureVerdict.Invalid;
    }

    private Optional<Cause> attributesWrong(SignerInfo signer) {
        // Without signed attributes, a signature over id-data does not say that there are none. Content and attributes
        // can then be exchanged for each other, so signed attributes are demanded.
        if (signer.getAuthenticatedAttributes() == null) {
            return Optional.of(Cause.SIGNED_ATTRIBUTES_MISSING);
        }
        Optional<SignerAttributes> attributes = SignerAttributes.of(signer.getAuthenticatedAttributes());
        boolean right = attributes.isPresent()
                && attributes.get().contentType().filter(contentType::equals).isPresent()
                && attributes.get().messageDigest().isPresent();
        if (!right) {
            return Optional.of(Cause.SIGNED_ATTRIBUTES_WRONG);
        }
        if (!attributes.get().protectsAlgorithmsOf(signer)) {
            return Optional.of(Cause.PROTECTED_ALGORITHMS_DIFFER);
        }
        Optional<DigestAlgorithm> digest = DigestAlgorithm.of(signer.getDigestAlgorithm());
        if (digest.isEmpty()) {
            return Optional.empty();
        }
        byte[] computed = contentDigests.get(digest.get());
        if (computed == null) {
            // RFC 5652 §5.1: a digest that digestAlgorithms does not announce need not be computed
            return Optional.of(Cause.MALFORMED);
        }
        return Arrays.equals(computed, attributes.get().messageDigest().get())
                ? Optional.empty()
                : Optional.of(Cause.CONTENT_ALTERED);
    }

    private Result checkSignature(
            SignerInfo signer, VerificationAlgorithm.Allowed algorithm, List<MailCertificate> candidates)
            throws CmsLimitException {
        if (candidates.isEmpty()) {
            return new Result.Bad(Cause.SIGNER_CERTIFICATE_MISSING, Optional.empty());
        }
        Optional<MailCertificate> first = candidates.stream().findFirst();
        // Outlook for Mac signs the attributes in an order of its own, and sends them in that order
        byte[] asSent = Der.encodeUnsorted(signer.getAuthenticatedAttributes());
        // RFC 5652 §5.4: the DER of the SET OF is signed, whatever the message's own encoding is.
        byte[] signed = Der.isDer(asSent) ? asSent : Der.encode(signer.getAuthenticatedAttributes());
        List<byte[]> forms = Arrays.equals(signed, asSent) ? List.of(signed) : List.of(signed, asSent);
        SignerAttributes attributes =
                SignerAttributes.of(signer.getAuthenticatedAttributes()).orElseThrow();
        byte[] signature = signer.getEncryptedDigest().getOctets();
        Map<SubjectPublicKeyInfo, Optional<Boolean>> byKey = new HashMap<>();
        List<MailCertificate> good = new ArrayList<>();
        boolean namedAnother = false;
        boolean weak = false;
        // RFC 8551 §2.6: every certificate that the identifier may mean is tried.
        for (MailCertificate candidate : candidates) {
            if (!algorithm.fits(candidate.keyKind())) {
                continue;
            }
            // A renewed certificate may have the same key.
            SubjectPublicKeyInfo key = candidate.holder().getSubjectPublicKeyInfo();
            Optional<Boolean> verified = byKey.get(key);
            if (verified == null) {
                verified = verifications.verifies(algorithm, candidate, forms, signature);
                byKey.put(key, verified);
            }
            if (candidate.weakness().isPresent()) {
                // If no provider takes the key, the reason may be that the key is too weak.
                weak |= verified.orElse(true);
            } else if (verified.orElse(false)) {
                if (attributes.names(candidate)) {
                    good.add(candidate);
                } else {
                    namedAnother = true;
                }
            }
        }
        if (!good.isEmpty()) {
            return new Result.Good(good, attributes);
        }
        Cause cause =
                namedAnother ? Cause.NAMED_CERTIFICATE_DIFFERS : weak ? Cause.ALGORITHM_WEAK : Cause.SIGNATURE_WRONG;
        return new Result.Bad(cause, first);
    }

    private List<MailCertificate> candidates(SignerInfo signer) {
        SignerName name = name(signer.getSID().getId());
        List<MailCertificate> brought =
                certificates.stream().filter(name::means).toList();
        // RFC 8550 §2.3: a message need not bring what has come before
        return (brought.isEmpty() ? store.named(name) : brought)
                .stream().distinct().limit(MOST_CANDIDATES).toList();
    }

    /**
     * Returns true if a signer or recipient identifier means this certificate, by issuer and serial number or by
     * subject key identifier.
     */
    static boolean isNamed(MailCertificate certificate, ASN1Encodable id) {
        return name(id).means(certificate);
    }

    private static SignerName name(ASN1Encodable id) {
        if (id instanceof ASN1OctetString subjectKeyIdentifier) {
            return new SignerName.SubjectKey(KeyIdentifier.ofOctets(subjectKeyIdentifier.getOctets()));
        }
        IssuerAndSerialNumber name = IssuerAndSerialNumber.getInstance(id);
        return new SignerName.IssuerAndSerial(
                name.getName(), name.getSerialNumber().getValue());
    }

    // A renewed certificate may keep its key and so match as well. The number is limited, since a message may hold a
    // hundred certificates of one name, and each costs two verifications and a path.
    private static final int MOST_CANDIDATES = 8;
}
