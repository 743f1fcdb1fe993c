package org.postseal.policy.yaml;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.AddressRange;

/**
 * One value of a YAML file with its line and dotted key. Each reading method returns the value in the wanted type, or
 * adds a problem and returns nothing. So a caller can read on, and an admin sees all problems at once.
 */
public final class YamlValue {
    private final Node node;
    private final int line;
    private final String key;
    private final Problems problems;

    YamlValue(Node node, int line, String key, Problems problems) {
        this.node = node;
        this.line = line;
        this.key = key;
        this.problems = problems;
    }

    /** Returns the line of the value's key, or of the value itself in a list; from 1. */
    public int line() {
        return line;
    }

    /** Returns the dotted path, such as {@code listeners[1].address}. */
    public String key() {
        return key;
    }

    public boolean isSingle() {
        return node instanceof Node.Scalar scalar && !scalar.isNull();
    }

    /** Returns true for an unquoted {@code true} or {@code false}. */
    public boolean isBool() {
        return node instanceof Node.Scalar scalar && scalar.plain() && isBool(scalar.text());
    }

    public boolean isList() {
        return node instanceof Node.Sequence;
    }

    public boolean isMapping() {
        return node instanceof Node.Mapping;
    }

    /** Returns true if the value is missing or {@code null}, as JSON writes it. */
    public boolean isNull() {
        return node instanceof Node.Scalar scalar && scalar.isNull();
    }

    /** Returns a single value as it is written, whatever its type; empty for null, lists and mappings. */
    public Optional<String> text() {
        return node instanceof Node.Scalar scalar && !scalar.isNull() ? Optional.of(scalar.text()) : Optional.empty();
    }

    /** Adds a problem about this value that stops the start. */
    public void error(String message) {
        problems.error(line, key, message);
    }

    /** Adds a problem about this value that is only reported. */
    public void warning(String message) {
        problems.warning(line, key, message);
    }

    /** Adds a problem about this value that is only reported, and only from a day on. */
    public void warningFrom(LocalDate day, String message) {
        problems.warningFrom(day, line, key, message);
    }

    /**
     * Reads text that is not empty. Numbers count as text ({@code OWASigningAlgorithms: 8004}); an unquoted true or
     * false does not.
     */
    public Optional<String> string() {
        return scalar("text").flatMap(scalar -> {
            if (scalar.text().isBlank()) {
                return refuse("is empty");
            }
            return scalar.plain() && isBool(scalar.text())
                    ? refuse("must be text, not " + scalar.text() + "; put it in quotes if it is meant")
                    : Optional.of(scalar.text());
        });
    }

    /** Reads text that may be empty if it is quoted. */
    public Optional<String> possiblyEmpty() {
        return node instanceof Node.Scalar scalar
                        && !scalar.plain()
                        && scalar.text().isEmpty()
                ? Optional.of("")
                : string();
    }

    /** Reads text and parses it; {@code what} completes "must be". */
    public <T> Optional<T> parsed(String what, Function<String, Optional<T>> parser) {
        return string().flatMap(
                        text -> parser.apply(text).or(() -> refuse("must be " + what + ", not '" + clean(text) + "'")));
    }

    /** Reads an IP address, or a range of them that is written with its first address: anything else is a slip. */
    public Optional<AddressRange> addressRange() {
        return parsed("an IP address or a range such as 192.0.2.0/24 or 2001:db8::/32", AddressRange::parse)
                .flatMap(range -> range.equals(range.fromFirst())
                        ? Optional.of(range)
                        : refuse("must be the first address of the range, " + range.fromFirst()
                                + ", or an address alone, not '" + range + "'"));
    }

    /** Reads true or false as YAML 1.2 writes them; it refuses {@code yes}, {@code on} and the like. */
    public Optional<Boolean> bool() {
        return scalar("true or false")
                .flatMap(scalar -> scalar.plain() && isBool(scalar.text())
                        ? Optional.of(
                                scalar.text().charAt(0) == 't' || scalar.text().charAt(0) == 'T')
                        : refuse("must be true or false, not '" + clean(scalar.text()) + "'"));
    }

    /** Reads a decimal number within these bounds, both included. */
    public Optional<Long> number(long least, long most) {
        String what = least == most ? String.valueOf(least) : "a whole number from " + least + " to " + most;
        return scalar(what).flatMap(scalar -> {
            String text = scalar.text();
            if (scalar.plain() && text.length() <= 18 && isDecimal(text)) {
                long number = Long.parseLong(text);
                if (number >= least && number <= most) {
                    return Optional.of(number);
                }
            }
            return refuse("must be " + what + ", not '" + clean(text) + "'" + numberHint(scalar));
        });
    }

    /** Says how to write what somebody most likely means; empty if nobody can know. */
    private static String numberHint(Node.Scalar scalar) {
        if (!scalar.plain() && isDecimal(scalar.text())) {
            return " in quotes";
        }
        Matcher size = SIZE.matcher(scalar.text());
        if (!size.matches()) {
            return "";
        }
        int power = 1 + "kmg".indexOf(size.group(2).toLowerCase(Locale.ROOT));
        return "; write " + (Long.parseLong(size.group(1)) << (10 * power));
    }

    /** Reads an int as {@link #number} does. */
    public Optional<Integer> integer(int least, int most) {
        return number(least, most).map(Math::toIntExact);
    }

