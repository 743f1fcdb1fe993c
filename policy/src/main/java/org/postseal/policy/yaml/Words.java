package org.postseal.policy.yaml;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Turns an enum's constants into the words that YAML uses for them: {@code NULL_SENDER} is {@code nullSender}. */
public final class Words {
    private Words() {}

    /** Returns each constant by its word, in declared order. */
    public static <E extends Enum<E>> Map<String, E> of(Class<E> type) {
        return of(type, Words::word);
    }

    /** Returns each constant by a word of its own, in declared order. */
    public static <E extends Enum<E>> Map<String, E> of(Class<E> type, Function<E, String> word) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            words.put(word.apply(constant), constant);
        }
        return words;
    }

    public static String word(Enum<?> constant) {
        StringBuilder word = new StringBuilder();
        for (String part : constant.name().split("_", -1)) {
            String lower = part.toLowerCase(Locale.ROOT);
            word.append(word.isEmpty() ? lower : part.charAt(0) + lower.substring(1));
        }
        return word.toString();
    }
}
