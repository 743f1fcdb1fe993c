package org.postseal.policy.exchange;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Values as they come: by name, or by the number that is its place among the names. */
final class Values {
    private Values() {}

    /** The name; empty when it is none of them. PowerShell writes {@code True} and {@code False}; names of enums are taken without regard to case, as it does. */
    static Optional<String> oneOf(List<String> names, boolean isBoolean, String text) {
        if (text.length() == 1 && text.charAt(0) >= '0' && text.charAt(0) < '0' + names.size()) {
            return Optional.of(names.get(text.charAt(0) - '0'));
        }
        String wanted = isBoolean && text.startsWith("$") ? text.substring(1) : text;
        return names.stream().filter(name -> name.equalsIgnoreCase(wanted)).findFirst();
    }

    /** True or false in any of the ways in which they come. */
    static Optional<Boolean> bool(String text) {
        return oneOf(List.of("false", "true"), true, text.toLowerCase(Locale.ROOT))
                .map("true"::equals);
    }
}
