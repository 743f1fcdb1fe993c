package org.postseal.certstore.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.directory.Fixture.ALICE;
import static org.postseal.certstore.directory.Fixture.BOB;
import static org.postseal.certstore.directory.Fixture.CA;
import static org.postseal.certstore.directory.Fixture.END;
import static org.postseal.certstore.directory.Fixture.NOW;
import static org.postseal.certstore.directory.Fixture.START;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateChoice.Considered;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.HardwareKey;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.path.ValidationRequest;

class DirectoryKeysTest {
    private static final CertificateStatus USABLE = new CertificateStatus.Usable();

    private final Fixture fixture = new Fixture();

    @Test
    void theNewestUsableKeySignsWhereverItIsKept() {
        KeyHandle old = key(ALICE, Profile.DUAL, START, END);
        KeyHandle newest = key(ALICE, Profile.DUAL, START.plusSeconds(2), END);
        KeyHandle expired = key(ALICE, Profile.DUAL, START.plusSeconds(3), NOW.minusSeconds(1));
        KeyHandle longer = key(ALICE, Profile.SIGN, START.plusSeconds(2), END.plusSeconds(1));
        KeyHandle encryptOnly = key(ALICE, Profile.ENCRYPT, START.plusSeconds(4), END);
        fixture.keys("files", old, newest, expired);
        fixture.keys("token:hsm", encryptOnly, longer);

        assertThat(fixture.store().signingKey(ALICE, KeyPlace.ANYWHERE, NOW))
                .isEqualTo(new CertificateChoice.Chosen<>(
                        longer,
                        List.of(
                                considered(longer, "token:hsm", USABLE),
                                considered(newest, "files", USABLE),
                                considered(old, "files", USABLE),
                                considered(expired, "files", new CertificateStatus.Expired(NOW.minusSeconds(1))),
                                considered(
                                        encryptOnly,
                                        "token:hsm",
                                        new CertificateStatus.WrongUsage("keyUsage has no digitalSignature")))));
    }

    @Test
    void noOlderKeySignsWhileRevocationOfTheNewestCannotBeAskedFor() {
        KeyHandle old = key(ALICE, Profile.DUAL, START, END);
        KeyHandle newest = key(ALICE, Profile.DUAL, START.plusSeconds(2), END);
        fixture.keys("own", old);
        fixture.keys("token:hsm", newest);
        fixture.verdicts.statuses.put(newest.certificate().id(), new CertificateStatus.RevocationOffline("no answer"));
        DirectoryCertificateStore store = fixture.store();
        assertThatThrownBy(() -> store.signingKey(ALICE, KeyPlace.ANYWHERE, NOW))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(store.explain(ALICE, CertificatePurpose.SIGN, NOW).outcome())
                .isInstanceOf(CertificateExplanation.Outcome.Unavailable.class);
    }

    @Test
    void theUsersChoiceGoesFirstWhileItMayBeUsed() {
        KeyHandle old = key(ALICE, Profile.DUAL, START, NOW.plusSeconds(60));
        KeyHandle newest = key(ALICE, Profile.DUAL, START.plusSeconds(2), END);
        fixture.keys("own", newest, old);
        fixture.preferred.put(ALICE, old.certificate().id());
        DirectoryCertificateStore store = fixture.store();
        assertThat(signer(store, ALICE, NOW)).contains(old);
        assertThat(signer(store, ALICE, NOW.plusSeconds(61))).contains(newest);
        fixture.preferred.clear();
        store.invalidateChoices();
        assertThat(signer(store, ALICE, NOW)).contains(newest);
    }

    @Test
    void whereOnlyHardwareMaySignTheNewerSoftKeyIsNoCandidate() {
        KeyHandle soft = key(ALICE, Profile.DUAL, START.plusSeconds(2), END);
        KeyHandle hard = new HardwareKey(key(ALICE, Profile.DUAL, START, END).certificate());
        fixture.keys("own", soft);
        DirectoryCertificateStore store = fixture.store();
        assertThat(store.signingKey(ALICE, KeyPlace.HARDWARE, NOW))
                .isEqualTo(new CertificateChoice.NoneUsable<KeyHandle>(new CertificateStatus.Missing(), List.of()));
        fixture.keys("token:hsm", hard);
        store = fixture.store();
        assertThat(store.signingKey(ALICE, KeyPlace.HARDWARE, NOW))
                .isEqualTo(new CertificateChoice.Chosen<>(hard, List.of(considered(hard, "token:hsm", USABLE))));
        assertThat(signer(store, ALICE, NOW)).contains(soft);
    }

