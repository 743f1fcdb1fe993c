package org.postseal.policy.people;

import java.util.regex.Pattern;

/** Checks the names that an admin chooses in a policy. They go to logs, explanations and metrics. */
public final class Names {
    private Names() {}

    public static boolean isName(String text) {
        return PATTERN.matcher(text).matches();
    }

    public static final String RULE =
            "a name is 1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit first";

    /** The pattern of a name, for editors. */
    public static final String WHOLE = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";

    private static final Pattern PATTERN = Pattern.compile(WHOLE);

    /** The prefix of a group's name where people may be named too. */
    public static final String GROUP = "group:";
}
