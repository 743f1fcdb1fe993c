package org.postseal.certstore.revocation;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ocsp.BasicOCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.ResponderID;
import org.bouncycastle.asn1.ocsp.ResponseBytes;
import org.bouncycastle.asn1.ocsp.ResponseData;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.ocsp.SingleResponse;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.operator.ContentVerifier;
import org.bouncycastle.operator.OperatorCreationException;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.SignatureAlgorithms;

/**
 * Judges an OCSP answer (RFC 6960 §3.2): whether it is about this certificate, is current, and is signed by the issuer
 * or by a responder that the issuer certified. The signature is checked before the status is believed. Immutable.
 */
final class OcspJudge {
    private static final int MAX_SINGLE_ANSWERS = 100;
    private static final int MAX_CERTIFICATES = 1_000;
    private static final int MAX_RESPONDERS = 3;

    private final RevocationSettings settings;
    private final RevocationChecker checker;

    OcspJudge(RevocationSettings settings, RevocationChecker checker) {
        this.settings = settings;
        this.checker = checker;
    }

    OcspVerdict judge(
            byte[] octets,
            OcspQuestion question,
            Optional<byte[]> nonce,
            List<MailCertificate> path,
            int index,
            Run run) {
        try {
            OCSPResponse response = OCSPResponse.getInstance(octets);
            int status = response.getResponseStatus().getIntValue();
            if (status != 0) {
                return switch (status) {
                    case 2 -> OcspVerdict.offline("responder has an internal error");
                    case 3 -> OcspVerdict.offline("responder says try later");
                    case 6 -> OcspVerdict.unknown("responder is not authorized");
                    default -> OcspVerdict.unknown("responder refuses, status " + status);
                };
            }
            ResponseBytes bytes = response.getResponseBytes();
            if (bytes == null || !bytes.getResponseType().equals(OCSPObjectIdentifiers.id_pkix_ocsp_basic)) {
                return OcspVerdict.unknown("not a basic OCSP answer");
            }
            BasicOCSPResponse basic =
                    BasicOCSPResponse.getInstance(bytes.getResponse().getOctets());
            return judge(basic, question, nonce, path, index, run);
        } catch (RuntimeException | IOException e) {
            // Bouncy Castle reports malformed structures by many kinds of unchecked exceptions.
            return OcspVerdict.unknown("not an OCSP answer");
        }
    }

    private OcspVerdict judge(
            BasicOCSPResponse basic,
            OcspQuestion question,
            Optional<byte[]> nonce,
            List<MailCertificate> path,
            int index,
            Run run)
            throws IOException {
        ResponseData data = basic.getTbsResponseData();
        if (hasCriticalBut(data.getResponseExtensions(), Set.of(OCSPObjectIdentifiers.id_pkix_ocsp_nonce))) {
            return OcspVerdict.unknown("OCSP answer with an unknown critical extension");
        }
        if (nonce.isPresent() && isOtherNonce(data.getResponseExtensions(), nonce.get())) {
            return OcspVerdict.unknown("OCSP answer to another request");
        }
        SingleResponse single = newest(data, question);
        if (single == null) {
            return OcspVerdict.unknown("OCSP answer about another certificate");
        }
        if (hasCriticalBut(single.getSingleExtensions(), Set.of())) {
            return OcspVerdict.unknown("OCSP answer with an unknown critical extension");
        }
        if (!isSigned(basic, path, index, run)) {
            return OcspVerdict.unknown("OCSP answer not signed by the issuer or whom it authorized");
        }
        return verdict(single, index, run.time);
    }

    private OcspVerdict verdict(SingleResponse single, int index, Instant time) {
        Instant thisUpdate = instant(single.getThisUpdate());
        Instant nextUpdate = single.getNextUpdate() == null
                ? thisUpdate.plus(settings.undatedLifetime())
                : instant(single.getNextUpdate());
        if (thisUpdate.isAfter(time.plus(settings.clockSkew()))) {
            return OcspVerdict.unknown("OCSP answer of the future, " + thisUpdate);
        }
        if (nextUpdate.isBefore(time)) {
            return OcspVerdict.unknown("OCSP answer expired on " + nextUpdate);
        }
        boolean isDated = single.getNextUpdate() != null;
        return switch (single.getCertStatus().getTagNo()) {
            case 0 -> new OcspVerdict(new RevocationAnswer.Good(nextUpdate), thisUpdate, nextUpdate, isDated);
            case 1 -> {
                RevokedInfo info =
                        RevokedInfo.getInstance(single.getCertStatus().getStatus());
                RevocationReason reason = info.getRevocationReason() == null
                        ? RevocationReason.UNSPECIFIED
                        : RevocationReason.of(
                                info.getRevocationReason().getValue().intValueExact());
                yield new OcspVerdict(
                        new RevocationAnswer.Revoked(index, instant(info.getRevocationTime()), reason, nextUpdate),
                        thisUpdate,
                        nextUpdate,
                        isDated);
            }
            default -> OcspVerdict.unknown("responder does not know the certificate");
        };
    }

    private static @Nullable SingleResponse newest(ResponseData data, OcspQuestion question) {
        SingleResponse newest = null;
        ASN1Sequence responses = data.getResponses();
        for (int i = 0; i < Math.min(responses.size(), MAX_SINGLE_ANSWERS); i++) {
            SingleResponse single = SingleResponse.getInstance(responses.getObjectAt(i));
            if (question.isAnsweredBy(single.getCertID())
                    && (newest == null || instant(single.getThisUpdate()).isAfter(instant(newest.getThisUpdate())))) {
                newest = single;
            }
        }
        return newest;
    }

