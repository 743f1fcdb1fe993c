package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalFile;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * Tests, between real sockets, a message that comes again. Nobody gets it twice, and nobody is told that it was
 * delivered who does not have it.
 */
class JournalIT {
    private static final String SENDER = "alice@example.com";
    private static final String BOB = "bob@partner.example";
    private static final String CARL = "carl@partner.example";
    private static final String QUEUED = "250 2.0.0 queued as 4ABC";
    /** Bob's copy is signed and Carl's is not, so there are two units. */
    private static final String TWO_UNITS = """
          - { id: signed, when: { recipient: bob@partner.example }, then: { sign: required } }
          - { id: rest, when: always, then: mailboxPolicy }
        """;

    private static final byte[] MESSAGE = """
        From: Alice <alice@example.com>
        To: bob@partner.example, carl@partner.example
        Message-ID: <1@test>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=us-ascii

        Hello
        """.replace("\n", "\r\n").getBytes(ISO_8859_1);

    @TempDir
    private Path home;

    private final Set<String> failOnce = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void store() throws IOException {
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
    }

    @Test
    void overSmtpTheRetryAfterASecondUnitFailedIsSentToThatOneOnly() throws IOException {
        failOnce.add(CARL);
        try (ScriptedNextHop hop = new ScriptedNextHop(failing());
                RunningGateway gateway = start(hop)) {
            assertThat(smtp(gateway)).containsExactly("451 4.3.2 Busy");
            assertThat(accepted(hop)).containsExactly(List.of(BOB));
            assertThat(states()).containsExactly(BOB + " ACCEPTED 0", CARL + " REFUSED 0");

            assertThat(smtp(gateway)).containsExactly(QUEUED);
            assertThat(accepted(hop)).containsExactly(List.of(BOB), List.of(CARL));
            assertThat(states()).containsExactly(BOB + " ACCEPTED 0", CARL + " ACCEPTED 0");
            assertThat(audited()).containsExactly("", "", "suppressed", "");
        }
    }

    @Test
    void withoutAnIdentTheSameMessageIsAnotherOneOnceThePeerHasOurReply() throws IOException {
        try (ScriptedNextHop hop = new ScriptedNextHop();
                RunningGateway gateway = start(hop)) {
            assertThat(smtp(gateway)).containsExactly(QUEUED);
            assertThat(smtp(gateway)).containsExactly(QUEUED);
            assertThat(hop.received()).hasSize(4);
        }
    }

    @Test
    void anAttemptThatEndedInDoubtIsSentAgainAndOnRecord() throws IOException {
        failOnce.add("reset:" + CARL);
        try (ScriptedNextHop hop = new ScriptedNextHop(failing());
                RunningGateway gateway = start(hop)) {
            assertThat(smtp(gateway)).containsExactly("451 4.4.2 Connection to the next hop was lost");
            assertThat(states()).containsExactly(BOB + " ACCEPTED 0", CARL + " PREPARED 0");
            assertThat(inDoubt()).containsExactly(CARL);
            assertThat(smtp(gateway)).containsExactly(QUEUED);
            assertThat(states()).containsExactly(BOB + " ACCEPTED 0", CARL + " ACCEPTED 1");
            assertThat(audited()).containsExactly("", "in_doubt", "suppressed", "sent_again");
        }
    }

    @Test
    void whatAnotherProcessKnewIsKnown() throws IOException {
        failOnce.add(CARL);
        try (ScriptedNextHop hop = new ScriptedNextHop(failing())) {
            try (RunningGateway gateway = start(hop)) {
                assertThat(smtp(gateway)).containsExactly("451 4.3.2 Busy");
            }
            try (RunningGateway gateway = start(hop)) {
                assertThat(smtp(gateway)).containsExactly(QUEUED);
            }
            assertThat(accepted(hop)).containsExactly(List.of(BOB), List.of(CARL));
        }
    }

