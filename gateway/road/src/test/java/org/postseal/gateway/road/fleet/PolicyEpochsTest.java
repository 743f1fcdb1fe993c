package org.postseal.gateway.road.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.testkit.Await;

/** Gateways come to the policies of their fleet, over a real PostgreSQL with a role for gateways and one for admins. */
class PolicyEpochsTest {
    private static final PolicyTimes TIMES =
            new PolicyTimes(Duration.ofMillis(1_500), Duration.ofSeconds(2), Duration.ofSeconds(3));
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final KeyPair ADMIN = pair();

    private final String url = PostgresServer.shared().newDatabase();
    private final String name = url.replaceFirst(".*/", "").replaceFirst("\\?.*", "");
    private final String gateways = "gateways_" + name;
    private final String admin = "admin_" + name;
    private final FleetPolicies policies = new FleetPolicies(new Postgres(as(admin), LIMIT), TIMES);
    private final Map<String, Node> nodes = new ConcurrentHashMap<>();

    @BeforeEach
    void roles() throws SQLException, JournalException {
        PostgresServer.execute(
                url,
                "CREATE ROLE " + gateways + " LOGIN; CREATE ROLE " + admin + " LOGIN; GRANT CREATE ON DATABASE " + name
                        + " TO " + admin + ", " + gateways);
        policies.make(gateways);
    }

    @AfterEach
    void stop() {
        nodes.values().forEach(Node::close);
    }

