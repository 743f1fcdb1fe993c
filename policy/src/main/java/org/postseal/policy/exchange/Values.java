package org.postseal.policy.exchange;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds values by their name, or by the number that is their index among the names. */
final class Values {
    private Values() {}

    /**
     * Returns the name; empty if there is none. Case does not matter, as in PowerShell, which writes {@code True} and
     * {@code False}.
     */
    static Optional<String> oneOf(List<String> names, boolean isBoolean, String text) {
        if (text.length() == 1 && text.charAt(0) >= '0' && text.charAt(0) < '0' + names.size()) {
            return Optional.of(names.get(text.charAt(0) - '0'));
        }
        String wanted = isBoolean && text.startsWith("$") ? text.substring(1) : text;
        return names.stream().filter(name -> name.equalsIgnoreCase(wanted)).findFirst();
    }

    /** Reads true or false in any of the ways in which Exchange writes them. */
    static Optional<Boolean> bool(String text) {
        return oneOf(List.of("false", "true"), true, text.toLowerCase(Locale.ROOT))
                .map("true"::equals);
    }
}
