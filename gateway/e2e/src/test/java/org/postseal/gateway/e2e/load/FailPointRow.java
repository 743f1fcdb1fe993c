package org.postseal.gateway.e2e.load;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.smtp.FailPoint;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;

/** The process ends at each named point of the road, and the upstream tries again. */
final class FailPointRow implements Row {
    private static final List<FailPoint> POINTS = List.of(FailPoint.values());

    /** A batch tries each point over LMTP and over SMTP. */
    @Override
    public Extent extent() {
        int batch = 2 * POINTS.size();
        return new Extent("ends", 100 * batch, batch, batch);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        try (TestPki pki = MixedGateway.pki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = MixedGateway.of(pki).main("org.postseal.gateway.e2e.load.HaltingMain")) {
            gateway.javaOptions(List.of(
                    "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dhalt.at=" + gateway.file("halt")));
            gateway.start(MixedGateway.POLICY, hop.port());
            for (int step = steps.from(); step < steps.from() + steps.count(); step++) {
                end(gateway, hop, POINTS.get(step % POINTS.size()), step / POINTS.size() % 2 == 0, step, tally);
                tally.add("ends", 1);
            }
        }
    }

    private static void end(
            GatewayProcess gateway, ScriptedNextHop hop, FailPoint point, boolean isLmtp, int step, Tally tally)
            throws Exception {
        String name = (isLmtp ? "lmtp-" : "smtp-") + point + "-" + step;
        LoadDriver peer = new LoadDriver(isLmtp ? gateway.submissionLmtp() : gateway.submissionSmtp(), isLmtp, true);
        hop.clear();
        Path file = Files.createFile(gateway.file("halt." + point));
        List<String> left = peer.attempt(name, MixedGateway.ALL);
        gateway.awaitEnd();
        Files.delete(file);
        gateway.start();
        peer.deliver(name, left);

        Ledger.Account account = peer.account(hop.received());
        List<JournalEntry> rows = MixedGateway.rows(gateway).stream()
                .filter(row -> row.upstreamId().equals(Optional.of(name)))
                .toList();
        tally.book(name, account, rows);
        // The reply may have been on its way when the process ended.
        tally.require(account.promised() == MixedGateway.ALL.size(), name + ": promised " + account.promised());
        int most = switch (point) {
            case AFTER_NEXT_HOP_DOT, AFTER_NEXT_HOP_REPLY -> 1;
            case AFTER_MAIL,
                    AFTER_RCPT,
                    IN_DATA,
                    AFTER_DOT,
                    AFTER_PREPARE,
                    BEFORE_CONNECT,
                    AFTER_NEXT_HOP_DATA,
                    BEFORE_JOURNAL_COMMIT,
                    AFTER_JOURNAL_COMMIT,
                    AFTER_REPLY -> 0;
        };
        tally.require(account.duplicates() <= most, name + ": duplicates " + account.duplicates());
        if (point == FailPoint.AFTER_NEXT_HOP_REPLY) {
            // The gateway cannot know what the journal does not have yet. Without this duplicate the row would not see
            // any.
            tally.require(account.duplicates() == 1, name + ": no duplicate");
        }
    }
}
