package org.postseal.gateway.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads metrics in Prometheus' text format 0.0.4, strictly. Each family has one HELP and one TYPE line, in this order,
 * then its samples without another family between them. No sample comes twice, and the buckets of histograms add up.
 */
public final class Exposition {
    private final Map<String, Family> families = new LinkedHashMap<>();
    private @Nullable Family current;

    /**
     * Holds one family of metrics.
     *
     * @param samples values by name and sorted labels: {@code name{a="b"}}
     */
    public record Family(String name, String type, String help, Map<String, Double> samples) {}

    /** Reads the whole text, or fails the test. */
    public static Exposition read(String text) {
        if (!text.endsWith("\n")) {
            throw new AssertionError("the last line has no end");
        }
        Exposition exposition = new Exposition();
        String help = "";
        String helped = "";
        for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
            Matcher helpLine = HELP.matcher(line);
            Matcher typeLine = TYPE.matcher(line);
            if (helpLine.matches()) {
                helped = helpLine.group(1);
                help = helpLine.group(2);
            } else if (typeLine.matches()) {
                require(typeLine.group(1).equals(helped), line);
                exposition.begin(typeLine.group(1), typeLine.group(2), help);
            } else {
                exposition.sample(line);
            }
        }
        exposition.families.values().stream()
                .filter(family -> family.type().equals("histogram"))
                .forEach(Exposition::checkHistogram);
        return exposition;
    }

    /** Returns the families in the order of the text. */
    public Map<String, Family> families() {
        return families;
    }

    /** Returns one sample by name and sorted labels. */
    public double value(String sample) {
        return families.values().stream()
                .flatMap(family -> family.samples().entrySet().stream())
                .filter(entry -> entry.getKey().equals(sample))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + sample + " among " + families));
    }

    public Map<String, Double> samples(String family) {
        return Objects.requireNonNull(families.get(family), family).samples();
    }

    private void begin(String name, String type, String help) {
        require(!families.containsKey(name), name);
        Family family = new Family(name, type, help, new LinkedHashMap<>());
        families.put(name, family);
        current = family;
    }

    private void sample(String line) {
        Matcher matcher = SAMPLE.matcher(line);
        require(matcher.matches(), line);
        Family family = Objects.requireNonNull(current, line);
        String name = matcher.group(1);
        String rest =
                name.startsWith(family.name()) ? name.substring(family.name().length()) : "?";
        boolean fits = switch (family.type()) {
            case "histogram" -> rest.matches("_bucket|_sum|_count");
            case "summary" -> rest.matches("|_sum|_count");
            default -> rest.isEmpty();
        };
        require(fits, line);
        String labels = matcher.group(2) == null ? "" : labels(matcher.group(2));
        require(family.samples().put(name + labels, number(matcher.group(3))) == null, line);
    }

    private static String labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        Matcher matcher = LABEL.matcher(text);
        int at = 0;
        while (at < text.length()) {
            require(matcher.find(at) && matcher.start() == at, text);
            require(labels.put(matcher.group(1), matcher.group(2)) == null, text);
            at = matcher.end();
        }
        List<String> parts = new ArrayList<>();
        labels.forEach((name, value) -> parts.add(name + "=\"" + value + "\""));
        return "{" + String.join(",", parts) + "}";
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static void checkHistogram(Family family) {
        Map<String, List<Map.Entry<Double, Double>>> buckets = new LinkedHashMap<>();
        family.samples().forEach((sample, value) -> {
            Matcher bucket = BUCKET.matcher(sample);
            if (bucket.matches()) {
                buckets.computeIfAbsent(bucket.group(1) + bucket.group(3), _ -> new ArrayList<>())
                        .add(Map.entry(number(bucket.group(2)), value));
            }
        });
        buckets.forEach((labels, found) -> {
            for (int i = 1; i < found.size(); i++) {
                require(found.get(i - 1).getKey() < found.get(i).getKey(), family.name());
                require(found.get(i - 1).getValue() <= found.get(i).getValue(), family.name());
            }
            require(found.getLast().getKey() == Double.POSITIVE_INFINITY, family.name());
            String rest = labels.replaceAll("^,|,$", "");
            require(
                    found.getLast()
                            .getValue()
                            .equals(family.samples()
                                    .get(family.name() + "_count" + (rest.isEmpty() ? "" : "{" + rest + "}"))),
                    family.name() + labels);
        });
    }

    private static void require(boolean holds, String where) {
        if (!holds) {
            throw new AssertionError("against the format: " + where);
        }
    }

    private static final String NAME = "([a-zA-Z_:][a-zA-Z0-9_:]*)";
    private static final Pattern HELP = Pattern.compile("# HELP " + NAME + " (.*)");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE " + NAME + " (counter|gauge|histogram|summary|untyped)");
    private static final Pattern SAMPLE =
            Pattern.compile(NAME + "(?:\\{((?:[^\"{}]|\"(?:[^\"\\\\]|\\\\.)*\")*)\\})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");
    private static final Pattern BUCKET = Pattern.compile("[^{]*_bucket\\{(.*?),?le=\"([^\"]*)\"(.*)\\}");
}
