package org.postseal.policy.settings;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A named set of values for {@code profile}. A profile with a year or a number in its name is that edition of a
 * standard, and never changes; a new edition gets a name of its own. What each of them says is in {@link ProfileTable}.
 */
public enum Profile {
    MODERN("modern"),
    OUTLOOK_COMPATIBLE("outlook-compatible"),
    BSI_TR_02102_2026("bsi-tr-02102-2026"),
    CNSA_1("cnsa-1"),
    CNSA_2("cnsa-2"),
    EDI_ENERGY_2025("edi-energy-2025"),
    DANISH_EDAG2("danish-edag2");

    private final String word;

    Profile(String word) {
        this.word = word;
    }

    /** Returns the name in the policy. */
    public String word() {
        return word;
    }

    public static final Map<String, Profile> WORDS = Arrays.stream(values())
            .collect(Collectors.toMap(Profile::word, Function.identity(), (one, _) -> one, LinkedHashMap::new));

    /** The profiles by the names that they had before a standard's edition was part of the name. */
    public static final Map<String, Profile> RENAMED =
            Map.of("bsi-tr-02102", BSI_TR_02102_2026, "cnsa", CNSA_1, "edi-energy", EDI_ENERGY_2025);
}
