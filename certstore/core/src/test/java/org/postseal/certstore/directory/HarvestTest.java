package org.postseal.certstore.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.directory.Fixture.ALICE;
import static org.postseal.certstore.directory.Fixture.BOB;
import static org.postseal.certstore.directory.Fixture.END;
import static org.postseal.certstore.directory.Fixture.NOW;
import static org.postseal.certstore.directory.Fixture.START;
import static org.postseal.certstore.directory.Fixture.certificate;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;

class HarvestTest {
    private static final CertificateStatus USABLE = new CertificateStatus.Usable();
    private static final CertificateStatus REVOKED = new CertificateStatus.Revoked(START);
    private static final CertificateStatus UNKNOWN = new CertificateStatus.RevocationUnknown("no one to ask");

    private static final Instant SPRING = Instant.parse("2026-03-01T00:00:00Z");
    private static final MailCertificate ALICES = certificate(ALICE);
    private static final MailCertificate NEW_KEY = certificate(ALICE, SPRING, END);
    private static final MailCertificate BOBS = certificate(BOB);

    private static SignatureFacts signedBy(MailCertificate signer) {
        return new SignatureFacts(true, ALICE, signer, true, USABLE, Optional.of(NOW), Optional.empty(), USABLE);
    }

    private static SignatureFacts at(SignatureFacts facts, Optional<Instant> time) {
        return new SignatureFacts(
                facts.isVerified(),
                facts.sender(),
                facts.signer(),
                facts.addressMatches(),
                facts.signerStatus(),
                time,
                facts.preferred(),
                facts.encryptionStatus());
    }

    private static SignatureFacts judged(
            boolean isVerified, boolean addressMatches, CertificateStatus signer, CertificateStatus encryption) {
        return new SignatureFacts(
                isVerified, ALICE, ALICES, addressMatches, signer, Optional.of(NOW), Optional.empty(), encryption);
    }

    private static SignatureFacts preferring(MailCertificate preferred, CertificateStatus status) {
        return new SignatureFacts(true, ALICE, ALICES, true, USABLE, Optional.of(NOW), Optional.of(preferred), status);
    }

    static Stream<Arguments> scenarios() {
        SignatureFacts good = signedBy(ALICES);
        return Stream.of(
                Arguments.of("first signature", good, Optional.empty()),
                Arguments.of(
                        "broken signature", judged(false, true, USABLE, USABLE), Optional.of("signature not verified")),
                Arguments.of(
                        "signer of another address",
                        judged(true, false, USABLE, USABLE),
                        Optional.of("signer's certificate does not carry the sender's address")),
                Arguments.of(
                        "claimed to match and does not",
                        signedBy(BOBS),
                        Optional.of("signer's certificate does not carry the sender's address")),
                Arguments.of(
                        "signer of a CA of his own",
                        judged(true, true, new CertificateStatus.Untrusted("no path to a trust anchor"), USABLE),
                        Optional.of("signer's certificate: untrusted: no path to a trust anchor")),
                Arguments.of(
                        "revoked signer",
                        judged(true, true, REVOKED, USABLE),
                        Optional.of("signer's certificate: revoked on 2026-01-01T00:00:00Z")),
                Arguments.of(
                        "revocation not known",
                        judged(true, true, UNKNOWN, USABLE),
                        Optional.of("signer's certificate: revocation unknown: no one to ask")),
                Arguments.of(
                        "no time",
                        at(good, Optional.empty()),
                        Optional.of("no signing time, so nobody can tell whether it is old")),
                Arguments.of("clock a little ahead", at(good, Optional.of(NOW.plus(Harvest.AHEAD))), Optional.empty()),
                Arguments.of(
                        "pinned to the future",
                        at(good, Optional.of(NOW.plus(Harvest.AHEAD).plusSeconds(1))),
                        Optional.of("signing time in the future: 2026-06-01T01:00:01Z")),
                Arguments.of(
                        "signed before the certificate was",
                        at(good, Optional.of(START.minusSeconds(1))),
                        Optional.of(
                                "signing time outside the validity of the signer's certificate: 2025-12-31T23:59:59Z")),
                Arguments.of(
                        "sign-only certificate",
                        judged(true, true, USABLE, new CertificateStatus.WrongUsage("keyUsage has no keyAgreement")),
                        Optional.of("signer's certificate: wrong usage: keyUsage has no keyAgreement")),
                Arguments.of("encrypKeyPref", preferring(NEW_KEY, USABLE), Optional.empty()),
                Arguments.of(
                        "encrypKeyPref names somebody else's",
                        preferring(BOBS, USABLE),
                        Optional.of("preferred certificate does not carry the sender's address")),
                Arguments.of(
                        "encrypKeyPref without a path",
                        preferring(NEW_KEY, new CertificateStatus.Untrusted("no path to a trust anchor")),
                        Optional.of("preferred certificate: untrusted: no path to a trust anchor")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void saysWhyNothingIsRemembered(String name, SignatureFacts facts, Optional<String> expected) {
        assertThat(Harvest.whyNot(facts, NOW)).as(name).isEqualTo(expected);
    }
}
