package org.postseal.certstore.authority;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.revocation.OcspQuestion;

/**
 * Signs OCSP answers about the certificates of one intermediate in advance, in the form of RFC 9919. The key is new,
 * and nobody has it once the answers are signed. Its certificate goes with each answer.
 */
final class OcspSigner {
    private final MailCertificate issuer;
    private final KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
    private final MailCertificate certificate;
    private final Instant from;
    private final Instant to;

    /**
     * @param from thisUpdate of the answers
     * @param to nextUpdate of the answers
     */
    OcspSigner(Templates templates, Intermediate intermediate, KeyMaterial issuerKey, Instant from, Instant to) {
        this.issuer = intermediate.certificate();
        this.certificate = CertificateAuthority.sign(
                templates.responder(key.publicKey(), intermediate, from.minus(CLOCK_SKEW), to.plus(CLOCK_SKEW)),
                issuerKey);
        this.from = from;
        this.to = to;
    }

    OcspQuestion question(IssuedEntry entry) {
        return OcspQuestion.about(entry.serial(), issuer);
    }

    /** Returns an OCSPResponse in DER, which both digests of the issuer find (RFC 9919 §3.2.1). */
    byte[] answer(IssuedEntry entry) {
        OcspQuestion question = question(entry);
        try {
            BasicOCSPRespBuilder answer = new BasicOCSPRespBuilder(byKey(key.publicKey()));
            for (Digest digest : DIGESTS) {
                answer.addResponse(
                        new CertificateID(question.id(digest)), status(entry), Date.from(from), Date.from(to));
            }
            X509CertificateHolder[] chain = {certificate.holder()};
            return new OCSPRespBuilder()
                    .build(OCSPRespBuilder.SUCCESSFUL, answer.build(key.certificateSigner(), chain, Date.from(from)))
                    .getEncoded();
        } catch (OCSPException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("an answer of our own cannot be signed", e);
        }
    }

    private static RespID byKey(SubjectPublicKeyInfo key) throws OperatorCreationException, OCSPException {
        return new RespID(key, new JcaDigestCalculatorProviderBuilder().build().get(RespID.HASH_SHA1));
    }

    private static @Nullable CertificateStatus status(IssuedEntry entry) {
        if (entry.revocation().isEmpty()) {
            return CertificateStatus.GOOD;
        }
        IssuedEntry.Revocation word = entry.revocation().get();
        Date when = Date.from(word.when());
        return word.reason() == RevocationReason.UNSPECIFIED
                ? new RevokedStatus(when)
                : new RevokedStatus(when, word.reason().number());
    }

    static final Digest[] DIGESTS = {Digest.SHA_1, Digest.SHA_256};
    /** How wrong the clock of somebody who asks may be. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
}
