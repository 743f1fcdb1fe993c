package org.postseal.gateway.judges;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.app.assembly.RunningGateway;
import org.postseal.gateway.app.assembly.Setup;
import org.postseal.gateway.app.assembly.SetupReader;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TemporaryHome;
import org.postseal.gateway.testkit.TestPki;

/**
 * A real Postfix, set up by our page but for what the page says of the three parameters that route addresses elsewhere,
 * which stay at Postfix's defaults; the gateway behind its submission; one server for what Postfix takes for ours, and
 * one for what it sends outside.
 */
final class InternalRoad implements AutoCloseable {
    static final String HOME = "example.com";
    static final String OUTSIDE = "bank.example";
    static final String ALICE = "alice@example.com";

    /** Everybody outside in the cases: there is a certificate of them. */
    static final List<String> USERS = List.of("partner", "pat");

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String POLICY = """
            version: 1
            internal: ["DOMAINS"]
            rules:
              - id: outside
                when: { direction: outbound }
                then: { sign: never, encrypt: required, onMissingCertificate: reject }
              - { id: rest, when: always, then: { sign: never, encrypt: never } }
            """;

    /** Where Postfix is told that a domain is ours, and how it and the policy spell our second domain. */
    enum Place {
        VIRTUAL("virtual_mailbox_domains", List.of(DomainSpelling.U_LABEL), "virtual_mailbox_maps ="),
        LOCAL("mydestination", List.of(DomainSpelling.A_LABEL), "virtual_mailbox_domains =", "local_recipient_maps ="),
        RELAY(
                "relay_domains",
                List.of(DomainSpelling.U_LABEL, DomainSpelling.A_LABEL),
                "virtual_mailbox_domains =",
                "relay_recipient_maps =");

        // Made by List.of and toList, which nobody can change
        @SuppressWarnings("ImmutableEnumChecker")
        private final List<String> domains;

        @SuppressWarnings("ImmutableEnumChecker")
        private final List<String> settings;

        Place(String list, List<DomainSpelling> second, String... others) {
            domains = Stream.concat(Stream.of(DomainSpelling.ASCII), second.stream())
                    .map(DomainSpelling::domain)
                    .toList();
            settings = Stream.concat(Stream.of(list + " = " + String.join(", ", domains)), Stream.of(others))
                    .toList();
        }
    }

    private final Path home = TemporaryHome.create("internal");
    private final TestPki pki = new TestPki();
    private final ScriptedNextHop ours;
    private final ScriptedNextHop outside;
    private final PrivatePostfix postfix;
    private final RunningGateway gateway;
    private final Setup setup;
    private final int gatewayPort;

    InternalRoad(Place place) {
        try {
            ours = new ScriptedNextHop();
            outside = new ScriptedNextHop();
            List<Integer> ports = Await.freePorts(2);
            gatewayPort = ports.getFirst();
            PostfixLayout layout = new PostfixLayout("mail.example.com").filters(gatewayPort, ports.getLast());
            place.settings.forEach(layout::setting);
            String inside = "smtp:[127.0.0.1]:" + ours.port();
            layout.setting("local_transport = " + inside)
                    .setting("virtual_transport = " + inside)
                    .setting("relay_transport = " + inside)
                    .setting("default_transport = smtp:[127.0.0.1]:" + outside.port())
                    // At their defaults: who set Postfix up by an older page, or by another one, has them so
                    .setting("allow_percent_hack = yes")
                    .setting("swap_bangpath = yes")
                    .setting("resolve_dequoted_address = yes");
            writeFiles(place, ports, layout.reinjectionPort());
            GatewayAssembly assembly = new GatewayAssembly();
            var checked = new SetupReader(assembly).read(home.resolve("postseal.yaml"));
            setup = checked.value()
                    .orElseThrow(() -> new AssertionError(checked.problems().toString()));
            gateway = RunningGateway.start(assembly, setup);
            postfix = PrivatePostfix.start(layout);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writeFiles(Place place, List<Integer> ports, int nextHop) throws IOException {
        Path trust = Files.createDirectories(home.resolve("store/trust"));
        Files.copy(pki.root(), trust.resolve("root.pem"));
        Files.copy(pki.intermediate(), home.resolve("store/intermediate.pem"));
        for (String user : USERS) {
            String address = user + "@" + OUTSIDE;
            pki.user(address, KeyAlgorithm.RSA2048);
            Files.copy(pki.identity(address).certificate(), home.resolve("store/" + address + ".pem"));
        }
        Files.writeString(home.resolve("policy.yaml"), POLICY.replace("DOMAINS", String.join("\", \"", place.domains)));
        Files.writeString(home.resolve("postseal.yaml"), """
                hostName: gw.example.com
                listeners:
                  - { protocol: lmtp, address: "127.0.0.1:%d", role: submission }
                  - { protocol: lmtp, address: "127.0.0.1:%d", role: inbound }
                trustedPeers: ["127.0.0.0/8"]
                nextHop: "127.0.0.1:%d"
                policy: policy.yaml
                store: { directory: store }
                audit: { file: audit.jsonl }
                metrics: { address: none }
                """.formatted(ports.getFirst(), ports.getLast(), nextHop));
    }

    /**
     * Hands a message of Alice to Postfix or straight to the gateway, and returns whether it was taken.
     *
     * @param isUtf8 whether the path is not ASCII, and is meant so (SMTPUTF8)
     */
    boolean send(boolean isByPostfix, String path, boolean isUtf8, byte[] message) {
        try (SmtpSender sender =
                isByPostfix ? SmtpSender.smtp(postfix.layout().submissionPort()) : SmtpSender.lmtp(gatewayPort)) {
            return sender.send(ALICE, isUtf8 ? " SMTPUTF8" : "", List.of(path), "", message)
                    .isDelivered();
        }
    }

    /** Waits until nothing is under way, and takes for granted that what is deferred stays. */
    void settle() {
        Instant end = Instant.now().plus(PATIENCE);
        while (!postfix.isQueueEmpty() && Instant.now().isBefore(end)) {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    /** What reached our own server with this word, in clear or as the text of a bounce. */
    boolean cameHome(String id) {
        return holds(ours, id);
    }

    /** What left for outside under this Message-ID. */
    List<Received> left(String id) {
        return outside.received().stream()
                .filter(received -> received.text().contains(id))
                .toList();
    }

    private static boolean holds(ScriptedNextHop server, String id) {
        return server.received().stream()
                .anyMatch(received -> received.text().toLowerCase(Locale.ROOT).contains(id.toLowerCase(Locale.ROOT))
                        && !received.sender().isEmpty());
    }

    @Override
    public void close() {
        postfix.close();
        try {
            gateway.close();
            ours.close();
            outside.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            setup.close();
            pki.close();
            TemporaryHome.delete(home);
        }
    }
}