    @Test
    void aKeyMappedForOpeningDoesNotSignForTheAddress() {
        KeyHandle bobs = key(BOB, Profile.DUAL, START, END);
        fixture.keys("own", bobs);
        DirectoryCertificateStore store = fixture.store();
        assertThat(store.decryptionKeys(ALICE)).containsExactly(bobs);
        CertificateStatus mismatch = new CertificateStatus.AddressMismatch("it carries bob@example.net");
        assertThat(store.signingKey(ALICE, KeyPlace.ANYWHERE, NOW))
                .isEqualTo(new CertificateChoice.NoneUsable<KeyHandle>(
                        mismatch, List.of(considered(bobs, "own", mismatch))));
    }

    @Test
    void signingAsksForAPathWithTheChainOfTheKey() {
        KeyHandle key = key(ALICE, Profile.DUAL, START, END);
        fixture.keys("own", key);
        fixture.rules(rules ->
                new SelectionRules(RevocationMode.HARD, RevocationMode.OFF, false, true, rules.requireMailUsage()));
        assertThat(signer(fixture.store(), ALICE, NOW)).contains(key);
        assertThat(fixture.verdicts.requests)
                .containsExactly(new ValidationRequest(
                        key.certificate(),
                        List.of(CA.issuer()),
                        CertificatePurpose.SIGN,
                        RevocationMode.HARD,
                        NOW,
                        Optional.empty()));
    }

    /**
     * A key of ours is judged by the rules for outgoing mail, so that an export hands out the key that the gateway
     * would use. Incoming mail is judged by other rules.
     */
    @Test
    void aKeyOfOursIsJudgedByTheRulesForWhatGoesOut() {
        KeyHandle key = key(ALICE, Profile.DUAL, START, END);
        fixture.rules(rules ->
                new SelectionRules(RevocationMode.HARD, RevocationMode.OFF, false, true, rules.requireMailUsage()));
        DirectoryCertificateStore store = fixture.store();
        PathVerdict verdict = store.validateKey(key, ALICE, CertificatePurpose.ENCRYPT, NOW);
        assertThat(verdict.status()).isEqualTo(USABLE);
        assertThat(verdict.path()).containsExactly(key.certificate(), CA.issuer(), CA.root());
        assertThat(fixture.verdicts.requests)
                .containsExactly(new ValidationRequest(
                        key.certificate(),
                        List.of(CA.issuer()),
                        CertificatePurpose.ENCRYPT,
                        RevocationMode.HARD,
                        NOW,
                        Optional.empty()));
        fixture.blockedAddresses.put(ALICE, "gone");
        assertThat(store.validateKey(key, ALICE, CertificatePurpose.ENCRYPT, NOW)
                        .status())
                .isEqualTo(new CertificateStatus.Blocked("gone"));
    }

    /**
     * Whether a server may be asked about a certificate depends on where the certificate was found and on the rules.
     */
    @ParameterizedTest
    @CsvSource({"false, false, false", "false, true, false", "true, false, true", "true, true, false"})
    void whatWasEncryptedIsVerifiedQuietly(boolean wasEncrypted, boolean asksAfterDecrypting, boolean isQuiet) {
        MailCertificate signer = key(ALICE, Profile.DUAL, START, END).certificate();
        fixture.rules(rules ->
                new SelectionRules(rules.outbound(), RevocationMode.HARD, false, true, false, asksAfterDecrypting));

        fixture.store()
                .validate(
                        signer,
                        new Brought(List.of(CA.issuer()), List.of(), wasEncrypted),
                        CertificatePurpose.SIGN,
                        NOW);

        assertThat(fixture.verdicts.requests)
                .containsExactly(new ValidationRequest(
                        signer,
                        List.of(CA.issuer()),
                        List.of(),
                        CertificatePurpose.SIGN,
                        RevocationMode.HARD,
                        NOW,
                        Optional.empty(),
                        isQuiet));
    }

