package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.AUTHORITY;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.NOW;
import static org.postseal.certstore.database.Samples.certificate;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.Harvest.Conflict;
import org.postseal.certstore.database.Harvest.Harvested;
import org.postseal.certstore.database.Harvest.Outcome;
import org.postseal.certstore.database.Harvest.State;
import org.postseal.certstore.database.Harvest.VerifiedSender;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.source.Candidate;

class HarvestTest extends DatabaseFixture {
    @Test
    void usesFirstKeyAndItsRenewals() {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate first = of(key, Samples.START);
        MailCertificate renewed = of(key, NOW);
        assertThat(observe(first)).isEqualTo(new Outcome.Added());
        assertThat(observe(first)).isEqualTo(new Outcome.Known(State.ACTIVE));
        assertThat(observe(renewed)).isEqualTo(new Outcome.Added());
        assertThat(observe(of(key, Samples.START.plusSeconds(5))))
                .isEqualTo(new Outcome.Ignored("an active certificate of the same key is newer"));
        assertThat(offered()).containsExactlyInAnyOrder(first, renewed);
    }

    @Test
    void holdsChangedKeyUntilAdministratorDecides() {
        MailCertificate first = certificate(ALICE);
        MailCertificate changed = certificate(ALICE);
        observe(first);
        assertThat(observe(changed)).isEqualTo(new Outcome.Held(Conflict.CHANGED_KEY));
        assertThat(observe(changed)).isEqualTo(new Outcome.Known(State.HELD));
        assertThat(offered()).containsExactly(first);
        Harvested held = new Harvested(
                ALICE,
                changed,
                State.HELD,
                Optional.of(Conflict.CHANGED_KEY),
                NOW,
                NOW.minusSeconds(60),
                Optional.empty());
        assertThat(database.harvest().held(10)).containsExactly(held);
        assertThat(database.certificates().find(changed.id()).orElseThrow().entries())
                .extracting(StoredCertificate.Entry::state)
                .containsExactly(EntryState.HELD);

        assertThat(database.harvest().accept(ALICE, changed.id(), ACT)).isTrue();
        assertThat(offered()).containsExactly(changed);
        assertThat(database.harvest().held(10)).isEmpty();
        // The old certificate is not reported again.
        assertThat(observe(first)).isEqualTo(new Outcome.Known(State.DISMISSED));
        assertThat(database.certificates().find(changed.id()).orElseThrow().entries())
                .extracting(StoredCertificate.Entry::state)
                .containsExactly(EntryState.HARVESTED);
        assertThat(database.harvest().accept(BOB, changed.id(), ACT)).isFalse();
    }

    @Test
    void dismissesForGood() {
        observe(certificate(ALICE));
        MailCertificate changed = certificate(ALICE);
        observe(changed);
        assertThat(database.harvest().dismiss(ALICE, changed.id(), ACT)).isTrue();
        assertThat(observe(changed)).isEqualTo(new Outcome.Known(State.DISMISSED));
        assertThat(database.harvest().held(10)).isEmpty();
        assertThat(offered()).doesNotContain(changed).hasSize(1);
        assertThat(database.certificates().find(changed.id()).orElseThrow().entries())
                .extracting(StoredCertificate.Entry::state)
                .containsExactly(EntryState.DISMISSED);
    }

    @Test
    void neverReplacesPinImportOrDirectory() {
        MailCertificate attackers = certificate(ALICE);
        database.pins().add(new Pins.Pin(ALICE, CertificatePurpose.ENCRYPT, certificate(ALICE), ACT));
        assertThat(observe(attackers)).isEqualTo(new Outcome.Held(Conflict.PINNED));

        MailCertificate bobs = certificate(BOB);
        database.certificates().add(certificate(BOB), Origin.IMPORTED, ACT);
        assertThat(observe(bobs)).isEqualTo(new Outcome.Held(Conflict.STORED));

        MailCertificate carols = certificate(org.postseal.certstore.MailAddress.of("carol@example.net"));
        database.mirrors()
                .apply(
                        "ldap:corp",
                        List.of(MirrorsTest.entry(
                                "1", certificate(carols.addresses().getFirst()))),
                        List.of(),
                        MirrorsTest.state(1));
        assertThat(observe(carols)).isEqualTo(new Outcome.Held(Conflict.MIRRORED));
        for (MailCertificate each : List.of(attackers, bobs, carols)) {
            assertThat(DatabaseSources.harvested(database).find(each.addresses().getFirst()))
                    .isEmpty();
        }
    }

    @Test
    void pinOrDirectoryThatComesLaterSilencesIt() {
        MailCertificate harvested = certificate(ALICE);
        observe(harvested);
        database.mirrors()
                .apply("ldap:corp", List.of(MirrorsTest.entry("1", harvested)), List.of(), MirrorsTest.state(1));
        assertThat(offered()).containsExactly(harvested);
        database.mirrors()
                .apply(
                        "ldap:corp",
                        List.of(MirrorsTest.entry("1", certificate(ALICE))),
                        List.of(),
                        MirrorsTest.state(2));
        assertThat(offered()).isEmpty();
        MirrorsTest.replaceAll(database.mirrors(), "ldap:corp", List.of(), MirrorsTest.state(3));
        assertThat(offered()).containsExactly(harvested);
        database.pins().add(new Pins.Pin(ALICE, CertificatePurpose.ENCRYPT, certificate(ALICE), ACT));
        assertThat(offered()).isEmpty();
        database.harvest().accept(ALICE, harvested.id(), ACT);
        assertThat(offered()).containsExactly(harvested);
    }

    @Test
    void ignoresWhatIsOfNoUse() throws Exception {
        MailCertificate signsOnly = AUTHORITY
                .issue(ALICE, KeyAlgorithm.P256, Profile.SIGN, Samples.START, Samples.END)
                .certificate();
        assertThat(observe(signsOnly))
                .isEqualTo(new Outcome.Ignored(
                        signsOnly.whyNot(CertificatePurpose.ENCRYPT).orElseThrow()));
        assertThat(database.harvest().observe(new VerifiedSender(BOB, certificate(ALICE), NOW), NOW))
                .isEqualTo(new Outcome.Ignored("it does not carry the address"));
        assertThat(database.certificates().list(CertificateFilter.all(10))).isEmpty();
    }

    @Test
    void holdsNoMoreThanItsLimit() {
        observe(certificate(ALICE));
        for (int i = 0; i < Harvest.MAX_HELD; i++) {
            assertThat(observe(certificate(ALICE))).isEqualTo(new Outcome.Held(Conflict.CHANGED_KEY));
        }
        assertThat(observe(certificate(ALICE)))
                .isEqualTo(new Outcome.Ignored("10 certificates of the address are held already"));
        assertThat(database.harvest().held(Harvest.MAX_HELD + 1)).hasSize(Harvest.MAX_HELD);
        assertThat(database.harvest().held(3)).hasSize(3);
    }

    private Outcome observe(MailCertificate certificate) {
        return database.harvest()
                .observe(
                        new VerifiedSender(certificate.addresses().getFirst(), certificate, NOW.minusSeconds(60)), NOW);
    }

    private List<MailCertificate> offered() {
        return DatabaseSources.harvested(database).find(ALICE).stream()
                .map(Candidate::certificate)
                .toList();
    }

    private static MailCertificate of(KeyMaterial key, Instant from) {
        return AUTHORITY
                .request(ALICE)
                .key(key)
                .validity(from, Samples.END)
                .issue()
                .certificate();
    }
}
