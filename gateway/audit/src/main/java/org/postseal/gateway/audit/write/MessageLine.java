package org.postseal.gateway.audit.write;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.record.AddressHash;
import org.postseal.gateway.audit.record.JsonLine;
import org.postseal.gateway.audit.record.VisibleText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what became of a message as one line of the operational log: {@code QUEUE-ID: client=... from=<...> size=N ...
 * to=<...> decision=... status=...}. It is to be read beside the lines of Postfix. The only text of strangers in it is
 * addresses and the upstream's queue id. In these, spaces, angle brackets, commas and all that {@link VisibleText}
 * escapes are escapes, so that no sender can forge a field. Addresses are hashed if they are hashed in the audit log.
 */
final class MessageLine {
    private MessageLine() {}

    /** Writes a line for each message among the events, which are on disk by then. */
    static void log(List<AuditEvent> events, Optional<AddressHash> hash) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        Map<String, List<AuditEvent.RecipientDone>> messages = new LinkedHashMap<>();
        for (AuditEvent event : events) {
            if (event instanceof AuditEvent.RecipientDone done) {
                messages.computeIfAbsent(done.message().queueId(), _ -> new ArrayList<>())
                        .add(done);
            }
        }
        messages.forEach(
                (queueId, all) -> LOG.atInfo().addKeyValue(QUEUE_ID, queueId).log("{}: {}", queueId, of(all, hash)));
    }

    private static String of(List<AuditEvent.RecipientDone> all, Optional<AddressHash> hash) {
        AuditEvent.RecipientDone first = all.getFirst();
        StringBuilder line = new StringBuilder();
        first.message()
                .upstreamId()
                .ifPresent(id -> line.append("upstream=").append(word(id)).append(' '));
        line.append("client=").append(word(first.message().peer()));
        line.append(" from=").append(address(first.message().sender(), hash));
        line.append(" size=").append(first.message().size());
        if (!first.decision().direction().isEmpty()) {
            line.append(" dir=").append(first.decision().direction());
        }
        if (first.decision().isObserved()) {
            line.append(" mode=observe");
        }
        first.times().ifPresent(times -> line.append(" delay=").append(seconds(times.total())));
        // Recipients with the same outcome are listed together.
        Map<String, List<String>> recipients = new LinkedHashMap<>();
        all.forEach(done -> recipients
                .computeIfAbsent(fate(done), _ -> new ArrayList<>())
                .add(done.message().recipient()));
        int left = MOST_FATES;
        for (Map.Entry<String, List<String>> alike : recipients.entrySet()) {
            if (left-- == 0) {
                line.append(" and ").append(recipients.size() - MOST_FATES).append(" more outcomes");
                break;
            }
            line.append(" to=").append(to(alike.getValue(), hash)).append(alike.getKey());
        }
        return line.toString();
    }

    /** Returns seconds with two decimal places. */
    private static String seconds(long nanoseconds) {
        long hundredths = Math.round(nanoseconds / 1e7);
        long rest = hundredths % 100;
        return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest;
    }

    private static String to(List<String> recipients, Optional<AddressHash> hash) {
        String some = recipients.stream()
                .limit(MOST_RECIPIENTS)
                .map(recipient -> address(recipient, hash))
                .collect(Collectors.joining(","));
        int more = recipients.size() - MOST_RECIPIENTS;
        return more > 0 ? some + ",+" + more : some;
    }

    private static String fate(AuditEvent.RecipientDone done) {
        String reply = done.delivery().reply();
        Matcher said = REPLY.matcher(reply);
        return " decision=" + done.decision().word()
                + done.decision().reason().map(reason -> " reason=" + reason).orElse("")
                + done.delivery()
                        .session()
                        .map(session -> " relay=" + word(session.address()) + ":" + session.port())
                        .orElse("")
                + (said.lookingAt() ? " dsn=" + said.group(1) : "")
                + " status="
                + switch (reply.isEmpty() ? '4' : reply.charAt(0)) {
                    case '2' -> "sent";
                    case '5' -> "refused";
                    default -> "deferred";
                };
    }

    private static String address(String whole, Optional<AddressHash> hash) {
        String bare = whole.startsWith("<") && whole.endsWith(">") ? whole.substring(1, whole.length() - 1) : whole;
        return "<"
                + word(hash.filter(_ -> !bare.isEmpty())
                        .map(key -> key.of(bare))
                        .orElse(bare)) + ">";
    }

    /** Escapes what would end a value. */
    private static String word(String text) {
        String visible = VisibleText.of(text.length() > MAX ? text.substring(0, MAX) + JsonLine.CUT : text);
        StringBuilder word = new StringBuilder(visible.length());
        for (int i = 0; i < visible.length(); i++) {
            char c = visible.charAt(i);
            if (Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '<' || c == '>' || c == ',') {
                word.append(String.format("\\u%04x", (int) c));
            } else {
                word.append(c);
            }
        }
        return word.toString();
    }

    private static final Logger LOG = LoggerFactory.getLogger("org.postseal.gateway.message");
    private static final Pattern REPLY = Pattern.compile("[245][0-9]{2} ([245]\\.[0-9]{1,3}\\.[0-9]{1,3})\\b");
    private static final int MOST_RECIPIENTS = 20;
    private static final int MOST_FATES = 8;
    // RFC 5321 §4.5.3.1.3 limits a path to 256 octets.
    private static final int MAX = 320;
    /** The key of the structured value beside the text. */
    private static final String QUEUE_ID = "queueId";
}
