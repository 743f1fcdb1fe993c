package org.postseal.policy.yaml;

import java.util.LinkedHashMap;
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
        String name = constant.name();
        StringBuilder word = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char letter = name.charAt(i);
            boolean isFirst = i > 0 && name.charAt(i - 1) == '_';
            if (letter != '_') {
                word.append(isFirst ? letter : Character.toLowerCase(letter));
            }
        }
        return word.toString();
    }
}
