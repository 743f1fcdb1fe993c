package org.postseal.gateway.admin.cli.support;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.postseal.policy.yaml.Nearest;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * The few words that an option takes, and what each means. A wrong word is refused with a message that lists them all,
 * and that names the nearest if one is near.
 *
 * <p>An option whose type is an enum needs no converter of its own: {@link #register} gives it one for the enum's names
 * in lower case with hyphens.
 */
public final class Words<T> implements ITypeConverter<T> {
    private final Map<String, T> meanings;

    private Words(Map<String, T> meanings) {
        this.meanings = meanings;
    }

    /** Takes the names of these values in lower case with hyphens, in this order. */
    public static <E extends Enum<E>> Words<E> of(Collection<E> values) {
        return of(values, Words::word);
    }

    /** Takes a word for each of these values, in this order. */
    public static <T> Words<T> of(Collection<T> values, Function<T, String> word) {
        Map<String, T> meanings = new LinkedHashMap<>();
        values.forEach(each -> meanings.put(word.apply(each), each));
        return new Words<>(meanings);
    }

    /** Returns what a word means; empty if it is none of the words. */
    public Optional<T> find(String text) {
        return Optional.ofNullable(meanings.get(text));
    }

    /** Returns the message that refuses a word. */
    public String refusal(String text) {
        List<String> all = List.copyOf(meanings.keySet());
        String last = all.getLast();
        String others = String.join(", ", all.subList(0, all.size() - 1));
        return "must be " + (others.isEmpty() ? last : others + " or " + last) + ", not '" + text + "'"
                + nearest(text, all);
    }

    @Override
    public T convert(String text) {
        return find(text).orElseThrow(() -> new TypeConversionException(refusal(text)));
    }

    /** Returns {@code (nearest: NAME)} with a blank before it, or nothing if no word is near. */
    public static String nearest(String text, Collection<String> all) {
        return Nearest.of(text, all).map(name -> " (nearest: " + name + ")").orElse("");
    }

    /**
     * Gives every option and parameter of an enum type a converter for the enum's words, in this command and all below
     * it.
     */
    public static void register(CommandLine command) {
        types(command).distinct().forEach(type -> registerOne(command, type));
    }

    private static Stream<Class<?>> types(CommandLine command) {
        return Stream.concat(
                command.getCommandSpec().args().stream()
                        .map(ArgSpec::auxiliaryTypes)
                        .flatMap(Stream::of),
                command.getSubcommands().values().stream().flatMap(Words::types));
    }

    @SuppressWarnings("unchecked") // the class is an enum's
    private static <T> void registerOne(CommandLine command, Class<?> type) {
        if (type.isEnum()) {
            Class<T> same = (Class<T>) type;
            List<T> all = List.of(Objects.requireNonNull(same.getEnumConstants()));
            command.registerConverter(same, of(all, each -> word((Enum<?>) each)));
        }
    }

    /** Returns the name of a value in lower case with hyphens. */
    public static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
