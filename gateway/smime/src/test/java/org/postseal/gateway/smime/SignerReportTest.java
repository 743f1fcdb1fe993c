package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.smime.SignedDataForge.ENTITY;
import static org.postseal.gateway.smime.SignedDataForge.attributes;
import static org.postseal.gateway.smime.SignedDataForge.clearSigned;
import static org.postseal.gateway.smime.SignedDataForge.corrupted;
import static org.postseal.gateway.smime.SignedDataForge.signedData;
import static org.postseal.gateway.smime.SignedDataForge.signer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.SignatureVerdict.Cause;
import org.postseal.gateway.smime.SignerReport.Role;
import org.postseal.gateway.smime.SignerReport.Strength;
import org.postseal.policy.protection.DomainAuthority;
import org.postseal.policy.protection.LegacyAlgorithm;
import org.postseal.policy.protection.SigningSettings;

/** Reports on each signer alone, on old digests, and on signatures of a domain. */
class SignerReportTest {
    private static final KeyHandle ALICE = Pki.key(Pki.ALICE, KeyAlgorithm.P256);
    private static final KeyHandle BOB = Pki.key(Pki.BOB, KeyAlgorithm.P256);
    private static final Believed DOMAINS = new Believed(Set.of(), true);

    @Test
    void everySignerIsNamedAndTheWorstIsTheVerdict() throws Exception {
        SignerInfo good = signer(ALICE, attributes(ALICE));
        SignerInfo bad = corrupted(signer(BOB, attributes(BOB)));
        SignerInfo missing = signer(
                Pki.key(MailAddress.of("carol@example.com"), KeyAlgorithm.P256),
                attributes(Pki.key(MailAddress.of("carol@example.com"), KeyAlgorithm.P256)));

        SignatureVerifier.Verification found = check(
                clearSigned(signedData(
                        Optional.empty(), List.of(good, missing, bad), ALICE.certificate(), BOB.certificate())),
                Believed.NOTHING);

        assertThat(found.signers())
                .containsExactlyInAnyOrder(
                        report(ALICE, "ECDSA SHA-256", true, valid(ALICE)),
                        report(BOB, "ECDSA SHA-256", false, SignatureVerdict.of(Cause.SIGNATURE_WRONG, of(BOB))),
                        new SignerReport(
                                Optional.empty(),
                                "ECDSA SHA-256",
                                Optional.empty(),
                                Strength.STRONG,
                                Role.ORIGINATOR,
                                false,
                                true,
                                SignatureVerdict.of(Cause.SIGNER_CERTIFICATE_MISSING, Optional.empty())));
        assertThat(found.verdict()).isEqualTo(SignatureVerdict.of(Cause.SIGNATURE_WRONG, of(BOB)));
    }

    /** A program may show either content. */
    @Test
    void noSignatureOverTwoContentsIsIntact() throws Exception {
        SignatureVerifier.Verification found = check(
                clearSigned(signedData(
                        Optional.of(ENTITY), List.of(signer(ALICE, attributes(ALICE))), ALICE.certificate())),
                Believed.NOTHING);

        assertThat(found.signers()).hasSize(1);
        assertThat(found.isIntact()).isFalse();
    }

    @Test
    void twoGoodSignersPassAndBothAreNamed() throws Exception {
        SignatureVerifier.Verification found = check(
                clearSigned(signedData(
                        Optional.empty(),
                        List.of(signer(BOB, attributes(BOB)), signer(ALICE, attributes(ALICE))),
                        ALICE.certificate(),
                        BOB.certificate())),
                Believed.NOTHING);

        assertThat(found.verdict()).isEqualTo(valid(ALICE));
        assertThat(found.signers()).extracting(SignerReport::carriesFrom).containsExactlyInAnyOrder(true, false);
    }

    @ParameterizedTest
    @CsvSource({
        "RSA2048, SHA1, SHA1, RSA SHA-1",
        "RSA2048, MD5, MD5, RSA MD5",
        "P256, SHA1, SHA1, ECDSA SHA-1",
        // There is no ECDSA with MD5.
        "P256, MD5, SHA1, ECDSA SHA-1"
    })
    void oldSignaturesCannotBeJudgedUnlessBelievedByName(
            KeyAlgorithm kind, SigningSettings.Digest digest, LegacyAlgorithm made, String text) throws Exception {
        KeyHandle key = Pki.key(Pki.ALICE, kind);
        RawMessage signed = Mail.sign(
                Mail.message("x\r\n"), key, new SigningSettings(digest, SigningSettings.RsaPadding.PKCS1, true));
        RawMessage altered = Mail.of(Mail.text(signed).replace("\r\n\r\nx\r\n", "\r\n\r\ny\r\n"));

        assertThat(check(signed, Believed.NOTHING).verdict())
                .isEqualTo(new SignatureVerdict.Unverifiable(Cause.ALGORITHM_WEAK, of(key)));
        assertThat(check(altered, Believed.NOTHING).verdict())
                .isEqualTo(new SignatureVerdict.Invalid(Cause.CONTENT_ALTERED, of(key)));
        assertThat(check(signed, Believed.NOTHING).isIntact()).isTrue();
        assertThat(check(altered, Believed.NOTHING).isIntact()).isFalse();
        LegacyAlgorithm other = made == LegacyAlgorithm.MD5 ? LegacyAlgorithm.SHA1 : LegacyAlgorithm.MD5;
        assertThat(check(signed, new Believed(Set.of(other), true)).verdict())
                .isInstanceOf(SignatureVerdict.Unverifiable.class);

        Believed believed = new Believed(Set.of(made), false);
        assertThat(check(signed, believed).verdict()).isEqualTo(valid(key));
        assertThat(check(signed, believed).signers())
                .containsExactly(new SignerReport(
                        of(key), text, Optional.of(made), Strength.WEAK, Role.ORIGINATOR, true, true, valid(key)));
        assertThat(check(altered, believed).verdict())
                .isEqualTo(new SignatureVerdict.Invalid(Cause.CONTENT_ALTERED, of(key)));
    }

