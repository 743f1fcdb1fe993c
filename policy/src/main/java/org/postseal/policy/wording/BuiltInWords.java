package org.postseal.policy.wording;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.outcome.Reason;

/** Finds the built-in words. */
public final class BuiltInWords {
    private BuiltInWords() {}

    /** Returns the words of a language; those in English if there are none. */
    static Phrases in(String language) {
        return BY_LANGUAGE.getOrDefault(language, English.PHRASES);
    }

    /** Returns true if there are words in this language. */
    public static boolean has(String language) {
        return BY_LANGUAGE.containsKey(language);
    }

    /**
     * Returns the reason in whose words people hear of this one: reasons with one public text have one set of words, so
     * that no words tell them apart. Empty if nobody can do anything about the reason.
     */
    static Optional<Reason> told(Reason reason) {
        return WORDED.stream()
                .filter(other -> other.publicText().equals(reason.publicText()))
                .findFirst();
    }

    /** These reasons have words. */
    public static final List<Reason> WORDED = Arrays.stream(Reason.values())
            .filter(English.PHRASES.sentences()::containsKey)
            .toList();

    /** English is the last resort, and its words are ASCII. */
    public static final String ENGLISH = "en";

    /** These languages have words. */
    public static final List<String> LANGUAGES = List.of(ENGLISH, "de", "fr");

    private static final Map<String, Phrases> BY_LANGUAGE =
            Map.of(ENGLISH, English.PHRASES, "de", German.PHRASES, "fr", French.PHRASES);
}
