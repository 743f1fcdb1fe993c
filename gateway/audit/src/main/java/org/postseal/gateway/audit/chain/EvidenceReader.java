package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.postseal.certstore.Digest;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.chain.Segments.Segment;
import org.postseal.gateway.audit.record.AuditLine;

/**
 * Exports what proves some records of a log. It reads only the files that have these records, and checks every link on
 * the way. It exports nothing that does not fit. Used once.
 */
public final class EvidenceReader {
    private final Map<String, PublicKey> keys;
    private final NavigableSet<Long> wanted;
    private final List<Evidence.Proof> proofs = new ArrayList<>();
    private Optional<Open> open = Optional.empty();
    private Link link = Link.BEGINNING;

    /** A proof that has not reached its checkpoint yet. */
    private record Open(String before, List<Evidence.Step> steps, List<String> hidden, long number) {}

    private EvidenceReader(Map<String, PublicKey> keys, Collection<Long> wanted) {
        this.keys = keys;
        this.wanted = new TreeSet<>(wanted);
    }

    /**
     * Reads the evidence. A gateway may be writing the log meanwhile.
     *
     * @param config the configuration of the log
     * @param keys files in PEM with public keys that may have signed, besides the key of the configuration
     * @param numbers the numbers of the records
     * @throws IOException if a file or a key cannot be read
     */
    public static Evidence read(AuditConfig config, List<Path> keys, Collection<Long> numbers) throws IOException {
        List<Path> all = new ArrayList<>(keys);
        all.add(config.checkpoint().publicKey());
        Map<String, PublicKey> known = CheckpointKey.readPublic(all);
        Evidence evidence = new EvidenceReader(known, numbers).read(new Segments(config.file()));
        // A running gateway may begin a new file during the reading.
        for (int i = 0; i < TRIES && !(evidence instanceof Evidence.Complete); i++) {
            evidence = new EvidenceReader(known, numbers).read(new Segments(config.file()));
        }
        return evidence;
    }

    private Evidence read(Segments log) throws IOException {
        List<Segment> segments = new ArrayList<>(log.full());
        if (Files.exists(log.current())) {
            Ends.beginningOf(log.current())
                    .ifPresent(ends ->
                            segments.add(new Segment(log.current(), ends.first().number())));
        }
        try {
            for (int i = 0; i < segments.size(); i++) {
                long next = i + 1 < segments.size() ? segments.get(i + 1).first() : Long.MAX_VALUE;
                if (open.isPresent()
                        || !wanted.subSet(segments.get(i).first(), next).isEmpty()) {
                    read(segments.get(i).file());
                }
            }
        } catch (DoesNotFit e) {
            return new Evidence.Broken(String.valueOf(e.getMessage()));
        }
        if (!wanted.isEmpty()) {
            return new Evidence.Broken("record " + wanted.first() + " is not where it was");
        }
        return open.<Evidence>map(unsigned -> new Evidence.Unsigned(unsigned.number()))
                .orElseGet(() -> new Evidence.Complete(proofs));
    }

    private void read(Path file) throws IOException, DoesNotFit {
        try (SegmentReader reader = SegmentReader.open(file)) {
            for (Optional<byte[]> line = reader.next();
                    line.isPresent() && !reader.isUnfinished();
                    line = reader.next()) {
                take(line.get());
                if (open.isEmpty() && wanted.isEmpty()) {
                    return;
                }
            }
        }
    }

    private void take(byte[] line) throws DoesNotFit {
        Optional<Link.Line> read = Link.Line.of(line);
        if (read.isEmpty()) {
            if (open.isPresent()) {
                throw new DoesNotFit("what stands behind record " + link.number() + " is no record of the chain");
            }
            return;
        }
        Link said = read.get().link();
        boolean isShown = wanted.remove(said.number());
        if (isShown && open.isEmpty()) {
            open = Optional.of(new Open(link.hash(), new ArrayList<>(), new ArrayList<>(), said.number()));
        }
        if (open.isPresent()) {
            step(open.get(), line, read.get(), isShown);
        }
        link = said;
    }

    private void step(Open proof, byte[] line, Link.Line read, boolean isShown) throws DoesNotFit {
        if (!link.next(read.record()).equals(read.link())) {
            throw new DoesNotFit("record " + read.link().number() + " was changed, or one before it");
        }
        if (isShown) {
            hide(proof);
            proof.steps().add(new Evidence.Shown(read.link().number(), line));
            return;
        }
        Optional<Checkpoint> checkpoint =
                AuditLine.read(new String(line, UTF_8)).flatMap(Checkpoint::of);
        if (checkpoint.isEmpty()) {
            proof.hidden().add(Digest.SHA_256.hex(read.record()));
            return;
        }
        hide(proof);
        proofs.add(new Evidence.Proof(proof.before(), proof.steps(), signed(line, read, checkpoint.get())));
        open = Optional.empty();
    }

    /** Adds the records that were passed over since the last one that is shown. */
    private void hide(Open proof) {
        if (!proof.hidden().isEmpty()) {
            proof.steps()
                    .add(new Evidence.Hidden(link.number() + 1 - proof.hidden().size(), proof.hidden()));
            proof.hidden().clear();
        }
    }

    private Evidence.Signed signed(byte[] line, Link.Line read, Checkpoint checkpoint) throws DoesNotFit {
        PublicKey key = keys.get(checkpoint.key());
        if (key == null) {
            throw new DoesNotFit(
                    "record " + read.link().number() + " is a checkpoint by another key, " + checkpoint.key());
        }
        // Id and name are checked because they become parts of commands.
        if (!checkpoint.link().equals(link)
                || !checkpoint.chain().matches("[0-9a-f]{32}")
                || !checkpoint.node().orElse("").matches("[A-Za-z0-9-]{0,63}")
                || !checkpoint.isSignedBy(key)) {
            throw new DoesNotFit(
                    "the signature of the checkpoint, record " + read.link().number() + ", does not fit");
        }
        return new Evidence.Signed(
                read.link().number(),
                line,
                checkpoint.node(),
                checkpoint.chain(),
                checkpoint.time(),
                checkpoint.key(),
                CheckpointKey.pem(key),
                checkpoint.signature());
    }

    private static final class DoesNotFit extends Exception {
        private static final long serialVersionUID = 1;

        DoesNotFit(String what) {
            super(what);
        }
    }

    private static final int TRIES = 2;
}
