package org.postseal.gateway.judges;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.offline.OfflineResult;
import org.postseal.gateway.admin.cli.offline.OfflineRoad;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.app.assembly.Setup;
import org.postseal.gateway.app.assembly.SetupReader;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.TemporaryHome;
import org.postseal.gateway.testkit.TestPki;

/** The gateway in this process, on the road of {@code postseal filter}, with a configuration, a policy and a store. */
final class Gateway implements AutoCloseable {
    /** A user of ours with a key. */
    static final String ALICE = "alice@example.com";
    /** A user of ours whose mail loses valid signatures. */
    static final String STRIP = "strip@example.com";
    /** The friend outside whose signatures are valid. */
    static final String BOB = "bob@partner.example";
    /** The attacker, whose signatures are valid as well. */
    static final String EVE = "eve@evil.example";
    /** A partner to whom nothing may leave in clear. */
    static final String RITA = "rita@strict.example";
    /** A partner to whom mail leaves encrypted if possible. */
    static final String LEO = "leo@relaxed.example";
    /** Somebody else with a certificate. */
    static final String OTTO = "otto@other.example";

    static final String POLICY = """
            version: 1
            internal: [example.com]
            quarantine: quarantine@example.com
            rules:
              - id: strict
                when: { direction: outbound, recipientDomain: [strict.example] }
                then: { sign: never, encrypt: required, onMissingCertificate: reject }
              - id: relaxed
                when: { direction: outbound, recipientDomain: [relaxed.example] }
                then: { sign: never, encrypt: ifPossible }
              - id: strip
                when: { direction: inbound, recipient: [strip@example.com] }
                then: { strip: true }
              - id: rest
                when: always
                then: mailboxPolicy
            """;

    private static final Pattern RESULT = Pattern.compile(";\\s*smime=(\\w+)");
    private static final Pattern REASON = Pattern.compile("\\breason=\"([^\"]*)\"");
    private static final Pattern IDENTIFIER = Pattern.compile("body\\.smime-identifier=\"?([^\\s;\"]+)");

    private final Path home = TemporaryHome.create("judged");
    private final TestPki pki = new TestPki()
            .user(ALICE, KeyAlgorithm.P256)
            .user(BOB, KeyAlgorithm.P256)
            .user(EVE, KeyAlgorithm.P256)
            .user(RITA, KeyAlgorithm.RSA2048)
            .user(LEO, KeyAlgorithm.RSA2048)
            .user(OTTO, KeyAlgorithm.RSA2048);
    private final GatewayAssembly assembly = new GatewayAssembly();
    private final Spool.Factory spools = new Spool.Factory();
    /** Keeps next to nothing in memory. */
    private final Spool.Factory files = spools.keeping(16);

    private final Setup setup;
    private final OfflineRoad road;

