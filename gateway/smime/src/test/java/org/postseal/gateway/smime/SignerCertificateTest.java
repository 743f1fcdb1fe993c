package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.smime.SignedDataForge.ALICE;
import static org.postseal.gateway.smime.SignedDataForge.BOB;
import static org.postseal.gateway.smime.SignedDataForge.attributes;
import static org.postseal.gateway.smime.SignedDataForge.clearSigned;
import static org.postseal.gateway.smime.SignedDataForge.corrupted;
import static org.postseal.gateway.smime.SignedDataForge.invalid;
import static org.postseal.gateway.smime.SignedDataForge.signedData;
import static org.postseal.gateway.smime.SignedDataForge.signer;
import static org.postseal.gateway.smime.SignedDataForge.verdict;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignerName;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.directory.ForwardingCertificateStore;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

/** Checks whose signature it is, and whether the signer's certificate is good for it. */
class SignerCertificateTest {
    @Test
    void signerIsNotTheAuthor() throws Exception {
        RawMessage signed = Mail.sign(Mail.message("x\r\n"), BOB, Mail.CLEAR);

        assertThat(Mail.verify(signed))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.ADDRESS_MISMATCH, Optional.of(BOB.certificate())));
        assertThat(new SignatureVerifier()
                        .verify(Mail.scan(signed), Optional.empty(), new TrustingStore(Pki.CA.root()), Pki.NOW))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.FROM_AMBIGUOUS, Optional.of(BOB.certificate())));
    }

    @Test
    void trustIsJudgedWhenItIsReceivedAndByOurAnchors() throws Exception {
        RawMessage signed = Mail.sign(Mail.message("x\r\n"), ALICE, Mail.CLEAR);
        CertificateAuthority other = CertificateAuthority.create("Another", Pki.FROM, Pki.UNTIL);

        assertThat(Mail.verify(signed, Pki.ALICE, new TrustingStore(other.root()), Pki.NOW))
                .isEqualTo(invalid(Cause.CERTIFICATE_UNTRUSTED));
        // The signingTime is in 2026, which is within the validity. It must not help.
        assertThat(Mail.verify(signed, Pki.ALICE, new TrustingStore(Pki.CA.root()), Pki.UNTIL.plus(Duration.ofDays(1))))
                .isEqualTo(invalid(Cause.CERTIFICATE_EXPIRED));
        assertThat(Mail.verify(signed, Pki.ALICE, new TrustingStore(Pki.CA.root()), Pki.FROM.minus(Duration.ofDays(1))))
                .isEqualTo(invalid(Cause.CERTIFICATE_NOT_YET_VALID));
    }

    @Test
    void certificateForEncryptionSignsNothing() throws Exception {
        KeyHandle key = Pki.CA
                .issue(Pki.ALICE, KeyAlgorithm.P256, Profile.ENCRYPT, Pki.FROM, Pki.UNTIL)
                .keyHandle();
        RawMessage signed = Mail.sign(Mail.message("x\r\n"), key, Mail.CLEAR);

        assertThat(Mail.verify(signed))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.CERTIFICATE_WRONG_USAGE, Optional.of(key.certificate())));
    }

    @Test
    void renewedCertificatesOfOneKeyAreAllTried() throws Exception {
        var issued = Pki.issued(Pki.ALICE, KeyAlgorithm.P384);
        SignerInfo bySubjectKey = signer(issued.keyHandle(), attributes(issued.keyHandle()), true);
        MailCertificate expired = Pki.CA
                .issue(Pki.ALICE, KeyAlgorithm.P256, Profile.DUAL, Pki.FROM, Pki.FROM.plusSeconds(60))
                .certificate();

        assertThat(verdict(signedData(
                        Optional.empty(), List.of(bySubjectKey), expired, issued.certificate(), BOB.certificate())))
                .isEqualTo(new SignatureVerdict.Valid(
                        issued.certificate(), List.of(issued.certificate(), Pki.CA.issuer(), Pki.CA.root())));
    }

    private record Knowing(CertificateStore store, List<MailCertificate> known) implements ForwardingCertificateStore {
        @Override
        public List<MailCertificate> named(SignerName name) {
            return known.stream().filter(name::means).toList();
        }
    }

    /** A certificate that came with an earlier message need not come again (RFC 8550 §2.3). */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCertificateThatTheMessageDoesNotBringIsLookedUp(boolean bySubjectKey) throws Exception {
        var issued = Pki.issued(Pki.ALICE, KeyAlgorithm.P384);
        SignerInfo good = signer(issued.keyHandle(), attributes(issued.keyHandle()), bySubjectKey);
        RawMessage signed = clearSigned(signedData(Optional.empty(), List.of(good)));
        RawMessage wrong = clearSigned(signedData(Optional.empty(), List.of(corrupted(good))));
        MailCertificate own = issued.certificate();

        assertThat(Mail.describe(verify(signed, List.of(BOB.certificate(), own))))
                .isEqualTo("Valid");
        assertThat(Mail.describe(verify(wrong, List.of(own)))).isEqualTo("SIGNATURE_WRONG");
        assertThat(Mail.describe(verify(signed, List.of(BOB.certificate())))).isEqualTo("SIGNER_CERTIFICATE_MISSING");
    }

    /** The same key may have been certified again. Only a limited number of certificates is tried. */
    @ParameterizedTest
    @CsvSource({"1, Valid", "7, Valid", "8, CERTIFICATE_EXPIRED"})
    void severalThatFitAreTried(int others, String verdict) throws Exception {
        var issued = Pki.issued(Pki.ALICE, KeyAlgorithm.P384);
        List<Attribute> attributes = attributes(issued.keyHandle());
        attributes.removeIf(
                attribute -> attribute.getAttrType().equals(PKCSObjectIdentifiers.id_aa_signingCertificateV2));
        List<SignerInfo> signers = List.of(signer(issued.keyHandle(), attributes, true));
        List<MailCertificate> known = new ArrayList<>();
        for (int i = 0; i < others; i++) {
            known.add(Pki.CA
                    .request(Pki.ALICE)
                    .key(issued.key())
                    .validity(Pki.FROM, Pki.FROM.plusSeconds(60 + i))
                    .issue()
                    .certificate());
        }
        known.add(issued.certificate());

        assertThat(Mail.describe(verify(clearSigned(signedData(Optional.empty(), signers)), known)))
                .isEqualTo(verdict);
    }

    private static SignatureVerdict verify(RawMessage message, List<MailCertificate> known) throws Exception {
        return Mail.verify(message, Pki.ALICE, new Knowing(new TrustingStore(Pki.CA.root()), known), Pki.NOW);
    }
}
