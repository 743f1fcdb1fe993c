package org.postseal.gateway.road.directory;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignerName;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.Blocks;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Certificates;
import org.postseal.certstore.database.ChangeLog.Change;
import org.postseal.certstore.database.Pins;
import org.postseal.certstore.database.RememberedCapabilities.VerifiedCapabilities;
import org.postseal.certstore.database.RevocationCache;
import org.postseal.certstore.database.Transaction;
import org.postseal.certstore.directory.Brought;
import org.postseal.certstore.directory.DirectoryStatistics;
import org.postseal.certstore.files.FilesSource;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.Await;

/** Tests the certificate store in force, over a database, files, and a server that counts its questions. */
@Tag("thorough")
class CertificateDirectoryTest {
    private static final MailAddress EVE = MailAddress.of("eve@must.example");
    private static final MailCertificate EVES = Parties.issued(EVE).certificate();

    @TempDir
    private Path folder;

    private final AtomicInteger questions = new AtomicInteger();
    private InMemoryDirectoryServer server;
    private CertificateDirectory directory;

    @BeforeEach
    void open() throws Exception {
        Parties.writeStore(Files.createDirectories(folder.resolve("store")));
        server = server();
        directory = switch (CertificateDirectory.open(
                config(), folder.resolve("store"), Clock.fixed(Parties.NOW, ZoneOffset.UTC))) {
            case CertificateDirectory.Result.Opened(CertificateDirectory opened) -> opened;
            case CertificateDirectory.Result.Refused(var faults) -> throw new AssertionError(faults.toString());
        };
    }

    @AfterEach
    void close() {
        directory.close();
        server.shutDown(true);
    }

    /** The certificate of a signer is found in files and in the database, wherever it came from (RFC 8550 §2.3). */
    @Test
    void theCertificateOfASignerIsKnownByItsNames() {
        MailCertificate bob = Parties.issued(Parties.BOB).certificate();
        elsewhere(database -> database.certificates().add(EVES, Certificates.Origin.IMPORTED, act()));
        for (MailCertificate certificate : List.of(bob, EVES)) {
            for (SignerName name : List.of(
                    new SignerName.IssuerAndSerial(certificate.issuer(), certificate.serialNumber()),
                    new SignerName.SubjectKey(certificate.subjectKeyIdentifier().orElseThrow()))) {
                assertThat(directory.store().named(name)).containsExactly(certificate);
            }
        }
    }

    @Test
    void whatTheServerSaidOutlivesThatFilesAreReadAgain() throws IOException {
        assertThat(chosen(EVE)).contains(EVES);
        assertThat(questions).hasValue(1);
        Files.delete(folder.resolve("store").resolve(fileOf(Parties.BOB)));
        directory.replaceFiles(files());
        assertThat(chosen(EVE)).contains(EVES);
        assertThat(questions).hasValue(1);
        // Bob's certificate is gone with the files, and the server is asked about him once.
        assertThat(chosen(Parties.BOB)).isEmpty();
        assertThat(chosen(Parties.BOB)).isEmpty();
        assertThat(questions).hasValue(2);
    }

    @Test
    void filesThatComeCountAtOnce() throws IOException {
        MailAddress fred = MailAddress.of("fred@must.example");
        assertThat(chosen(fred)).isEmpty();
        Files.writeString(
                folder.resolve("store").resolve("fred.pem"),
                Parties.issued(fred).certificatePem());
        directory.replaceFiles(files());
        assertThat(chosen(fred)).contains(Parties.issued(fred).certificate());
    }

    @Test
    void notesAndCachesLeaveEverythingAsItIs() {
        List<Change> recorded = new CopyOnWriteArrayList<>();
        directory.recordTo(recorded::addAll);
        assertThat(chosen(EVE)).contains(EVES);
        assertThat(chosen(Parties.BOB)).isPresent();
        long generation = database().generation();
        DirectoryStatistics before = statistics();
        elsewhere(database -> {
            database.revocation()
                    .store(
                            RevocationCache.Kind.CRL,
                            "http://ca.example/crl",
                            new RevocationCache.Answer(new byte[1], Parties.NOW, Optional.empty(), Parties.NOW));
            database.capabilities()
                    .remember(
                            new VerifiedCapabilities(EVES, new SmimeCapabilities(List.of()), Parties.NOW), Parties.NOW);
            database.changeLog().add("test", "nothing", List.of(), act());
        });
        // Changes are recorded after they have taken effect.
        Await.until(() -> !recorded.isEmpty(), () -> "the note is not recorded");
        assertThat(recorded).containsExactly(new Change(1, act(), "test", "nothing", List.of()));
        assertThat(database().generation()).isEqualTo(generation);
        assertThat(chosen(EVE)).contains(EVES);
        assertThat(chosen(Parties.BOB)).isPresent();
        assertThat(statistics().misses()).isEqualTo(before.misses());
        assertThat(questions).hasValue(1);

        // A change of something that look-ups depend on does empty the caches.
        elsewhere(database -> database.commit(each -> {
            each.certificates().add(EVES, Certificates.Origin.IMPORTED, act());
            each.changeLog().add("cert-import", "eve", List.of(), act());
        }));
        Await.until(() -> recorded.size() > 1, () -> "the import is not recorded");
        assertThat(database().generation()).isEqualTo(generation + 1);
        assertThat(chosen(EVE)).contains(EVES);
        assertThat(statistics().misses()).isEqualTo(before.misses() + 1);
    }

