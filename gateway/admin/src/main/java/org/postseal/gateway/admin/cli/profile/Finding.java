package org.postseal.gateway.admin.cli.profile;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.gateway.admin.cli.support.Options;

/**
 * Something that breaks a profile, or will.
 *
 * @param about where it was found
 * @param what what it is, and what the profile takes
 * @param since the first day on which it breaks the profile, past or to come; empty if the standard names none
 * @param who whose task it is: {@code admin}, {@code we} or an address
 * @param task what they have to do
 */
record Finding(About about, String what, Optional<LocalDate> since, String who, String task) {
    enum About {
        POLICY,
        KEY,
        TRUST,
        PARTNER,
        LOG
    }

    /** Returns true if the profile is broken on this day, and not only some day. */
    boolean isBroken(LocalDate day) {
        return since.map(first -> !first.isAfter(day)).orElse(true);
    }

    /** Returns the last day on which it is still allowed; empty if it is not. */
    Optional<LocalDate> allowedUntil(LocalDate day) {
        return since.filter(first -> first.isAfter(day)).map(first -> first.minusDays(1));
    }

    Map<String, Object> members(LocalDate day) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("about", Options.word(about));
        members.put("broken", isBroken(day));
        members.put("what", what);
        members.put("since", since);
        members.put("allowedUntil", allowedUntil(day));
        members.put("who", who);
        members.put("task", task);
        return members;
    }
}
