package org.postseal.gateway.smime.timestamp;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TSPValidationException;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.tsp.TimeStampTokenInfo;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignatureAlgorithms;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.path.SignerLists;
import org.postseal.certstore.path.SignerRevocation;
import org.postseal.certstore.path.TimestampSigners;
import org.postseal.certstore.revocation.RevocationList;
import org.postseal.certstore.revocation.RevocationSettings;

/**
 * Says whether an answer of an authority stamps some octets and can be believed (RFC 3161 §2.2, §2.3, §2.4.2).
 * Bouncy Castle's TSP classes read the answer, and check status, nonce, imprint and policy against the query, and the
 * signature with the certificate that it names itself (RFC 5816). Ours are the limits, the digests and algorithms that
 * are strong enough, the path of the certificate at the time of the stamp, and its revocation. Thread-safe.
 */
public final class TimestampVerifier {
    private final TimestampSigners signers;
    private final List<RevocationList> lists;

    /** @param anchors of the authorities that are trusted */
    public TimestampVerifier(Collection<MailCertificate> anchors) {
        this(new TimestampSigners(anchors), List.of());
    }

    private TimestampVerifier(TimestampSigners signers, List<RevocationList> lists) {
        this.signers = signers;
        this.lists = lists;
    }

    /** Returns a verifier that knows these revocation lists as well. */
    public TimestampVerifier knowing(Collection<RevocationList> more) {
        List<RevocationList> all = new ArrayList<>(lists);
        all.addAll(more);
        return new TimestampVerifier(signers, List.copyOf(all));
    }

    /**
     * Fetches the revocation lists about the signer of an answer that is believed, from where its issuers say they are.
     *
     * @param now the time at which the lists have to be current
     */
    public SignerLists fetch(byte[] answer, RevocationSettings settings, BoundedFetcher fetcher, Instant now) {
        try {
            TimeStampToken token = new TimeStampResponse(answer).getTimeStampToken();
            List<MailCertificate> certificates = certificates(token);
            return signers.fetch(signer(token, certificates).orElseThrow(), certificates, settings, fetcher, now);
        } catch (TSPException | IOException | RuntimeException malformed) {
            throw new IllegalArgumentException("not an answer that was found good", malformed);
        }
    }

    public TimestampVerdict verify(byte[] octets, byte[] answer, TimestampQuery query) {
        return verify(octets, answer, Optional.of(query));
    }

    /** Judges an answer whose query is not known any more. */
    public TimestampVerdict verify(byte[] octets, byte[] answer) {
        return verify(octets, answer, Optional.empty());
    }

    private TimestampVerdict verify(byte[] octets, byte[] answer, Optional<TimestampQuery> query) {
        try {
            TimeStampResponse response = new TimeStampResponse(answer);
            TimeStampToken token = response.getTimeStampToken();
            boolean isGranted =
                    response.getStatus() == PKIStatus.GRANTED || response.getStatus() == PKIStatus.GRANTED_WITH_MODS;
            if (!isGranted || token == null) {
                return new TimestampVerdict.Rejected(rejection(response));
            }
            Optional<String> wrong = imprintWrong(token.getTimeStampInfo(), octets);
            if (wrong.isPresent()) {
                return new TimestampVerdict.Unbelieved(wrong.get());
            }
            if (query.isPresent()) {
                // Status, nonce, imprint and policy must be those of the query.
                response.validate(query.get().request());
            }
            return signature(token);
        } catch (TSPValidationException e) {
            return new TimestampVerdict.Unbelieved(String.valueOf(e.getMessage()));
        } catch (TSPException | IOException | RuntimeException malformed) {
            // Bouncy Castle reports malformed inner structures by unchecked exceptions of many kinds.
            return new TimestampVerdict.Unbelieved("is no time-stamp answer, or a malformed one");
        }
    }

    private static String rejection(TimeStampResponse response) {
        PKIFailureInfo info = response.getFailInfo();
        String failure = info == null ? "" : ", failure " + FAILURES.getOrDefault(info.intValue(), "unknown");
        String text = response.getStatusString();
        return "status " + response.getStatus() + failure + (text == null || text.isBlank() ? "" : ": " + text.strip());
    }

    private static Optional<String> imprintWrong(TimeStampTokenInfo info, byte[] octets) {
        String digest = DIGESTS.get(info.getMessageImprintAlgOID());
        if (digest == null) {
            return Optional.of("digest that is too weak or unknown, " + info.getMessageImprintAlgOID());
        }
        return MessageDigest.isEqual(digested(digest, octets), info.getMessageImprintDigest())
                ? Optional.empty()
                : Optional.of("is a stamp of other octets");
    }

