package org.postseal.gateway.admin.cli.audit;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.search.AuditQuery;
import org.postseal.gateway.audit.search.AuditSearch;
import org.postseal.gateway.audit.search.FoundPage;

/**
 * A log that is searched.
 *
 * @param node the gateway of the fleet whose log it is, which each record then names; empty for a log by itself
 */
record LogSource(Optional<String> node, AuditSearch search) {
    /** Returns a record with the name of the node in front. */
    AuditLine named(AuditLine line) {
        return node.map(line::of).orElse(line);
    }

    /** Returns a remark about this log with the name of the node in front. */
    String named(String remark) {
        return node.map(name -> name + ": " + remark).orElse(remark);
    }

    /** Goes through the records of one log that fit, the newest first. */
    static final class Cursor {
        private final LogSource source;
        private final AuditQuery query;
        private final Consumer<FoundPage> pages;
        private final Deque<AuditLine> lines = new ArrayDeque<>();
        private Optional<FoundPage.Place> next = Optional.empty();
        private boolean isBegun;

        /** @param pages is shown each page that was read */
        Cursor(LogSource source, AuditQuery query, Consumer<FoundPage> pages) {
            this.source = source;
            this.query = query;
            this.pages = pages;
        }

        LogSource source() {
            return source;
        }

        /** Returns the next record and stays before it. It reads so many more if none is left. */
        Optional<AuditLine> peek(int size) throws IOException {
            while (lines.isEmpty() && (!isBegun || next.isPresent())) {
                isBegun = true;
                FoundPage page = source.search().find(query, new FoundPage.Paging(size, next, Long.MAX_VALUE));
                pages.accept(page);
                page.lines().forEach(line -> lines.add(source.named(line)));
                next = page.next();
            }
            return Optional.ofNullable(lines.peek());
        }

        AuditLine take() {
            return lines.remove();
        }
    }
}
