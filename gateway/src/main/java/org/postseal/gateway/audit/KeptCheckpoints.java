package org.postseal.gateway.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checkpoints that were kept where the log's keeper cannot reach them, for one chain or several. */
final class KeptCheckpoints {
    private final List<Checkpoint> all;
    private final Set<Checkpoint> met = new HashSet<>();

    private KeptCheckpoints(List<Checkpoint> all) {
        this.all = List.copyOf(all);
    }

    static KeptCheckpoints none() {
        return new KeptCheckpoints(List.of());
    }

    /**
     * Reads lines of the log, as they are or inside lines of syslog; other lines are passed over.
     *
     * @throws IOException when there is none, or one that none of the keys has signed
     */
    static KeptCheckpoints read(Path file, Map<String, PublicKey> keys) throws IOException {
        List<Checkpoint> kept = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            int brace = line.indexOf('{');
            Optional<Checkpoint> checkpoint = brace < 0
                    ? Optional.empty()
                    : AuditLine.read(line.substring(brace).strip()).flatMap(Checkpoint::of);
            if (checkpoint.isPresent()) {
                PublicKey key = keys.get(checkpoint.get().key());
                if (key == null || !checkpoint.get().isSignedBy(key)) {
                    throw new IOException(file + ":" + number + ": a checkpoint that none of the keys has signed");
                }
                kept.add(checkpoint.get());
            }
        }
        if (kept.isEmpty()) {
            throw new IOException(file + " holds no checkpoint");
        }
        return new KeptCheckpoints(kept);
    }

    /** Those of a chain. */
    List<Checkpoint> of(String chain) {
        return all.stream().filter(kept -> kept.chain().equals(chain)).toList();
    }

    /** Those that say something else of this record; who says the same is met. */
    List<Checkpoint> contradicting(String chain, Link link) {
        List<Checkpoint> others = new ArrayList<>();
        for (Checkpoint kept : all) {
            if (kept.chain().equals(chain) && kept.link().number() == link.number()) {
                if (kept.link().equals(link)) {
                    met.add(kept);
                } else {
                    others.add(kept);
                }
            }
        }
        return others;
    }

    /** The newest record of a chain that one of them covers and the log has. */
    Optional<Long> provenTo(String chain) {
        return of(chain).stream()
                .filter(met::contains)
                .map(kept -> kept.link().number())
                .max(Long::compare);
    }

    /** Those of no chain of these. */
    List<Checkpoint> ofOthers(Set<String> chains) {
        return all.stream().filter(kept -> !chains.contains(kept.chain())).toList();
    }
}
