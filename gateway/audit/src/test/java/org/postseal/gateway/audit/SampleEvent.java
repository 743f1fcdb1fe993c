package org.postseal.gateway.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A record that tests of the log write, and its line. */
public final class SampleEvent {
    private SampleEvent() {}

    public static AuditEvent event(String id) {
        return event(id, false, Optional.empty());
    }

    public static AuditEvent event(String id, boolean isObserved, Optional<AuditEvent.Shadow> shadow) {
        return new AuditEvent.RecipientDone(
                Instant.parse("2026-11-24T10:15:30.123Z"),
                new AuditEvent.Message(
                        id,
                        Optional.of("4UP"),
                        Optional.of("<m@example.com>"),
                        "127.0.0.1",
                        Optional.empty(),
                        Optional.empty(),
                        "alice@example.com",
                        "bob@example.net",
                        1234),
                new AuditEvent.Decision(
                        "outbound",
                        "ab12",
                        Optional.empty(),
                        "everything-else",
                        "default",
                        "deliver",
                        Optional.empty(),
                        Optional.of("fine"),
                        List.of("rule everything-else"),
                        List.of(),
                        Optional.empty(),
                        isObserved,
                        shadow),
                Records.protection("signed RSA SHA-256", "none", "unsigned", "signer:cd34"),
                Records.delivery(Optional.of(1), Optional.of("250 2.0.0 queued as 4ABC"), "250 2.0.0 Ok"),
                Optional.empty());
    }

    /** The fields that all records of the log of changes have behind their time. */
    public static final String ADMIN =
            "\"ecs.version\":\"8.17.0\",\"event.kind\":\"event\",\"event.dataset\":\"postseal.admin\",";

    public static String line(String id) {
        return "{\"@timestamp\":\"2026-11-24T10:15:30.123Z\",\"ecs.version\":\"8.17.0\",\"event.kind\":\"event\","
                + "\"event.dataset\":\"postseal.audit\",\"event.action\":\"recipient-done\","
                + "\"event.outcome\":\"success\",\"postseal.format\":1,\"postseal.queue_id\":\"" + id
                + "\",\"postseal.upstream_id\":\"4UP\","
                + "\"email.local_id\":\"" + id
                + "\",\"email.message_id\":\"<m@example.com>\",\"email.sender.address\":\"alice@example.com\","
                + "\"email.to.address\":\"bob@example.net\",\"source.address\":\"127.0.0.1\","
                + "\"postseal.size\":1234,\"email.direction\":\"outbound\",\"postseal.direction\":\"outbound\","
                + "\"postseal.policy.sha256\":\"ab12\",\"rule.id\":\"everything-else\","
                + "\"postseal.mailbox_policy\":\"default\",\"postseal.decision\":\"deliver\","
                + "\"postseal.protection\":\"signed RSA SHA-256\",\"postseal.incoming\":\"none\","
                + "\"postseal.signature\":\"unsigned\",\"postseal.certificates\":[\"signer:cd34\"],"
                + "\"postseal.detail\":\"fine\",\"postseal.unit\":1,"
                + "\"postseal.next_hop_reply\":\"250 2.0.0 queued as 4ABC\",\"postseal.reply\":\"250 2.0.0 Ok\","
                + "\"postseal.steps\":[\"rule everything-else\"]}\n";
    }
}