    /**
     * Reads a time such as {@code 500ms}, {@code 3s}, {@code 15m}, {@code 24h} or {@code 7d} within these bounds, both
     * included.
     */
    public Optional<Duration> duration(Duration least, Duration most) {
        String what = "a time from " + text(least) + " to " + text(most) + " such as 500ms, 3s, 15m, 24h or 7d";
        return scalar(what)
                .flatMap(scalar -> duration(scalar.text())
                        .filter(found -> found.compareTo(least) >= 0 && found.compareTo(most) <= 0)
                        .or(() -> refuse("must be " + what + ", not '" + clean(scalar.text()) + "'")));
    }

    /** Reads one of these words; the error for another word names the nearest. */
    public <T> Optional<T> word(Map<String, T> words) {
        return scalar("one of " + String.join(", ", words.keySet())).flatMap(scalar -> {
            T value = words.get(scalar.text());
            return value != null
                    ? Optional.of(value)
                    : refuse("unknown value '" + clean(scalar.text()) + "'"
                            + Nearest.hint(scalar.text(), words.keySet()));
        });
    }

    /**
     * Reads one of these words, as {@link #word(Map)} does, or one of these codes. An error does not suggest the codes.
     */
    public <T> Optional<T> word(Map<String, T> words, Map<String, T> codes) {
        return code(codes).or(() -> word(words));
    }

    /** Reads true or false, as {@link #bool()} does, or one of these codes. */
    public Optional<Boolean> bool(Map<String, Boolean> codes) {
        return code(codes).or(this::bool);
    }

    private <T> Optional<T> code(Map<String, T> codes) {
        return node instanceof Node.Scalar scalar && scalar.plain()
                ? Optional.ofNullable(codes.get(scalar.text()))
                : Optional.empty();
    }

    /** Reads an enum constant by its word, see {@link Words}. */
    public <E extends Enum<E>> Optional<E> word(Class<E> type) {
        return word(Words.of(type));
    }

    public Optional<YamlMapping> mapping() {
        return node instanceof Node.Mapping mapping
                ? Optional.of(new YamlMapping(this, mapping, problems))
                : refuse(mustBe("a mapping"));
    }

    /** Returns the items of a list; for another value it adds a problem and returns none. */
    public List<YamlValue> list() {
        if (node instanceof Node.Sequence sequence) {
            return items(sequence);
        }
        error(mustBe("a list"));
        return List.of();
    }

    /** Returns the items of a list, or the single value itself; an empty list is an error. */
    public List<YamlValue> oneOrMore() {
        if (node instanceof Node.Sequence sequence) {
            if (sequence.items().isEmpty()) {
                error("is an empty list");
            }
            return items(sequence);
        }
        if (node instanceof Node.Scalar scalar && scalar.isNull()) {
            error("has no value");
            return List.of();
        }
        return List.of(this);
    }

    /** Makes text fit for one line of a terminal or log: it replaces control characters and bounds the length. */
    public static String clean(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints().limit(LONGEST_SHOWN).forEach(c -> clean.appendCodePoint(isShown(c) ? c : '?'));
        return text.codePointCount(0, text.length()) > LONGEST_SHOWN
                ? clean.append('…').toString()
                : clean.toString();
    }

    static String below(String path, String name) {
        return path.isEmpty() ? clean(name) : path + "." + clean(name);
    }

    private List<YamlValue> items(Node.Sequence sequence) {
        List<YamlValue> items = new ArrayList<>();
        for (Node item : sequence.items()) {
            items.add(new YamlValue(item, item.line(), key + "[" + items.size() + "]", problems));
        }
        return items;
    }

    private Optional<Node.Scalar> scalar(String what) {
        return node instanceof Node.Scalar scalar && !scalar.isNull() ? Optional.of(scalar) : refuse(mustBe(what));
    }

    private String mustBe(String what) {
        return node instanceof Node.Scalar scalar && scalar.isNull()
                ? "has no value"
                : "must be " + what + ", not " + node.kind();
    }

    private <T> Optional<T> refuse(String message) {
        error(message);
        return Optional.empty();
    }

    // This is the core schema of YAML 1.2 (§10.3.2).
    private static boolean isBool(String text) {
        return switch (text) {
            case "true", "True", "TRUE", "false", "False", "FALSE" -> true;
            default -> false;
        };
    }

    private static Optional<Duration> duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.ofNullable(UNITS.get(matcher.group(2)))
                .map(unit -> unit.multipliedBy(Long.parseLong(matcher.group(1))));
    }

    // Picks the largest unit that divides the duration without a rest.
    private static String text(Duration duration) {
        Map.Entry<String, Duration> last = UNITS.firstEntry();
        for (Map.Entry<String, Duration> unit : UNITS.sequencedEntrySet()) {
            if (duration.toMillis() % unit.getValue().toMillis() == 0 && !duration.isZero()) {
                last = unit;
            }
        }
        return duration.dividedBy(last.getValue()) + last.getKey();
    }

    private static boolean isDecimal(String text) {
        String digits = text.startsWith("-") ? text.substring(1) : text;
        return !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean isShown(int c) {
        int type = Character.getType(c);
        return !Character.isISOControl(c)
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }

    private static final int LONGEST_SHOWN = 100;
    // Administrators know sizes in units of 1024 octets from other programs.
    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,5}) ?([KkMmGg])i?[Bb]?");
    private static final Pattern DURATION = Pattern.compile("(0|[1-9][0-9]{0,8})(ms|s|m|h|d)");
    private static final SequencedMap<String, Duration> UNITS = units();

    private static SequencedMap<String, Duration> units() {
        SequencedMap<String, Duration> units = new LinkedHashMap<>();
        units.put("ms", Duration.ofMillis(1));
        units.put("s", Duration.ofSeconds(1));
        units.put("m", Duration.ofMinutes(1));
        units.put("h", Duration.ofHours(1));
        units.put("d", Duration.ofDays(1));
        return units;
    }
}
