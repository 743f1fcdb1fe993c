package org.postseal.gateway.console;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.audit.record.AuditLine;

/**
 * Says what became of a message for one recipient.
 *
 * @param outcome the word of an {@link Outcome}; empty for other kinds of records
 * @param made what was done, in a few words; the kind of another record
 * @param reason a name from the {@code Reason} table; empty if there is none
 */
public record Ending(String outcome, String made, String reason) {
    static Ending of(AuditLine line) {
        if (!line.isRecipientDone()) {
            return new Ending("", line.first("event.action").orElse("").replace('-', ' '), "");
        }
        String made = Stream.of(line.first("postseal.protection"), InWords.done(line))
                .flatMap(Optional::stream)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
        if (made.isEmpty() && line.first("postseal.left").equals(Optional.of("clear"))) {
            made = "left unprotected";
        }
        return new Ending(
                Outcome.of(line).word(),
                line.isObserved() ? "relayed under observe, would be: " + made : made,
                line.first("postseal.reason").orElse(""));
    }
}
