package org.postseal.policy.facts;

import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;

/**
 * The author of a message, as its From fields tell.
 *
 * @param single the address of the single From field; empty with none, several, or one that does not parse
 * @param readings every address that some mail program may take for the author; empty if all programs find
 *     {@code single}, or if there is nothing to find
 */
public record Author(Optional<MailAddress> single, Set<MailAddress> readings) {
    public Author {
        readings = single.map(Set::of).filter(readings::equals).isPresent() ? Set.of() : Set.copyOf(readings);
    }

    /** Returns an author whom all mail programs find, or none. */
    public static Author of(Optional<MailAddress> single) {
        return new Author(single, Set.of());
    }

    /** Returns true if mail programs may show different authors. */
    public boolean isUnclear() {
        return !readings.isEmpty();
    }
}
