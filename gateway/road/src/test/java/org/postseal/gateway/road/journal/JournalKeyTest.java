package org.postseal.gateway.road.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;

class JournalKeyTest {
    private static final String TEXT = "From: alice@example.com\r\n\r\nhello\r\n";
    private static final String FIRST = "Received: from a by b; 1\r\n";

    @Test
    void aRetryHasTheSameKeysWhateverIsNewAboutIt() throws IOException {
        List<JournalKey> first = keys(envelope("127.0.0.1", "Q1", "4UP", "bob", "carl"), FIRST + TEXT);
        assertThat(first).doesNotHaveDuplicates();
        // This has fewer recipients, another address of this machine, and another time in the front end's Received.
        assertThat(keys(envelope("::1", "Q2", "4UP", "carl"), "Received: from a\r\n by b; 2\r\n" + TEXT))
                .containsExactly(first.get(1));
    }

    @Test
    void whateverMakesItAnotherMessageMakesAnotherKey() throws IOException {
        JournalKey key =
                keys(envelope("127.0.0.1", "Q1", "4UP", "bob"), FIRST + TEXT).getFirst();
        assertThat(List.of(
                        keys(envelope("127.0.0.1", "Q1", "4XX", "bob"), FIRST + TEXT),
                        keys(envelope("127.0.0.1", "Q1", "", "bob"), FIRST + TEXT),
                        keys(envelope("192.0.2.1", "Q1", "4UP", "bob"), FIRST + TEXT),
                        keys(envelope("127.0.0.1", "Q1", "4UP", "Bob"), FIRST + TEXT),
                        keys(envelope("127.0.0.1", "Q1", "4UP", "bob"), FIRST + TEXT + "x\r\n"),
                        // This message is on its way a second time.
                        keys(envelope("127.0.0.1", "Q1", "4UP", "bob"), FIRST + FIRST + TEXT),
                        // A Received that is not on top is content.
                        keys(envelope("127.0.0.1", "Q1", "4UP", "bob"), "Subject: a\r\n" + FIRST + TEXT)))
                .allSatisfy(other -> assertThat(other).doesNotContain(key))
                .doesNotHaveDuplicates();
    }

    @Test
    void anIdentIsBelievedOfATrustedPeerOnly() {
        assertThat(JournalKey.ident(envelope("127.0.0.1", "Q1", "4UP", "bob"))).contains("4UP");
        assertThat(JournalKey.ident(envelope("192.0.2.1", "Q1", "4UP", "bob"))).isEmpty();
    }

    private static List<JournalKey> keys(Envelope envelope, String text) throws IOException {
        return JournalKey.all(envelope, RawMessage.of(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static Envelope envelope(String peer, String id, String ident, String... recipients) {
        InetAddress address = InetAddress.ofLiteral(peer);
        Optional<String> none = Optional.empty();
        return new Envelope(
                new QueueId(id),
                new ReversePath.Mailbox(MailAddress.of("alice@example.com")),
                Arrays.stream(recipients)
                        .map(name -> Recipient.of(MailAddress.of(name + "@example.net")))
                        .toList(),
                MailParameters.NONE,
                new Peer(
                        new InetSocketAddress(address, 12345),
                        new Peer.Greeting("mx", true),
                        new Peer.Listener(Peer.Protocol.LMTP, Peer.Role.BOTH),
                        address.isLoopbackAddress(),
                        Optional.of(new Peer.Xforward(
                                none,
                                none,
                                none,
                                none,
                                none,
                                none,
                                Optional.of(ident).filter(text -> !text.isEmpty()))),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                Instant.EPOCH,
                Intake.now());
    }
}
