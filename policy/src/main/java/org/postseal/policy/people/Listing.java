package org.postseal.policy.people;

import java.util.Collection;
import java.util.stream.Collectors;

/** Lists values for people, in order, and not more of them than one can read. */
public final class Listing {
    private Listing() {}

    public static String of(Collection<?> all) {
        String first = all.stream().map(Object::toString).sorted().limit(MOST).collect(Collectors.joining(", "));
        return all.isEmpty() ? "nobody" : first + (all.size() > MOST ? " and " + (all.size() - MOST) + " more" : "");
    }

    private static final int MOST = 12;
}
