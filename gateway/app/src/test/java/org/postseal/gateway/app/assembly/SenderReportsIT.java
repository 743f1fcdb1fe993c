package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.smime.CmsEncryptor;
import org.postseal.gateway.smime.SealException;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.policy.protection.EncryptionSettings;

/** A sender orders a report of success over a real socket, and the next hop hears of it only if it tells nothing. */
class SenderReportsIT {
    private static final EncryptionSettings CBC =
            new EncryptionSettings(EncryptionSettings.Cipher.AES256_CBC, EncryptionSettings.RsaKeyTransport.PKCS1);

    @TempDir
    private Path home;

    @Test
    void theNextHopIsAskedForTheSameReportsWhateverWasFound() throws Exception {
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
        try (ScriptedNextHop hop = new ScriptedNextHop();
                RunningGateway gateway = start(hop.address())) {
            String accepted = "250 2.0.0 Accepted by the next hop";

            assertThat(send(gateway, sealed("The secret\r\n", Parties.ALICE))).containsExactly(accepted);
            assertThat(send(gateway, sealed("The \u0001 secret\r\n", Parties.ALICE)))
                    .containsExactly(accepted);
            assertThat(send(gateway, sealed("For somebody else\r\n", Parties.BOB)))
                    .containsExactly(accepted);
            assertThat(send(gateway, message("In clear\r\n").getBytes(ISO_8859_1)))
                    .containsExactly("250 2.0.0 queued as 4ABC");

            assertThat(hop.received())
                    .extracting(received -> received.commandsOf("RCPT").getFirst())
                    .containsExactly(
                            "RCPT TO:<alice@example.com> NOTIFY=FAILURE ORCPT=rfc822;al@example.com",
                            "RCPT TO:<alice@example.com> NOTIFY=FAILURE ORCPT=rfc822;al@example.com",
                            "RCPT TO:<alice@example.com> NOTIFY=FAILURE ORCPT=rfc822;al@example.com",
                            "RCPT TO:<alice@example.com> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;al@example.com");
            assertThat(hop.received())
                    .extracting(SenderReportsIT::reporting)
                    .containsExactly(
                            "RET=HDRS ENVID=Q4711",
                            "RET=HDRS ENVID=Q4711",
                            "RET=FULL ENVID=Q4711",
                            "RET=FULL ENVID=Q4711");
        }
    }

    /** Returns what MAIL says about reports. */
    private static String reporting(Received received) {
        String mail = received.commandsOf("MAIL").getFirst();
        return mail.substring(mail.indexOf("RET="));
    }

    private static List<String> send(RunningGateway gateway, byte[] message) {
        try (SmtpSender sender = SmtpSender.lmtp(gateway.addresses().getFirst().getPort())) {
            return sender.send(
                            "eve@evil.example",
                            " RET=FULL ENVID=Q4711",
                            List.of("alice@example.com"),
                            " NOTIFY=SUCCESS,DELAY ORCPT=rfc822;al@example.com",
                            message)
                    .data();
        }
    }

    private static String message(String text) {
        return "From: Bob <bob@partner.example>\r\nTo: alice@example.com\r\nSubject: Figures\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: text/plain; charset=us-ascii\r\n\r\n" + text;
    }

    private static byte[] sealed(String text, MailAddress reader) throws IOException, SealException {
        RawMessage raw = RawMessage.of(message(text).getBytes(ISO_8859_1));
        try (Spool.Scope scope = new Spool.Factory().open()) {
            return new CmsEncryptor()
                    .encrypt(
                            raw,
                            HeaderBlock.read(raw, Budget.standard()).orElseThrow(),
                            List.of(new CmsEncryptor.Recipient(
                                    reader, Parties.issued(reader).certificate())),
                            CBC,
                            scope)
                    .message()
                    .toByteArray();
        }
    }

    private RunningGateway start(InetSocketAddress nextHop) throws IOException {
        Files.writeString(home.resolve("policy.yaml"), """
            version: 1
            internal: [example.com]
            quarantine: hold@example.com
            rules:
              - { id: rest, when: always, then: mailboxPolicy }
            """);
        Path config = Files.writeString(home.resolve("postseal.yaml"), """
            hostName: gw.example.com
            listeners:
              - { protocol: lmtp, address: "127.0.0.1:0", role: inbound }
            nextHop: "127.0.0.1:%d"
            policy: policy.yaml
            store: { directory: store }
            audit: { file: audit.jsonl }
            """.formatted(nextHop.getPort()));
        return RunningGateway.start(new GatewayAssembly(), Setups.of(config));
    }
}
