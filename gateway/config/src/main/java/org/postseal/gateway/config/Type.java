package org.postseal.gateway.config;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.postseal.certstore.AddressRange;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** The type of a key: it reads the value, or adds a problem that says what is wrong with it. */
@FunctionalInterface
interface Type<T> {
    /** Reads the value. If it is wrong, adds a problem and returns nothing. */
    Optional<T> read(YamlValue value);

    static Type<Boolean> bool() {
        return YamlValue::bool;
    }

    static Type<Integer> whole(int least, int most) {
        return value -> value.integer(least, most);
    }

    static Type<Long> whole(long least, long most) {
        return value -> value.number(least, most);
    }

    static Type<Duration> time(Duration least, Duration most) {
        return value -> value.duration(least, most);
    }

    /** Takes a constant of an enum by its word: {@code ON_CHANGE} is written {@code onChange}. */
    static <E extends Enum<E>> Type<E> word(Class<E> type) {
        return value -> value.word(type);
    }

    /** Takes one of these words. */
    static Type<String> word(Collection<String> words) {
        Map<String, String> all = new LinkedHashMap<>();
        words.forEach(word -> all.put(word, word));
        return value -> value.word(all);
    }

    /** Takes a text that the parser accepts; {@code what} completes the message "must be …". */
    static <T> Type<T> text(String what, Function<String, Optional<T>> parser) {
        return value -> value.parsed(what, parser);
    }

    static Type<AddressRange> addressRange() {
        return YamlValue::addressRange;
    }

    /** Takes a text that the expression matches; {@code what} completes the message "must be …". */
    static Type<String> matching(String what, String expression) {
        return text(what, text -> Optional.of(text).filter(found -> found.matches(expression)));
    }

    /** Takes a mapping. A key that the reader does not ask for is an error. */
    static <T> Type<T> section(Function<Section, Optional<T>> reader) {
        return value -> value.mapping().flatMap(mapping -> {
            Section section = new Section(mapping);
            Optional<T> read = reader.apply(section);
            section.close();
            return read;
        });
    }

    /** Takes a mapping whose keys are names that the administrator chose. Wrong items are left out. */
    static <T> Type<List<T>> named(Function<String, Type<T>> item) {
        return value -> value.mapping()
                .map(YamlMapping::all)
                .map(all -> all.entrySet().stream()
                        .flatMap(entry -> item.apply(entry.getKey()).read(entry.getValue()).stream())
                        .toList());
    }

    /** Takes a list. Wrong items are left out. */
    static <T> Type<List<T>> list(Type<T> item) {
        return value -> Optional.of(value.list())
                .filter(_ -> value.isList())
                .map(items ->
                        items.stream().flatMap(one -> item.read(one).stream()).toList());
    }

    /** Takes a list that is not empty, or a single value in its place. Returns nothing if an item is wrong. */
    static <T> Type<List<T>> oneOrMore(Type<T> item) {
        return value -> {
            List<YamlValue> items = value.oneOrMore();
            List<T> read =
                    items.stream().flatMap(one -> item.read(one).stream()).toList();
            return Optional.of(read).filter(all -> !all.isEmpty() && all.size() == items.size());
        };
    }

    /** Takes the same as {@link #oneOrMore}, but an item that is there twice is an error. */
    static <T> Type<List<T>> distinct(Type<T> item) {
        return value -> {
            Set<T> seen = new HashSet<>();
            return oneOrMore(item.refusing(one -> !seen.add(one), "is there twice"))
                    .read(value);
        };
    }

    /** Returns this type, for which some values are an error. */
    default Type<T> refusing(Predicate<T> wrong, String message) {
        return value -> read(value).filter(found -> {
            boolean isWrong = wrong.test(found);
            if (isWrong) {
                value.error(message);
            }
            return !isWrong;
        });
    }

    /** Returns this type, which warns about some values. */
    default Type<T> warning(Predicate<T> doubtful, String message) {
        return value -> {
            Optional<T> read = read(value);
            read.filter(doubtful).ifPresent(_ -> value.warning(message));
            return read;
        };
    }
}
