package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.config.ConsoleConfig;
import org.postseal.gateway.config.CryptoConfig;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.JournalConfig;
import org.postseal.gateway.config.LoopConfig;
import org.postseal.gateway.config.MetricsConfig;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.config.PolicyConfig;
import org.postseal.gateway.config.RecipientsConfig;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.server.MailServer;
import org.postseal.gateway.smtp.server.MessageReceiver;

/**
 * Plays the demonstration: two organisations with a gateway each, temporary keys, and messages over real sockets.
 * OpenSSL judges what leaves the first gateway, and the first gateway opens what the second one sends.
 */
public final class Demo {
    private final Assembly assembly;
    private final PrintStream out;

    public Demo(Assembly assembly, PrintStream out) {
        this.assembly = assembly;
        this.out = out;
    }

    /** Plays all scenes, and returns true if everything came out as it should. */
    public boolean run() throws IOException {
        Path folder = Files.createTempDirectory("postseal-demo-");
        try {
            return run(folder);
        } finally {
            delete(folder);
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private boolean run(Path folder) throws IOException {
        Instant now = Instant.now();
        Instant from = now.minus(Duration.ofHours(1));
        Instant until = now.plus(Duration.ofDays(1));
        CertificateAuthority authority = CertificateAuthority.create("Postseal Demo CA", from, until);
        IssuedCertificate alice =
                authority.issue(MailAddress.of(ALICE), KeyAlgorithm.RSA2048, Profile.DUAL, from, until);
        IssuedCertificate bob = authority.issue(MailAddress.of(BOB), KeyAlgorithm.P256, Profile.DUAL, from, until);
        SceneFiles files = SceneFiles.write(folder, authority, bob);
        Mailbox mailbox = new Mailbox();
        try (MailServer mailServer = mailServer(assembly, mailbox);
                DemoGateway ours = DemoGateway.start(
                        assembly,
                        folder.resolve("ours"),
                        "ours.example",
                        authority,
                        List.of(alice),
                        List.of(bob.certificate()),
                        mailServer.address());
                DemoGateway theirs = DemoGateway.start(
                        assembly,
                        folder.resolve("theirs"),
                        "partner.example",
                        authority,
                        List.of(bob),
                        List.of(alice.certificate()),
                        mailServer.address())) {
            Optional<OpenSsl> openSsl = OpenSsl.find(folder);
            SceneRunner runner = new SceneRunner(ours, mailbox, openSsl, files, out);
            introduce(openSsl.isPresent());
            boolean kept = true;
            for (Scene scene : OUTGOING) {
                kept &= runner.outgoing(scene, ALICE);
            }
            kept &= runner.incoming(theirs, INCOMING, BOB);
            kept &= runner.outgoing(REFUSED, ALICE);
            out.println(kept ? "Everything came out as it should." : "NOT everything came out as it should.");
            if (kept) {
                out.println();
                out.print(NEXT);
            }
            return kept;
        }
    }

    /** Starts the next hop of a demonstration, on a free port. */
    static MailServer mailServer(Assembly assembly, MessageReceiver mailbox) throws IOException {
        GatewayConfig.Listener listener = new GatewayConfig.Listener(
                Peer.Protocol.SMTP,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Peer.Role.INBOUND,
                Optional.empty(),
                GatewayConfig.SplitRecipients.JOURNAL);
        GatewayConfig config = new GatewayConfig(
                "mailbox.example",
                "mailbox.example",
                List.of(listener),
                GatewayConfig.DEFAULT_TRUSTED_PEERS,
                List.of(),
                RecipientsConfig.DEFAULT,
                NextHopsConfig.only(
                        NextHopConfig.smtp(listener.address(), NextHopConfig.TlsMode.NONE, Optional.empty())),
                GatewayConfig.Mode.ENFORCE,
                PolicyConfig.of(Path.of("/")),
                Path.of("/"),
                CryptoConfig.DEFAULT,
                DirectoryConfig.FILES_ONLY,
                AuditConfig.of(Path.of("/audit.jsonl")),
                JournalConfig.of(Path.of("/")),
                Optional.empty(),
                LoopConfig.COUNTED,
                Optional.empty(),
                Optional.empty(),
                MetricsConfig.NONE,
                ConsoleConfig.DEFAULT,
                GatewayConfig.Limits.DEFAULT);
        MailServer server = assembly.listener(assembly.settings(config, listener, new Spool.Factory()), mailbox);
        server.start();
        return server;
    }

    private void introduce(boolean isOpenSslThere) {
        out.println("ours.example and partner.example have a gateway each; " + ALICE + " and " + BOB
                + " have certificates of a temporary CA, " + CAROL + " has none.");
        out.println(
                isOpenSslThere
                        ? "What leaves our gateway is judged by openssl cms."
                        : "openssl is not installed here, so nobody else judges what leaves our gateway.");
        out.println();
    }

    private static final String ALICE = "alice@ours.example";
    private static final String BOB = "bob@partner.example";
    private static final String CAROL = "carol@elsewhere.example";

    private static final List<Scene> OUTGOING = List.of(
            new Scene("(a) clear -> signed", "Our offer", BOB, Scene.Expected.SIGNED),
            new Scene("(b) clear -> encrypted", "Your salary", BOB, Scene.Expected.ENCRYPTED),
            new Scene("(c) clear -> signed and encrypted", "The contract", BOB, Scene.Expected.SIGNED_AND_ENCRYPTED));
    private static final Scene INCOMING = new Scene(
            "(d) signed and encrypted by partner.example -> opened and verified",
            "Re: The contract",
            ALICE,
            Scene.Expected.OPENED);
    private static final Scene REFUSED = new Scene(
            "(e) encryption required, no certificate -> refused", "Your salary", CAROL, Scene.Expected.REFUSED);

    private static final String NEXT = """
            Next: put it behind Postfix (docs/howto-postfix.md tells why each line is there).
              1. copy etc/postseal.yaml and etc/policy.yaml to /etc/postseal/, \
            certificates and keys to /etc/postseal/store/
              2. bin/postseal check -c /etc/postseal/postseal.yaml
              3. bin/postseal run -c /etc/postseal/postseal.yaml
              4. in Postfix's main.cf: content_filter = postseal:[127.0.0.1]:10025
                 in master.cf: the filter postseal:[127.0.0.1]:10024 for submission and pickup,
                 the service postseal (lmtp) and the re-injection listener 127.0.0.1:10026
            """;
}
