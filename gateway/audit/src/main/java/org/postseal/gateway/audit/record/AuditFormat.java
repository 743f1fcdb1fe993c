package org.postseal.gateway.audit.record;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.audit.AuditEvent;

/**
 * Writes an event as one line. Names follow the Elastic Common Schema where it has one, and ours begin with {@code
 * postseal}. They are written with dots and not nested. The object ends with the last of our fields, so that a writer
 * that chains records can append its own.
 */
public final class AuditFormat {
    private AuditFormat() {}

    static byte[] line(AuditEvent event) {
        return lines(List.of(event), Optional.empty()).getFirst();
    }

    /**
     * Returns one line for each event.
     *
     * @param events the events; they include those of all recipients of a message
     * @param hash what hashes addresses; empty if they are written as they are
     */
    public static List<byte[]> lines(List<AuditEvent> events, Optional<AddressHash> hash) {
        Map<String, LocalParts> own = new HashMap<>();
        hash.ifPresent(key -> own(events).forEach((message, all) -> own.put(message, LocalParts.of(all, key))));
        return events.stream()
                .map(event -> switch (event) {
                    case AuditEvent.RecipientDone done ->
                        line(
                                done,
                                hash,
                                Optional.ofNullable(own.get(done.message().queueId())));
                    case AuditEvent.DirectoryChanged changed -> line(changed, hash);
                    case AuditEvent.PolicyRead read -> line(read, hash);
                    case AuditEvent.GatewayStarted started -> line(started, hash);
                    case AuditEvent.ConfigurationReloaded reloaded -> line(reloaded, hash);
                    case AuditEvent.ConfigurationRefused refused -> line(refused, hash);
                    case AuditEvent.NoticeSent notice -> line(notice, hash);
                    case AuditEvent.CheckpointsSeen seen -> line(seen);
                })
                .toList();
    }

    private static byte[] line(AuditEvent.DirectoryChanged changed, Optional<AddressHash> hash) {
        return head(changed.time(), CHANGES, hash)
                .put("event.action", changed.action())
                .put("event.outcome", "success")
                .put("postseal.format", RecordField.FORMAT)
                .put("user.name", changed.actor())
                .put("postseal.object", changed.object())
                .put("postseal.details", changed.details())
                .finish();
    }

    private static byte[] line(AuditEvent.PolicyRead read, Optional<AddressHash> hash) {
        JsonLine line = head(read.time(), CHANGES, hash)
                .put("event.action", read.action())
                .put("event.outcome", read.action().endsWith("-refused") ? "failure" : "success")
                .put("postseal.format", RecordField.FORMAT)
                .put("postseal.trigger", read.trigger())
                .put("postseal.mode", read.mode())
                .put("file.path", read.file())
                .put("file.hash.sha256", read.sha256())
                .put("postseal.policy.before", read.before());
        if (read.errors() > 0) {
            line.put(ERRORS, read.errors());
        }
        return line.put(PROBLEMS, read.problems()).finish();
    }

    private static byte[] line(AuditEvent.GatewayStarted started, Optional<AddressHash> hash) {
        return head(started.time(), CHANGES, hash)
                .put("event.action", "gateway-started")
                .put("event.outcome", "success")
                .put("postseal.format", RecordField.FORMAT)
                .put("service.version", started.version())
                .put("postseal.mode", started.mode())
                .put("file.path", started.file())
                .put("file.hash.sha256", started.sha256())
                .put("postseal.policy.sha256", started.policySha256())
                .put("postseal.shadow.sha256", started.shadowSha256())
                .finish();
    }

    private static byte[] line(AuditEvent.ConfigurationRefused refused, Optional<AddressHash> hash) {
        return head(refused.time(), CHANGES, hash)
                .put("event.action", "configuration-reload-refused")
                .put("event.outcome", "failure")
                .put("postseal.format", RecordField.FORMAT)
                .put("postseal.trigger", refused.trigger())
                .put("file.path", refused.file())
                .put("file.hash.sha256", refused.sha256())
                .put(ERRORS, refused.errors())
                .put(PROBLEMS, refused.problems())
                .finish();
    }

    private static byte[] line(AuditEvent.ConfigurationReloaded reloaded, Optional<AddressHash> hash) {
        return head(reloaded.time(), CHANGES, hash)
                .put("event.action", "configuration-reloaded")
                .put("event.outcome", "success")
                .put("postseal.format", RecordField.FORMAT)
                .put("postseal.trigger", reloaded.trigger())
                .put("file.path", reloaded.file())
                .put("file.hash.sha256", reloaded.sha256())
                .put("postseal.changes", reloaded.changes())
                .put("postseal.waiting", reloaded.waiting())
                .finish();
    }

