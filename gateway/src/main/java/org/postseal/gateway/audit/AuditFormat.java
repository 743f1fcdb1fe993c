package org.postseal.gateway.audit;

/**
 * One event as one line. Names follow the Elastic Common Schema where it has one, with dots, not nested; ours stand under {@code postseal}. The object ends with the last
 * of our fields, so that a writer that chains records can put its own behind it.
 */
final class AuditFormat {
    private AuditFormat() {}

    static byte[] line(AuditEvent event) {
        return switch (event) {
            case AuditEvent.RecipientDone done -> line(done);
            case AuditEvent.DirectoryChanged changed -> line(changed);
            case AuditEvent.NoticeSent notice -> line(notice);
        };
    }

    private static byte[] line(AuditEvent.DirectoryChanged changed) {
        return new JsonLine()
                .put("@timestamp", changed.time().toString())
                .put("event.action", changed.action())
                .put("event.outcome", "success")
                .put("postseal.format", FORMAT)
                .put("user.name", changed.actor())
                .put("postseal.object", changed.object())
                .put("postseal.details", changed.details())
                .finish();
    }

    private static byte[] line(AuditEvent.NoticeSent notice) {
        return new JsonLine()
                .put("@timestamp", notice.time().toString())
                .put("event.action", "notice-sent")
                .put("event.outcome", notice.outcome().startsWith("2") ? "success" : "failure")
                .put("postseal.format", FORMAT)
                .put("postseal.queue_id", notice.queueId())
                .put("email.to", notice.recipient())
                .put("postseal.detail", notice.outcome())
                .finish();
    }

    private static byte[] line(AuditEvent.RecipientDone done) {
        JsonLine line = new JsonLine()
                .put("@timestamp", done.time().toString())
                .put("event.action", "recipient-done")
                .put("event.outcome", done.reply().startsWith("2") ? "success" : "failure")
                .put("postseal.format", FORMAT)
                .put("postseal.queue_id", done.queueId())
                .put("postseal.upstream_id", done.upstreamId())
                .put("email.message_id", done.messageId())
                .put("email.from", done.sender())
                .put("email.to", done.recipient())
                .put("source.address", done.peer())
                .put("postseal.size", done.size())
                .put("postseal.direction", done.direction())
                .put("postseal.policy.sha256", done.policySha256())
                .put("rule.id", done.rule())
                .put("postseal.mailbox_policy", done.mailboxPolicy())
                .put("postseal.decision", done.decision())
                .put("postseal.protection", done.protection())
                .put("postseal.incoming", done.incoming())
                .put("postseal.signature", done.signature())
                .put("postseal.certificates", done.certificates())
                .put("postseal.reason", done.reason())
                .put("postseal.detail", done.detail());
        done.unit().ifPresent(unit -> line.put("postseal.unit", unit));
        return line.put("postseal.next_hop_reply", done.nextHopReply())
                .put("postseal.reply", done.reply())
                .put("postseal.steps", done.steps())
                .finish();
    }

    private static final int FORMAT = 1;
}
