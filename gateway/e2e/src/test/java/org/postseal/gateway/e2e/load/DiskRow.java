package org.postseal.gateway.e2e.load;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;

/** No file of one kind can be written; later it can. A batch is one fault in each of the three places. */
final class DiskRow implements Row {
    private static final int SENDERS = 8;
    private static final Duration RECOVERY = Duration.ofSeconds(10);

    private enum Fault {
        FULL,
        NO_INODES,
        READ_ONLY,
        GONE
    }

    /** The folders of the gateway, in the order of the cases. */
    private static final List<String> PLACES = List.of("temp", "journal", "audit");

    /**
     * The faults that need not have an effect. The audit log and the ledger are open. An open file needs no inode, no
     * folder and no writable file system, and a segment of the ledger no room either.
     */
    private static final Set<String> OPEN_BEFORE = Set.of(
            "FULL-journal",
            "NO_INODES-journal",
            "READ_ONLY-journal",
            "GONE-journal",
            "NO_INODES-audit",
            "READ_ONLY-audit",
            "GONE-audit");

    @Override
    public Extent extent() {
        int all = Fault.values().length * PLACES.size();
        return new Extent("cases", all, all, PLACES.size());
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        Requirements.namespaces();
        Fault fault = Fault.values()[steps.from() / extent().batch()];
        try (TestPki pki = MixedGateway.pki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = MixedGateway.of(pki)) {
            StringBuilder mounts = new StringBuilder();
            for (String place : PLACES) {
                Path folder = Files.createDirectory(gateway.file(place));
                // Native libraries also go to the temporary folder.
                mounts.append("mount -t tmpfs -o size=%s,nr_inodes=500 tmpfs %s && "
                        .formatted(place.equals("audit") ? "16m" : "64m", folder));
            }
            if (fault != Fault.GONE) {
                gateway.launcher(
                        List.of("unshare", "-m", "--propagation", "private", "sh", "-c", mounts + "exec \"$@\"", "sh"));
            }
            gateway.javaOptions(List.of("-Xmx256m", "-XX:+UseSerialGC", "-Djava.io.tmpdir=" + gateway.file("temp")))
                    .auditFile("audit/audit.jsonl")
                    .configuration("""
                        journal: { file: journal/journal.db, timeLimit: 2s }
                        limits: { heapOctets: 4096 }
                        """)
                    .start(MixedGateway.POLICY, hop.port());
            for (int i = 0; i < PLACES.size(); i++) {
                String name = fault + "-" + PLACES.get(i);
                new Case(gateway, hop, fault, PLACES.get(i)).run(name, steps.isShort() ? 8 : 200, tally);
                tally.add("cases", 1);
            }
        }
    }

    private record Case(GatewayProcess gateway, ScriptedNextHop hop, Fault fault, String place) {
        void run(String name, int messages, Tally tally) throws Exception {
            hop.clear();
            LoadDriver load = new LoadDriver(gateway.submissionLmtp(), true, true).longer(300);
            load.deliver(name + "-before", MixedGateway.ALL);
            Map<String, List<String>> left = new ConcurrentHashMap<>();
            inflict();
            try (ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
                IntStream.range(0, messages)
                        .forEach(number -> senders.execute(() -> {
                            String id = name + "-" + number;
                            left.put(id, load.attempt(id, MixedGateway.ALL));
                        }));
            }
            repair();
            long start = System.nanoTime();
            load.deliver(name + "-after", MixedGateway.ALL);
            long millis = (System.nanoTime() - start) / 1_000_000;
            left.forEach(load::deliver);

            int deferred = left.values().stream().mapToInt(List::size).sum();
            tally.add("messages", messages + 2L);
            tally.add("deferred for now", deferred);
            if (OPEN_BEFORE.contains(name)) {
                tally.add("times nobody noticed", deferred == 0 ? 1 : 0);
            } else {
                tally.require(deferred > 0, name + ": without effect, nothing was tried");
            }
            tally.peak("most ms to recover", millis);
            Ledger.Account account = load.account(hop.received());
            List<JournalEntry> rows = journal().stream()
                    .filter(row -> row.upstreamId().stream().anyMatch(id -> id.startsWith(name + "-")))
                    .toList();
            tally.book(name + ", " + deferred + " deferred", account, rows);
            tally.require(account.refused() == 0, name + ": refused " + account.refused());
        }

        private List<JournalEntry> journal() throws JournalException {
            return MixedGateway.rows(inside("journal").resolve("journal.db"));
        }

        /** Returns a folder as the gateway sees it. */
        private Path inside(String name) {
            return Path.of("/proc/" + gateway.pid() + "/root" + gateway.file(name));
        }

        private void inflict() throws IOException {
            Path folder = inside(place);
            switch (fault) {
                case FULL -> fill(folder.resolve("fill"));
                case NO_INODES -> useUp(Files.createDirectory(folder.resolve("fill")));
                case READ_ONLY -> inItsNamespace("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", gateway.file(place));
                case GONE -> Files.move(gateway.file(place), gateway.file(place + ".away"));
            }
        }

        private void repair() throws IOException {
            switch (fault) {
                case FULL -> Files.delete(inside(place).resolve("fill"));
                case NO_INODES -> delete(inside(place).resolve("fill"));
                case READ_ONLY -> inItsNamespace("umount", gateway.file(place));
                case GONE -> Files.move(gateway.file(place + ".away"), gateway.file(place));
            }
        }

        private void inItsNamespace(Object... command) {
            List<Object> words = new ArrayList<>(List.of("nsenter", "-t", gateway.pid(), "-m"));
            words.addAll(List.of(command));
            byte[] _ = Command.of(words).output();
        }
    }

    private static void fill(Path file) throws IOException {
        byte[] zeros = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(zeros);
            }
        } catch (IOException full) {
            if (Files.size(file) == 0) {
                throw full;
            }
        }
    }

    private static void useUp(Path folder) throws IOException {
        int made = 0;
        try {
            while (true) {
                Files.createFile(folder.resolve("file-" + made));
                made++;
            }
        } catch (IOException none) {
            if (made == 0) {
                throw none;
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Override
    public void judge(Tally tally) {
        tally.require(
                tally.get("most ms to recover") <= RECOVERY.toMillis(),
                "recovered after " + tally.get("most ms to recover") + " ms");
    }
}