    private static byte[] line(AuditEvent.NoticeSent notice, Optional<AddressHash> hash) {
        return head(notice.time(), MESSAGES, hash)
                .put("event.action", "notice-sent")
                .put("event.outcome", notice.outcome().startsWith("2") ? "success" : "failure")
                .put("postseal.format", RecordField.FORMAT)
                .put("postseal.queue_id", notice.queueId())
                .put("email.to.address", address(notice.recipient(), hash))
                .put(
                        "postseal.detail",
                        said(notice.outcome(), hash.map(key -> LocalParts.of(List.of(notice.recipient()), key))))
                .finish();
    }

    private static byte[] line(AuditEvent.CheckpointsSeen seen) {
        return new JsonLine()
                .put("@timestamp", seen.time().toString())
                .put("event.action", RecordField.WITNESS)
                .put("event.outcome", "success")
                .put("postseal.format", RecordField.FORMAT)
                .put(RecordField.SEEN, seen.checkpoints())
                .put(RecordField.NODES, seen.nodes())
                .finish();
    }

    private static byte[] line(AuditEvent.RecipientDone done, Optional<AddressHash> hash, Optional<LocalParts> own) {
        JsonLine line = head(done.time(), MESSAGES, hash)
                .put("event.action", RecordField.RECIPIENT_DONE)
                .put("event.outcome", done.delivery().reply().startsWith("2") ? "success" : "failure");
        done.times().ifPresent(times -> line.put("event.duration", times.total()));
        line.put("postseal.format", RecordField.FORMAT)
                .put(RecordField.ADDRESSES, hash.map(_ -> RecordField.HASHED))
                .put("postseal.queue_id", done.message().queueId())
                .put("postseal.upstream_id", done.message().upstreamId())
                .put("email.local_id", done.message().queueId())
                .putAsIs("email.message_id", done.message().messageId())
                .put("email.sender.address", address(done.message().sender(), hash))
                .put("email.to.address", address(done.message().recipient(), hash))
                .put("email.from.address", from(done, hash))
                .put("source.address", done.message().peer())
                .put("postseal.proxy", done.message().proxy())
                .put("postseal.size", done.message().size())
                .put("email.direction", done.decision().direction())
                .put("postseal.direction", done.decision().direction())
                .put("postseal.policy.sha256", done.decision().policySha256());
        done.decision().policyEpoch().ifPresent(epoch -> line.put("postseal.policy.epoch", epoch));
        line.put("rule.id", done.decision().rule())
                .put("postseal.mailbox_policy", done.decision().mailboxPolicy())
                .put("postseal.decision", done.decision().word())
                .put("postseal.protection", done.protection().added())
                .put("postseal.came", done.protection().handled().came())
                .put(HandledText.DONE, done.protection().handled().done())
                .put(HandledText.CLOSED, done.protection().handled().closed())
                .put("postseal.left", done.protection().handled().left())
                .put("postseal.signature", done.protection().signature())
                .put("postseal.signers", done.protection().signers())
                .put(RecordField.SIGNED_PARTS, done.protection().signedParts())
                .put("postseal.certificates", done.protection().certificates())
                .put(RecordField.REJECTED, done.protection().rejected())
                .put("postseal.readers", done.protection().readers())
                .put("postseal.header_protection", done.protection().headerProtection())
                .put("postseal.reason", done.decision().reason())
                .put("postseal.detail", done.decision().detail().map(text -> said(text, own)));
        done.delivery().unit().ifPresent(unit -> line.put("postseal.unit", unit));
        done.delivery().size().ifPresent(size -> line.put("postseal.size_sent", size));
        line.put("postseal.next_hop_reply", done.delivery().nextHopReply().map(text -> said(text, own)))
                .put(
                        RecordField.NEXT_HOP_QUEUE_ID,
                        done.delivery().nextHopReply().flatMap(NextHopQueueId::in))
                .put("postseal.reply", said(done.delivery().reply(), own))
                .put("postseal.journal", done.delivery().journal())
                .put("postseal.steps", done.decision().steps())
                .put("postseal.settings", done.decision().settings());
        done.decision().basis().ifPresent(decided -> {
            decided.facts().forEach((name, values) -> put(line, RecordField.FACTS + name, fact(name, values, hash)));
            line.put(RecordField.DIRECTORY, decided.directory());
            line.put("postseal.old_mail", decided.old());
        });
        done.release()
                .ifPresent(release -> line.put("postseal.held", release.held())
                        .put(
                                RecordField.RELEASED_BY,
                                hash.map(key -> key.name(release.by())).orElse(release.by()))
                        .put("postseal.release_reason", said(release.why(), own)));
        if (done.decision().isObserved()) {
            line.put("postseal.mode", "observe");
        }
        done.decision().shadow().ifPresent(shadow -> add(line, shadow));
        done.message().tls().ifPresent(tls -> add(line, "tls", "client", tls, hash));
        line.put(RecordField.VALIDATION, Validation.texts(done.protection().validations()));
        done.delivery().session().ifPresent(session -> {
            line.put("destination.address", session.address()).put("destination.port", session.port());
            session.tls()
                    .ifPresent(tls -> add(line, "postseal.next_hop.tls", "server", tls, Optional.empty())
                            .put("postseal.next_hop.tls.verified", session.isVerified()));
        });
        done.protection().signer().ifPresent(certificate -> add(line, certificate, hash));
        done.times().ifPresent(times -> line.put(RecordField.STAGES, times.stages()));
        return line.finish();
    }

