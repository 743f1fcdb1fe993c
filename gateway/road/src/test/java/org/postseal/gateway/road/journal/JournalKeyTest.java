package org.postseal.gateway.road.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
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
    private static final String TEXT = "From: alice@example.com\r\nMessage-ID: <1@example.com>\r\n\r\nhello\r\n";
    private static final String FIRST = "Received: from a by b; 1\r\n";

    @Test
    void keysAreInTheOrderOfTheirOctets() {
        List<JournalKey> keys = List.of(
                JournalKey.ofHex("00".repeat(32)),
                JournalKey.ofHex("00".repeat(31) + "7f"),
                JournalKey.ofHex("00".repeat(31) + "80"),
                JournalKey.ofHex("00".repeat(16) + "80" + "00".repeat(15)),
                JournalKey.ofHex("00".repeat(8) + "80" + "00".repeat(23)),
                JournalKey.ofHex("7f" + "00".repeat(31)),
                JournalKey.ofHex("80" + "00".repeat(31)),
                JournalKey.ofHex("ff".repeat(32)));
        assertThat(keys.reversed().stream().sorted().toList()).isEqualTo(keys);
        assertThat(keys.reversed().stream()
                        .sorted(Comparator.comparing(JournalKey::hex))
                        .toList())
                .isEqualTo(keys);
    }

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
    void withoutIdentAndMessageIdEachMessageIsAnotherOne() throws IOException {
        String text = "From: alice@example.com\r\n\r\nMessage-ID: <1@example.com>\r\n";
        Envelope unnamed = envelope("127.0.0.1", "Q1", "", "bob");
        assertThat(keys(unnamed, text)).isNotEqualTo(keys(unnamed, text));
        Envelope named = envelope("127.0.0.1", "Q1", "4UP", "bob");
        assertThat(keys(named, text)).isEqualTo(keys(named, text));
    }

    @Test
    void anIdentIsBelievedOfATrustedPeerOnly() {
        assertThat(JournalKey.ident(envelope("127.0.0.1", "Q1", "4UP", "bob"))).contains("4UP");
        assertThat(JournalKey.ident(envelope("192.0.2.1", "Q1", "4UP", "bob"))).isEmpty();
    }

    /** Rows outlive a change of the program: these keys stand in journals that are in use. */
    @Test
    void theKeysOfPeersWithoutANameStayWhatTheyAre() throws IOException {
        assertThat(keys(envelope("127.0.0.1", "Q1", "4UP", "bob"), FIRST + TEXT))
                .containsExactly(JournalKey.ofHex("e63eaacea8bc822b3818a4e9565d24ca396270942beaeab666e06f54258d87bc"));
        assertThat(keys(envelope("192.0.2.1", "Q1", "", "bob"), TEXT))
                .containsExactly(JournalKey.ofHex("a98900e00449cd6be134c255879728f171045edf8ae4232760286332c2543418"));
        assertThat(named("pool", Peer.Role.BOTH, "192.0.2.1", ""))
                .isEqualTo(JournalKey.ofHex("1d298ffa2fdfbbe4dec93e4022797aafce556dda93f0b630e15bab9016b1ad78"));
    }

    @Test
    void aNameTakesThePlaceOfTheAddress() throws IOException {
        JournalKey key = named("pool", Peer.Role.BOTH, "192.0.2.1", "");
        assertThat(named("pool", Peer.Role.BOTH, "2001:db8::1", "")).isEqualTo(key);
        assertThat(List.of(
                        named("Pool", Peer.Role.BOTH, "192.0.2.1", ""),
                        named("pool", Peer.Role.INBOUND, "192.0.2.1", ""),
                        // An IDENT of a peer that is not trusted does not count, and this one is.
                        named("pool", Peer.Role.BOTH, "127.0.0.1", "4UP"),
                        // A name that looks like an address is none.
                        named("192.0.2.1", Peer.Role.BOTH, "192.0.2.1", ""),
                        named("loopback", Peer.Role.BOTH, "127.0.0.1", ""),
                        keys(envelope("192.0.2.1", "Q1", "", "bob"), TEXT).getFirst(),
                        keys(envelope("127.0.0.1", "Q1", "", "bob"), TEXT).getFirst()))
                .doesNotContain(key)
                .doesNotHaveDuplicates();
    }

    @Test
    void bothKeysAreMadeInOneReading() throws IOException {
        Envelope envelope = envelope("192.0.2.1", "Q1", "", "bob", "carl");
        Upstream named = new Upstream.Named("pool", Peer.Role.BOTH);
        RawMessage message = message(FIRST + TEXT);
        JournalKeys both = JournalKeys.of(named, Optional.of(new Upstream.Unnamed(envelope.peer())), envelope, message);
        assertThat(both.before()).isEqualTo(keys(envelope, FIRST + TEXT));
        assertThat(both.current())
                .isEqualTo(JournalKeys.of(named, Optional.empty(), envelope, message)
                        .current());
        List<JournalEntry> begun = both.begun(envelope, Instant.EPOCH);
        assertThat(JournalEntry.keys(begun)).hasSize(4);
        assertThat(begun)
                .extracting(JournalEntry::recipient)
                .containsExactly("bob@example.net", "carl@example.net", "bob@example.net", "carl@example.net");
    }

    private static JournalKey named(String name, Peer.Role role, String peer, String ident) throws IOException {
        Upstream named = new Upstream.Named(name, role);
        return JournalKeys.of(named, Optional.empty(), envelope(peer, "Q1", ident, "bob"), message(TEXT))
                .current()
                .getFirst();
    }

    private static List<JournalKey> keys(Envelope envelope, String text) throws IOException {
        return JournalKeys.of(new Upstream.Unnamed(envelope.peer()), Optional.empty(), envelope, message(text))
                .current();
    }

    private static RawMessage message(String text) {
        return RawMessage.of(text.getBytes(StandardCharsets.US_ASCII));
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