    @Test
    void aPinAndABlockOfAnotherProcessCount() {
        assertThat(chosen(EVE)).contains(EVES);
        long generation = database().generation();
        MailCertificate carls = Parties.issued(Parties.CARL).certificate();
        elsewhere(database ->
                database.commit(each -> each.pins().add(new Pins.Pin(EVE, CertificatePurpose.ENCRYPT, carls, act()))));
        Await.until(() -> chosen(EVE).equals(Optional.of(carls)), () -> "the pin does not count");
        assertThat(database().generation()).isGreaterThan(generation);

        elsewhere(database -> database.commit((Transaction each) ->
                each.blocks().add(new Blocks.Block(new Blocks.Target.Certificate(carls.id()), act()))));
        Await.until(() -> chosen(EVE).equals(Optional.of(EVES)), () -> "the block does not count");
        elsewhere(database -> database.commit(
                (Transaction each) -> each.blocks().add(new Blocks.Block(new Blocks.Target.Address(EVE), act()))));
        Await.until(() -> chosen(EVE).isEmpty(), () -> "the block of the address does not count");
        assertThat(directory.store().encryptionCertificate(EVE, Parties.NOW))
                .isInstanceOfSatisfying(
                        CertificateChoice.NoneUsable.class,
                        none -> assertThat(none.status())
                                .isEqualTo(new CertificateStatus.Blocked("by tester: because")));
        // The pinned certificate and the blocks came from the database alone.
        assertThat(questions).hasValue(1);
    }

    /** Anybody can make a second signature value from that of the authority, and so another SHA-256. */
    @Test
    void aBlockForbidsACertificateWithTheSameContentToo() throws Exception {
        MailCertificate twin = twinOf(EVES);
        assertThat(twin.id()).isNotEqualTo(EVES.id());
        assertThat(statusOf(twin)).isEqualTo(new CertificateStatus.Usable());
        elsewhere(database -> database.commit(each -> {
            each.certificates().add(EVES, Certificates.Origin.IMPORTED, act());
            each.blocks().add(new Blocks.Block(new Blocks.Target.Certificate(EVES.id()), act()));
        }));
        Await.until(
                () -> statusOf(twin).equals(new CertificateStatus.Blocked("by tester: because")),
                () -> "the twin is " + statusOf(twin));
        assertThat(statusOf(EVES)).isEqualTo(new CertificateStatus.Blocked("by tester: because"));
    }

    @Test
    void whereNobodyKnowsWhatIsForbiddenNothingIsChosenNotEvenFromTheCache() throws IOException {
        assertThat(chosen(EVE)).contains(EVES);
        Files.move(folder.resolve("directory.db"), folder.resolve("elsewhere.db"));
        Await.until(() -> isUnavailable(EVE), () -> "what was chosen before is still chosen");
    }

    @Test
    void aCollectionThatIsNotThereYetIsTold() {
        assertThat(directory.warnings())
                .containsExactly(
                        new CertificateDirectory.Fault(
                                "trust.collections",
                                "there is no collection partners yet: postseal trust import partners"),
                        new CertificateDirectory.Fault(
                                "trust.collections",
                                "there is no collection others yet: postseal trust import others"));
        elsewhere(database -> database.commit(each -> each.trust()
                .replace(
                        "partners",
                        List.of(Parties.issued(EVE).chain().getFirst().encoded()),
                        act())));
        Await.until(() -> directory.warnings().size() == 1, () -> "the collection does not count");
        assertThat(directory.warnings())
                .containsExactly(new CertificateDirectory.Fault(
                        "trust.collections", "there is no collection others yet: postseal trust import others"));
    }

    @Test
    void theAnchorOfACertificateInAFileMayBeInACollection() throws IOException {
        List<MailCertificate> issuers =
                new ArrayList<>(Parties.issued(Parties.BOB).chain());
        issuers.addAll(files().anchors());
        elsewhere(database -> database.commit(each -> each.trust()
                .replace(
                        "partners",
                        issuers.stream().map(MailCertificate::encoded).toList(),
                        act())));
        Path store = Files.createDirectories(folder.resolve("without-anchors"));
        Files.writeString(store.resolve("bob.pem"), Parties.issued(Parties.BOB).certificatePem());
        assertThat(FilesSource.load(store, false)).isInstanceOf(FilesSource.Load.Refused.class);
        assertThat(CertificateDirectory.load(config(), store))
                .isInstanceOfSatisfying(FilesSource.Load.Loaded.class, loaded -> {
                    directory.replaceFiles(loaded.source());
                    assertThat(chosen(Parties.BOB)).isPresent();
                });
    }

