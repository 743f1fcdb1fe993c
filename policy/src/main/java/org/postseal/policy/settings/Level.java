package org.postseal.policy.settings;

/**
 * The level that gave a setting.
 *
 * @param name as problems and explanations say it, such as {@code mailbox policy finance}; empty for built-in values
 */
public record Level(Rank rank, String name) {
    static final Level BUILT_IN = new Level(Rank.BUILT_IN, "");

    /** The ranks of levels, from the most general to the most specific; each outranks those before it. */
    public enum Rank {
        BUILT_IN("built-in"),
        SMIME("smime"),
        ORGANISATION("organisation"),
        DOMAIN("domain"),
        GROUP("group"),
        USER("user"),
        PARTNER("partner"),
        RULE("rule");

        private final String word;

        Rank(String word) {
            this.word = word;
        }
    }

    static Level smime(String parameter) {
        return new Level(Rank.SMIME, parameter);
    }

    static Level partner(String name) {
        return new Level(Rank.PARTNER, Rank.PARTNER.word + " " + name);
    }

    public static Level rule(String id) {
        return new Level(Rank.RULE, "rule " + id);
    }

    public boolean isBuiltIn() {
        return rank == Rank.BUILT_IN;
    }

    @Override
    public String toString() {
        return switch (rank) {
            case BUILT_IN -> rank.word;
            case SMIME -> rank.word + ": " + name;
            case PARTNER, RULE -> name;
            case ORGANISATION, DOMAIN, GROUP, USER -> rank.word + ": " + name;
        };
    }
}
