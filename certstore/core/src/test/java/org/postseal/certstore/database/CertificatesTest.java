package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.AUTHORITY;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.certificate;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.KeyIdentifier;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.Certificates.Removal;

class CertificatesTest extends DatabaseFixture {
    @Test
    void keepsEachCertificateOnceWithEveryOrigin() {
        MailCertificate alice = certificate(ALICE);
        assertThat(database.certificates().addAll(List.of(alice, alice), Origin.IMPORTED, ACT))
                .isEqualTo(1);
        Act later = Act.of("other", ACT.when().plusSeconds(1));
        assertThat(database.certificates().add(alice, Origin.OWN, later)).isTrue();
        assertThat(database.certificates().add(alice, Origin.IMPORTED, later)).isFalse();
        assertThat(database.certificates().find(alice.id()))
                .contains(new StoredCertificate(
                        alice,
                        List.of(
                                new StoredCertificate.Entry("imported", EntryState.IMPORTED, ACT),
                                new StoredCertificate.Entry("own", EntryState.OWN, later))));
    }

    @Test
    void findsByEveryName() {
        MailCertificate alice = certificate(ALICE);
        MailCertificate both = AUTHORITY
                .request(ALICE)
                .alsoFor(BOB)
                .validity(Samples.START, Samples.END)
                .issue()
                .certificate();
        database.certificates().addAll(List.of(alice, both, AUTHORITY.issuer()), Origin.IMPORTED, ACT);
        Certificates certificates = database.certificates();
        assertThat(certificates.withAddress(MailAddress.of("ALICE@Example.COM")))
                .containsExactlyInAnyOrder(alice, both);
        assertThat(certificates.withAddress(BOB)).containsExactly(both);
        assertThat(certificates.issuedAs(alice.issuer(), alice.serialNumber())).containsExactly(alice);
        assertThat(certificates.issuedAs(alice.issuer(), BigInteger.ONE)).isEmpty();
        assertThat(certificates.issuedAs(alice.subject(), alice.serialNumber())).isEmpty();
        assertThat(certificates.withSubjectKeyIdentifier(
                        alice.subjectKeyIdentifier().orElseThrow()))
                .containsExactly(alice);
        assertThat(certificates.withSubjectKeyIdentifier(new KeyIdentifier("00")))
                .isEmpty();
        assertThat(certificates.ofPublicKey(PublicKeyId.of(both))).containsExactly(both);
        assertThat(certificates.ofSubject(alice.issuer())).containsExactly(AUTHORITY.issuer());
        assertThat(certificates.ofSubject(alice.subject())).isEmpty();
        assertThat(certificates.find(CertificateId.of(new byte[1]))).isEmpty();
    }

    // A stranger makes such a certificate, and a directory server may have it.
    @Test
    void keepsOddTextAndLongNumbers() throws Exception {
        MailCertificate odd = Samples.odd(ALICE);
        Certificates certificates = database.certificates();
        assertThat(certificates.add(odd, Origin.IMPORTED, ACT)).isTrue();
        assertThat(certificates.withAddress(ALICE)).containsExactly(odd);
        assertThat(certificates.issuedAs(odd.issuer(), odd.serialNumber())).containsExactly(odd);
        assertThat(certificates.issuedAs(odd.issuer(), odd.serialNumber().add(BigInteger.ONE)))
                .isEmpty();
        KeyIdentifier identifier = odd.subjectKeyIdentifier().orElseThrow();
        assertThat(certificates.withSubjectKeyIdentifier(identifier)).containsExactly(odd);
        assertThat(certificates.withSubjectKeyIdentifier(new KeyIdentifier(identifier.hex() + "00")))
                .isEmpty();
    }

