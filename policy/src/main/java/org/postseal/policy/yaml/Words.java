package org.postseal.policy.yaml;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The words an enum's constants are written as in YAML: {@code NULL_SENDER} is {@code nullSender}. */
public final class Words {
    private Words() {}

    /** Each constant by its word, in declared order. */
    public static <E extends Enum<E>> Map<String, E> of(Class<E> type) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            words.put(word(constant), constant);
        }
        return words;
    }

    /** The word for one constant. */
    public static String word(Enum<?> constant) {
        StringBuilder word = new StringBuilder();
        for (String part : constant.name().split("_", -1)) {
            String lower = part.toLowerCase(Locale.ROOT);
            word.append(word.isEmpty() ? lower : part.charAt(0) + lower.substring(1));
        }
        return word.toString();
    }
}