    private TimestampVerdict signature(TimeStampToken token) throws TSPException, IOException {
        SignerInformation signer =
                token.toCMSSignedData().getSignerInfos().getSigners().iterator().next();
        AlgorithmIdentifier algorithm = signer.toASN1Structure().getDigestEncryptionAlgorithm();
        boolean isStrong = DIGESTS.containsKey(signer.getDigestAlgorithmID().getAlgorithm())
                && (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)
                        || SignatureAlgorithms.isStrong(algorithm));
        if (!isStrong) {
            return new TimestampVerdict.Unbelieved("is signed with an algorithm that is too weak or unknown");
        }
        List<MailCertificate> certificates = certificates(token);
        Optional<MailCertificate> own = signer(token, certificates);
        if (own.isEmpty()) {
            return new TimestampVerdict.Unbelieved("has no certificate of who signed it");
        }
        Instant time = token.getTimeStampInfo().getGenTime().toInstant();
        CertificateStatus status = signers.status(own.get(), certificates, time);
        if (!(status instanceof CertificateStatus.Usable)) {
            return new TimestampVerdict.Unbelieved(
                    "the certificate that signed it, " + name(own.get()) + ": " + why(status));
        }
        try {
            // This also checks that the signature names this very certificate (ESSCertID, ESSCertIDv2).
            token.validate(
                    new JcaSimpleSignerInfoVerifierBuilder().build(own.get().x509()));
        } catch (OperatorCreationException unknownKey) {
            return new TimestampVerdict.Unbelieved("its signature cannot be checked: " + unknownKey.getMessage());
        }
        Optional<Duration> accuracy = accuracy(token.getTimeStampInfo());
        SignerRevocation revocation =
                signers.revocation(own.get(), certificates, time, time.plus(accuracy.orElse(Duration.ZERO)), lists);
        return revocation instanceof SignerRevocation.Spoilt
                ? new TimestampVerdict.Unbelieved(
                        "the certificate that signed it, " + name(own.get()) + ": " + revocation)
                : new TimestampVerdict.Stamped(time, accuracy, name(own.get()), revocation);
    }

    private static Optional<MailCertificate> signer(TimeStampToken token, List<MailCertificate> certificates) {
        return certificates.stream()
                .filter(each -> token.getSID().match(each.holder()))
                .findFirst();
    }

    private static Optional<Duration> accuracy(TimeStampTokenInfo info) {
        // A part that is missing is zero (RFC 3161 §2.4.2).
        return Optional.ofNullable(info.getGenTimeAccuracy())
                .map(within -> Duration.ofSeconds(Math.max(0, within.getSeconds()))
                        .plusMillis(within.getMillis())
                        .plusNanos(1000L * within.getMicros()));
    }

    private static List<MailCertificate> certificates(TimeStampToken token) throws TSPValidationException, IOException {
        List<MailCertificate> certificates = new ArrayList<>();
        for (X509CertificateHolder holder : token.getCertificates().getMatches(null)) {
            if (certificates.size() == MOST_CERTIFICATES) {
                throw new TSPValidationException("has more than " + MOST_CERTIFICATES + " certificates");
            }
            try {
                certificates.add(MailCertificate.of(holder.getEncoded()));
            } catch (CertificateException unusable) {
                throw new TSPValidationException("has a certificate that cannot be used: " + unusable.getMessage());
            }
        }
        return certificates;
    }

    private static String name(MailCertificate certificate) {
        return certificate.x509().getSubjectX500Principal().getName();
    }

    private static String why(CertificateStatus status) {
        return switch (status) {
            case CertificateStatus.Untrusted untrusted -> untrusted.why();
            case CertificateStatus.WrongUsage usage -> usage.why();
            case CertificateStatus.Expired expired -> "had expired on " + expired.notAfter();
            case CertificateStatus.NotYetValid early -> "was not valid before " + early.notBefore();
            case CertificateStatus.Usable _,
                    CertificateStatus.Missing _,
                    CertificateStatus.Revoked _,
                    CertificateStatus.IssuerRevoked _,
                    CertificateStatus.AddressMismatch _,
                    CertificateStatus.RevocationOffline _,
                    CertificateStatus.RevocationUnknown _,
                    CertificateStatus.Blocked _ -> status.toString();
        };
    }

    private static byte[] digested(String algorithm, byte[] octets) {
        try {
            return MessageDigest.getInstance(algorithm).digest(octets);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static final int MOST_CERTIFICATES = 20;
    private static final Map<ASN1ObjectIdentifier, String> DIGESTS = Map.of(
            TSPAlgorithms.SHA256, "SHA-256",
            TSPAlgorithms.SHA384, "SHA-384",
            TSPAlgorithms.SHA512, "SHA-512");
    /** RFC 3161 §2.4.2 gives them these names. */
    private static final Map<Integer, String> FAILURES = Map.of(
            PKIFailureInfo.badAlg, "badAlg",
            PKIFailureInfo.badRequest, "badRequest",
            PKIFailureInfo.badDataFormat, "badDataFormat",
            PKIFailureInfo.timeNotAvailable, "timeNotAvailable",
            PKIFailureInfo.unacceptedPolicy, "unacceptedPolicy",
            PKIFailureInfo.unacceptedExtension, "unacceptedExtension",
            PKIFailureInfo.addInfoNotAvailable, "addInfoNotAvailable",
            PKIFailureInfo.systemFailure, "systemFailure");
}
