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
import org.postseal.gateway.audit.search.AuditSearch;
import org.postseal.gateway.audit.search.FoundPage;

/** Searches the log for a command, page by page. It prints each remark of the search once. */
final class LogSearch {
    private final AuditSearch search;
    private final Console console;
    private boolean isIncomplete;
    private final Set<String> said = new LinkedHashSet<>();

    LogSearch(AuditSearch search, Console console) {
        this.search = search;
        this.console = console;
    }

    /** Hands over the newest records, newest first. Returns whether there are more than the limit. */
    boolean newest(AuditQuery query, long limit, Consumer<AuditLine> taker) {
        long left = limit;
        Optional<FoundPage.Place> next = Optional.empty();
        do {
            int size = (int) Math.min(Math.max(left, 1), PAGE);
            FoundPage page = page(query, new FoundPage.Paging(size, next, Long.MAX_VALUE));
            if (left == 0) {
                return !page.lines().isEmpty();
            }
            page.lines().forEach(taker);
            left -= page.lines().size();
            next = page.next();
        } while (next.isPresent());
        return false;
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
        try {
            List<String> remarks = search.forEach(query, taker);
            say(remarks);
            return remarks;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private FoundPage page(AuditQuery query, FoundPage.Paging paging) {
        FoundPage page;
        try {
            page = search.find(query, paging);
        } catch (IOException e) {
            throw unreadable(e);
        }
        say(page.remarks());
        isIncomplete |= page.isIncomplete();
        return page;
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