    /**
     * Returns true if the issuer's key signed the answer, or a responder that the issuer itself certified for OCSP (RFC
     * 6960 §4.2.2.2).
     */
    private boolean isSigned(BasicOCSPResponse basic, List<MailCertificate> path, int index, Run run)
            throws IOException {
        if (!SignatureAlgorithms.isStrong(basic.getSignatureAlgorithm())) {
            return false;
        }
        MailCertificate issuer = path.get(index + 1);
        ResponderID responder = basic.getTbsResponseData().getResponderID();
        if (names(responder, issuer) && verifies(basic, issuer.x509().getPublicKey())) {
            return true;
        }
        ASN1Sequence certificates = basic.getCerts();
        int tried = 0;
        for (int i = 0; certificates != null && i < Math.min(certificates.size(), MAX_CERTIFICATES); i++) {
            Optional<MailCertificate> delegate = delegate(certificates.getObjectAt(i), responder);
            if (delegate.isPresent()
                    && tried++ < MAX_RESPONDERS
                    && isAuthorized(delegate.get(), path, index, run)
                    && verifies(basic, delegate.get().x509().getPublicKey())) {
                return true;
            }
            if (tried == MAX_RESPONDERS) {
                return false;
            }
        }
        return false;
    }

    // A certificate without the responder's name or key is not even parsed.
    private static Optional<MailCertificate> delegate(ASN1Encodable element, ResponderID responder) {
        try {
            org.bouncycastle.asn1.x509.Certificate certificate =
                    org.bouncycastle.asn1.x509.Certificate.getInstance(element);
            return names(responder, certificate.getSubject(), certificate.getSubjectPublicKeyInfo())
                    ? Optional.of(MailCertificate.of(certificate.getEncoded()))
                    : Optional.empty();
        } catch (CertificateException | IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private boolean isAuthorized(MailCertificate delegate, List<MailCertificate> path, int index, Run run) {
        MailCertificate issuer = path.get(index + 1);
        Extension usage = delegate.holder().getExtension(Extension.extendedKeyUsage);
        if (usage == null
                || !ExtendedKeyUsage.getInstance(usage.getParsedValue()).hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning)
                || !delegate.issuer().equals(issuer.subject())
                || run.time.isBefore(delegate.notBefore())
                || run.time.isAfter(delegate.notAfter())
                || delegate.weakness().isPresent()
                || !SignatureAlgorithms.isStrong(delegate.holder().getSignatureAlgorithm())
                || hasCriticalBut(delegate.holder().getExtensions(), KNOWN_IN_DELEGATES)) {
            return false;
        }
        try {
            delegate.x509().verify(issuer.x509().getPublicKey());
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
        // RFC 6960 §4.2.2.2.1: the responder's certificate has nocheck, or a list must say that it is not revoked. If
        // it has neither nocheck nor the address of a list, the issuer leaves the check to us, and we accept the
        // certificate.
        if (delegate.holder().getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck) != null
                || delegate.holder().getExtension(Extension.cRLDistributionPoints) == null) {
            return true;
        }
        List<MailCertificate> own = new java.util.ArrayList<>(path.subList(index + 1, path.size()));
        own.addFirst(delegate);
        return checker.checkByLists(own, run) instanceof RevocationAnswer.Good;
    }

    private static boolean names(ResponderID responder, MailCertificate certificate) {
        return names(responder, certificate.subject(), certificate.holder().getSubjectPublicKeyInfo());
    }

    private static boolean names(ResponderID responder, X500Name subject, SubjectPublicKeyInfo key) {
        return responder.getKeyHash() != null
                ? MessageDigest.isEqual(
                        responder.getKeyHash(),
                        Digest.SHA_1.of(key.getPublicKeyData().getOctets()))
                : subject.equals(responder.getName());
    }

    private static boolean verifies(BasicOCSPResponse basic, PublicKey key) throws IOException {
        try {
            ContentVerifier verifier = SignatureAlgorithms.verifier(key, basic.getSignatureAlgorithm());
            try (OutputStream out = verifier.getOutputStream()) {
                out.write(basic.getTbsResponseData().getEncoded(ASN1Encoding.DER));
            }
            return verifier.verify(basic.getSignature().getOctets());
        } catch (OperatorCreationException | RuntimeException e) {
            return false;
        }
    }

    // The nonce may be absent, since most responders answer from a cache (RFC 6960 §4.4.1).
    private static boolean isOtherNonce(@Nullable Extensions extensions, byte[] nonce) {
        Extension extension =
                extensions == null ? null : extensions.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
        return extension != null
                && !MessageDigest.isEqual(
                        ASN1OctetString.getInstance(extension.getParsedValue()).getOctets(), nonce);
    }

    private static boolean hasCriticalBut(@Nullable Extensions extensions, Set<ASN1ObjectIdentifier> known) {
        if (extensions != null) {
            for (ASN1ObjectIdentifier name : extensions.getCriticalExtensionOIDs()) {
                if (!known.contains(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Instant instant(ASN1GeneralizedTime time) {
        try {
            Date date = time.getDate();
            return date.toInstant();
        } catch (java.text.ParseException e) {
            throw new IllegalArgumentException("malformed time", e);
        }
    }

    private static final Set<ASN1ObjectIdentifier> KNOWN_IN_DELEGATES = Set.of(
            Extension.keyUsage,
            Extension.extendedKeyUsage,
            Extension.basicConstraints,
            Extension.subjectAlternativeName,
            Extension.certificatePolicies);
}