    @Test
    void aBlockedKeyDoesNotSignButOpens() {
        KeyHandle key = key(ALICE, Profile.DUAL, START, END);
        fixture.keys("own", key);
        fixture.blocked.put(key.certificate().id(), "lost");
        DirectoryCertificateStore store = fixture.store();
        assertThat(signer(store, ALICE, NOW)).isEmpty();
        assertThat(store.decryptionKeys(ALICE)).containsExactly(key);
    }

    @Test
    void everyKeyThatEverWasOpensAndEachOnce() {
        KeyMaterial material = KeyMaterial.generate(KeyAlgorithm.P256);
        KeyHandle expired = CA.request(ALICE)
                .key(material)
                .validity(START, NOW.minusSeconds(1))
                .issue()
                .keyHandle();
        KeyHandle same = material.handle(expired.certificate(), List.of());
        KeyHandle current = key(ALICE, Profile.DUAL, START, END);
        KeyHandle signer = CA.request(ALICE)
                .algorithm(KeyAlgorithm.ED25519)
                .profile(Profile.SIGN)
                .validity(START, END)
                .issue()
                .keyHandle();
        fixture.keys("files", expired, signer);
        fixture.keys("own", same, current);
        assertThat(fixture.store().decryptionKeys(ALICE)).containsExactly(expired, current);
    }

    @Test
    void aFailingSourceOfKeysIsNeverFewerKeys() {
        KeyHandle key = key(ALICE, Profile.DUAL, START, END);
        fixture.keys("files", key);
        Fixture.Keys token = fixture.keys("token:hsm", key(ALICE, Profile.DUAL, START, END));
        DirectoryCertificateStore store = fixture.store();
        assertThat(store.decryptionKeys(ALICE)).hasSize(2);
        token.answer = _ -> {
            throw new StoreUnavailableException("token removed", null);
        };
        fixture.clock.advance(Duration.ofMinutes(15));
        assertThatThrownBy(() -> store.decryptionKeys(ALICE))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("token:hsm: token removed");
        assertThatThrownBy(() -> store.signingKey(ALICE, KeyPlace.ANYWHERE, NOW))
                .isInstanceOf(StoreUnavailableException.class);
        token.answer = _ -> List.of();
        store.invalidateSource("token:hsm");
        assertThat(store.decryptionKeys(ALICE)).containsExactly(key);
    }

    @Test
    void keysAreAskedForOncePerLifetime() {
        Fixture.Keys own = fixture.keys("own");
        DirectoryCertificateStore store = fixture.store();
        assertThat(store.decryptionKeys(ALICE)).isEmpty();
        assertThat(store.decryptionKeys(ALICE)).isEmpty();
        assertThat(own.questions).hasValue(1);
        KeyHandle key = key(ALICE, Profile.DUAL, START, END);
        own.answer = _ -> List.of(key);
        store.invalidateSource("own");
        assertThat(store.decryptionKeys(ALICE)).containsExactly(key);
        assertThat(store.statistics().keySources().getFirst().questions()).isEqualTo(2);
    }

    private static KeyHandle key(MailAddress address, Profile profile, Instant from, Instant to) {
        return CA.request(address).profile(profile).validity(from, to).issue().keyHandle();
    }

    private static Optional<KeyHandle> signer(DirectoryCertificateStore store, MailAddress address, Instant time) {
        return switch (store.signingKey(address, KeyPlace.ANYWHERE, time)) {
            case CertificateChoice.Chosen<KeyHandle>(KeyHandle key, var _) -> Optional.of(key);
            case CertificateChoice.NoneUsable<KeyHandle> _ -> Optional.empty();
        };
    }

    private static Considered considered(KeyHandle key, String source, CertificateStatus status) {
        return new Considered(key.certificate().id(), source, status);
    }
}
