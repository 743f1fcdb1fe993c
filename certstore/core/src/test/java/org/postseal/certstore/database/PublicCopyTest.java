package org.postseal.certstore.database;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.AUTHORITY;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.END;
import static org.postseal.certstore.database.Samples.NOW;
import static org.postseal.certstore.database.Samples.START;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase.Options;
import org.postseal.certstore.database.DatabaseException.Fault;
import org.postseal.certstore.database.PublicCopyWriter.Beside;
import org.postseal.certstore.database.PublicCopyWriter.HeldKeys;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;
import org.postseal.certstore.source.KeySource;

/** Checks what a public copy shows of the certificates, and that no key is in it. */
final class PublicCopyTest {
    private static final byte[] MASTER = "the master key, 32 octets of it.".getBytes(UTF_8);
    private static final MailAddress CAROL = MailAddress.of("carol@example.com");
    private static final Options OPTIONS = new Options(Duration.ofSeconds(1), 1);

    @TempDir
    Path folder;

    @AutoClose
    private CertificateDatabase database;

    private Path copy;

    @BeforeEach
    void open() {
        database = CertificateDatabase.open(folder.resolve("postseal.db"));
        copy = folder.resolve("public/certificates.db");
    }

    @Test
    void everyColumnOfEveryTableIsCopiedOrWithheldByName() throws Exception {
        Map<String, Set<String>> decided = new HashMap<>();
        for (PublicTables.Table table : PublicTables.COPIED) {
            Set<String> columns = new java.util.TreeSet<>(table.copied());
            columns.addAll(table.blank().keySet());
            assertThat(decided.put(table.name(), columns)).as(table.name()).isNull();
        }
        Map<String, Set<String>> there = new HashMap<>();
        try (Sql sql = new Sqlite(database.file().orElseThrow(), Duration.ofSeconds(1)).connectReading()) {
            for (String table :
                    sql.list("SELECT name FROM sqlite_master WHERE type = 'table'", row -> row.getString(1))) {
                if (!PublicTables.WITHHELD.contains(table)) {
                    there.put(
                            table,
                            new java.util.TreeSet<>(
                                    sql.list("PRAGMA table_info(" + table + ")", row -> row.getString("name"))));
                }
            }
        }
        assertThat(decided).isEqualTo(there);
    }

    @Test
    void noKeyIsInIt() throws Exception {
        List<IssuedCertificate> keys = new ArrayList<>();
        for (KeyAlgorithm algorithm : List.of(KeyAlgorithm.RSA2048, KeyAlgorithm.P256, KeyAlgorithm.ED25519)) {
            keys.add(AUTHORITY.issue(ALICE, algorithm, Profile.SIGN, START, END));
        }
        IssuedCertificate onFile = AUTHORITY.issue(CAROL, KeyAlgorithm.P256, Profile.DUAL, START, END);
        KeyVault vault = new KeyVault(database, MasterKey.of(MASTER.clone()));
        keys.forEach(each -> {
            var _ = Samples.imported(database, vault, each.key(), each.certificate());
        });
        int _ = Samples.rewrapped(database, vault, MasterKey.of(MASTER.clone()));
        database.changeLog().add("key-import", "a waiting change", List.of("of the log"), ACT);
        var _ = database.mirrors()
                .apply(
                        "mirror:corp",
                        List.of(new MirrorEntry(
                                "entry-1", "the fingerprint", false, List.of(BOB), List.of(), List.of())),
                        List.of(),
                        new Mirrors.SyncState("dirSync", "the-server", "the cookie".getBytes(UTF_8), NOW));
        Path pem = Files.writeString(folder.resolve("carol.pem"), onFile.privateKeyPem());

        List<String> secrets = new ArrayList<>(
                List.of("a waiting change", "of the log", "the fingerprint", "the-server", "the cookie"));
        secrets.addAll(forms(MASTER));
        for (WrappedKeys.Described key : database.wrappedKeys().list(Optional.empty(), 10)) {
            for (byte[] octets :
                    List.of(key.key().wrapped(), key.key().nonce(), key.key().master())) {
                assertThat(octets).hasSizeGreaterThanOrEqualTo(8);
                secrets.addAll(forms(octets));
            }
        }
        keys.add(onFile);
        for (IssuedCertificate each : keys) {
            for (byte[] octets : parts(each)) {
                secrets.addAll(forms(octets));
            }
        }
        write(new Beside(
                List.of(),
                List.of(onFile.certificate()),
                List.of(
                        new HeldKeys("files", Optional.empty(), Map.of(CAROL, List.of(onFile.keyHandle()))),
                        new HeldKeys("own", Optional.empty(), Map.of()))));

        boolean _ = database.emptyLog();
        assertThat(found(database.file().orElseThrow(), secrets))
                .as("else nothing is searched for")
                .hasSizeGreaterThan(10);
        assertThat(found(pem, secrets))
                .as("else keys are not found as they are written")
                .isNotEmpty();
        assertThat(found(copy, secrets)).isEmpty();
        try (Stream<Path> files = Files.list(copy.getParent())) {
            assertThat(files).containsExactly(copy);
        }
        try (PublicCopy read = PublicCopy.open(copy, OPTIONS)) {
            assertThat(read.database().wrappedKeys().usableFor(ALICE)).hasSize(3);
        }
    }