    Gateway() {
        try {
            writeFiles();
            var checked = new SetupReader(assembly).look(home.resolve("postseal.yaml"));
            setup = checked.value()
                    .orElseThrow(() -> new AssertionError(checked.problems().toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        road = new OfflineRoad(assembly, setup, Clock.systemUTC());
    }

    private void writeFiles() throws IOException {
        Path trust = Files.createDirectories(home.resolve("store/trust"));
        Files.copy(pki.root(), trust.resolve("root.pem"));
        Files.copy(pki.intermediate(), home.resolve("store/intermediate.pem"));
        Files.copy(pki.identity(ALICE).pkcs12(), home.resolve("store/alice.p12"));
        Files.writeString(home.resolve("store/alice.p12.password"), Identity.PASSWORD + "\n");
        for (String partner : List.of(RITA, LEO, OTTO)) {
            Files.copy(pki.identity(partner).certificate(), home.resolve("store/" + partner + ".pem"));
        }
        Files.writeString(home.resolve("policy.yaml"), POLICY);
        Files.writeString(home.resolve("postseal.yaml"), """
                hostName: gw.example.com
                listeners:
                  - { protocol: lmtp, address: "127.0.0.1:10024", role: submission }
                  - { protocol: lmtp, address: "127.0.0.1:10025", role: inbound }
                trustedPeers: ["127.0.0.0/8"]
                nextHop: "127.0.0.1:10026"
                policy: policy.yaml
                store: { directory: store }
                audit: { file: audit.jsonl }
                """);
    }

    TestPki pki() {
        return pki;
    }

    /** The certificates and keys of the users, for who signs and encrypts as a stranger. */
    Forge forge() {
        return new Forge(pki);
    }

    /** Sends mail from outside to a user of ours. */
    Answer inbound(String recipient, byte[] message) {
        return send(
                new ReversePath.Mailbox(MailAddress.of(BOB)), recipient, Peer.Role.INBOUND, message, Optional.empty());
    }

    /** Mail of Alice for somebody outside; the spool is looked through for the word, if one is given. */
    Answer outbound(boolean isNullSender, String recipient, byte[] message, Optional<String> word) {
        ReversePath from = isNullSender ? new ReversePath.NullPath() : new ReversePath.Mailbox(MailAddress.of(ALICE));
        return send(from, recipient, Peer.Role.SUBMISSION, message, word);
    }

    private Answer send(ReversePath from, String to, Peer.Role role, byte[] message, Optional<String> word) {
        try (Spool.Scope scope = (word.isPresent() ? files : spools).open()) {
            OfflineResult result =
                    road.run(from, List.of(MailAddress.of(to)), role, new ByteArrayInputStream(message), scope);
            List<byte[]> units = new ArrayList<>();
            for (OfflineResult.Unit unit : result.units()) {
                units.add(unit.octets().toByteArray());
            }
            OfflineResult.Answer answer = result.answers().getFirst();
            return new Answer(
                    units,
                    answer.reply().toString(),
                    answer.reply().isPositive(),
                    answer.record().map(Object::toString).orElse(""),
                    answer.record()
                            .map(record -> record.decision().word())
                            .orElse("")
                            .equals("redirect"),
                    word.map(SpooledFiles::look));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        setup.close();
        pki.close();
        TemporaryHome.delete(home);
    }

    /**
     * What became of a message.
     *
     * @param units what left
     * @param reply what the peer was told
     * @param record all of the audit record
     * @param isRedirected it went to the quarantine
     * @param spooled what was seen of the spool, where it was looked at
     */
    record Answer(
            List<byte[]> units,
            String reply,
            boolean isServed,
            String record,
            boolean isRedirected,
            Optional<SpooledFiles.Found> spooled) {
        /** What left, or nothing. */
        Optional<byte[]> unit() {
            return units.stream().findFirst();
        }

        /** The results of our own field on top, from outside. */
        List<String> results() {
            return RESULT.matcher(ourField())
                    .results()
                    .map(found -> found.group(1))
                    .toList();
        }

        boolean isPass() {
            return !results().isEmpty() && results().stream().allMatch("pass"::equals);
        }

        /** The first reason that the field gives. */
        String reason() {
            Matcher reason = REASON.matcher(ourField());
            return reason.find() ? reason.group(1) : "";
        }

        /** The addresses that the field names as authenticated. */
        List<String> identifiers() {
            return IDENTIFIER
                    .matcher(ourField())
                    .results()
                    .map(found -> found.group(1))
                    .toList();
        }

        private String ourField() {
            String text = unit().map(Forge::text).orElse("");
            int begin = text.indexOf("Authentication-Results: postseal.gw.example.com");
            int end = text.indexOf("\r\n\r\n");
            if (begin < 0 || (end >= 0 && begin > end)) {
                return "";
            }
            return text.substring(begin, end < 0 ? text.length() : end)
                    .split("\r\n(?![ \t])", 2)[0]
                    .replace("\r\n", "");
        }
    }
}