    /** Even if the role of the gateways owns the database. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO postseal_policy.bundle (epoch, signature, proposed) VALUES (9, '\\x00', now())",
                "UPDATE postseal_policy.bundle SET counts = now()",
                "DELETE FROM postseal_policy.bundle",
                "INSERT INTO postseal_policy.file VALUES (1, 1, 'more.yaml', '\\x00')",
                "UPDATE postseal_policy.file SET octets = '\\x00'",
                "DROP TABLE postseal_policy.file",
                "DROP SCHEMA postseal_policy CASCADE",
                "CREATE TABLE postseal_policy.other (x INTEGER)"
            })
    void theRoleOfTheGatewaysCannotWritePolicies(String statement) throws Exception {
        propose("one");
        PostgresServer.execute(url, "ALTER DATABASE " + name + " OWNER TO " + gateways);
        assertThatThrownBy(() -> PostgresServer.execute(as(gateways), statement))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
        assertThat(policies.bundles())
                .singleElement()
                .satisfies(bundle -> assertThat(bundle.isWaiting()).isTrue());
    }

    @Test
    void tablesThatTheGatewaysCouldWriteAreNotMade() throws Exception {
        PostgresServer.execute(url, "DROP SCHEMA postseal_policy CASCADE");
        assertThatThrownBy(() -> PolicyEpochs.open(new Postgres(as(gateways), LIMIT), "a", List.of(), TIMES))
                .hasMessageContaining("fleet policy init");
        assertThatThrownBy(() -> policies.make("postseal")).hasMessageContaining("may write policies");
        assertThatThrownBy(() -> policies.make(admin)).hasMessageContaining("may write policies");
        PostgresServer.execute(url, "GRANT " + admin + " TO " + gateways);
        assertThatThrownBy(() -> policies.make(gateways)).hasMessageContaining("may write policies");
        PostgresServer.execute(url, "REVOKE " + admin + " FROM " + gateways);
        policies.make(gateways);
    }

    @Test
    void allGatewaysDecideByTheNextPolicyFromOneMomentOn() throws Exception {
        assertThatThrownBy(() -> node("early")).hasMessageContaining("no policy that counts");
        propose("one");
        assertThat(policies.activate(1))
                .as("nobody has to be told in advance")
                .hasValueSatisfying(ahead -> assertThat(ahead).isLessThanOrEqualTo(Duration.ZERO));
        Node a = node("a");
        Node b = node("b");
        assertThat(a.text()).isEqualTo("one");
        awaitSeen("a", "b");

        propose("two");
        awaitTried(2, "a", "b");
        assertThat(a.whyOver(1)).as("not activated yet").isEmpty();
        Duration ahead = policies.activate(2).orElseThrow();
        assertThat(ahead).isGreaterThan(TIMES.stale());
        assertThat(policies.activate(2)).as("it is already").isEmpty();
        assertThat(policies.withdraw(2)).as("it is announced").isFalse();
        Instant counts = policies.bundles().getFirst().counts().orElseThrow();
        assertThat(a.whyOver(1)).isEmpty();

        Await.until(() -> a.isAt("two") && b.isAt("two"), nodes::toString);
        assertThat(List.of(a.taken, b.taken))
                .allSatisfy(taken -> assertThat(taken).isBetween(counts.minusMillis(100), counts.plusMillis(500)));
        assertThat(List.of(a.whyOver(1), b.whyOver(1)))
                .allSatisfy(why -> assertThat(why)
                        .hasValueSatisfying(text -> assertThat(text).endsWith("epoch 2 counts in the fleet")));
        assertThat(List.of(a.whyOver(2), b.whyOver(2))).containsOnly(Optional.empty());
        Await.until(() -> read(node -> node.epoch() == 2).size() == 2, nodes::toString);
    }

    @Test
    void aGatewayThatStartsBeforeAnEpochBeginsKnowsOfIt() throws Exception {
        propose("one");
        policies.activate(1);
        Node _ = node("a");
        awaitSeen("a");
        propose("two");
        awaitTried(2, "a");
        assertThat(policies.activate(2)).isPresent();
        Instant counts = policies.bundles().getFirst().counts().orElseThrow();
        Await.until(() -> Instant.now().isAfter(counts.minus(TIMES.stale().dividedBy(2))), nodes::toString);
        try (PolicyEpochs late =
                PolicyEpochs.open(new Postgres(as(gateways), LIMIT), "late", List.of(ADMIN.getPublic()), TIMES)) {
            Await.until(() -> late.term(1).whyOver().isPresent(), nodes::toString);
            assertThat(late.term(1).whyOver())
                    .hasValueSatisfying(text -> assertThat(text).endsWith("epoch 2 counts in the fleet"));
        }
    }

    @Test
    void whoIsCutOffFromTheDatabaseTakesNoMailUntilItHasReadWhatCounts() throws Exception {
        propose("one");
        policies.activate(1);
        Node a = node("a");
        Node b = node("b");
        awaitSeen("a", "b");
        try (Connection holding = DriverManager.getConnection(url)) {
            holding.setAutoCommit(false);
            holding.createStatement().execute("SELECT 1 FROM postseal_policy.node WHERE name = 'b' FOR UPDATE");
            Await.until(
                    () -> b.whyOver(1).filter(why -> why.contains("last read")).isPresent(), nodes::toString);
            assertThat(a.whyOver(1)).isEmpty();

            propose("two");
            awaitTried(2, "a");
            Await.until(() -> activated(2), nodes::toString);
            Await.until(() -> a.isAt("two"), nodes::toString);
            assertThat(b.text()).isEqualTo("one");
            assertThat(b.whyOver(1)).as("it was waited for no longer").isPresent();
        }
        Await.until(() -> b.isAt("two") && b.whyOver(2).isEmpty(), nodes::toString);
        assertThat(b.whyOver(1)).isPresent();
    }

    @Test
    void aGatewayThatCannotUseThePolicyHoldsItBackAndMayBeAway() throws Exception {
        propose("one");
        policies.activate(1);
        Node a = node("a");
        Node old = node("old");
        old.unknown = "two";
        awaitSeen("a", "old");
        propose("two");
        awaitTried(2, "a", "old");
        assertThat(policies.nodes())
                .filteredOn(node -> node.of(2).orElseThrow().problem().isPresent())
                .singleElement()
                .satisfies(node -> assertThat(node.name() + node.of(2).orElseThrow())
                        .startsWith("old")
                        .contains("unknown key"));
        assertThat(policies.activate(2)).isEmpty();
        old.unknown = "three";
        assertThat(policies.withdraw(2)).isTrue();
        propose("three");
        awaitTried(3, "a", "old");
        assertThat(policies.activate(3)).isEmpty();

        old.close();
        Await.until(() -> activated(3), nodes::toString);
        Await.until(() -> a.isAt("three"), nodes::toString);
        assertThat(node("old").text()).as("it begins with what counts").isEqualTo("three");
    }

    @Test
    void whatIsWithdrawnIsForgottenAndItsEpochIsNotGivenOutAgain() throws Exception {
        propose("one");
        policies.activate(1);
        Node a = node("a");
        awaitSeen("a");
        propose("two");
        awaitTried(2, "a");
        assertThatThrownBy(() -> propose("three")).as("one waits").isInstanceOf(JournalException.class);
        assertThat(policies.withdraw(2)).isTrue();
        assertThat(policies.activate(2)).isEmpty();
        Await.until(() -> a.forgotten.get() == 1, nodes::toString);
        assertThat(propose("three").epoch()).isEqualTo(3);
        awaitTried(3, "a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"another key", "another epoch", "another text", "none"})
    void aPolicyThatNobodyHasSignedIsUsedByNoGateway(String signed) throws Exception {
        propose("one");
        policies.activate(1);
        Node a = node("a");
        awaitSeen("a");
        PolicyBundle bundle = policies.propose(List.of(file("two")), statement -> switch (signed) {
            case "another key" -> sign(pair(), statement);
            case "another epoch" -> sign(ADMIN, new String(statement, UTF_8).replace("epoch 2", "epoch 1"));
            case "another text" -> sign(ADMIN, new PolicyBundle(2, List.of(file("other"))).statement());
            default -> new byte[0];
        });
        assertThat(bundle.epoch()).isEqualTo(2);
        awaitTried(2, "a");
        assertThat(policies.activate(2)).isEmpty();
        // Whoever may write everything may stop mail, and no more.
        PostgresServer.execute(url, "UPDATE postseal_policy.bundle SET counts = now() WHERE epoch = 2");
        Await.until(() -> a.whyOver(1).isPresent(), nodes::toString);
        assertThat(a.text()).isEqualTo("one");
        assertThatThrownBy(() -> node("b")).hasMessageContaining("epoch 2 is not signed");
    }

    /** Whoever may write to the tables takes the cases away, which a gateway would have failed. */
    @Test
    void aSignatureIsNoneOfABundleWithoutItsCases() {
        PolicyBundle.File policy = file("two");
        PolicyBundle.File cases = new PolicyBundle.File("tests/two.yaml", "cases".getBytes(UTF_8));
        PolicyBundle whole = new PolicyBundle(2, List.of(policy, cases));
        byte[] signature = sign(ADMIN, whole.statement());
        String both = policy.name() + "\n" + cases.sha256() + "  " + cases.name();
        PolicyBundle less = new PolicyBundle(2, List.of(new PolicyBundle.File(both, policy.octets())));
        assertThat(less.statement()).isEqualTo(whole.statement());
        assertThat(whole.isSigned(List.of(ADMIN.getPublic()), signature)).isTrue();
        assertThat(less.isSigned(List.of(ADMIN.getPublic()), signature)).isFalse();
    }