    private static JsonLine head(Instant time, String dataset, Optional<AddressHash> hash) {
        return new JsonLine(hash)
                .put("@timestamp", time.toString())
                .put("ecs.version", ECS)
                .put("event.kind", "event")
                .put("event.dataset", dataset);
    }

    private static Optional<String> from(AuditEvent.RecipientDone done, Optional<AddressHash> hash) {
        return done.decision()
                .basis()
                .flatMap(decided ->
                        decided.facts().getOrDefault("from", List.of()).stream().findFirst())
                .map(from -> address(from, hash));
    }

    /** Adds TLS of a session. The subject is hashed, since that of a client may name a person. */
    private static JsonLine add(
            JsonLine line, String prefix, String who, AuditEvent.Tls tls, Optional<AddressHash> hash) {
        return line.put(prefix + ".version", tls.version())
                .put(prefix + ".version_protocol", "tls")
                .put(prefix + ".cipher", tls.cipher())
                .put(
                        prefix + "." + who + ".subject",
                        tls.subject()
                                .map(name -> hash.map(key -> key.name(name)).orElse(name)));
    }

    /**
     * Adds a certificate. In a log with hashed addresses the subject is left out, and so is an issuer that is the
     * subject.
     */
    private static void add(JsonLine line, AuditEvent.X509 certificate, Optional<AddressHash> hash) {
        line.put("postseal.x509.sha256", certificate.sha256())
                .put("x509.serial_number", certificate.serialNumber())
                .put(
                        "x509.subject.distinguished_name",
                        Optional.of(certificate.subject()).filter(_ -> hash.isEmpty()))
                .put(
                        "x509.issuer.distinguished_name",
                        Optional.of(certificate.issuer()).filter(_ -> hash.isEmpty() || !certificate.isSelfIssued()))
                .put("x509.not_before", certificate.notBefore().toString())
                .put("x509.not_after", certificate.notAfter().toString())
                .put("x509.public_key_algorithm", certificate.algorithm());
    }

    private static void add(JsonLine line, AuditEvent.Shadow shadow) {
        line.put("postseal.shadow.sha256", shadow.policySha256())
                .put("postseal.shadow.rule", shadow.rule())
                .put("postseal.shadow.decision", shadow.decision())
                .put("postseal.shadow.protection", shadow.protection())
                .put("postseal.shadow.incoming", shadow.incoming())
                .put("postseal.shadow.reason", shadow.reason());
        shadow.differs().ifPresent(differs -> line.put("postseal.shadow.differs", differs));
        line.put("postseal.shadow.detail", shadow.detail());
    }

    /**
     * Returns, by queue id, the addresses that other servers may repeat in what they say of a message. Over SMTP one
     * reply speaks for all recipients.
     */
    private static Map<String, Set<String>> own(List<AuditEvent> events) {
        Map<String, Set<String>> own = new HashMap<>();
        for (AuditEvent event : events) {
            if (event instanceof AuditEvent.RecipientDone done) {
                Set<String> all = own.computeIfAbsent(done.message().queueId(), _ -> new LinkedHashSet<>());
                all.add(done.message().sender());
                all.add(done.message().recipient());
                done.decision().basis().ifPresent(decided -> {
                    all.addAll(decided.facts().getOrDefault("from", List.of()));
                    all.addAll(decided.facts().getOrDefault("authors", List.of()));
                });
            }
        }
        return own;
    }

    private static String address(String whole, Optional<AddressHash> hash) {
        return hash.map(key -> key.of(whole)).orElse(whole);
    }

    private static String said(String text, Optional<LocalParts> own) {
        return own.map(parts -> parts.hiddenIn(text)).orElse(text);
    }

    /**
     * Hashes what names a person in a fact. An issuer may do that too: a self-issued certificate has its owner as
     * issuer.
     */
    private static List<String> fact(String name, List<String> values, Optional<AddressHash> hash) {
        return hash.map(key -> switch (name) {
                    case "from", "authors", "signedBy" ->
                        values.stream().map(key::of).toList();
                    case "authenticated", "signerIssuer" ->
                        values.stream().map(key::name).toList();
                    default -> values;
                })
                .orElse(values);
    }

    private static void put(JsonLine line, String name, List<String> values) {
        if (values.size() == 1) {
            line.put(name, values.getFirst());
        } else {
            line.put(name, values);
        }
    }

    private static final String ERRORS = "postseal.errors";
    private static final String PROBLEMS = "postseal.problems";
    /** The version of the Elastic Common Schema. */
    static final String ECS = "8.17.0";

    private static final String MESSAGES = "postseal.audit";
    private static final String CHANGES = "postseal.admin";
}
