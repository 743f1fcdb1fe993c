package org.postseal.policy.facts;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.postseal.certstore.MailAddress;

/**
 * The author of a message, as its From fields tell.
 *
 * @param single the address of the single From field; empty with none, several, or one that does not parse
 * @param readings the addresses that mail programs may take for the author; empty if all programs find
 *     {@code single}, or if there is nothing to find
 * @param isComplete whether no program can find an author who is none of these
 */
public record Author(Optional<MailAddress> single, Set<MailAddress> readings, boolean isComplete) {
    public Author {
        boolean isClear =
                isComplete && single.map(Set::of).filter(readings::equals).isPresent();
        readings = isClear ? Set.of() : Set.copyOf(readings);
    }

    /** Makes an author on whom all mail programs agree; empty if there is no author. */
    public static Author of(Optional<MailAddress> single) {
        return new Author(single, Set.of(), true);
    }

    /** Returns true if mail programs may show different authors. */
    public boolean isUnclear() {
        return !isComplete || !readings.isEmpty();
    }

    /**
     * Returns everybody who may be the sender of a message: the single author, or the reverse path if there is none; or
     * if mail programs may show different authors, each of them and the reverse path.
     *
     * @param isBoth whether the reverse path counts beside a single author too
     */
    public Set<MailAddress> senders(Optional<MailAddress> reversePath, boolean isBoth) {
        if (!isUnclear() && !isBoth) {
            return single.or(() -> reversePath).map(Set::of).orElse(Set.of());
        }
        // The order is always the same, because the questions about groups are recorded.
        Set<MailAddress> senders = new TreeSet<>(Comparator.comparing(MailAddress::key));
        senders.addAll(readings);
        single.ifPresent(senders::add);
        reversePath.ifPresent(senders::add);
        return senders;
    }
}