    @Test
    void aDatabaseOfYesterdayStopsMailUntilAnotherEpochCounts() throws Exception {
        propose("one");
        policies.activate(1);
        propose("two");
        policies.activate(2);
        Node a = node("a");
        awaitSeen("a");
        PostgresServer.execute(
                url,
                "DELETE FROM postseal_policy.file WHERE epoch = 2; DELETE FROM postseal_policy.bundle WHERE epoch = 2");
        Await.until(
                () -> a.whyOver(2).filter(why -> why.contains("epoch 1 counts")).isPresent(), nodes::toString);
        assertThat(propose("two").epoch()).as("epoch 2 is known to a gateway").isEqualTo(3);
        awaitTried(3, "a");
        assertThat(policies.activate(3)).isPresent();
        Await.until(() -> a.whyOver(3).isEmpty() && a.isAt("two"), nodes::toString);
    }

    /** Nobody is to be alarmed by a policy that is not there any more. */
    @Test
    void whatIsWithdrawnWhileItIsCompiledIsToldToNobody() throws Exception {
        propose("one");
        policies.activate(1);
        Node a = node("a");
        a.unknown = "two";
        a.slow = new CountDownLatch(1);
        propose("two");
        Await.until(() -> a.asked.contains("two"), nodes::toString);
        assertThat(policies.withdraw(2)).isTrue();
        Await.until(() -> a.forgotten.get() == 1, nodes::toString);
        a.slow.countDown();
        propose("three");
        awaitTried(3, "a");
        assertThat(a.told).containsExactly("three");
    }