    @Test
    void findsByBeginningOfId() {
        MailCertificate alice = certificate(ALICE);
        database.certificates().addAll(List.of(alice, certificate(BOB)), Origin.IMPORTED, ACT);
        String hex = alice.id().hex();
        for (String prefix : List.of(hex.substring(0, 15), hex.toUpperCase(java.util.Locale.ROOT), hex)) {
            assertThat(database.certificates().withIdPrefix(prefix, 10)).containsExactly(alice);
        }
        assertThat(database.certificates().withIdPrefix(hex.substring(0, 8), 0)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                "zzzz",
                "%%%%",
                "....",
                "00000000000000000000000000000000000000000000000000000000000000000"
            })
    void findsNothingByWhatIsNoBeginningOfId(String text) {
        database.certificates().add(certificate(ALICE), Origin.IMPORTED, ACT);
        assertThat(database.certificates().withIdPrefix(text, 10)).isEmpty();
    }

    @Test
    void listsPagesSoonestExpiryFirst() {
        List<MailCertificate> sorted = new ArrayList<>();
        for (int month = 1; month <= 5; month++) {
            sorted.add(certificate(ALICE, "2026-01-01T00:00:00Z", "2027-0" + month + "-01T00:00:00Z"));
        }
        // Certificates with the same expiry are ordered by id.
        sorted.add(certificate(BOB, "2026-01-01T00:00:00Z", "2027-05-01T00:00:00Z"));
        sorted.sort(java.util.Comparator.comparing(MailCertificate::notAfter)
                .thenComparing(each -> each.id().hex()));
        database.certificates().addAll(sorted.reversed(), Origin.IMPORTED, ACT);
        database.certificates().add(sorted.get(3), Origin.OWN, ACT);

        List<MailCertificate> seen = new ArrayList<>();
        CertificateFilter filter = CertificateFilter.all(2);
        for (List<StoredCertificate> page = database.certificates().list(filter);
                !page.isEmpty();
                page = database.certificates().list(filter)) {
            assertThat(page).hasSize(2);
            page.forEach(each -> seen.add(each.certificate()));
            filter = filter.following(page.getLast().certificate());
        }
        assertThat(seen).isEqualTo(sorted);
        for (int limit : List.of(1, 2, 4, 6, 10)) {
            seen.clear();
            database.certificates().forEach(CertificateFilter.all(limit), each -> seen.add(each.certificate()));
            assertThat(seen).as("pages of %d", limit).isEqualTo(sorted);
        }
        assertThat(listed(CertificateFilter.ofSource("own", 10))).containsExactly(sorted.get(3));
        assertThat(listed(new CertificateFilter(
                        Optional.of("imported"),
                        Optional.of(ALICE),
                        Optional.of(Instant.parse("2027-03-01T00:00:00Z")),
                        Optional.empty(),
                        10)))
                .containsExactly(sorted.get(0), sorted.get(1));
        assertThat(listed(CertificateFilter.ofSource("ldap:none", 10))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1001})
    void refusesPageSize(int limit) {
        assertThatThrownBy(() -> CertificateFilter.all(limit)).isExactlyInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void removesOnlyWhatNothingElseNeeds() {
        MailCertificate alice = certificate(ALICE);
        database.certificates().add(alice, Origin.IMPORTED, ACT);
        database.pins().add(new Pins.Pin(BOB, CertificatePurpose.ENCRYPT, alice, ACT));
        database.certificateMap()
                .add(new CertificateMap.Mapping(new CertificateMap.Scope.WholeDomain(BOB.domain()), alice, ACT));
        assertThat(database.certificates().remove(alice.id()))
                .isEqualTo(new Removal.StillNeeded(
                        List.of("pin of bob@example.org for encrypt", "mapping to @example.org")));
        assertThat(database.certificates().withAddress(ALICE)).containsExactly(alice);

        database.pins().remove(BOB, CertificatePurpose.ENCRYPT, alice.id());
        database.certificateMap().remove(new CertificateMap.Scope.WholeDomain(BOB.domain()), alice.id());
        assertThat(database.certificates().remove(alice.id())).isEqualTo(new Removal.Removed());
        assertThat(database.certificates().remove(alice.id())).isEqualTo(new Removal.Absent());
        assertThat(database.certificates().withAddress(ALICE)).isEmpty();
        assertThat(database.certificates().find(alice.id())).isEmpty();
    }

    private List<MailCertificate> listed(CertificateFilter filter) {
        return database.certificates().list(filter).stream()
                .map(StoredCertificate::certificate)
                .toList();
    }
}
