package org.postseal.gateway.road.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.Blocks;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Certificates;
import org.postseal.certstore.database.ChangeLog.Change;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.Harvest;
import org.postseal.certstore.database.Pins;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.CuttingProxy;
import org.postseal.gateway.testkit.CuttingProxy.Link;

/** Two gateways over one store in a real PostgreSQL. The second one reaches it by a link that can be cut. */
@Tag("thorough")
class FleetDirectoryTest {
    private static final MailAddress EVE = MailAddress.of("eve@must.example");
    private static final MailCertificate EVES = Parties.issued(EVE).certificate();

    @TempDir
    private Path folder;

    private final String url = PostgresServer.shared().newDatabase();
    private final List<Change> recorded = new CopyOnWriteArrayList<>();
    private CuttingProxy link;
    private InMemoryDirectoryServer server;
    private CertificateDirectory one;
    private CertificateDirectory other;

    @BeforeEach
    void open() throws Exception {
        Parties.writeStore(Files.createDirectories(folder.resolve("store")));
        server = server();
        link = new CuttingProxy(PostgresServer.shared().port());
        one = node("one", PostgresServer.shared().port(), "");
        other = node("other", link.port(), "");
    }

    @AfterEach
    void close() throws IOException {
        link.set(Link.PASS);
        one.close();
        other.close();
        link.close();
        server.shutDown(true);
    }

    @Test
    void whatIsImportedPinnedOrBlockedOnOneCountsOnTheOtherWithinASecond() {
        assertThat(chosen(other, EVE)).isEmpty();
        database(one).certificates().add(EVES, Certificates.Origin.IMPORTED, act());
        assertThat(soon(EVES)).isLessThan(A_SECOND);
        MailCertificate carls = Parties.issued(Parties.CARL).certificate();
        database(one).pins().add(new Pins.Pin(EVE, CertificatePurpose.ENCRYPT, carls, act()));
        assertThat(soon(carls)).isLessThan(A_SECOND);
        block(carls);
        assertThat(soon(EVES)).isLessThan(A_SECOND);
    }

    @Test
    void whatOneHasLearntTheOtherUsesAndForgetsNothingElse() {
        assertThat(chosen(other, EVE)).isEmpty();
        database(one).certificates().add(EVES, Certificates.Origin.IMPORTED, act());
        assertThat(soon(EVES)).isLessThan(A_SECOND);
        MailAddress fred = MailAddress.of("fred@must.example");
        assertThat(chosen(other, fred)).isEmpty();
        long own = asked(other, DirectoryConfig.OWN);
        MailCertificate freds = Parties.issued(fred).certificate();
        assertThat(database(one).harvest().observe(new Harvest.VerifiedSender(fred, freds, Parties.NOW), Parties.NOW))
                .isEqualTo(new Harvest.Outcome.Added());
        Await.until(() -> chosen(other, fred).equals(Optional.of(freds)), () -> "it is not used");
        assertThat(chosen(other, EVE)).contains(EVES);
        assertThat(asked(other, DirectoryConfig.OWN))
                .as("what the database said of our own certificates is still known")
                .isEqualTo(own);
    }

    @Test
    void eachChangeIsRecordedOnceInTheirOrder() {
        List<Change> byOne = new CopyOnWriteArrayList<>();
        List<Change> byOther = new CopyOnWriteArrayList<>();
        one.recordTo(changes -> record(byOne, changes));
        other.recordTo(changes -> record(byOther, changes));
        for (int i = 0; i < 60; i++) {
            int number = i;
            CertificateDatabase at = database(i % 2 == 0 ? one : other);
            at.commit(each -> each.changeLog().add("test", "change " + number, List.of(), act()));
        }
        Await.until(() -> recorded.size() >= 60, () -> recorded.size() + " are recorded");
        assertThat(recorded)
                .extracting(Change::object)
                .containsExactlyElementsOf(
                        IntStream.range(0, 60).mapToObj(i -> "change " + i).toList());
        assertThat(Stream.concat(byOne.stream(), byOther.stream())).hasSize(60);
        assertThat(query("SELECT count(*) FROM change_log")).isEqualTo("0");
    }

    @Test
    void aSilentDatabaseEndsWhatOneDoesWithinSecondsEvenFromItsCache() throws IOException {
        assertThat(chosen(other, EVE)).isEmpty();
        database(one).certificates().add(EVES, Certificates.Origin.IMPORTED, act());
        assertThat(soon(EVES)).isLessThan(A_SECOND);
        link.set(Link.SILENT);
        long cut = System.nanoTime();
        block(EVES);
        Await.until(() -> isUnavailable(other, EVE), () -> "the old choice is still made");
        assertThat(Duration.ofNanos(System.nanoTime() - cut)).isLessThan(Duration.ofSeconds(8));
        link.set(Link.PASS);
        Await.until(() -> !isUnavailable(other, EVE), () -> "it does not come back");
        assertThat(chosen(other, EVE)).isEmpty();
    }