    @Test
    void nothingIsLearntFromAnOldSignatureThatIsBelieved() throws Exception {
        KeyHandle key = Pki.key(Pki.ALICE, KeyAlgorithm.RSA2048);
        List<VerifiedSigner> learnt = new ArrayList<>();
        for (SigningSettings.Digest digest : List.of(SigningSettings.Digest.SHA1, SigningSettings.Digest.SHA256)) {
            RawMessage signed = Mail.sign(
                    Mail.message("x\r\n"), key, new SigningSettings(digest, SigningSettings.RsaPadding.PKCS1, true));
            assertThat(new SignatureVerifier(learnt::add)
                            .check(
                                    Mail.scan(signed),
                                    Optional.of(Pki.ALICE),
                                    new TrustingStore(Pki.CA.root()),
                                    Pki.NOW,
                                    new Believed(Set.of(LegacyAlgorithm.SHA1), false))
                            .verdict())
                    .isEqualTo(valid(key));
            assertThat(learnt).hasSize(digest == SigningSettings.Digest.SHA1 ? 0 : 1);
        }
    }

    @Test
    void domainSignatureIsBelievedOnlyWhereThatIsSaid() throws Exception {
        KeyHandle authority = authority(DomainAuthority.NAME, "domain-signing-authority@example.com");
        RawMessage signed = signed(authority, Role.DOMAIN);

        assertThat(check(signed, Believed.NOTHING).verdict())
                .isEqualTo(new SignatureVerdict.Invalid(Cause.ADDRESS_MISMATCH, of(authority)));
        assertThat(check(signed, DOMAINS).verdict()).isEqualTo(valid(authority));
        assertThat(check(signed, DOMAINS).signers().getFirst().role()).isEqualTo(Role.DOMAIN);
        assertThat(check(signed, "bob@sub.example.com").verdict()).isEqualTo(valid(authority));
        for (String elsewhere : List.of("alice@example.net", "alice@notexample.com", "alice@com")) {
            assertThat(check(signed, elsewhere).verdict())
                    .isEqualTo(new SignatureVerdict.Invalid(Cause.ADDRESS_MISMATCH, of(authority)));
        }
    }

    @Test
    void topLevelDomainSignsForNoneBelow() throws Exception {
        KeyHandle authority = authority(DomainAuthority.NAME, "domain-signing-authority@com");
        RawMessage signed = signed(authority, Role.DOMAIN);

        assertThat(check(signed, DOMAINS).verdict())
                .isEqualTo(new SignatureVerdict.Invalid(Cause.ADDRESS_MISMATCH, of(authority)));
        assertThat(check(signed, "alice@com").verdict()).isEqualTo(valid(authority));
    }

    @ParameterizedTest
    @CsvSource({
        "domain-signing-authority, domain-signing-authority@example.com, ORIGINATOR",
        "Domain Signing, domain-signing-authority@example.com, DOMAIN",
        "domain-signing-authority, postmaster@example.com, DOMAIN"
    })
    void domainSignatureNeedsBothNamesAndItsType(String name, String address, Role role) throws Exception {
        KeyHandle authority = authority(name, address);

        assertThat(check(signed(authority, role), DOMAINS).verdict())
                .isEqualTo(new SignatureVerdict.Invalid(Cause.ADDRESS_MISMATCH, of(authority)));
    }

    private static KeyHandle authority(String name, String address) {
        return Pki.CA
                .request(MailAddress.of(address))
                .commonName(name)
                .validity(Pki.FROM, Pki.UNTIL)
                .issue()
                .keyHandle();
    }

    private static RawMessage signed(KeyHandle key, Role role) throws Exception {
        RawMessage message = Mail.message("x\r\n");
        return new CmsSigner()
                .sign(
                        message,
                        Mail.header(message),
                        new CmsSigner.Signer(key, Optional.empty(), Optional.empty(), role),
                        Mail.CLEAR,
                        Pki.NOW,
                        Mail.scope())
                .message();
    }

    private static SignatureVerifier.Verification check(RawMessage message, Believed believed) throws Exception {
        return new SignatureVerifier()
                .check(Mail.scan(message), Optional.of(Pki.ALICE), new TrustingStore(Pki.CA.root()), Pki.NOW, believed);
    }

    private static SignatureVerifier.Verification check(RawMessage message, String from) throws Exception {
        return new SignatureVerifier()
                .check(
                        Mail.scan(message),
                        Optional.of(MailAddress.of(from)),
                        new TrustingStore(Pki.CA.root()),
                        Pki.NOW,
                        DOMAINS);
    }

    private static SignatureVerdict valid(KeyHandle key) {
        return new SignatureVerdict.Valid(
                key.certificate(), List.of(key.certificate(), Pki.CA.issuer(), Pki.CA.root()));
    }

    private static Optional<MailCertificate> of(KeyHandle key) {
        return Optional.of(key.certificate());
    }

    private static SignerReport report(KeyHandle key, String algorithm, boolean isFrom, SignatureVerdict verdict) {
        return new SignerReport(
                of(key), algorithm, Optional.empty(), Strength.STRONG, Role.ORIGINATOR, isFrom, true, verdict);
    }
}
