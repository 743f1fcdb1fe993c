package org.postseal.certstore.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.directory.Fixture.ALICE;
import static org.postseal.certstore.directory.Fixture.BOB;
import static org.postseal.certstore.directory.Fixture.CA;
import static org.postseal.certstore.directory.Fixture.END;
import static org.postseal.certstore.directory.Fixture.NOW;
import static org.postseal.certstore.directory.Fixture.START;
import static org.postseal.certstore.directory.Fixture.certificate;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

class HarvestTest {
    private static final CertificateStatus USABLE = new CertificateStatus.Usable();
    private static final CertificateStatus EXPIRED = new CertificateStatus.Expired(NOW.minusSeconds(1));
    private static final CertificateStatus REVOKED = new CertificateStatus.Revoked(START);
    private static final CertificateStatus UNKNOWN = new CertificateStatus.RevocationUnknown("no one to ask");
    private static final Optional<SmimeCapabilities> GCM =
            Optional.of(new SmimeCapabilities(List.of(new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_GCM))));

    private static final Instant SPRING = Instant.parse("2026-03-01T00:00:00Z");
    private static final KeyMaterial ALICES_KEY = KeyMaterial.generate(KeyAlgorithm.P256);
    private static final MailCertificate ALICES = alices(START);
    private static final MailCertificate RENEWED = alices(SPRING);
    private static final MailCertificate NEW_KEY = certificate(ALICE, SPRING, END);
    private static final MailCertificate OLD_KEY = certificate(ALICE, START.minusSeconds(1), END);
    private static final MailCertificate BOBS = certificate(BOB);

    private static MailCertificate alices(Instant from) {
        return CA.request(ALICE).key(ALICES_KEY).validity(from, END).issue().certificate();
    }

    private static SignatureFacts signedBy(MailCertificate signer) {
        return new SignatureFacts(true, ALICE, signer, true, USABLE, Optional.of(NOW), GCM, Optional.empty(), USABLE);
    }

    private static SignatureFacts at(SignatureFacts facts, Optional<Instant> time) {
        return new SignatureFacts(
                facts.isVerified(),
                facts.sender(),
                facts.signer(),
                facts.addressMatches(),
                facts.signerStatus(),
                time,
                facts.capabilities(),
                facts.preferred(),
                facts.encryptionStatus());
    }

    private static SignatureFacts judged(
            boolean isVerified, boolean addressMatches, CertificateStatus signer, CertificateStatus encryption) {
        return new SignatureFacts(
                isVerified, ALICE, ALICES, addressMatches, signer, Optional.of(NOW), GCM, Optional.empty(), encryption);
    }

    private static SignatureFacts preferring(MailCertificate preferred, CertificateStatus status) {
        return new SignatureFacts(
                true, ALICE, ALICES, true, USABLE, Optional.of(NOW), GCM, Optional.of(preferred), status);
    }

    private static HarvestKnown remembered(MailCertificate certificate, CertificateStatus status, Instant time) {
        return new HarvestKnown(List.of(), Optional.of(new HarvestKnown.Remembered(certificate, status, time)));
    }

    private static HarvestKnown pinned(MailCertificate... certificates) {
        return new HarvestKnown(List.of(certificates), Optional.empty());
    }

    private static HarvestDecision remember(MailCertificate certificate) {
        return new HarvestDecision.Remember(certificate, GCM);
    }

    private static HarvestDecision ignore(String reason) {
        return new HarvestDecision.Ignore(reason);
    }

    static Stream<Arguments> scenarios() {
        HarvestKnown nothing = HarvestKnown.NOTHING;
        HarvestKnown before = remembered(ALICES, USABLE, NOW.minusSeconds(100));
        SignatureFacts good = signedBy(ALICES);
        SignatureFacts changed = signedBy(NEW_KEY);
        String usable = "another key than the one remembered (usable)";
        return Stream.of(
                Arguments.of("first signature", good, nothing, remember(ALICES)),
                Arguments.of(
                        "broken signature",
                        judged(false, true, USABLE, USABLE),
                        nothing,
                        ignore("signature not verified")),
                Arguments.of(
                        "signer of another address",
                        judged(true, false, USABLE, USABLE),
                        nothing,
                        ignore("signer's certificate does not carry the sender's address")),
                Arguments.of(
                        "claimed to match and does not",
                        signedBy(BOBS),
                        nothing,
                        ignore("signer's certificate does not carry the sender's address")),
                Arguments.of(
                        "signer of a CA of his own",
                        judged(true, true, new CertificateStatus.Untrusted("no path to a trust anchor"), USABLE),
                        nothing,
                        ignore("signer's certificate: untrusted: no path to a trust anchor")),
                Arguments.of(
                        "revoked signer",
                        judged(true, true, REVOKED, USABLE),
                        nothing,
                        ignore("signer's certificate: revoked on 2026-01-01T00:00:00Z")),
                Arguments.of(
                        "revocation not known",
                        judged(true, true, UNKNOWN, USABLE),
                        nothing,
                        ignore("signer's certificate: revocation unknown: no one to ask")),
                Arguments.of(
                        "no time",
                        at(good, Optional.empty()),
                        nothing,
                        ignore("no signing time, so nobody can tell whether it is old")),
                Arguments.of(
                        "clock a little ahead",
                        at(good, Optional.of(NOW.plus(Harvest.AHEAD))),
                        nothing,
                        remember(ALICES)),
                Arguments.of(
                        "pinned to the future",
                        at(good, Optional.of(NOW.plus(Harvest.AHEAD).plusSeconds(1))),
                        nothing,
                        ignore("signing time in the future: 2026-06-01T01:00:01Z")),
                Arguments.of(
                        "signed before the certificate was",
                        at(good, Optional.of(START.minusSeconds(1))),
                        nothing,
                        ignore("signing time outside the validity of the signer's certificate: 2025-12-31T23:59:59Z")),
                Arguments.of(
                        "sign-only certificate",
                        judged(true, true, USABLE, new CertificateStatus.WrongUsage("keyUsage has no keyAgreement")),
                        nothing,
                        ignore("signer's certificate: wrong usage: keyUsage has no keyAgreement")),
                Arguments.of("encrypKeyPref", preferring(NEW_KEY, USABLE), nothing, remember(NEW_KEY)),
                Arguments.of(
                        "encrypKeyPref names somebody else's",
                        preferring(BOBS, USABLE),
                        nothing,
                        ignore("preferred certificate does not carry the sender's address")),
                Arguments.of(
                        "encrypKeyPref without a path",
                        preferring(NEW_KEY, new CertificateStatus.Untrusted("no path to a trust anchor")),
                        nothing,
                        ignore("preferred certificate: untrusted: no path to a trust anchor")),
                Arguments.of(
                        "encrypKeyPref changes the key", preferring(NEW_KEY, USABLE), before, held(NEW_KEY, usable)),
                Arguments.of("confirmed", good, before, remember(ALICES)),
                Arguments.of(
                        "the same message once more",
                        good,
                        remembered(ALICES, USABLE, NOW),
                        ignore("signed no later than what is remembered")),
                Arguments.of(
                        "old capabilities replayed",
                        at(good, Optional.of(NOW.minusSeconds(200))),
                        before,
                        ignore("signed no later than what is remembered")),
                Arguments.of("renewed on the same key", signedBy(RENEWED), before, remember(RENEWED)),
                Arguments.of(
                        "back to the certificate before the renewal",
                        good,
                        remembered(RENEWED, USABLE, NOW.minusSeconds(100)),
                        ignore("certificate older than the one remembered")),
                Arguments.of("another key", changed, before, held(NEW_KEY, usable)),
                Arguments.of(
                        "another key, replayed",
                        at(changed, Optional.of(NOW.minusSeconds(100))),
                        before,
                        ignore("signed no later than what is remembered")),
                Arguments.of(
                        "an older certificate of another key",
                        signedBy(OLD_KEY),
                        before,
                        ignore("certificate older than the one remembered")),
                Arguments.of(
                        "another key after the end of the known one",
                        changed,
                        remembered(ALICES, EXPIRED, NOW.minusSeconds(100)),
                        remember(NEW_KEY)),
                Arguments.of(
                        "another key after a revocation",
                        changed,
                        remembered(ALICES, REVOKED, NOW.minusSeconds(100)),
                        held(NEW_KEY, "another key than the one remembered (revoked on 2026-01-01T00:00:00Z)")),
                Arguments.of(
                        "another key while revocation cannot be asked",
                        changed,
                        remembered(ALICES, UNKNOWN, NOW.minusSeconds(100)),
                        held(NEW_KEY, "another key than the one remembered (revocation unknown: no one to ask)")),
                Arguments.of("the pinned key", good, pinned(ALICES), remember(ALICES)),
                Arguments.of("the pinned key, renewed", signedBy(RENEWED), pinned(ALICES), remember(RENEWED)),
                Arguments.of(
                        "another than the pinned key",
                        changed,
                        pinned(ALICES),
                        held(NEW_KEY, "a pin or directory has another key for the sender")),
                Arguments.of("one of two in the directory", changed, pinned(ALICES, NEW_KEY), remember(NEW_KEY)),
                Arguments.of(
                        "another than the pinned key, and the remembered one has expired",
                        changed,
                        new HarvestKnown(
                                List.of(ALICES),
                                Optional.of(new HarvestKnown.Remembered(ALICES, EXPIRED, NOW.minusSeconds(100)))),
                        held(NEW_KEY, "a pin or directory has another key for the sender")));
    }

    private static HarvestDecision held(MailCertificate certificate, String reason) {
        return new HarvestDecision.Hold(certificate, reason);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void judges(String name, SignatureFacts facts, HarvestKnown known, HarvestDecision expected) {
        assertThat(Harvest.judge(facts, known, NOW)).as(name).isEqualTo(expected);
    }
}
