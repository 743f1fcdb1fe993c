package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.AUTHORITY;
import static org.postseal.certstore.database.Samples.NOW;
import static org.postseal.certstore.database.Samples.certificate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.database.RememberedCapabilities.Outcome;
import org.postseal.certstore.database.RememberedCapabilities.VerifiedCapabilities;
import org.postseal.certstore.database.RevocationCache.Answer;
import org.postseal.certstore.database.RevocationCache.Kind;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/** Tests remembered capabilities and revocation answers. */
class RememberedTest extends DatabaseFixture {
    private static final SmimeCapabilities CBC =
            new SmimeCapabilities(List.of(new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_CBC)));
    private static final SmimeCapabilities GCM =
            new SmimeCapabilities(List.of(new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_GCM)));

    @Test
    void newestSigningTimeWins() {
        MailCertificate alice = certificate(ALICE);
        assertThat(database.capabilities().of(alice)).isEmpty();
        assertThat(remember(alice, GCM, NOW)).isEqualTo(Outcome.REMEMBERED);
        assertThat(remember(alice, CBC, NOW.minusSeconds(1))).isEqualTo(Outcome.NOT_NEWER);
        assertThat(remember(alice, CBC, NOW)).isEqualTo(Outcome.NOT_NEWER);
        assertThat(database.capabilities().of(alice)).contains(GCM);
        assertThat(remember(alice, CBC, NOW.plusSeconds(1))).isEqualTo(Outcome.REMEMBERED);
        assertThat(database.capabilities().of(alice)).contains(CBC);
    }

    @Test
    void refusesTheFarFuture() {
        MailCertificate alice = certificate(ALICE);
        Duration ahead = RememberedCapabilities.MAX_AHEAD;
        assertThat(remember(alice, CBC, NOW.plus(ahead).plusMillis(1))).isEqualTo(Outcome.FROM_THE_FUTURE);
        assertThat(database.capabilities().of(alice)).isEmpty();
        assertThat(remember(alice, CBC, NOW.plus(ahead))).isEqualTo(Outcome.REMEMBERED);
    }

    @Test
    void goesByPublicKeyAndNotByCertificate() {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate old = AUTHORITY
                .request(ALICE)
                .key(key)
                .validity(Samples.START, NOW)
                .issue()
                .certificate();
        MailCertificate renewed = AUTHORITY
                .request(ALICE)
                .key(key)
                .validity(NOW, Samples.END)
                .issue()
                .certificate();
        remember(old, GCM, NOW);
        assertThat(database.capabilities().of(renewed)).contains(GCM);
        assertThat(database.capabilities().of(certificate(ALICE))).isEmpty();
    }

    @Test
    void namesTheProgramOfTheNewestMail() {
        MailCertificate alice = certificate(ALICE);
        assertThat(database.programs().of(alice)).isEmpty();
        database.programs().remember(alice, "NeoMutt/20250510", NOW, NOW);
        database.programs().remember(alice, "Mozilla Thunderbird", NOW, NOW);
        database.programs().remember(alice, "Mozilla Thunderbird", NOW.minusSeconds(1), NOW);
        Instant future = NOW.plus(RememberedCapabilities.MAX_AHEAD).plusMillis(1);
        database.programs().remember(alice, "Mozilla Thunderbird", future, NOW);
        assertThat(database.programs().of(alice)).contains("NeoMutt/20250510");
        database.programs().remember(alice, "Claws Mail 4.3.1", NOW.plusSeconds(1), NOW);
        assertThat(database.programs().of(alice)).contains("Claws Mail 4.3.1");
        assertThat(database.programs().of(certificate(ALICE))).isEmpty();
    }

    @Test
    void keepsNewestRevocationAnswer() {
        Answer older = answer(1, NOW);
        Answer newer = answer(2, NOW.plusSeconds(10));
        RevocationCache cache = database.revocation();
        assertThat(cache.find(Kind.CRL, "http://ca.example/crl")).isEmpty();
        assertThat(cache.store(Kind.CRL, "http://ca.example/crl", newer)).isTrue();
        // An attacker on the network replays an older answer.
        assertThat(cache.store(Kind.CRL, "http://ca.example/crl", older)).isFalse();
        assertThat(cache.store(Kind.OCSP, "http://ca.example/crl", older)).isTrue();
        assertThat(cache.find(Kind.CRL, "http://ca.example/crl"))
                .get()
                .usingRecursiveComparison()
                .isEqualTo(newer);
        assertThat(cache.find(Kind.OCSP, "http://ca.example/crl"))
                .get()
                .usingRecursiveComparison()
                .isEqualTo(older);
        assertThat(cache.removeOutdated(newer.nextUpdate().orElseThrow())).isEqualTo(1);
        assertThat(cache.find(Kind.OCSP, "http://ca.example/crl")).isEmpty();
        assertThat(cache.find(Kind.CRL, "http://ca.example/crl")).isPresent();
    }

    private Outcome remember(MailCertificate certificate, SmimeCapabilities capabilities, Instant signingTime) {
        return database.capabilities().remember(new VerifiedCapabilities(certificate, capabilities, signingTime), NOW);
    }

    private static Answer answer(int octet, Instant thisUpdate) {
        return new Answer(
                new byte[] {(byte) octet},
                thisUpdate,
                octet == 1 ? Optional.empty() : Optional.of(thisUpdate.plusSeconds(60)),
                thisUpdate.plusSeconds(1));
    }
}
