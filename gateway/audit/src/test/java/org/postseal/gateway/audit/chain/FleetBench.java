package org.postseal.gateway.audit.chain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditConfig.CheckpointConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.ChainState;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.write.AuditLogs;

/** The logs of several nodes with one clock, which see each other's checkpoints as those of a fleet do. */
public final class FleetBench implements AutoCloseable {
    private final Path folder;
    private final Map<String, AuditLog> logs = new TreeMap<>();
    private final Map<String, String> newest = new TreeMap<>();
    private final Map<String, String> forged = new TreeMap<>();
    private final Set<String> seen = new HashSet<>();
    private volatile Instant now = ChainBench.NOON;
    private int events;

    public FleetBench(Path folder) {
        this.folder = folder;
    }

    public Path folder() {
        return folder;
    }

    public Path folder(String node) {
        return folder.resolve(node);
    }

    public Path log(String node) {
        return folder(node).resolve("audit.jsonl");
    }

    public AuditConfig config(String node) throws IOException {
        Path key = Files.createDirectories(folder(node)).resolve("audit-key.pem");
        AuditConfig standard = AuditConfig.of(log(node));
        return new AuditConfig(
                standard.file(),
                standard.adminFile(),
                new CheckpointConfig(key, CheckpointConfig.beside(key), 5, Duration.ofMinutes(5), Optional.of(node)),
                standard.rotateSize(),
                standard.rotateEvery(),
                standard.keep(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Starts nodes, or starts them again. */
    public void start(String... nodes) throws IOException {
        for (String node : nodes) {
            logs.put(node, AuditLogs.open(config(node), () -> now));
        }
    }

    /** Writes records about mail; five records make a checkpoint. */
    void mail(String node, int records) throws IOException {
        for (int i = 0; i < records; i++) {
            events++;
            append(node, new AuditEvent.NoticeSent(now, "Q" + events, "bob@partner.example", "250 2.0.0 ok"));
        }
        remember(node);
    }

    public void append(String node, AuditEvent... records) throws IOException {
        Objects.requireNonNull(logs.get(node)).append(List.of(records));
    }

    /** Writes a record about a message of Ann to Bob. */
    public void mail(String node, String queueId, String messageId, String rule) throws IOException {
        append(node, Records.done(now, queueId, messageId, "ann@ours.example", "bob@partner.example", rule));
    }

    public Instant time() {
        return now;
    }

    private void remember(String node) {
        for (ChainState chain : Objects.requireNonNull(logs.get(node)).chains()) {
            chain.checkpoint().ifPresent(line -> newest.put(node + " " + chain.log(), line));
        }
    }

    /** Lets each running node see the newest checkpoints of the others that it has not seen yet. */
    public void exchange() throws IOException {
        for (Map.Entry<String, AuditLog> log : logs.entrySet()) {
            remember(log.getKey());
        }
        newest.putAll(forged);
        for (Map.Entry<String, AuditLog> log : logs.entrySet()) {
            List<String> fresh = new ArrayList<>();
            newest.forEach((of, line) -> {
                if (!of.startsWith(log.getKey() + " ") && seen.add(log.getKey() + line)) {
                    fresh.add(of.substring(of.indexOf(' ') + 1) + " " + line);
                }
            });
            if (!fresh.isEmpty()) {
                log.getValue()
                        .append(List.of(new AuditEvent.CheckpointsSeen(
                                now,
                                fresh,
                                newest.keySet().stream()
                                        .map(of -> of.substring(0, of.indexOf(' ')))
                                        .filter(node -> !node.equals(log.getKey()))
                                        .distinct()
                                        .toList())));
            }
        }
    }

    /** Changes the newest checkpoint of a node's log of messages as others will see it. */
    void forge(String node, UnaryOperator<String> change) throws IOException {
        remember(node);
        forged.put(node + " mail", change.apply(newest.getOrDefault(node + " mail", "")));
    }

    /** Lets the log of a node say that it has seen the newest checkpoint of a node. */
    void appendSeen(String node, String of) throws IOException {
        remember(of);
        append(
                node,
                new AuditEvent.CheckpointsSeen(
                        now, List.of("mail " + newest.getOrDefault(of + " mail", "")), List.of(of)));
    }

    /** Lets all nodes see everything once more, as after their restarts. */
    void forgetSeen() {
        seen.clear();
    }

    public void pass(Duration time) {
        now = now.plus(time);
    }

    /** Stops nodes, whose last records are signed by that. */
    public void stop(String... nodes) throws IOException {
        for (String node : nodes) {
            AuditLog log = Objects.requireNonNull(logs.get(node));
            log.close();
            remember(node);
            AuditLog _ = logs.remove(node);
        }
    }

    /** Three nodes with some mail, which have seen each other several times, and were stopped. */
    void usual() throws IOException {
        start("gw-1", "gw-2", "gw-3");
        for (int i = 0; i < 3; i++) {
            for (String node : List.of("gw-1", "gw-2", "gw-3")) {
                mail(node, 6);
            }
            pass(Duration.ofMinutes(5));
            exchange();
        }
        stop("gw-1", "gw-2", "gw-3");
    }

    FleetReport verify(Path... keys) throws IOException {
        return FleetVerifier.verify(FleetFolder.nodes(folder, AuditConfig.of(Path.of("audit.jsonl"))), List.of(keys));
    }

    /** Returns all findings, those of a log with the name of its node. */
    List<String> findings(Path... keys) throws IOException {
        FleetReport report = verify(keys);
        return Stream.concat(
                        report.findings().stream().map(Object::toString),
                        report.logs().stream()
                                .flatMap(log ->
                                        log.report().findings().stream().map(finding -> log.node() + ": " + finding)))
                .toList();
    }

    /** Copies the files of a node; the copy is no node, since its name begins with a dot. */
    public Path copy(String node) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("." + node));
        replace(folder(node), copy);
        return copy;
    }

    /** Makes a folder have the files of another one, and no others. */
    public void replace(Path from, Path to) throws IOException {
        for (Path old : files(to)) {
            Files.delete(old);
        }
        for (Path file : files(from)) {
            Path _ = Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    /** Removes a folder of files and folders. */
    public static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Override
    public void close() throws IOException {
        for (AuditLog log : logs.values()) {
            log.close();
        }
    }
}
