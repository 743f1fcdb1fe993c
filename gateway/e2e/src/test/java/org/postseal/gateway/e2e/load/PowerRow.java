package org.postseal.gateway.e2e.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postseal.gateway.audit.chain.ChainVerifier;
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
    private static final Pattern RECORD =
            Pattern.compile("\"postseal\\.upstream_id\":\"([^\"]*)\".*?\"email\\.to\\.address\":\"([^\"]*)\"");

    @Override
    public String unit() {
        return "cuts";
    }

    @Override
    public int full() {
        return 100;
    }

    @Override
    public int brief() {
        return 2;
    }

    @Override
    public int batch() {
        return 4;
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
            Ledger.Account account = load.account(hop.received());
            List<JournalEntry> rows = MixedGateway.rows(disk.root().resolve("journal.db"));
            // The power cut may have lost the mark that a copy was about to be sent.
            String _ = tally.count(name, account, rows);
            tally.require(gateway.stop() == 0, name + ": no end");
            Set<String> promises = load.ledger().promises();
            book(name, promises, rows, tally);
            book(name, promises, disk.root().resolve("audit.jsonl"), tally);
        }
    }

    /** Books that the journal knows of each promise, and would not send the message again. */
    private static void book(String name, Set<String> promises, List<JournalEntry> rows, Tally tally) {
        Set<String> accepted = rows.stream()
                .filter(row -> row.state() == JournalState.ACCEPTED)
                .map(row -> row.upstreamId().orElse("") + " " + row.recipient())
                .collect(Collectors.toSet());
        Set<String> missing = missing(promises, accepted);
        tally.add("not accepted", missing.size());
        tally.require(missing.isEmpty(), name + ": answered 250 and not ACCEPTED in the journal: " + missing);
    }

    private static Set<String> missing(Set<String> promises, Set<String> found) {
        return promises.stream().filter(promise -> !found.contains(promise)).collect(Collectors.toSet());
    }

    /** Books that each promise is on record, and that the chain of the records holds. */
    private static void book(String name, Set<String> promises, Path audit, Tally tally) throws IOException {
        Set<String> recorded = RECORD.matcher(Files.readString(audit))
                .results()
                .map((MatchResult found) -> found.group(1) + " " + found.group(2))
                .collect(Collectors.toSet());
        Set<String> missing = missing(promises, recorded);
        tally.add("without a record", missing.size());
        tally.require(missing.isEmpty(), name + ": answered 250 and not on record: " + missing);
        boolean isSound = ChainVerifier.verify(
                        List.of(ChainVerifier.files(audit)),
                        List.of(audit.resolveSibling("audit-key.pem.pub")),
                        Optional.empty())
                .getFirst()
                .isSound();
        tally.require(isSound, name + ": the chain does not hold");
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