    private Optional<MailCertificate> chosen(MailAddress address) {
        return switch (directory.store().encryptionCertificate(address, Parties.NOW)) {
            case CertificateChoice.Chosen<MailCertificate>(MailCertificate certificate, var _) ->
                Optional.of(certificate);
            case CertificateChoice.NoneUsable<MailCertificate> _ -> Optional.empty();
        };
    }

    private boolean isUnavailable(MailAddress address) {
        try {
            chosen(address);
            return false;
        } catch (StoreUnavailableException e) {
            return true;
        }
    }

    private DirectoryStatistics statistics() {
        return directory.statistics();
    }

    private CertificateDatabase database() {
        return directory.database().orElseThrow();
    }

    private CertificateStatus statusOf(MailCertificate leaf) {
        return directory
                .store()
                .validate(leaf, Brought.of(List.of()), CertificatePurpose.SIGN, Parties.NOW)
                .status();
    }

    /** Returns the certificate with (r, n - s) in place of (r, s), which verifies as well. */
    private static MailCertificate twinOf(MailCertificate certificate) throws Exception {
        ASN1Sequence parts = ASN1Sequence.getInstance(certificate.encoded());
        ASN1Sequence signature = ASN1Sequence.getInstance(
                ASN1BitString.getInstance(parts.getObjectAt(2)).getOctets());
        BigInteger order = ECNamedCurveTable.getByName("P-256").getN();
        BigInteger s =
                order.subtract(ASN1Integer.getInstance(signature.getObjectAt(1)).getValue());
        ASN1Sequence other = new DERSequence(new ASN1Encodable[] {signature.getObjectAt(0), new ASN1Integer(s)});
        return MailCertificate.of(new DERSequence(new ASN1Encodable[] {
                    parts.getObjectAt(0), parts.getObjectAt(1), new DERBitString(other.getEncoded())
                })
                .getEncoded());
    }

    private void elsewhere(Consumer<CertificateDatabase> change) {
        try (CertificateDatabase database = CertificateDatabase.open(folder.resolve("directory.db"))) {
            change.accept(database);
        }
    }

    private FilesSource files() {
        return switch (FilesSource.load(folder.resolve("store"), true)) {
            case FilesSource.Load.Loaded(FilesSource files) -> files;
            case FilesSource.Load.Refused(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    private DirectoryConfig config() throws IOException {
        Files.writeString(folder.resolve("policy.yaml"), "");
        Path file = Files.writeString(folder.resolve("postseal.yaml"), """
            listeners: [{ protocol: lmtp, address: "127.0.0.1:0" }]
            nextHop: "127.0.0.1:10026"
            directory:
              database: directory.db
              ldap: { corp: { urls: "ldap://127.0.0.1:%d", base: "dc=example,dc=com" } }
            trust: { collections: [partners, others] }
            """.formatted(server.getListenPort()));
        return switch (ConfigReader.read(file)) {
            case ConfigResult.Loaded loaded -> loaded.config().directory();
            case ConfigResult.Broken broken ->
                throw new AssertionError(broken.problems().toString());
        };
    }

    private InMemoryDirectoryServer server() throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=example,dc=com");
        config.setSchema(null);
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("loopback", InetAddress.getLoopbackAddress(), 0, null));
        config.addInMemoryOperationInterceptor(new InMemoryOperationInterceptor() {
            @Override
            public void processSearchRequest(InMemoryInterceptedSearchRequest request) {
                if (!request.getRequest().getBaseDN().isEmpty()) {
                    questions.incrementAndGet();
                }
            }
        });
        InMemoryDirectoryServer made = new InMemoryDirectoryServer(config);
        made.add(
                new Entry("dc=example,dc=com", new Attribute("objectClass", "domain"), new Attribute("dc", "example")));
        made.add(new Entry(
                "uid=eve,dc=example,dc=com",
                new Attribute("objectClass", "inetOrgPerson"),
                new Attribute("mail", EVE.toString()),
                new Attribute("userCertificate;binary", EVES.encoded())));
        made.startListening();
        return made;
    }

    private String fileOf(MailAddress address) throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("store"))) {
            String wanted = Parties.issued(address).certificatePem();
            for (Path file :
                    all.filter(each -> each.toString().endsWith(".pem")).toList()) {
                if (Files.readString(file).equals(wanted)) {
                    return file.getFileName().toString();
                }
            }
        }
        throw new AssertionError("no file of " + address);
    }

    private static Act act() {
        return new Act("tester", Parties.NOW, "because");
    }
}
