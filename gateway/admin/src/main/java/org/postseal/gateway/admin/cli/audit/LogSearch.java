package org.postseal.gateway.admin.cli.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.audit.search.AuditQuery;
import org.postseal.gateway.audit.search.LogSource;
import org.postseal.gateway.audit.search.MergedSearch;

/**
 * Searches the log, or those of a fleet, for a command, page by page. It prints each remark of the search once.
 */
final class LogSearch {
    private final List<LogSource> sources;
    private final Console console;
    private boolean isIncomplete;
    private final Set<String> said = new LinkedHashSet<>();

    /** @param sources the logs; of records with the same time, those of an earlier one come first */
    LogSearch(List<LogSource> sources, Console console) {
        this.sources = List.copyOf(sources);
        this.console = console;
    }

    /** Hands over the newest records, newest first. Returns whether there are more than the limit. */
    boolean newest(AuditQuery query, long limit, Consumer<AuditLine> taker) {
        int size = (int) Math.min(Math.max(limit, 1), PAGE);
        MergedSearch search = new MergedSearch(sources, query, Optional.empty(), size, Long.MAX_VALUE);
        for (long left = limit; ; left--) {
            Optional<AuditLine> line = next(search);
            if (line.isEmpty() || left == 0) {
                return line.isPresent();
            }
            taker.accept(line.get());
        }
    }

    private Optional<AuditLine> next(MergedSearch search) {
        try {
            Optional<AuditLine> line = search.next();
            say(search.remarks());
            isIncomplete |= search.isIncomplete();
            return line;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Returns all records, oldest first. */
    List<AuditLine> all(AuditQuery query) {
        List<AuditLine> all = new ArrayList<>();
        boolean _ = newest(query, Long.MAX_VALUE, all::add);
        Collections.reverse(all);
        return all;
    }

    /** Hands over all records in no particular order. Prints the remarks of the search and returns them. */
    List<String> each(AuditQuery query, Consumer<AuditLine> taker) {
        List<String> remarks = new ArrayList<>();
        for (LogSource source : sources) {
            try {
                source.search().forEach(query, line -> taker.accept(source.named(line))).stream()
                        .map(source::named)
                        .forEach(remarks::add);
            } catch (IOException e) {
                throw unreadable(e);
            }
        }
        say(remarks);
        return remarks;
    }

    /** @throws CommandFailure when a file could not be read, so that records may be missing from the result */
    void requireComplete() {
        if (isIncomplete) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    "not all of the log could be read: there may be more than was found",
                    "postseal audit verify says what is damaged");
        }
    }

    private void say(List<String> remarks) {
        for (String remark : remarks) {
            if (said.add(remark)) {
                console.err().println("hint: " + VisibleText.of(remark));
            }
        }
    }

    private static CommandFailure unreadable(IOException e) {
        return new CommandFailure(
                ExitCode.INPUT_OUTPUT, AuditCommands.message(e), "the files of one log, oldest first");
    }

    private static final int PAGE = 500;
}
