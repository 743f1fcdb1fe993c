package org.postseal.policy.cases;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;

/**
 * Answers by address. An entry is for one address, for a domain, for everything below a domain, or for everybody
 * ({@code *}); the most specific entry counts. Immutable.
 */
final class Answers<T> {
    private final Map<String, T> byName;

    Answers(Map<String, T> byName) {
        this.byName = Map.copyOf(byName);
    }

    /**
     * Returns the name that an entry is kept under; empty if it is not an address, a domain, {@code *.domain} or
     * {@code *}.
     */
    static Optional<String> name(String written) {
        if (written.equals(EVERYBODY)) {
            return Optional.of(EVERYBODY);
        }
        if (written.startsWith(BELOW)) {
            return Domain.parse(written.substring(BELOW.length())).map(domain -> BELOW + domain.ascii());
        }
        return written.contains("@")
                ? MailAddress.parse(written).map(MailAddress::key)
                : Domain.parse(written).map(Domain::ascii);
    }

    Optional<T> of(MailAddress address) {
        T answer = byName.get(address.key());
        if (answer == null) {
            answer = byName.get(address.domain().ascii());
        }
        String domain = address.domain().ascii();
        for (int dot = domain.indexOf('.'); answer == null && dot >= 0; dot = domain.indexOf('.', dot + 1)) {
            answer = byName.get(BELOW + domain.substring(dot + 1));
        }
        return Optional.ofNullable(answer == null ? byName.get(EVERYBODY) : answer);
    }

    /** Returns these answers, and the others' answers for names that these do not have. */
    Answers<T> over(Answers<T> others) {
        Map<String, T> all = new HashMap<>(others.byName);
        all.putAll(byName);
        return new Answers<>(all);
    }

    private static final String EVERYBODY = "*";
    private static final String BELOW = "*.";
}
