package org.postseal.gateway.smtp.client;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.postseal.gateway.smtp.Reply;

/**
 * Holds what a peer announced in its reply to EHLO (RFC 5321 §4.1.1.1).
 *
 * @param keywords in upper case, each with its parameters
 */
record Capabilities(Map<String, List<String>> keywords) {
    Capabilities {
        keywords = Map.copyOf(keywords);
    }

    static Capabilities parse(Reply ehlo) {
        Map<String, List<String>> keywords = new HashMap<>();
        for (String line : ehlo.lines().subList(1, ehlo.lines().size())) {
            List<String> words = List.of(line.strip().toUpperCase(Locale.ROOT).split(" +", -1));
            keywords.putIfAbsent(words.getFirst(), words.subList(1, words.size()));
        }
        return new Capabilities(keywords);
    }

    boolean has(String keyword) {
        return keywords.containsKey(keyword);
    }

    /** Returns the attributes that the peer takes in XFORWARD; there are none if it is not announced. */
    Set<String> xforwardAttributes() {
        return Set.copyOf(keywords.getOrDefault("XFORWARD", List.of()));
    }

    /** Returns the mechanisms that the peer takes in AUTH (RFC 4954 §3); there are none if it is not announced. */
    Set<String> authMechanisms() {
        return Set.copyOf(keywords.getOrDefault("AUTH", List.of()));
    }

    /** Returns the largest message in octets (RFC 1870 §4); the result is empty if the peer does not say, or says 0. */
    OptionalLong maximumSize() {
        return keywords.getOrDefault("SIZE", List.of()).stream()
                .limit(1)
                .filter(text -> text.matches("[0-9]{1,18}"))
                .mapToLong(Long::parseLong)
                .filter(size -> size > 0)
                .findFirst();
    }
}
