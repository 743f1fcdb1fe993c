package org.postseal.gateway.console;

import java.util.Map;
import java.util.Optional;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;

/**
 * Shows a record in a table.
 *
 * @param time when the record was made
 * @param node the gateway of a fleet that made it; empty for a gateway by itself
 * @param link a link to the story of its message; empty if there is none
 * @param ending what became of the message
 */
public record RecordRow(
        String time,
        String node,
        String queueId,
        Optional<String> link,
        String from,
        String to,
        String messageId,
        Ending ending) {
    static RecordRow of(AuditLine line) {
        Optional<String> queueId = line.first("postseal.queue_id");
        return new RecordRow(
                Times.read(line).map(Times::second).orElse(""),
                line.first(RecordField.NODE).orElse(""),
                queueId.orElse(""),
                queueId.map(id -> "message" + Parameters.query(Map.of("id", id))),
                line.first("email.sender.address").map(RecordRow::address).orElse(""),
                line.first("email.to.address").orElse(""),
                line.first("email.message_id").orElse(""),
                Ending.of(line));
    }

    private static String address(String reversePath) {
        return reversePath.isEmpty() ? "<>" : reversePath;
    }
}
