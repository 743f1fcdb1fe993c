package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.remote.ldap.Slapd;

/** Holds users in a real slapd, and what a test needs to synchronise with it. */
abstract class SlapdSyncFixture {
    static final String SOURCE = "ldap:test";
    static final String PEOPLE = "ou=people,dc=example,dc=com";

    @TempDir
    Path folder;

    int folderNumber = 3;
    final InMemoryMirror mirror = new InMemoryMirror();

    Slapd slapd(String... lines) throws IOException {
        return slapd(lines.length == 0 ? "syncprov-checkpoint 100 10" : lines[0], 1);
    }

    Slapd slapd(String line, int number) throws IOException {
        Slapd.Builder builder = Slapd.in(folder.resolve("slapd" + number));
        if (line.startsWith("limits")) {
            return builder.database(line).database("overlay syncprov").build();
        }
        return builder.database("overlay syncprov").database(line).build();
    }

    SyncRunner runner(Slapd slapd) {
        return new SyncRunner(settings(), server(slapd), mirror, InstantSource.system());
    }

    static DirectoryServer server(Slapd slapd) {
        return _ -> connect(slapd, slapd.adminDn(), slapd.adminPassword());
    }

    static DirectoryServer silencing(Slapd slapd) {
        return _ -> {
            LDAPConnection connection = connect(slapd, slapd.adminDn(), slapd.adminPassword());
            try {
                slapd.pause();
                // The signal takes a moment to arrive.
                while (answers(connection)) {
                    Thread.onSpinWait();
                }
            } catch (IOException e) {
                throw new SyncException(SyncFailure.SERVER_UNAVAILABLE, "cannot be paused", e);
            }
            return connection;
        };
    }

    static boolean answers(LDAPConnection connection) {
        try {
            RootDse.read(connection, Duration.ofMillis(300));
            return true;
        } catch (SyncException silent) {
            return false;
        }
    }

    static LDAPConnection connect(Slapd slapd, String dn, String password) throws SyncException {
        try {
            return new LDAPConnection(slapd.url().host(), slapd.url().port(), dn, password);
        } catch (LDAPException e) {
            throw SyncException.of(e);
        }
    }

    static SyncSettings settings() {
        return SyncSettings.of(SOURCE, Selections.below(PEOPLE));
    }

    static SyncSettings quick() {
        SyncSettings usual = settings();
        return new SyncSettings(
                usual.source(),
                usual.method(),
                usual.selection(),
                usual.pageSize(),
                usual.fullInterval(),
                Duration.ofMillis(200),
                usual.maxRemovedPercent(),
                usual.dirSyncObjectSecurity(),
                usual.limits(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ofMillis(50),
                Duration.ofMillis(400));
    }

    void replacePosition(String cookie) {
        SyncState state = mirror.state(SOURCE).orElseThrow();
        Position position = Position.decode(state.cookie()).orElseThrow();
        byte[] octets = cookie.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        mirror.apply(
                SOURCE,
                new DirectoryMirror.Changes(List.of(), Set.of()),
                new SyncState(
                        state.method(),
                        state.server(),
                        new Position(position.scope(), position.lastFull(), octets).encode()));
    }

    byte[] cookie() {
        return mirror.state(SOURCE).orElseThrow().cookie();
    }

    Set<String> addresses() {
        return mirror.entries(SOURCE).values().stream()
                .map(entry -> entry.addresses().getFirst().localPart())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    void assertMirrorIsTheServer(Slapd slapd) throws SyncException {
        InMemoryMirror other = new InMemoryMirror();
        new SyncRunner(settings().withMethod(SyncMethod.FULL), server(slapd), other, InstantSource.system())
                .once(false);
        assertThat(fingerprints(mirror)).isEqualTo(fingerprints(other));
    }

    static List<String> fingerprints(InMemoryMirror mirror) {
        return mirror.entries(SOURCE).values().stream()
                .map(MirroredEntry::fingerprint)
                .toList();
    }

    static String counts(SyncReport report) {
        return report.added() + " added, " + report.changed() + " changed, " + report.deleted() + " deleted, "
                + report.unchanged() + " unchanged";
    }

    static String attribute(LDAPConnection admin, String dn, String name) throws LDAPException {
        return String.valueOf(
                java.util.Objects.requireNonNull(admin.getEntry(dn, name)).getAttributeValue(name));
    }

    static String dn(int number) {
        return "uid=u" + number + "," + PEOPLE;
    }

    static void add(LDAPConnection admin, int number) throws LDAPException, com.unboundid.ldif.LDIFException {
        admin.add(person(number, 900).split("\n"));
    }

    static void mail(LDAPConnection admin, int number, String address) throws LDAPException {
        admin.modify(dn(number), new Modification(ModificationType.REPLACE, "mail", address));
    }

    static String people(int first, int last) {
        return people(first, last, 900);
    }

    static String people(int first, int last, int octets) {
        StringBuilder ldif = new StringBuilder("dn: dc=example,dc=com\nobjectClass: domain\ndc: example\n\n");
        for (String unit : List.of("people", "elsewhere")) {
            ldif.append("dn: ou=").append(unit).append(",dc=example,dc=com\nobjectClass: organizationalUnit\nou: ");
            ldif.append(unit).append("\n\n");
        }
        for (int i = first; i <= last; i++) {
            ldif.append(person(i, octets)).append('\n');
        }
        return ldif.toString();
    }

    static String person(int number, int octets) {
        return "dn: " + dn(number) + "\nobjectClass: inetOrgPerson\nuid: u" + number + "\ncn: User " + number
                + "\nsn: User\nmail: u" + number + "@example.com\nuserSMIMECertificate:: "
                + java.util.Base64.getEncoder().encodeToString(new byte[octets]) + "\n";
    }

    byte[] certificate() throws Exception {
        Path pem = org.postseal.certstore.remote.ldap.TlsIdentity.forAddress(folder.resolve("tls"), "127.0.0.1")
                .certificate();
        try (var in = java.nio.file.Files.newInputStream(pem)) {
            return java.security.cert.CertificateFactory.getInstance("X.509")
                    .generateCertificate(in)
                    .getEncoded();
        }
    }

    static void await(Supplier<Boolean> condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!condition.get()) {
            assertThat(System.nanoTime()).as("waited long enough").isLessThan(end);
            Thread.sleep(20);
        }
    }
}
