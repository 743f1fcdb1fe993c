package org.postseal.certstore.remote.smimea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.remote.smimea.SmimeaSettings.Transport;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.Candidate.Vouching;

/** Asks a real name server with signed zones below {@code test.}, whose DS record is the trust anchor. */
class SmimeaIT {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final CertificateAuthority CA = CertificateAuthority.create("Root", START, END);
    private static final MailCertificate CERTIFICATE = issue();
    private static final List<MailCertificate> MANY = many();

    @TempDir
    static Path directory;

    @AutoClose
    private static Named named;

    private static Path anchors;

    @BeforeAll
    static void start() throws Exception {
        Named.Zones zones = new Named.Zones(directory);
        List<String> plain = List.of();
        String alice = record("alice", "3 0 0", CERTIFICATE.holder().getEncoded());
        List<String> parent = new ArrayList<>();
        String[] many = MANY.stream()
                .map(each -> record("many", "3 0 0", each.encoded()))
                .toArray(String[]::new);
        parent.add(zones.signed(
                "secure.test.",
                plain,
                alice,
                owner("nodata") + " TXT beside",
                owner("alias") + " CNAME " + owner("alice"),
                owner("elsewhere") + " CNAME " + owner("alice") + ".nsec3.test.",
                owner("lost") + " CNAME " + owner("alice") + ".unsigned.test.",
                owner("beyond") + " CNAME " + owner("alice") + ".example.org.",
                owner("intobogus") + " CNAME " + owner("alice") + ".expired.test.",
                "_smimecert.moved DNAME _smimecert",
                String.join("\n", many),
                record("short", "3 0 1", new byte[31]),
                record("undefined", "3 0 9", new byte[32]),
                record("garbage", "3 0 0", new byte[] {1, 2, 3}) + "\n"
                        + record("garbage", "3 0 0", CERTIFICATE.holder().getEncoded()),
                record("crowd", 21)));
        parent.add(zones.signed("nsec3.test.", List.of("-3", "-"), alice));
        parent.add(zones.signed("optout.test.", List.of("-3", "-", "-A"), "child NS ns.child"));
        zones.unsigned("child.optout.test.", alice);
        zones.unsigned("unsigned.test.", alice);
        parent.add("unsigned.test. NS ns.unsigned.test.");
        parent.add(zones.signed(
                "tampered.test.",
                plain,
                alice,
                owner("alice") + " TXT untouched",
                record("marked", "3 0 1", marked())));
        zones.tamper("tampered.test.", "untouched", "touched00");
        zones.tamper("tampered.test.", "ABABABABABABABAB", "CDCDCDCDCDCDCDCD");
        parent.add(zones.signed("expired.test.", List.of("-P", "-s", "20200101000000", "-e", "20200201000000"), alice));
        zones.signed("wrongds.test.", plain, alice);
        parent.add("wrongds.test. DS 12345 13 2 " + "00".repeat(32));
        zones.unsigned("stripped.test.", alice);
        parent.add("stripped.test. DS 12345 13 2 " + "00".repeat(32));
        zones.unloadable("broken.test.");
        for (String zone :
                List.of("secure", "nsec3", "optout", "tampered", "expired", "wrongds", "stripped", "broken")) {
            parent.add(zone + ".test. NS ns." + zone + ".test.");
        }
        // There is no anchor for names in this zone.
        zones.unsigned(".");
        String anchor = zones.signed("test.", plain, parent.toArray(String[]::new));
        anchors = Files.writeString(directory.resolve("anchors"), anchor + "\n");
        named = Named.start(directory, zones);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice@secure.test",
                "alice@nsec3.test",
                "alias@secure.test",
                "elsewhere@secure.test",
                "alice@moved.secure.test"
            })
    void secureIsACandidate(String address) throws Exception {
        List<Candidate> found = source(Transport.TCP).find(MailAddress.of(address));
        assertThat(found)
                .containsExactly(new Candidate(
                        CERTIFICATE,
                        "SMIMEA 3 0 0",
                        0,
                        false,
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        new Vouching.DnssecCertificate(),
                        Optional.of(Duration.ofMinutes(5))));
    }

    @ParameterizedTest
    @CsvSource({
        "alice@unsigned.test, not signed by DNSSEC",
        "nobody@unsigned.test, not signed by DNSSEC",
        "alice@child.optout.test, not signed by DNSSEC",
        "nobody@child.optout.test, not signed by DNSSEC",
        "nobody@optout.test, not signed by DNSSEC",
        "lost@secure.test, not signed by DNSSEC",
        "beyond@secure.test, not signed by DNSSEC",
        "alice@example.org, not signed by DNSSEC",
        "nobody@secure.test, no such name",
        "nobody@nsec3.test, no such name",
        "nodata@secure.test, no such record",
        // The hash depends on the spelling (RFC 8162 §4).
        "Alice@secure.test, no such name",
    })
    void nothingThatCanBeBelievedIsNothing(String address, String why) throws Exception {
        SmimeaCertificateSource source = source(Transport.TCP);
        SmimeaCertificateSource.Found nothing = new SmimeaCertificateSource.Found(List.of(), why);
        assertThat(source.lookUp(MailAddress.of(address))).isEqualTo(nothing);
        // The keys of the zones are remembered now.
        assertThat(source.lookUp(MailAddress.of(address))).isEqualTo(nothing);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            value = {
                "alice@expired.test, bogus",
                "marked@tampered.test, bogus",
                "nobody@expired.test, bogus",
                "alice@wrongds.test, bogus",
                "alice@stripped.test, bogus",
                "nobody@stripped.test, bogus",
                "alice@broken.test, name server answers SERVFAIL",
                "intobogus@secure.test, bogus",
                "short@secure.test, malformed record: 31 octets of data in a record of matching type 1",
                "crowd@secure.test, 21 records of 672 octets; more than 20 or 49152",
            })
    void aFailureSaysWhichOne(String address, String what) throws Exception {
        SmimeaCertificateSource source = source(Transport.TCP);
        assertThatThrownBy(() -> source.find(MailAddress.of(address)))
                .isInstanceOf(StoreUnavailableException.class)
                .message()
                .satisfies(message -> assertThat(
                                what.equals("bogus") ? message.replaceFirst("(: bogus), .*", "$1") : message)
                        .isEqualTo("SMIMEA "
                                + SmimeaName.of(MailAddress.of(address)).orElseThrow() + ": "
                                + what.replace(";", ",")));
    }

    @Test
    void tamperedDataIsBogusAndItsNeighboursAreNot() throws Exception {
        // Only the TXT record at the same name was changed, and the SMIMEA set has its own signature.
        assertThat(source(Transport.TCP).find(MailAddress.of("alice@tampered.test")))
                .hasSize(1);
    }

    @Test
    void whatCannotBeUsedIsSkippedAndCounted() throws Exception {
        SmimeaCertificateSource source = source(Transport.TCP);
        SmimeaCertificateSource.Found undefined = source.lookUp(MailAddress.of("undefined@secure.test"));
        assertThat(undefined.candidates()).isEmpty();
        assertThat(undefined.explanation())
                .isEqualTo(
                        "1 records: 0 certificates, 0 issuers, 0 without a certificate, 1 of unknown kind, 0 refused");
        SmimeaCertificateSource.Found garbage = source.lookUp(MailAddress.of("garbage@secure.test"));
        assertThat(garbage.candidates()).hasSize(1);
        assertThat(garbage.explanation())
                .isEqualTo("2 records: 1 certificates, 0 issuers, 0 without a certificate, 0 of unknown kind, 1 refused"
                        + " (SMIMEA 3 0 0: malformed certificate)");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAnswerBeyondADatagramArrivesWhole(Transport first) throws Exception {
        int before = named.questions("SMIMEA").size();
        List<Candidate> found = source(first).find(MailAddress.of("many@secure.test"));
        assertThat(found).extracting(Candidate::certificate).containsExactlyInAnyOrderElementsOf(MANY);
        List<String> asked = named.questions("SMIMEA").stream()
                .skip(before)
                .map(line -> line.replaceFirst(".* ", "").contains("T") ? "TCP" : "UDP")
                .toList();
        assertThat(asked).isEqualTo(first == Transport.TCP ? List.of("TCP") : List.of("UDP", "TCP"));
    }

    @Test
    void aHangingServerCostsTheTimeLimitAndNoMore() throws Exception {
        SmimeaCertificateSource source = source(Transport.TCP, Duration.ofSeconds(4), named.address());
        named.hang();
        try {
            long start = System.nanoTime();
            assertThatThrownBy(() -> source.find(MailAddress.of("alice@secure.test")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageEndingWith(": time-out");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        } finally {
            named.resume();
        }
        assertThat(source.find(MailAddress.of("alice@secure.test"))).hasSize(1);
    }

    @Test
    void aDeadServerIsPassedOver() throws Exception {
        InetSocketAddress dead = new InetSocketAddress(InetAddress.getLoopbackAddress(), FakeNameServer.closedPort());
        SmimeaCertificateSource alone = source(Transport.TCP, Duration.ofSeconds(2), dead);
        assertThatThrownBy(() -> alone.find(MailAddress.of("alice@secure.test")))
                .isInstanceOf(StoreUnavailableException.class);
        SmimeaCertificateSource second = source(Transport.TCP, Duration.ofSeconds(30), dead, named.address());
        assertThat(second.find(MailAddress.of("alice@secure.test"))).hasSize(1);
    }

    @Test
    void signaturesAreJudgedAtTheTimeOfTheClock() throws Exception {
        SmimeaSettings settings = settings(Transport.TCP, Duration.ofSeconds(5), named.address());
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(60));
        SmimeaCertificateSource source = new SmimeaCertificateSource(SmimeaResolver.of(settings, later), _ -> false);
        assertThatThrownBy(() -> source.find(MailAddress.of("alice@secure.test")))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining(": bogus, ");
    }

    @Test
    void theRootsAnchorsDoNotVouchForOurZone() throws Exception {
        // The server denies the root's keys, so nothing can be proven, not even that "test." is unsigned.
        SmimeaSettings settings =
                new SmimeaSettings(List.of(named.address()), Optional.empty(), Transport.TCP, Duration.ofSeconds(5));
        SmimeaCertificateSource source =
                new SmimeaCertificateSource(SmimeaResolver.of(settings, Clock.systemUTC()), _ -> false);
        assertThatThrownBy(() -> source.find(MailAddress.of("alice@secure.test")))
                .isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void ownDomainsAreNotAskedFor() throws Exception {
        SmimeaResolver resolver =
                SmimeaResolver.of(settings(Transport.TCP, Duration.ofSeconds(5), named.address()), Clock.systemUTC());
        SmimeaCertificateSource source = new SmimeaCertificateSource(resolver, Domain.of("secure.test")::equals);
        assertThat(source.covers(MailAddress.of("alice@secure.test"))).isFalse();
        assertThat(source.covers(MailAddress.of("alice@nsec3.test"))).isTrue();
        assertThat(source.covers(MailAddress.of("alice@[192.0.2.1]"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "test. IN A 127.0.0.1\n", "test. IN DS nonsense\n"})
    void anAnchorFileWithoutAnchorsIsRefused(String content) throws Exception {
        Path file = Files.writeString(directory.resolve("bad-anchors"), content);
        SmimeaSettings settings =
                new SmimeaSettings(List.of(named.address()), Optional.of(file), Transport.TCP, Duration.ofSeconds(5));
        assertThatThrownBy(() -> SmimeaResolver.of(settings, Clock.systemUTC()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": no");
    }

    private static SmimeaCertificateSource source(Transport first) throws IOException {
        return source(first, Duration.ofSeconds(30), named.address());
    }

    private static SmimeaCertificateSource source(Transport first, Duration limit, InetSocketAddress... servers)
            throws IOException {
        return new SmimeaCertificateSource(
                SmimeaResolver.of(settings(first, limit, servers), Clock.systemUTC()), _ -> false);
    }

    private static SmimeaSettings settings(Transport first, Duration limit, InetSocketAddress... servers) {
        return new SmimeaSettings(List.of(servers), Optional.of(anchors), first, limit);
    }

    private static String owner(String localPart) {
        String name = SmimeaName.of(MailAddress.of(localPart + "@example.com"))
                .orElseThrow()
                .text();
        return name.substring(0, name.indexOf(".example"));
    }

    private static String record(String localPart, String fields, byte[] data) {
        return owner(localPart) + " SMIMEA " + fields + " " + HexFormat.of().formatHex(data);
    }

    private static String record(String localPart, int number) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            byte[] data = new byte[32];
            data[0] = (byte) i;
            lines.add(record(localPart, "3 0 1", data));
        }
        return String.join("\n", lines);
    }

    private static byte[] marked() {
        byte[] data = new byte[32];
        Arrays.fill(data, (byte) 0xAB);
        return data;
    }

    private static List<MailCertificate> many() {
        List<MailCertificate> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(issue());
        }
        return all;
    }

    private static MailCertificate issue() {
        return CA.issue(MailAddress.of("alice@secure.test"), KeyAlgorithm.P256, Profile.ENCRYPT, START, END)
                .certificate();
    }
}
