package org.postseal.gateway.e2e.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.testkit.Received;

class LedgerTest {
    private final Ledger ledger = new Ledger();
    private final List<Received> received = new ArrayList<>();

    @Test
    void aDuplicateThatIsInDoubtIsAllowed() {
        delivered("one", 2);
        assertThat(faults(List.of(row("one", MixedGateway.CLARA, 1)))).isEmpty();
    }

    @Test
    void theDoubtsOfOthersAllowNoDuplicate() {
        delivered("one", 2);
        delivered("two", 1);
        assertThat(faults(List.of(
                        row("one", MixedGateway.CLARA, 0),
                        row("one", MixedGateway.SIMON, 3),
                        row("two", MixedGateway.CLARA, 7))))
                .hasSize(1);
    }

    @Test
    void eachCopyNeedsADoubtOfItsOwn() {
        delivered("one", 3);
        assertThat(faults(List.of(row("one", MixedGateway.CLARA, 1)))).hasSize(1);
        assertThat(faults(List.of(row("one", MixedGateway.CLARA, 2)))).isEmpty();
    }

    @Test
    void aJournalThatKnowsNothingIsNoExcuse() {
        delivered("one", 2);
        assertThat(faults(List.of())).hasSize(1);
    }

    @Test
    void whatWasPromisedAndDidNotComeIsLost() {
        ledger.settled("one", MixedGateway.CLARA, "250 2.0.0 ok");
        assertThat(faults(List.of())).hasSize(1);
    }

    private void delivered(String id, int times) {
        ledger.settled(id, MixedGateway.CLARA, "250 2.0.0 ok");
        byte[] content = ("X-Load: " + id + "\r\n\r\n" + Ledger.canary(id) + "\r\n").getBytes(US_ASCII);
        for (int i = 0; i < times; i++) {
            received.add(new Received(List.of(), List.of(MixedGateway.CLARA), content, content, false, content.length));
        }
    }

    private List<String> faults(List<JournalEntry> journal) {
        Tally tally = new Tally();
        tally.book("test", ledger.account(received), journal);
        return tally.faults();
    }

    private static JournalEntry row(String id, String recipient, int doubts) {
        return new JournalEntry(
                JournalKey.ofHex("00".repeat(32)),
                JournalState.ACCEPTED,
                "Q1",
                Optional.of(id),
                recipient,
                1,
                "250 2.0.0 ok",
                Optional.empty(),
                doubts,
                Instant.EPOCH);
    }
}
