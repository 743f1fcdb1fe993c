package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.policy.yaml.Problem;

/**
 * Runs a gateway between real sockets, with a certificate store that a test chooses. Its sender is Alice, whose
 * certificate is in the store.
 */
final class DirectoryRoad implements AutoCloseable {
    static final String ALICE = Parties.ALICE.toString();

    private final Path home;
    private final ScriptedNextHop hop;
    private final Setup setup;
    private final RunningGateway gateway;

    private DirectoryRoad(Path home, ScriptedNextHop hop, Setup setup, RunningGateway gateway) {
        this.home = home;
        this.hop = hop;
        this.setup = setup;
        this.gateway = gateway;
    }

    /**
     * Starts it with the files of {@code home}, which are made if they are missing.
     *
     * @param directory the lines of {@code postseal.yaml} besides listeners and next hop
     */
    static DirectoryRoad start(Path home, String directory) throws IOException {
        ScriptedNextHop hop = new ScriptedNextHop(Script.polite());
        Path config = write(home, directory, hop.port());
        Checked<Setup> checked = new SetupReader(new GatewayAssembly()).read(config);
        if (checked.value().isEmpty()) {
            hop.close();
            throw new AssertionError(checked.problems().toString());
        }
        Setup setup = checked.value().get();
        return new DirectoryRoad(home, hop, setup, RunningGateway.start(new GatewayAssembly(), setup));
    }

    /** Starts it under this policy. */
    static DirectoryRoad start(Path home, String directory, String policy) throws IOException {
        Files.writeString(home.resolve("policy.yaml"), policy);
        return start(home, directory);
    }

    /** Returns the problems that prevent such a start. */
    static List<Problem> problems(Path home, String directory) throws IOException {
        Checked<Setup> checked = new SetupReader(new GatewayAssembly()).read(write(home, directory, 10_026));
        checked.value().ifPresent(Setup::close);
        return checked.problems();
    }

    static Path write(Path home, String directory, int nextHop) throws IOException {
        Path store = home.resolve("store");
        if (Files.notExists(store)) {
            Parties.writeStore(Files.createDirectories(store));
        }
        if (Files.notExists(home.resolve("policy.yaml"))) {
            Files.writeString(home.resolve("policy.yaml"), """
                    version: 1
                    internal: [example.com]
                    rules:
                      - { id: must, when: { recipientDomain: must.example }, then: { encrypt: required } }
                      - { id: may, when: { recipientDomain: may.example }, then: { encrypt: ifPossible } }
                      - { id: rest, when: always, then: mailboxPolicy }
                    """);
        }
        return Files.writeString(home.resolve("postseal.yaml"), """
                hostName: gw.example.com
                listeners: [{ protocol: lmtp, address: "127.0.0.1:0", role: both }]
                nextHop: "127.0.0.1:%d"
                """.formatted(nextHop) + directory);
    }

    /** Sends a message of Alice's, and returns the reply. */
    String to(String recipient) {
        return send(ALICE, recipient, message(ALICE, recipient));
    }

    /** Sends a message, and returns the reply. */
    String send(String from, String to, byte[] content) {
        try (SmtpSender sender = SmtpSender.lmtp(gateway.addresses().getFirst().getPort())) {
            byte[] dotted = new byte[content.length + 3];
            System.arraycopy(content, 0, dotted, 0, content.length);
            System.arraycopy(".\r\n".getBytes(ISO_8859_1), 0, dotted, content.length, 3);
            return sender.send(from, List.of(to), dotted).data().getFirst();
        }
    }

    /** Returns what the next hop has received, in that order. */
    List<String> sent() {
        return hop.received().stream()
                .map(Received::content)
                .map(content -> new String(content, ISO_8859_1))
                .toList();
    }

    Form lastSent() {
        String last = sent().getLast();
        return last.contains("Content-Type: application/pkcs7-mime; smime-type=enveloped-data")
                        || last.contains("Content-Type: application/pkcs7-mime; smime-type=authEnveloped-data")
                ? Form.ENCRYPTED
                : Form.CLEAR;
    }

    /** Names the form in which a message reached the next hop. */
    enum Form {
        ENCRYPTED,
        CLEAR
    }

    Setup setup() {
        return setup;
    }

    Path home() {
        return home;
    }

    /** Reloads the configuration as SIGHUP does. */
    void reload() {
        GatewayAssembly assembly = new GatewayAssembly();
        new Reload(new SetupReader(assembly), home.resolve("postseal.yaml"), gateway, setup, InstantSource.system())
                .signalled();
    }

    static byte[] message(String from, String to) {
        return ("From: <" + from + ">\r\nTo: <" + to + ">\r\nMessage-ID: <1@test>\r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: text/plain; charset=us-ascii\r\n\r\nHello\r\n")
                .getBytes(ISO_8859_1);
    }

    /** Returns the answer of {@code /ready}; the configuration must name an address for it. */
    String ready() {
        int port = gateway.metricsAddress().orElseThrow().getPort();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/ready"))
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        setup.close();
        hop.close();
    }
}