    @Test
    void oneFollowsADirectoryServerAndTheOtherTakesOver() throws Exception {
        String mirror = """
            directory:
              ldap: { corp: { urls: "ldap://127.0.0.1:%d", base: "dc=example,dc=com", sync: { method: full } } }
              sources: ["mirror:corp"]
            """.formatted(server.getListenPort());
        one.close();
        other.close();
        one = node("one", PostgresServer.shared().port(), mirror);
        other = node("other", link.port(), mirror);
        one.recordTo(_ -> {});
        Await.until(() -> hasTurn("one"), () -> "nobody follows");
        other.recordTo(_ -> {});
        Await.until(() -> !isUnavailable(other, Parties.BOB), () -> "the copy is not there");
        assertThat(chosen(other, Parties.BOB))
                .contains(Parties.issued(Parties.BOB).certificate());
        assertThat(hasTurn("one")).isTrue();
        // As if the first node had died and its turn had ended, but for the wait.
        one.close();
        PostgresServer.execute(
                url, "INSERT INTO lease VALUES ('gateway mirror:corp', 'dead', 0) ON CONFLICT DO NOTHING");
        Await.until(() -> hasTurn("other"), () -> "nobody takes over");
    }

    /** Another gateway brings a million rows up to date meanwhile. */
    @Test
    void aStartThatWaitsTooLongForAnotherOneMayBeTriedAgain() throws Exception {
        PostgresServer.execute(url, "DELETE FROM schema_version");
        try (Connection holding = DriverManager.getConnection(url);
                Statement statement = holding.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + 0x506f73747365616cL + ")");
            assertThatThrownBy(() -> node("third", PostgresServer.shared().port(), ""))
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.fault()).isEqualTo(DatabaseException.Fault.LOCKED));
        }
    }

    private void record(List<Change> own, List<Change> changes) {
        // A second taker would come between here.
        recorded.addAll(changes);
        own.addAll(changes);
        pause();
    }

    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the other node chooses this certificate for Eve, and returns how long that took. */
    private Duration soon(MailCertificate certificate) {
        long start = System.nanoTime();
        Await.until(() -> chosen(other, EVE).equals(Optional.of(certificate)), () -> "it does not count");
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void block(MailCertificate certificate) {
        database(one).blocks().add(new Blocks.Block(new Blocks.Target.Certificate(certificate.id()), act()));
    }

    private boolean hasTurn(String node) {
        return query("SELECT owner FROM lease WHERE name = 'gateway mirror:corp'")
                .startsWith(node + " ");
    }

    private static long asked(CertificateDirectory node, String source) {
        return node.statistics().sources().stream()
                .filter(each -> each.name().equals(source))
                .mapToLong(each -> each.questions())
                .sum();
    }

    private static Optional<MailCertificate> chosen(CertificateDirectory node, MailAddress address) {
        return switch (node.store().encryptionCertificate(address, Parties.NOW)) {
            case CertificateChoice.Chosen<MailCertificate>(MailCertificate certificate, var _) ->
                Optional.of(certificate);
            case CertificateChoice.NoneUsable<MailCertificate> _ -> Optional.empty();
        };
    }

    private static boolean isUnavailable(CertificateDirectory node, MailAddress address) {
        try {
            Optional<MailCertificate> _ = chosen(node, address);
            return false;
        } catch (StoreUnavailableException e) {
            return true;
        }
    }

    private static CertificateDatabase database(CertificateDirectory node) {
        return node.database().orElseThrow();
    }

    private CertificateDirectory node(String name, int port, String further) throws IOException {
        Files.writeString(folder.resolve("policy.yaml"), "");
        Path file = Files.writeString(folder.resolve(name + ".yaml"), """
            listeners: [{ protocol: lmtp, address: "127.0.0.1:0" }]
            nextHop: "127.0.0.1:10026"
            upstreams: { mx: { networks: 127.0.0.0/8 } }
            fleet: { node: %s, database: { url: "%s", tls: off } }
            %s\
            """.formatted(
                        name,
                        url.replace("jdbc:postgresql://", "postgresql://postseal@")
                                .replaceFirst(":\\d+/", ":" + port + "/")
                                .replaceFirst("\\?.*", ""),
                        further));
        DirectoryConfig config = switch (ConfigReader.read(file)) {
            case ConfigResult.Loaded loaded -> loaded.config().directory();
            case ConfigResult.Broken broken ->
                throw new AssertionError(broken.problems().toString());
        };
        return switch (CertificateDirectory.open(
                config, folder.resolve("store"), Clock.fixed(Parties.NOW, ZoneOffset.UTC))) {
            case CertificateDirectory.Result.Opened(CertificateDirectory opened) -> opened;
            case CertificateDirectory.Result.Refused(var faults) -> throw new AssertionError(faults.toString());
        };
    }

    private InMemoryDirectoryServer server() throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=example,dc=com");
        config.setSchema(null);
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("loopback", InetAddress.getLoopbackAddress(), 0, null));
        InMemoryDirectoryServer made = new InMemoryDirectoryServer(config);
        made.add(
                new Entry("dc=example,dc=com", new Attribute("objectClass", "domain"), new Attribute("dc", "example")));
        made.add(new Entry(
                "uid=bob,dc=example,dc=com",
                new Attribute("objectClass", "inetOrgPerson"),
                new Attribute("mail", Parties.BOB.toString()),
                new Attribute(
                        "userCertificate;binary",
                        Parties.issued(Parties.BOB).certificate().holder().getEncoded())));
        made.startListening();
        return made;
    }

    private String query(String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Act act() {
        return new Act("tester", Parties.NOW, "because");
    }

    /** A busy machine gets another one. */
    private static final Duration A_SECOND = Duration.ofSeconds(2);
}
