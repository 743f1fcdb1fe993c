package org.postseal.gateway.mail;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postseal.certstore.Domain;
import org.postseal.policy.header.Letters;

/**
 * Reads what the DKIM-Signature fields of a message claim to cover (RFC 6376 §3.5). Whether a signature is good is said
 * by a server that has checked it: {@link AuthenticationResults#passDkim}.
 */
public final class DkimSignatures {
    private DkimSignatures() {}

    /**
     * Returns true if the message has a signature of this very domain, and each of them covers all these fields. So
     * the good one covers them, whichever it is. A field that cannot be read may be of any domain.
     */
    public static boolean cover(HeaderBlock header, Domain signer, Collection<String> names) {
        boolean isFound = false;
        for (HeaderField field : header.fields()) {
            if (!field.mayBe(FIELD)) {
                continue;
            }
            Optional<Map<String, String>> tags =
                    field.is(FIELD) && !field.isMalformed() ? tags(field.unfolded()) : Optional.empty();
            Optional<Domain> domain = tags.flatMap(read -> Domain.parse(read.getOrDefault("d", "")));
            if (domain.isEmpty()) {
                return false;
            }
            if (domain.get().equals(signer)) {
                if (!covered(tags.get()).containsAll(names)) {
                    return false;
                }
                isFound = true;
            }
        }
        return isFound;
    }

    private static Set<String> covered(Map<String, String> tags) {
        return Arrays.stream(tags.getOrDefault("h", "").split(":", -1))
                .map(Letters::lower)
                .collect(Collectors.toSet());
    }

    /** Returns the tags without blanks; the result is empty if one stands twice or has no value (RFC 6376 §3.2). */
    private static Optional<Map<String, String>> tags(String text) {
        Map<String, String> tags = new HashMap<>();
        List<String> all = Arrays.asList(BLANKS.matcher(text).replaceAll("").split(";", -1));
        // Behind the last tag, a semicolon may stand.
        boolean isEnded = all.size() > 1 && all.getLast().isEmpty();
        for (String tag : isEnded ? all.subList(0, all.size() - 1) : all) {
            int equals = tag.indexOf('=');
            if (equals < 1 || tags.put(tag.substring(0, equals), tag.substring(equals + 1)) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(tags);
    }

    private static final String FIELD = "DKIM-Signature";
    private static final Pattern BLANKS = Pattern.compile("[ \\t]++");
}
