package org.postseal.gateway.admin.cli.held;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postseal.gateway.admin.cli.support.Words;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.held.HeldCopy;

/** Shows held mail to people and to programs. */
final class HeldView {
    private HeldView() {}

    static Map<String, Object> members(HeldItem item) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", item.id());
        members.put("state", state(item.state()));
        item.copy().ifPresent(copy -> {
            members.put("at", copy.at());
            members.put("expires", copy.expires());
            members.put("reason", copy.reason());
            members.put(
                    "rules",
                    copy.rules().stream()
                            .filter(rule -> !rule.isEmpty())
                            .distinct()
                            .toList());
            members.put("policy", copy.policy());
            members.put("sender", copy.envelope().reversePath().wire());
            members.put(
                    "recipients",
                    copy.envelope().recipients().stream()
                            .map(recipient -> recipient.address().toString())
                            .toList());
            members.put("queueId", copy.envelope().queueId());
            origin(members, copy.envelope().peer());
        });
        item.from().ifPresent(from -> members.put("from", from));
        item.subject().ifPresent(subject -> members.put("subject", subject));
        return members;
    }

    private static void origin(Map<String, Object> members, Peer peer) {
        members.put("role", Words.word(peer.role()));
        members.put("peer", peer.address().getHostString());
        peer.login().ifPresent(login -> members.put("login", login.user()));
        peer.xforward().flatMap(client -> client.address()).ifPresent(address -> members.put("client", address));
    }

    static String state(HeldItem.State state) {
        return Words.word(state);
    }

    /** Returns the recipients on one line. */
    static String recipients(HeldCopy copy) {
        return copy.envelope().recipients().stream()
                .map(Recipient::address)
                .map(Object::toString)
                .collect(Collectors.joining(", "));
    }

    /** Returns a value of {@link #members} on one line. */
    static String text(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : value.toString();
    }

    static String or(Optional<String> text) {
        return text.orElse("-");
    }
}
