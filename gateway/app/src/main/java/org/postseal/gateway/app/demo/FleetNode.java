package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One gateway of the demonstration's fleet, with its files in a folder of its own. */
final class FleetNode {
    private final String name;
    private final int mail;
    private final int health;
    private final List<String> command;
    private final Programs programs;
    private Process process;

    private FleetNode(String name, int mail, int health, List<String> command, Programs programs) throws IOException {
        this.name = name;
        this.mail = mail;
        this.health = health;
        this.command = command;
        this.programs = programs;
        this.process = started();
    }

    /** @param launcher the words that start {@code postseal} */
    static FleetNode start(
            Path folder, String name, int nextHop, Cluster cluster, Programs programs, List<String> launcher)
            throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(home.resolve("store/trust"));
        Files.writeString(home.resolve("policy.yaml"), POLICY);
        int mail = Programs.freePort();
        int health = Programs.freePort();
        Path config = Files.writeString(home.resolve("postseal.yaml"), """
                hostName: %s
                listeners:
                  - { protocol: smtp, address: "127.0.0.1:%d", role: submission, proxyProtocol: { from: [127.0.0.1] } }
                trustedPeers: [127.0.0.2]
                upstreams: { mx: { networks: 127.0.0.2 } }
                nextHop: "127.0.0.1:%d"
                policy: policy.yaml
                store: { directory: store }
                audit: { file: audit.jsonl }
                metrics: { address: "127.0.0.1:%d" }
                fleet:
                  node: %s
                  database: { url: "%s", passwordFile: "%s", tls: off }
                """.formatted(
                        name, mail, nextHop, health, name, cluster.address(), cluster.passwordFile()));
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of("run", "-c", config.toString()));
        return new FleetNode(name, mail, health, command, programs);
    }

    String name() {
        return name;
    }

    /** Returns the port for mail. */
    int mail() {
        return mail;
    }

    /** Returns the port that says whether the gateway is ready. */
    int health() {
        return health;
    }

    /** Ends the gateway by SIGKILL, and waits until it is gone. */
    void kill() throws IOException {
        process.destroyForcibly();
        programs.awaitEnd(name, process);
    }

    void start() throws IOException {
        process = started();
    }

    private Process started() throws IOException {
        Process started = programs.start(name, command);
        programs.await(name, started, () -> Programs.listens(mail));
        return started;
    }

    private static final String POLICY = """
            version: 1
            internal: [ours.example]
            rules: [{ id: everything, when: always, then: mailboxPolicy }]
            """;
}
