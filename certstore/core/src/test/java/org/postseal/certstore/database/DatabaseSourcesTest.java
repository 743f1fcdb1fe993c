package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.AUTHORITY;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.certificate;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.DatabaseException.Fault;
import org.postseal.certstore.database.MirrorEntry.MirrorCertificate;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.Candidate.Vouching;
import org.postseal.certstore.source.CertificateSource;

class DatabaseSourcesTest extends DatabaseFixture {
    @Test
    void pinsAreTheAdministratorsWord() {
        MailCertificate pinned = certificate(BOB);
        database.pins().add(new Pins.Pin(ALICE, CertificatePurpose.ENCRYPT, pinned, ACT));
        database.pins().add(new Pins.Pin(ALICE, CertificatePurpose.SIGN, certificate(ALICE), ACT));
        CertificateSource pins = DatabaseSources.pins(database);
        assertThat(pins.name()).isEqualTo("pins");
        assertThat(pins.find(ALICE)).containsExactly(candidate(pinned, "pin", 0, new Vouching.Administrator()));
        assertThat(pins.find(BOB)).isEmpty();
    }

    @Test
    void ownOffersOwnImportedAndMapped() {
        MailCertificate own = certificate(ALICE);
        MailCertificate imported = certificate(ALICE);
        MailCertificate gateway = certificate(BOB);
        database.certificates().add(own, Origin.OWN, ACT);
        database.certificates().add(imported, Origin.IMPORTED, ACT);
        database.certificateMap()
                .add(new CertificateMap.Mapping(new CertificateMap.Scope.WholeDomain(ALICE.domain()), gateway, ACT));
        CertificateSource source = DatabaseSources.own(database);
        assertThat(source.name()).isEqualTo("own");
        assertThat(source.find(ALICE))
                .containsExactly(
                        candidate(own, "own", 0, new Vouching.Path()),
                        candidate(imported, "imported", 0, new Vouching.Path()),
                        candidate(gateway, "map", 1, new Vouching.Administrator()));
        // The certificate is only mapped and not imported, so it is not offered for its own address.
        assertThat(source.find(BOB)).isEmpty();
    }

    @Test
    void mirrorOffersEntryWithAllItSays() {
        MailCertificate alice = certificate(ALICE);
        MailCertificate other = certificate(ALICE);
        MirrorEntry entry = new MirrorEntry(
                "1",
                "f",
                false,
                List.of(ALICE, BOB),
                List.of(
                        new MirrorCertificate(other, "userCertificate", 1, false, Optional.empty()),
                        new MirrorCertificate(alice, "userSMIMECertificate", 0, true, Optional.empty())),
                List.of(AUTHORITY.issuer()));
        database.mirrors().apply("mirror:corp", List.of(entry), List.of(), MirrorsTest.state(1));
        CertificateSource mirror = DatabaseSources.mirror(database, "mirror:corp", _ -> true, false);
        assertThat(mirror.name()).isEqualTo("mirror:corp");
        assertThat(mirror.find(BOB))
                .containsExactly(
                        mirrored(alice, "userSMIMECertificate", 0, true), mirrored(other, "userCertificate", 1, false));
    }

    @Test
    void mirrorThatWasNeverFilledGivesNoAnswer() {
        assertThatThrownBy(() -> DatabaseSources.mirror(database, "mirror:corp", _ -> true, false)
                        .find(ALICE))
                .isExactlyInstanceOf(StoreUnavailableException.class)
                .hasMessage("mirror:corp: was never copied: postseal directory sync does it");
    }

    @Test
    void mirrorPassesOverDisabledAccountsWhenTold() {
        database.mirrors()
                .apply(
                        "mirror:corp",
                        List.of(MirrorsTest.entry("1", certificate(ALICE)), empty("2", true)),
                        List.of(),
                        MirrorsTest.state(1));
        assertThat(DatabaseSources.mirror(database, "mirror:corp", _ -> true, true)
                        .find(ALICE))
                .hasSize(1);
        CertificateSource all = DatabaseSources.mirror(database, "mirror:corp", _ -> true, false);
        assertThatThrownBy(() -> all.find(ALICE)).hasMessage("mirror:corp: 2 entries have the address");
    }

    @Test
    void mirrorIsNotAskedForAddressesThatItsServerDoesNotCover() {
        MirrorEntry entry = MirrorsTest.entry("1", certificate(ALICE));
        database.mirrors().apply("mirror:corp", List.of(entry), List.of(), MirrorsTest.state(1));
        CertificateSource others = DatabaseSources.mirror(database, "mirror:corp", BOB::equals, false);
        assertThat(others.covers(ALICE)).isFalse();
        assertThat(others.find(ALICE)).isEmpty();
        assertThat(others.covers(BOB)).isTrue();
    }

    private static MirrorEntry empty(String id, boolean isDisabled) {
        return new MirrorEntry(id, "f", isDisabled, List.of(BOB, ALICE), List.of(), List.of());
    }

    @Test
    void mirrorRefusesToChooseBetweenEntries() {
        // The second entry has the address but no certificate. It counts as an owner of the address all the same.
        database.mirrors()
                .apply(
                        "mirror:corp",
                        List.of(MirrorsTest.entry("1", certificate(ALICE)), empty("2", false)),
                        List.of(),
                        MirrorsTest.state(1));
        assertThatThrownBy(() -> DatabaseSources.mirror(database, "mirror:corp", _ -> true, false)
                        .find(ALICE))
                .isExactlyInstanceOf(StoreUnavailableException.class)
                .hasMessage("mirror:corp: 2 entries have the address");
        assertThat(DatabaseSources.mirror(database, "mirror:corp", _ -> true, false)
                        .find(BOB))
                .isEmpty();
    }

    @Test
    void unreadableDatabaseIsUnavailableNeverEmpty() {
        database.close();
        for (CertificateSource source : List.of(
                DatabaseSources.pins(database),
                DatabaseSources.own(database),
                DatabaseSources.harvested(database),
                DatabaseSources.mirror(database, "mirror:corp", _ -> true, false))) {
            assertThatThrownBy(() -> source.find(ALICE))
                    .isExactlyInstanceOf(StoreUnavailableException.class)
                    .hasMessage(source.name() + ": the database is closed");
        }
    }

    @Test
    void damagedRowIsUnavailable() {
        MailCertificate alice = certificate(ALICE);
        database.certificates().add(alice, Origin.OWN, ACT);
        database.access()
                .write(sql -> sql.update(
                        "UPDATE certificate SET der = ? WHERE id = ?",
                        CertificateRows.der(certificate(ALICE)),
                        alice.id()));
        assertThatThrownBy(() -> DatabaseSources.own(database).find(ALICE))
                .isExactlyInstanceOf(StoreUnavailableException.class)
                .hasMessage("own: certificate " + alice.id() + " in the database is another one")
                .cause()
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DAMAGED));
    }

    private static Candidate candidate(MailCertificate certificate, String origin, int tier, Vouching vouching) {
        return new Candidate(
                certificate, origin, tier, false, List.of(), List.of(), Optional.empty(), vouching, Optional.empty());
    }

    private static Candidate mirrored(MailCertificate certificate, String origin, int tier, boolean isFlagged) {
        return new Candidate(
                certificate,
                origin,
                tier,
                isFlagged,
                List.of(ALICE, BOB),
                List.of(AUTHORITY.issuer()),
                Optional.empty(),
                new Vouching.Path(),
                Optional.empty());
    }
}
