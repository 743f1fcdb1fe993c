package org.postseal.gateway.e2e.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Project;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;

/**
 * Cuts the power under load, again and again. Ledger and audit log stand on a file system that loses whatever was not
 * forced.
 */
final class PowerRow implements Row {
    private static final int SENDERS = 16;
    private static final int PER_CUT = 40;
    private static final Duration REST = Duration.ofMillis(250);

    @Override
    public Extent extent() {
        return new Extent("cuts", 100, 2, 4);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        Requirements.fuse();
        Random random = new Random(steps.from());
        int messages = PER_CUT * steps.count();
        String name = "power-" + steps.from();
        try (TestPki pki = MixedGateway.pki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = MixedGateway.of(pki);
                Disk disk = Disk.mount(Files.createDirectory(gateway.file("disk")))) {
            gateway.auditFile("disk/audit.jsonl").configuration("journal: { file: disk/journal.db }\n");
            gateway.start(MixedGateway.POLICY, hop.port());
            LoadDriver load = new LoadDriver(gateway.submissionLmtp(), true, true).resting(REST);
            Thread sending = Thread.ofVirtual().start(() -> {
                try {
                    load.run(name, messages, SENDERS, MixedGateway.ALL);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            for (int cut = 0; cut < steps.count(); cut++) {
                int before = load.settled();
                int more = random.nextInt(3 * PER_CUT * MixedGateway.ALL.size() / 2);
                Await.until(
                        () -> load.settled() > before + more || !sending.isAlive(),
                        () -> "no progress\n" + gateway.log());
                gateway.kill();
                disk.cut();
                gateway.start();
            }
            sending.join();
            tally.add("cuts", steps.count());
            tally.add("messages", messages);
            List<JournalEntry> rows = MixedGateway.rows(disk.root().resolve("journal.db"));
            tally.require(gateway.stop() == 0, name + ": no end");
            Ledger.Account account = load.account(hop.received());
            // The power cut may have lost the mark that a copy was about to be sent.
            tally.book(
                    name,
                    History.of(account, rows)
                            .withForgottenEntries()
                            .audited(List.of(
                                    AuditTrail.read("gateway", disk.root().resolve("audit.jsonl")))));
            book(name, account.promises(), rows, tally);
        }
    }

    /** Books that the journal knows of each promise, and would not send the message again. */
    private static void book(String name, Set<Ledger.Copy> promises, List<JournalEntry> rows, Tally tally) {
        Set<Ledger.Copy> missing = new HashSet<>(promises);
        rows.stream()
                .filter(row -> row.state() == JournalState.ACCEPTED)
                .map(row -> new Ledger.Copy(row.upstreamId().orElse(""), row.recipient()))
                .forEach(missing::remove);
        tally.add("not accepted", missing.size());
        tally.require(missing.isEmpty(), name + ": answered 250 and not ACCEPTED in the journal: " + missing);
    }

    /** The file system, which is a process. */
    private record Disk(Path root) implements AutoCloseable {
        static Disk mount(Path root) throws IOException {
            Process _ = new ProcessBuilder(
                            "/usr/bin/python3",
                            Project.file("gateway/e2e/src/test/programs/volatile_disk.py")
                                    .toString(),
                            root.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Await.until(() -> Files.exists(root.resolve("cut")), () -> "not mounted");
            return new Disk(root);
        }

        void cut() throws IOException {
            Files.delete(root.resolve("cut"));
        }

        @Override
        public void close() {
            // The process ends with the mount.
            byte[] _ = Command.of("umount", root.toString()).output();
        }
    }
}
