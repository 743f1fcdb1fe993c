package org.postseal.gateway.admin.cli.audit;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.postseal.gateway.admin.cli.audit.LogSource.Cursor;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.audit.search.AuditQuery;
import org.postseal.gateway.audit.search.FoundPage;

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
        List<Cursor> cursors = sources.stream()
                .map(source -> new Cursor(source, query, page -> took(source, page)))
                .toList();
        for (long left = limit; ; left--) {
            int size = (int) Math.min(Math.max(left, 1), PAGE);
            Optional<Cursor> newest = Optional.empty();
            String time = "";
            for (Cursor cursor : cursors) {
                Optional<String> its =
                        peek(cursor, size).map(line -> line.first("@timestamp").orElse(""));
                if (its.isPresent() && (newest.isEmpty() || isLater(its.get(), time))) {
                    newest = Optional.of(cursor);
                    time = its.get();
                }
            }
            if (newest.isEmpty() || left == 0) {
                return newest.isPresent();
            }
            taker.accept(newest.get().take());
        }
    }

    private static boolean isLater(String one, String other) {
        try {
            return Instant.parse(one).isAfter(Instant.parse(other));
        } catch (DateTimeParseException notOurs) {
            return one.compareTo(other) > 0;
        }
    }

    private Optional<AuditLine> peek(Cursor cursor, int size) {
        try {
            return cursor.peek(size);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void took(LogSource source, FoundPage page) {
        say(page.remarks().stream().map(source::named).toList());
        isIncomplete |= page.isIncomplete();
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
