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
 * The few words that an option takes, and what each means. Another one is refused with all of them, and with the nearest where one is near.
 *
 * <p>An option whose type is an enum needs no converter: {@link #register} gives it one, by the enum's names in lower case with hyphens.
 */
public final class Words<T> implements ITypeConverter<T> {
    private final Map<String, T> meanings;

    private Words(Map<String, T> meanings) {
        this.meanings = meanings;
    }

    /** The names of these in lower case with hyphens, in this order. */
    public static <E extends Enum<E>> Words<E> of(Collection<E> values) {
        return of(values, Words::word);
    }

    /** A word for each of these, in this order. */
    public static <T> Words<T> of(Collection<T> values, Function<T, String> word) {
        Map<String, T> meanings = new LinkedHashMap<>();
        values.forEach(each -> meanings.put(word.apply(each), each));
        return new Words<>(meanings);
    }

    /** The words, with commas between. */
    public String list() {
        return String.join(", ", meanings.keySet());
    }

    /** What a word means. */
    public Optional<T> find(String text) {
        return Optional.ofNullable(meanings.get(text));
    }

    /** What is wrong with a word that is none of these. */
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

    /** {@code (nearest: NAME)} with a blank before it, where one is near. */
    public static String nearest(String text, Collection<String> all) {
        return Nearest.of(text, all).map(name -> " (nearest: " + name + ")").orElse("");
    }

    /** Has every option and parameter of an enum's type, of this command and all below it, read the enum's words. */
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

    @SuppressWarnings("unchecked") // of an enum's class
    private static <T> void registerOne(CommandLine command, Class<?> type) {
        if (type.isEnum()) {
            Class<T> same = (Class<T>) type;
            List<T> all = List.of(Objects.requireNonNull(same.getEnumConstants()));
            command.registerConverter(same, of(all, each -> word((Enum<?>) each)));
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
