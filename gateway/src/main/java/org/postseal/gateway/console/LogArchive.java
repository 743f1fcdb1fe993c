package org.postseal.gateway.console;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.audit.AuditLine;
import org.postseal.gateway.audit.AuditQuery;

/** Reads the files of the log, the newest first, until there is enough or it has taken too long. Thread-safe. */
final class LogArchive implements MessageArchive {
    private final LogFiles log;
    private final Duration patience;

    /** @param patience after which no further file is begun */
    LogArchive(LogFiles log, Duration patience) {
        this.log = log;
        this.patience = patience;
    }

    @Override
    public Result search(Wanted wanted, Optional<String> from, int most) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        AuditQuery query = new AuditQuery(
                wanted.since(),
                wanted.until(),
                wanted.address(),
                wanted.message(),
                wanted.rule(),
                wanted.outcome(),
                wanted.reason(),
                wanted.certificate());
        long before = from.filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::valueOf)
                .orElse(Long.MAX_VALUE);
        List<AuditLine> records = new ArrayList<>();
        long oldest = before;
        for (Path file : log.newestFirst()) {
            if (isOutside(file, wanted, before)) {
                continue;
            }
            if (System.nanoTime() > end) {
                return new Result(records, Optional.of(String.valueOf(oldest)), true);
            }
            records.addAll(newest(file, query, before, most + 1 - records.size()));
            if (records.size() > most) {
                List<AuditLine> page = records.subList(0, most);
                return new Result(page, page.getLast().first(NUMBER), false);
            }
            oldest = LogFiles.firstNumber(file).orElse(oldest);
        }
        return new Result(records, Optional.empty(), false);
    }

    private static List<AuditLine> newest(Path file, AuditQuery query, long before, int most) throws IOException {
        Deque<AuditLine> newest = new ArrayDeque<>();
        query.run(List.of(file), line -> {
            if (number(line) < before) {
                newest.addFirst(line);
                if (newest.size() > most) {
                    var _ = newest.removeLast();
                }
            }
        });
        return List.copyOf(newest);
    }

    @Override
    public List<AuditLine> story(String id) throws IOException {
        List<AuditLine> found = new ArrayList<>();
        AuditQuery.ofMessage(id).run(log.newestFirst().reversed(), line -> {
            if (found.size() < LONGEST_STORY && isOf(line, id)) {
                found.add(line);
            }
        });
        return List.copyOf(found);
    }

    // the query takes part of a Message-ID, a story does not
    private static boolean isOf(AuditLine line, String id) {
        return List.of("email.message_id", "postseal.queue_id", "postseal.upstream_id").stream()
                .anyMatch(field -> line.first(field).equals(Optional.of(id)));
    }

    private static boolean isOutside(Path file, Wanted wanted, long before) throws IOException {
        return LogFiles.firstNumber(file).filter(first -> first >= before).isPresent()
                || (wanted.since().isPresent()
                        && LogFiles.isOlder(file, wanted.since().get()));
    }

    private static long number(AuditLine line) {
        return line.first(NUMBER).map(Long::valueOf).orElse(0L);
    }

    private static final String NUMBER = "postseal.chain.number";
    private static final int LONGEST_STORY = 2000;
}