    /** The younger process has the row of that name. */
    @Test
    void aFencedProcessSaysNothingMore() throws Exception {
        propose("one");
        policies.activate(1);
        Node a = node("a");
        awaitSeen("a");
        a.isFenced = true;
        Await.until(() -> a.whyOver(1).isPresent(), nodes::toString);
        Instant last = policies.nodes().getFirst().seen();
        Thread.sleep(TIMES.stale());
        assertThat(policies.nodes().getFirst().seen()).isEqualTo(last);
    }

    private boolean activated(long epoch) {
        try {
            return policies.activate(epoch).isPresent();
        } catch (JournalException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitSeen(String... names) {
        Await.until(() -> read(_ -> true).containsAll(List.of(names)), nodes::toString);
    }

    private List<String> read(Predicate<FleetPolicies.Node> wanted) {
        try {
            return policies.nodes().stream()
                    .filter(wanted)
                    .map(FleetPolicies.Node::name)
                    .toList();
        } catch (JournalException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitTried(long epoch, String... names) {
        Await.until(() -> read(node -> node.of(epoch).isPresent()).containsAll(List.of(names)), nodes::toString);
    }

    private PolicyBundle propose(String text) throws IOException {
        return policies.propose(List.of(file(text)), statement -> sign(ADMIN, statement));
    }

    private static PolicyBundle.File file(String text) {
        return new PolicyBundle.File("policy.yaml", text.getBytes(UTF_8));
    }

    private Node node(String node) throws JournalException {
        Node made = new Node(PolicyEpochs.open(
                new Postgres(as(gateways), LIMIT), node, List.of(pair().getPublic(), ADMIN.getPublic()), TIMES));
        nodes.put(node, made);
        return made;
    }

    private String as(String role) {
        return url.replaceFirst("user=.*", "user=" + role);
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sign(KeyPair pair, String statement) {
        return sign(pair, statement.getBytes(UTF_8));
    }

    private static byte[] sign(KeyPair pair, byte[] statement) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(statement);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One gateway, whose policies are plain words. */
    private static final class Node implements PolicyEpochs.User, AutoCloseable {
        private final PolicyEpochs epochs;
        private final List<String> inForce = new CopyOnWriteArrayList<>();
        private volatile String unknown = "";
        private volatile Instant taken = Instant.MIN;
        private final AtomicInteger forgotten = new AtomicInteger();
        private final List<String> asked = new CopyOnWriteArrayList<>();
        private final List<String> told = new CopyOnWriteArrayList<>();
        private volatile CountDownLatch slow = new CountDownLatch(0);
        private volatile boolean isFenced;

        Node(PolicyEpochs epochs) {
            this.epochs = epochs;
            inForce.add(text(epochs.first()));
            epochs.follow(this);
        }

        private static String text(PolicyBundle bundle) {
            return new String(bundle.files().getFirst().octets(), UTF_8);
        }

        String text() {
            return inForce.getLast();
        }

        boolean isAt(String text) {
            return text().equals(text);
        }

        Optional<String> whyOver(long epoch) {
            return epochs.term(epoch).whyOver();
        }

        @Override
        public PolicyEpochs.Prepared prepare(PolicyBundle bundle, boolean isSigned) {
            asked.add(text(bundle));
            try {
                slow.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            boolean isFine = isSigned && !text(bundle).equals(unknown);
            return new PolicyEpochs.Prepared(
                    isFine ? Optional.empty() : Optional.of("unknown key"), () -> told.add(text(bundle)), () -> {
                        taken = Instant.now();
                        inForce.add(text(bundle));
                        return true;
                    });
        }

        @Override
        public boolean isFenced() {
            return isFenced;
        }

        @Override
        public void forget() {
            int _ = forgotten.incrementAndGet();
        }

        @Override
        public void close() {
            epochs.close();
        }

        @Override
        public String toString() {
            return inForce + " " + epochs.fault();
        }
    }
}
