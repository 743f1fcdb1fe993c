package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.HowtoPage;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.OpenSslPeer;
import org.postseal.gateway.testkit.Project;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/**
 * Runs the image in a container engine by the commands of docs/install.md: from loading it, with a cache of classes,
 * until it signs a message and stops.
 */
final class ImageIT {
    private static final String ALICE = "alice@example.com";
    private static final String BOB = "bob@partner.example";

    @Test
    void isLoadedServesAndStops() throws Exception {
        try (ContainerEngine podman = ContainerEngine.make();
                TestPki pki = new TestPki().user(ALICE, KeyAlgorithm.P256);
                OpenSslPeer openssl = new OpenSslPeer(pki);
                ScriptedNextHop hop = new ScriptedNextHop()) {
            Path image = Packages.only(Packages.made(), "-oci.tar");
            Path configuration = podman.home().resolve("etc");
            HowtoPage page = new HowtoPage("install.md")
                    .with(Map.of(
                            image.getFileName().toString(), image.toString(), "/etc/postseal:/", configuration + ":/"));
            podman.said(page.block("sh image load"));
            assertThat(podman.said(page.block("sh image version"))).matches("postseal \\S+ \\(Java [^)]+\\)\n");
            podman.said(page.block("sh image cache"));
            isUsed(podman, page);

            List<Integer> ports = Await.freePorts(4);
            configure(configuration, pki, ports, hop.port());
            try (Daemon gateway = podman.start(page.block("sh image run"))) {
                Await.listener(ports.getFirst(), gateway::isAlive, gateway::log);
                signs(ports.getFirst(), hop, openssl);
            }
            assertThat(podman.said("podman inspect --format={{.State.ExitCode}} postseal"))
                    .isEqualTo("0\n");
            assertThat(podman.said(page.block("sh image command"))).contains("no record up to ");
        }
    }

    /** Checks that the cache is used: a JVM that must use it fails if it does not fit. */
    private static void isUsed(ContainerEngine podman, HowtoPage page) {
        String must = page.block("sh image version")
                .replace(
                        "--rm",
                        "--rm --env=JDK_JAVA_OPTIONS=-XX:AOTMode=on --volume=postseal-cache:/var/cache/postseal:ro");
        assertThat(podman.said(must)).startsWith("postseal ");
        Command.Result without = podman.run(must.replaceFirst("--volume=\\S+", ""));
        assertThat(without.isSuccess()).as(without.toString()).isFalse();
    }

    /** Writes the configuration of the packages, with other ports and a user. */
    private static void configure(Path folder, TestPki pki, List<Integer> ports, int nextHop) throws IOException {
        Path store = Files.createDirectories(folder.resolve("store"));
        Path trust = Files.createDirectory(store.resolve("trust"));
        Files.copy(pki.root(), trust.resolve("root.pem"));
        Files.copy(pki.intermediate(), store.resolve("intermediate.pem"));
        Files.copy(pki.identity(ALICE).pkcs12(), store.resolve("alice.p12"));
        Files.writeString(store.resolve("alice.p12.password"), Identity.PASSWORD + "\n");
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [example.com]
                rules: [{ id: sign, when: always, then: { sign: required } }]
                """);
        String text = Files.readString(Project.ROOT.resolve("packaging/etc/postseal.yaml"))
                .replace("/var/lib/postseal/store ", "/etc/postseal/store ")
                .replace("127.0.0.1:10024", "127.0.0.1:" + ports.get(0))
                .replace("127.0.0.1:10025", "127.0.0.1:" + ports.get(1))
                .replace("127.0.0.1:10026", "127.0.0.1:" + nextHop)
                .replace("127.0.0.1:9725", "127.0.0.1:" + ports.get(2))
                .replace("127.0.0.1:9726", "127.0.0.1:" + ports.get(3));
        assertThat(text).contains("/etc/postseal/store ");
        Files.writeString(folder.resolve("postseal.yaml"), text);
        // Only the user of the image may read it.
        Command.of("chown", "-R", "10001:10001", folder).output();
        Command.of("chmod", "-R", "o-rwx", folder).output();
    }

    private static void signs(int port, ScriptedNextHop hop, OpenSslPeer openssl) {
        try (SmtpSender sender = SmtpSender.lmtp(port)) {
            SmtpSender.Outcome outcome = sender.send(
                    ALICE,
                    List.of(BOB),
                    SmimeMail.message("image", ALICE, BOB, SmimeMail.entity("Hello\r\n"))
                            .octets());
            assertThat(outcome.isDelivered()).as(outcome.toString()).isTrue();
        }
        byte[] arrived = hop.received().getFirst().content();
        assertThat(SmimePeer.expectGood(openssl.verifyMessage(arrived)).signer().address())
                .as(new String(arrived, UTF_8))
                .isEqualTo(ALICE);
    }
}
