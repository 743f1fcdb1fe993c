package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.app.assembly.RunningGateway;
import org.postseal.gateway.app.assembly.Setup;
import org.postseal.gateway.app.assembly.SetupReader;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.NssPeer;
import org.postseal.gateway.testkit.OpenSslPeer;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.TemporaryHome;
import org.postseal.gateway.testkit.TestPki;

/**
 * Like {@link MailRoad}, but with one listener of {@code role: both}. Own Postfix passes both the mail of its users and
 * that of strangers to it, and only XFORWARD tells the gateway which is which. Our users' clients have the address
 * 127.0.0.1, which is trusted; a stranger's has {@link #STRANGER}, which is not.
 */
final class OnePortRoad implements AutoCloseable {
    static final String ALICE = "alice@example.com";
    static final String BOB = "bob@partner.example";
    /** An address of ours whose mail goes on to Bob. */
    static final String AWAY = "away@example.com";

    static final String STRANGER = "127.0.0.2";

    private static final String POLICY = """
            version: 1
            internal: [example.com]
            mailboxPolicies:
              default:
                RequireSignedSMIMEMessages: true
            rules:
              - id: oaep
                when: { direction: outbound, subject: oaep }
                then: { encrypt: required, RSAKeyTransport: OAEP-SHA256, recipientsRead: [AES256, OAEP-SHA256] }
              - id: everything-else
                when: always
                then: mailboxPolicy
            """;

    private final Path home = TemporaryHome.create("one-port");
    private final TestPki pki = new TestPki().user(ALICE, KeyAlgorithm.RSA2048).user(BOB, KeyAlgorithm.RSA2048);
    private final OpenSslPeer openssl = new OpenSslPeer(pki);
    private final NssPeer nss = new NssPeer(pki);
    private final RunningGateway gateway;
    private final PrivatePostfix own;
    private final PrivatePostfix partner;

    private OnePortRoad(String internationalAlias) throws IOException {
        PostfixLayout ours = new PostfixLayout("mail.example.com");
        PostfixLayout theirs = new PostfixLayout("mail.partner.example");
        gateway = startGateway(ours.reinjectionPort());
        int port = gateway.addresses().getFirst().getPort();
        own = PrivatePostfix.start(ours.filters(port, port)
                .mailboxes(ALICE)
                .alias(AWAY, BOB)
                .routeTo("partner.example", theirs.inboundPort()));
        partner = PrivatePostfix.start(theirs.mailboxes(BOB).alias(internationalAlias, BOB));
    }

    /** @param internationalAlias another address of Bob */
    static OnePortRoad start(String internationalAlias) {
        Requirements.postfix();
        Requirements.peers();
        try {
            return new OnePortRoad(internationalAlias);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Identity identity(String address) {
        return pki.identity(address);
    }

    OpenSslPeer openssl() {
        return openssl;
    }

    NssPeer nss() {
        return nss;
    }

    PrivatePostfix own() {
        return own;
    }

    int submissionPort() {
        return own.layout().submissionPort();
    }

    /** Sends a message from another host to port 25 of own Postfix. */
    void sendFromStranger(SmimeMail message, String sender, String recipient) throws MessagingException {
        Properties settings = new Properties();
        settings.put("mail.smtp.host", "127.0.0.1");
        settings.put("mail.smtp.port", String.valueOf(own.layout().inboundPort()));
        settings.put("mail.smtp.localaddress", STRANGER);
        settings.put("mail.smtp.from", sender);
        Session session = Session.getInstance(settings);
        try (Transport transport = session.getTransport("smtp")) {
            transport.connect();
            transport.sendMessage(
                    new MimeMessage(session, new ByteArrayInputStream(message.octets())),
                    InternetAddress.parse(recipient));
        }
    }

    SmimeMail arrived(String recipient, String id) {
        PrivatePostfix side = recipient.equals(BOB) ? partner : own;
        try {
            return new SmimeMail(side.awaitMail(recipient, MailRoad.mark(id)));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\nown:\n" + own.log() + "\naudit:\n" + audit(), e);
        }
    }

    private String audit() {
        try {
            return Files.readString(home.resolve("audit.jsonl"), UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        Closing.all(own, partner, gateway, nss, openssl, pki, () -> TemporaryHome.delete(home));
    }

    private RunningGateway startGateway(int nextHop) throws IOException {
        Path store = Files.createDirectories(home.resolve("store"));
        Files.createDirectory(store.resolve("trust"));
        Files.copy(pki.root(), store.resolve("trust/root.pem"));
        Files.copy(pki.intermediate(), store.resolve("intermediate.pem"));
        Files.copy(identity(ALICE).pkcs12(), store.resolve("alice.p12"));
        Files.writeString(store.resolve("alice.p12.password"), Identity.PASSWORD);
        Files.copy(identity(BOB).certificate(), store.resolve("bob.pem"));
        Files.writeString(home.resolve("policy.yaml"), POLICY);
        Path config = Files.writeString(home.resolve("postseal.yaml"), """
                hostName: gw.example.com
                listeners: [ { protocol: lmtp, address: "127.0.0.1:0", role: both } ]
                trustedPeers: ["127.0.0.1"]
                nextHop: "127.0.0.1:%d"
                metrics: { address: none }
                """.formatted(nextHop));
        GatewayAssembly assembly = new GatewayAssembly();
        Checked<Setup> setup = new SetupReader(assembly).read(config);
        return RunningGateway.start(
                assembly,
                setup.value()
                        .orElseThrow(() ->
                                new AssertionError(List.of(setup.problems()).toString())));
    }
}
