package org.postseal.gateway.console;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.HandledText;
import org.postseal.gateway.audit.record.RecordField;

/**
 * Shows a record in a table.
 *
 * @param time when the record was made
 * @param node the gateway of a fleet that made it; empty for a gateway by itself
 * @param link a link to the story of its message; empty if there is none
 * @param outcome the word of an {@link Outcome}; empty for other kinds of records
 * @param what the record in a few words
 */
public record RecordRow(
        String time,
        String node,
        String queueId,
        Optional<String> link,
        String outcome,
        String from,
        String to,
        String messageId,
        String what) {
    static RecordRow of(AuditLine line) {
        Optional<String> queueId = line.first("postseal.queue_id");
        return new RecordRow(
                Times.read(line).map(Times::second).orElse(""),
                line.first(RecordField.NODE).orElse(""),
                queueId.orElse(""),
                queueId.map(id -> "message" + Parameters.query(Map.of("id", id))),
                line.isRecipientDone() ? Outcome.of(line).word() : "",
                line.first("email.sender.address").map(RecordRow::address).orElse(""),
                line.first("email.to.address").orElse(""),
                line.first("email.message_id").orElse(""),
                what(line));
    }

    static String what(AuditLine line) {
        if (!line.isRecipientDone()) {
            return line.first("event.action").orElse("");
        }
        String made = Stream.of(line.first("postseal.protection"), HandledText.of(line), line.first("postseal.reason"))
                .flatMap(Optional::stream)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
        return line.isObserved() ? "relayed under observe, would be: " + made : made;
    }

    private static String address(String reversePath) {
        return reversePath.isEmpty() ? "<>" : reversePath;
    }
}
