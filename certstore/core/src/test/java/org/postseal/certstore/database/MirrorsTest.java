package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.AUTHORITY;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.NOW;
import static org.postseal.certstore.database.Samples.certificate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.Certificates.Removal;
import org.postseal.certstore.database.MirrorEntry.MirrorCertificate;
import org.postseal.certstore.database.Mirrors.Applied;
import org.postseal.certstore.database.Mirrors.SyncState;

class MirrorsTest extends DatabaseFixture {
    private static final String CORP = "ldap:corp";
    private static final SmimeCapabilities GCM =
            new SmimeCapabilities(List.of(new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_GCM)));

    @Test
    void givesEntryBackAsItWas() {
        MirrorEntry entry = new MirrorEntry(
                "uuid-1",
                "f",
                true,
                List.of(ALICE, BOB),
                List.of(
                        new MirrorCertificate(certificate(ALICE), "userSMIMECertificate", 0, true, Optional.of(GCM)),
                        new MirrorCertificate(certificate(BOB), "userCertificate", 1, false, Optional.empty())),
                List.of(AUTHORITY.issuer()));
        SyncState state = state(1);
        assertThat(database.mirrors().apply(CORP, List.of(entry), List.of(), state))
                .isEqualTo(new Applied(1, 0, 0, 0));
        for (MailAddress address : List.of(ALICE, BOB)) {
            assertThat(database.mirrors().withAddress(CORP, address))
                    .singleElement()
                    .usingRecursiveComparison()
                    .usingOverriddenEquals()
                    .isEqualTo(entry);
        }
        assertThat(database.mirrors().entryIds(CORP)).containsExactly("uuid-1");
        assertThat(database.mirrors().fingerprints(CORP, List.of("uuid-1", "none")))
                .isEqualTo(Map.of("uuid-1", "f"));
        assertThat(database.mirrors().withAddress("ldap:other", ALICE)).isEmpty();
        assertThat(database.mirrors().state(CORP))
                .get()
                .usingRecursiveComparison()
                .isEqualTo(state);
        assertThat(database.mirrors().state("ldap:other")).isEmpty();
        assertThat(database.mirrors().sources()).containsExactly(CORP);
        assertThat(database.mirrors().count(CORP)).isEqualTo(1);
    }

    @Test
    void appliesChangesAndDropsWhatNoEntryHasAnyMore() {
        MailCertificate shared = certificate(ALICE);
        MailCertificate old = certificate(BOB);
        database.mirrors()
                .apply(CORP, List.of(entry("1", shared), entry("2", shared, old), entry("3")), List.of(), state(1));
        MailCertificate fresh = certificate(BOB);
        assertThat(database.mirrors()
                        .apply(CORP, List.of(entry("2", fresh), entry("1", shared)), List.of("3", "unknown"), state(2)))
                .isEqualTo(new Applied(0, 1, 1, 1));
        assertThat(database.mirrors().count(CORP)).isEqualTo(2);
        assertThat(database.certificates().find(old.id())).isEmpty();
        assertThat(database.certificates().find(shared.id()).orElseThrow().entries())
                .extracting(StoredCertificate.Entry::source)
                .containsExactly(CORP);
        database.mirrors().apply(CORP, List.of(), List.of("1"), state(3));
        assertThat(database.certificates().find(shared.id())).isEmpty();
        assertThat(database.mirrors().state(CORP).orElseThrow().cookie()).containsExactly(3);
    }

    @Test
    void keepsCertificateThatCameFromElsewhereToo() {
        MailCertificate alice = certificate(ALICE);
        database.certificates().add(alice, Origin.IMPORTED, ACT);
        database.mirrors().apply(CORP, List.of(entry("1", alice)), List.of(), state(1));
        assertThat(database.certificates().remove(alice.id())).isEqualTo(new Removal.StillNeeded(List.of(CORP)));
        database.mirrors().apply(CORP, List.of(), List.of("1"), state(2));
        assertThat(database.certificates().withAddress(ALICE)).containsExactly(alice);
    }

    @Test
    void replacesEverythingAndWritesOnlyWhatDiffers() {
        MailCertificate alice = certificate(ALICE);
        MailCertificate bob = certificate(BOB);
        replaceAll(database.mirrors(), CORP, List.of(entry("1", alice), entry("2", bob)), state(1));
        replaceAll(database.mirrors(), "ldap:other", List.of(entry("1", alice)), state(1));
        assertThat(replaceAll(
                        database.mirrors(), CORP, List.of(entry("1", alice), entry("3", certificate(BOB))), state(2)))
                .isEqualTo(new Applied(1, 0, 1, 1));
        assertThat(database.certificates().find(bob.id())).isEmpty();
        assertThat(database.certificates().find(alice.id()).orElseThrow().entries())
                .extracting(StoredCertificate.Entry::source)
                .containsExactly("ldap:corp", "ldap:other");
        assertThat(database.mirrors().count(CORP)).isEqualTo(2);
        assertThat(replaceAll(database.mirrors(), CORP, List.of(), state(3))).isEqualTo(new Applied(0, 0, 2, 0));
        assertThat(database.mirrors().withAddress("ldap:other", ALICE)).hasSize(1);
    }

    @Test
    void readersSeeTheOldEntriesUntilTheCommit() {
        MailCertificate old = certificate(ALICE);
        MailCertificate fresh = certificate(BOB);
        replaceAll(database.mirrors(), CORP, List.of(entry("1", old)), state(1));
        MirrorReplacement replacement = database.mirrors().replacement(CORP, NOW);
        replacement.add(List.of(entry("1", fresh)), List.of());

        assertThat(database.mirrors().withAddress(CORP, ALICE)).hasSize(1);
        assertThat(database.mirrors().withAddress(CORP, BOB)).isEmpty();
        assertThat(database.mirrors().sources()).containsExactly(CORP);
        // Entries of an unfinished replacement do not affect what is harvested.
        assertThat(database.harvest().observe(new Harvest.VerifiedSender(BOB, certificate(BOB), NOW), NOW))
                .isNotInstanceOf(Harvest.Outcome.Held.class);
        assertThat(replacement.before()).isEqualTo(1);
        assertThat(replacement.gone()).isEqualTo(0);

        assertThat(replacement.commit(state(2))).isEqualTo(new Applied(0, 1, 0, 0));
        assertThat(database.mirrors().withAddress(CORP, ALICE)).isEmpty();
        assertThat(database.mirrors().withAddress(CORP, BOB)).hasSize(1);
        assertThat(database.certificates().find(old.id())).isEmpty();
        assertThat(database.certificates().find(fresh.id()).orElseThrow().entries())
                .extracting(StoredCertificate.Entry::source)
                .containsExactly(CORP);
    }

    @Test
    void removesWhatAReplacementThatWasCutOffLeft() {
        MailCertificate left = certificate(BOB);
        database.mirrors().replacement(CORP, NOW).add(List.of(entry("9", left)), List.of());
        assertThat(database.certificates().find(left.id())).isPresent();

        replaceAll(database.mirrors(), CORP, List.of(entry("1", certificate(ALICE))), state(1));

        assertThat(database.certificates().find(left.id())).isEmpty();
        assertThat(database.mirrors().entryIds(CORP)).containsExactly("1");
    }

    static Applied replaceAll(Mirrors mirrors, String source, List<MirrorEntry> entries, SyncState state) {
        MirrorReplacement replacement = mirrors.replacement(source, NOW);
        java.util.Set<String> unchanged = new java.util.HashSet<>();
        var known = mirrors.fingerprints(
                source, entries.stream().map(MirrorEntry::id).toList());
        entries.stream()
                .filter(each -> each.fingerprint().equals(known.get(each.id())))
                .forEach(each -> unchanged.add(each.id()));
        replacement.add(
                entries.stream().filter(each -> !unchanged.contains(each.id())).toList(), unchanged);
        return replacement.commit(state);
    }

    static MirrorEntry entry(String id, MailCertificate... certificates) {
        return new MirrorEntry(
                id,
                List.of(certificates).toString(),
                false,
                certificates.length == 0 ? List.of() : certificates[0].addresses(),
                java.util.stream.Stream.of(certificates)
                        .map(each -> new MirrorCertificate(each, "userCertificate", 1, false, Optional.empty()))
                        .toList(),
                List.of());
    }

    static SyncState state(int cookie) {
        return new SyncState("full", "server-1", new byte[] {(byte) cookie}, NOW);
    }
}