    @Test
    void overSmtpCopiesBeyondMaxForksLeaveWithTheRetries() throws IOException {
        List<String> all = List.of(BOB, CARL, "dora@partner.example", "archive@example.com");
        try (ScriptedNextHop hop = new ScriptedNextHop();
                RunningGateway gateway = start(hop, """
                    smime: { maxForks: 1 }
                    rules:
                      - { id: sealed, when: always, then: { encrypt: required } }
                    """)) {
            // Bob and Carl are in To
            assertThat(smtp(gateway, all)).containsExactly("452 4.5.3 Too many recipients");
            assertThat(accepted(hop)).containsExactly(List.of(BOB, CARL), all.subList(2, 3));
            assertThat(smtp(gateway, all)).containsExactly(QUEUED);
            assertThat(accepted(hop)).containsExactly(List.of(BOB, CARL), all.subList(2, 3), all.subList(3, 4));
        }
    }

    private Script failing() {
        return moment -> moment.stage() != Stage.DOT
                ? Optional.empty()
                : moment.message()
                        .flatMap(message -> message.recipients().stream()
                                .<Action>mapMulti((recipient, actions) -> {
                                    if (failOnce.remove(recipient)) {
                                        actions.accept(new Action.Say("451 4.3.2 Busy\r\n"));
                                    } else if (failOnce.remove("reset:" + recipient)) {
                                        actions.accept(new Action.Reset());
                                    }
                                })
                                .findFirst());
    }

    private static List<List<String>> accepted(ScriptedNextHop hop) {
        return hop.received().stream().map(message -> message.recipients()).toList();
    }

    private List<String> states() throws JournalException {
        return JournalFile.list(
                        home.resolve("journal.db"),
                        new JournalFile.Filter(Optional.empty(), Optional.<JournalState>empty(), Optional.empty(), 10))
                .stream()
                .map((JournalEntry row) -> row.recipient() + " " + row.state() + " " + row.doubts())
                .sorted()
                .toList();
    }

    private List<String> inDoubt() throws JournalException {
        return JournalFile.list(
                        home.resolve("journal.db"),
                        new JournalFile.Filter(Optional.empty(), Optional.empty(), true, Optional.empty(), 10))
                .stream()
                .map(JournalEntry::recipient)
                .toList();
    }

    /** Returns the words about the journal in each record, in order. */
    private List<String> audited() throws IOException {
        List<String> words = new ArrayList<>();
        for (String line : Files.readAllLines(home.resolve("audit.jsonl"))) {
            if (line.contains("recipient-done")) {
                words.add(line.replaceAll(".*\"postseal.journal\":\\[([^]]*)].*", "$1")
                        .replace("\"", ""));
            }
        }
        return words.stream().map(word -> word.startsWith("{") ? "" : word).toList();
    }

    private RunningGateway start(ScriptedNextHop hop) throws IOException {
        return start(hop, "rules:\n" + TWO_UNITS);
    }

    private RunningGateway start(ScriptedNextHop hop, String rules) throws IOException {
        Files.writeString(home.resolve("policy.yaml"), "version: 1\ninternal: [example.com]\n" + rules);
        Path config = Files.writeString(home.resolve("postseal.yaml"), """
            hostName: gw.example.com
            listeners: [{ protocol: smtp, address: "127.0.0.1:0", role: submission }]
            nextHop: "127.0.0.1:%d"
            """.formatted(hop.port()));
        return RunningGateway.start(new GatewayAssembly(), Setups.of(config));
    }

    private static List<String> smtp(RunningGateway gateway) {
        return smtp(gateway, List.of(BOB, CARL));
    }

    private static List<String> smtp(RunningGateway gateway, List<String> recipients) {
        try (SmtpSender sender = SmtpSender.smtp(gateway.addresses().getFirst().getPort())) {
            return sender.send(SENDER, recipients, MESSAGE).data();
        }
    }
}