    @Test
    void itAnswersAsTheDatabaseDoes() throws Exception {
        MailCertificate bob = Samples.certificate(BOB);
        MailCertificate blocked = Samples.certificate(BOB);
        IssuedCertificate alice = Samples.issued(ALICE);
        IssuedCertificate carol = Samples.issued(CAROL);
        int _ = database.certificates().addAll(List.of(bob, blocked), Certificates.Origin.IMPORTED, ACT);
        database.pins().add(new Pins.Pin(BOB, CertificatePurpose.ENCRYPT, bob, ACT));
        database.blocks().add(new Blocks.Block(new Blocks.Target.Certificate(blocked.id()), ACT));
        KeyVault vault = new KeyVault(database, MasterKey.of(MASTER.clone()));
        var _ = Samples.imported(database, vault, alice.key(), alice.certificate());
        assertThat(database.wrappedKeys()
                        .map(PublicKeyId.of(alice.certificate()), MailAddress.of("sales@example.com"), ACT))
                .isTrue();
        CertificateOrders.Order order = Samples.order(database, CAROL, "public");
        write(new Beside(
                List.of(AUTHORITY.root()),
                List.of(AUTHORITY.root(), AUTHORITY.issuer(), carol.certificate()),
                List.of(
                        new HeldKeys("files", Optional.empty(), Map.of(CAROL, List.of(carol.keyHandle()))),
                        new HeldKeys("own", Optional.empty(), Map.of()),
                        new HeldKeys("token:hsm", Optional.of("the token is away"), Map.of()))));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                .isEqualTo("rw-r-----");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.getParent())))
                .isEqualTo("rwxr-x---");
        try (PublicCopy read = PublicCopy.open(copy, OPTIONS)) {
            assertThat(read.written()).isEqualTo(NOW);
            assertThat(read.anchors()).containsExactly(AUTHORITY.root());
            assertThat(read.certificates()).containsExactly(AUTHORITY.issuer(), carol.certificate());
            assertThat(read.database().certificates().withAddress(BOB))
                    .isEqualTo(database.certificates().withAddress(BOB));
            assertThat(read.database().pins().of(BOB, CertificatePurpose.ENCRYPT))
                    .isEqualTo(database.pins().of(BOB, CertificatePurpose.ENCRYPT));
            assertThat(read.database().blocks().list(Optional.empty(), 10))
                    .isEqualTo(database.blocks().list(Optional.empty(), 10));
            assertThat(read.database().orders().list()).containsExactly(order);
            assertThat(read.keySources()).extracting(KeySource::name).containsExactly("files", "own", "token:hsm");
            KeySource own = read.keySources().get(1);
            assertThat(own.keysOf(MailAddress.of("sales@example.com")))
                    .extracting(KeyHandle::certificate)
                    .containsExactly(alice.certificate());
            assertThat(read.keySources().getFirst().keysOf(CAROL))
                    .extracting(KeyHandle::certificate)
                    .containsExactly(carol.certificate());
            assertThat(read.keySources().getFirst().keysOf(ALICE)).isEmpty();
            assertThatThrownBy(() -> read.keySources().getLast().keysOf(ALICE))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessage("the token is away");
            assertThatThrownBy(() -> read.database().certificates().add(bob, Certificates.Origin.OWN, ACT))
                    .isInstanceOfSatisfying(
                            DatabaseException.class, e -> assertThat(e.fault()).isEqualTo(Fault.READ_ONLY));

            boolean _ = database.certificates().add(Samples.certificate(CAROL), Certificates.Origin.IMPORTED, ACT);
            write(NOTHING);
            assertThat(read.database().certificates().withAddress(CAROL))
                    .as("the one that is open stays as it was")
                    .isEmpty();
        }
        try (PublicCopy read = PublicCopy.open(copy, OPTIONS)) {
            assertThat(read.database().certificates().withAddress(CAROL)).hasSize(1);
            assertThat(read.keySources()).isEmpty();
        }
    }

    @Test
    void aFileOfSomebodyElseIsNeitherOverwrittenNorTakenForOne() throws IOException {
        Files.createDirectory(copy.getParent());
        for (String content : List.of("a letter to my sister", "x".repeat(5000))) {
            Files.writeString(copy, content);
            assertThatThrownBy(() -> write(NOTHING))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageEndingWith("is no public copy of ours, and is not overwritten");
            assertThat(copy).hasContent(content);
            assertThatThrownBy(() -> PublicCopy.open(copy, OPTIONS).close())
                    .hasMessageEndingWith("is no public copy of certificates, or one of another version");
        }
        assertThatThrownBy(() ->
                        PublicCopyWriter.write(database.file().orElseThrow(), Optional.of(database), NOTHING, NOW))
                .hasMessageEndingWith("is not overwritten");
        Files.delete(copy);
        Files.createDirectory(copy);
        assertThatThrownBy(() -> write(NOTHING)).hasMessageEndingWith("is not overwritten");
        Files.delete(copy);
        assertThatThrownBy(() -> PublicCopy.open(copy, OPTIONS).close())
                .hasMessageEndingWith("is not there, or may not be looked for");
    }

    @Test
    void anEmptyFileAndOneOfOursThatIsBrokenOrOfAnotherVersionIsWrittenAnew() throws IOException {
        write(NOTHING);
        byte[] whole = Files.readAllBytes(copy);
        byte[] otherVersion = whole.clone();
        otherVersion[71] ^= 2;
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, 100, damaged.length, (byte) 'x');
        byte[] noHead = whole.clone();
        Arrays.fill(noHead, 0, 16, (byte) 'x');
        for (byte[] content : List.of(
                new byte[0], otherVersion, damaged, noHead, Arrays.copyOf(whole, 72), Arrays.copyOf(whole, 4711))) {
            Files.write(copy, content);
            assertThatThrownBy(() -> PublicCopy.open(copy, OPTIONS).close()).isInstanceOf(DatabaseException.class);
            write(NOTHING);
            try (PublicCopy read = PublicCopy.open(copy, OPTIONS)) {
                assertThat(read.written()).isEqualTo(NOW);
            }
        }
    }

    @Test
    void whatFailsLeavesTheOneBefore() throws IOException {
        write(NOTHING);
        byte[] before = Files.readAllBytes(copy);
        Path inTheWay = copy.resolveSibling(".certificates.db.new");
        Files.createDirectories(inTheWay.resolve("folder"));
        assertThatThrownBy(() -> write(NOTHING))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.fault()).isEqualTo(Fault.INPUT_OUTPUT));
        assertThat(Files.readAllBytes(copy)).isEqualTo(before);
        Files.delete(inTheWay.resolve("folder"));
        Files.delete(inTheWay);
        // The file is a copy that was cut off.
        Files.writeString(inTheWay, "half");
        write(NOTHING);
        assertThat(inTheWay).doesNotExist();
    }

    @Test
    void withoutADatabaseItHasTheFiles() {
        PublicCopyWriter.write(
                copy, Optional.empty(), new Beside(List.of(AUTHORITY.root()), List.of(), List.of()), NOW);
        try (PublicCopy read = PublicCopy.open(copy, OPTIONS)) {
            assertThat(read.anchors()).containsExactly(AUTHORITY.root());
            assertThat(read.database().certificates().withAddress(BOB)).isEmpty();
        }
    }

    private void write(Beside beside) {
        PublicCopyWriter.write(copy, Optional.of(database), beside, NOW);
    }

    /** Returns those secrets that are in the file. */
    private static List<String> found(Path file, List<String> secrets) throws IOException {
        // The secrets are also searched without the line ends of PEM.
        String content = Files.readString(file, ISO_8859_1);
        String unfolded = content.replace("\n", "");
        return secrets.stream()
                .filter(secret -> content.contains(secret) || unfolded.contains(secret))
                .distinct()
                .toList();
    }

    /**
     * Returns the forms that a secret may have in the file: its octets read as ISO 8859-1, hexadecimal, and Base64,
     * which may begin at any of three octets.
     */
    private static List<String> forms(byte[] octets) {
        List<String> forms = new ArrayList<>(List.of(
                new String(octets, ISO_8859_1),
                HexFormat.of().formatHex(octets),
                HexFormat.of().withUpperCase().formatHex(octets)));
        for (int skipped = 0; skipped < 3 && octets.length >= 16; skipped++) {
            byte[] rest = Arrays.copyOfRange(octets, skipped, octets.length - (octets.length - skipped) % 3);
            forms.add(Base64.getEncoder().encodeToString(rest));
            forms.add(Base64.getUrlEncoder().encodeToString(rest));
        }
        return forms;
    }

    /** Returns the PKCS #8 of a key, and the secret numbers in it. */
    private static List<byte[]> parts(IssuedCertificate issued) throws Exception {
        byte[] der = Base64.getMimeDecoder().decode(issued.privateKeyPem().replaceAll("-----[^-]*-----", ""));
        List<byte[]> parts = new ArrayList<>(List.of(der));
        switch (issued.certificate().keyKind()) {
            case PublicKeyKind.Rsa _ -> {
                RSAPrivateCrtKey rsa =
                        (RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
                for (BigInteger number : List.of(
                        rsa.getPrivateExponent(),
                        rsa.getPrimeP(),
                        rsa.getPrimeQ(),
                        rsa.getPrimeExponentP(),
                        rsa.getPrimeExponentQ(),
                        rsa.getCrtCoefficient())) {
                    parts.add(unsigned(number));
                }
            }
            case PublicKeyKind.Ec _ ->
                parts.add(unsigned(
                        ((ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)))
                                .getS()));
            // RFC 8410 §7: the last 32 octets.
            default -> parts.add(Arrays.copyOfRange(der, der.length - 32, der.length));
        }
        return parts;
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] octets = number.toByteArray();
        return octets[0] == 0 ? Arrays.copyOfRange(octets, 1, octets.length) : octets;
    }

    private static final Beside NOTHING = new Beside(List.of(), List.of(), List.of());
}
