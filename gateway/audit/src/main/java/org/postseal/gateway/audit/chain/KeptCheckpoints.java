package org.postseal.gateway.audit.chain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.audit.chain.ChainReport.Finding;
import org.postseal.gateway.audit.record.AuditLine;

/**
 * Checkpoints that were kept out of the reach of the log's keeper, or that have a time stamp. They may be of several
 * chains.
 */
final class KeptCheckpoints {
    private final List<Kept> all;
    private final Map<String, Map<Long, List<Kept>>> byRecord;
    private final Set<Kept> met = new HashSet<>();

    private KeptCheckpoints(List<Kept> all) {
        this.all = List.copyOf(all);
        this.byRecord = all.stream()
                .collect(Collectors.groupingBy(
                        Kept::chain, Collectors.groupingBy(kept -> kept.link().number())));
    }

    /**
     * A kept checkpoint.
     *
     * @param place the file and line that it was read from, or the file of its stamp
     * @param stamp the time stamp, if it has one
     * @param isElsewhere true if it was kept out of the reach of the log's keeper
     * @param seenBy the node of the fleet whose log has it, if it was kept like that
     */
    record Kept(
            Checkpoint checkpoint,
            String place,
            Optional<Stamp.Good> stamp,
            boolean isElsewhere,
            Optional<String> seenBy) {
        Kept(Checkpoint checkpoint, String place, Optional<Stamp.Good> stamp, boolean isElsewhere) {
            this(checkpoint, place, stamp, isElsewhere, Optional.empty());
        }

        String chain() {
            return checkpoint.chain();
        }

        Link link() {
            return checkpoint.link();
        }

        @Override
        public String toString() {
            return "checkpoint of " + checkpoint.time()
                    + stamp.map(good -> ", stamped " + good + " (" + place + "),")
                            .orElse("")
                    + seenBy.map(node -> ", which " + node + " has seen (" + place + "),")
                            .orElse("");
        }
    }

    static KeptCheckpoints of(List<Kept> all) {
        return new KeptCheckpoints(all);
    }

    static KeptCheckpoints none() {
        return new KeptCheckpoints(List.of());
    }

    /**
     * Reads lines of the log, as they are or inside lines of syslog. Other lines are passed over.
     *
     * @throws IOException if there is no checkpoint, or one that none of the keys has signed
     */
    static KeptCheckpoints read(Path file, Map<String, PublicKey> keys) throws IOException {
        List<Kept> kept = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            int brace = line.indexOf('{');
            Optional<Checkpoint> checkpoint = brace < 0
                    ? Optional.empty()
                    : AuditLine.read(line.substring(brace).strip()).flatMap(Checkpoint::of);
            if (checkpoint.isPresent()) {
                if (!isSigned(checkpoint.get(), keys)) {
                    throw new IOException(file + ":" + number + ": a checkpoint that none of the keys has signed");
                }
                kept.add(new Kept(checkpoint.get(), file + ":" + number, Optional.empty(), true));
            }
        }
        if (kept.isEmpty()) {
            throw new IOException(file + " holds no checkpoint");
        }
        return new KeptCheckpoints(kept);
    }

    /**
     * Returns these checkpoints and the stamped ones.
     *
     * @param findings gets what is wrong with a stamp. The checkpoint of a bad stamp does not count
     */
    KeptCheckpoints with(List<KeptStamp> stamps, Map<String, PublicKey> keys, Consumer<Finding> findings) {
        List<Kept> more = new ArrayList<>(all);
        for (KeptStamp stamp : stamps) {
            Optional<Checkpoint> checkpoint = LoneCheckpoint.read(stamp.checkpoint());
            switch (stamp.stamp()) {
                case Stamp.Bad(String why) ->
                    findings.accept(new Finding(stamp.name(), "the stamp does not verify: " + why));
                case Stamp.Unreadable(String why) ->
                    findings.accept(new Finding(stamp.name(), "cannot be read: " + why));
                case Stamp.Good good -> {
                    if (checkpoint.isEmpty()) {
                        findings.accept(new Finding(stamp.name(), "what was stamped is no checkpoint"));
                    } else if (!isSigned(checkpoint.get(), keys)) {
                        findings.accept(new Finding(
                                stamp.name(), "a stamp of another log: none of the keys has signed its checkpoint"));
                    } else {
                        if (good.latest().plus(CLOCKS).isBefore(checkpoint.get().time())) {
                            findings.accept(new Finding(
                                    stamp.name(),
                                    "stamped " + good + ", before "
                                            + checkpoint.get().time()
                                            + " when its checkpoint says that it was signed:"
                                            + " the gateway's clock was ahead, or the authority's behind"));
                        }
                        more.add(new Kept(checkpoint.get(), stamp.name(), Optional.of(good), stamp.isElsewhere()));
                    }
                }
            }
        }
        return new KeptCheckpoints(more);
    }

    static boolean isSigned(Checkpoint checkpoint, Map<String, PublicKey> keys) {
        PublicKey key = keys.get(checkpoint.key());
        return key != null && checkpoint.isSignedBy(key);
    }

    List<Kept> of(String chain) {
        return all.stream().filter(kept -> kept.chain().equals(chain)).toList();
    }

    /** Returns the checkpoints that contradict this record. Those that agree with it are marked as met. */
    List<Kept> contradicting(String chain, Link link) {
        List<Kept> others = new ArrayList<>();
        for (Kept kept : byRecord.getOrDefault(chain, Map.of()).getOrDefault(link.number(), List.of())) {
            if (kept.link().equals(link)) {
                met.add(kept);
            } else {
                others.add(kept);
            }
        }
        return others;
    }

    /** Returns those of the checkpoints that people need: of all that nodes of the fleet have seen, the newest. */
    static List<Kept> telling(List<Kept> checkpoints) {
        return Stream.concat(
                        checkpoints.stream().filter(kept -> kept.seenBy().isEmpty()),
                        checkpoints.stream()
                                .filter(kept -> kept.seenBy().isPresent())
                                .max(Comparator.comparingLong(
                                        kept -> kept.link().number()))
                                .stream())
                .toList();
    }

    /** Returns the checkpoints of a chain that the log leads to. */
    List<Kept> met(String chain) {
        return of(chain).stream().filter(met::contains).toList();
    }

    /** Returns the newest record of a chain that a checkpoint kept elsewhere covers and that the log has unchanged. */
    Optional<Long> provenTo(String chain) {
        return met(chain).stream()
                .filter(Kept::isElsewhere)
                .map(kept -> kept.link().number())
                .max(Long::compare);
    }

    /**
     * Returns the newest record of a chain that a stamped checkpoint covers and that the log has unchanged, with the
     * earliest time of several stamps.
     */
    Optional<ChainReport.Stamped> stampedTo(String chain) {
        return met(chain).stream()
                .flatMap(kept -> kept
                        .stamp()
                        .map(good -> new ChainReport.Stamped(kept.link().number(), good))
                        .stream())
                .max(Comparator.comparingLong(ChainReport.Stamped::to)
                        .thenComparing(stamped -> stamped.stamp().latest(), Comparator.reverseOrder()));
    }

    /** Returns true if the log has a record as one of the checkpoints of the chain says. */
    boolean isAnyMet(String chain) {
        return of(chain).stream().anyMatch(met::contains);
    }

    /** Returns the checkpoints that are of none of these chains. */
    List<Kept> ofOthers(Set<String> chains) {
        return all.stream().filter(kept -> !chains.contains(kept.chain())).toList();
    }

    /** How much a clock may be wrong without a finding. */
    private static final Duration CLOCKS = Duration.ofMinutes(5);
}
