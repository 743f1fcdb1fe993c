package org.postseal.policy.exchange;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.policy.exchange.ExchangeObject.Property;
import org.postseal.policy.exchange.ExchangeObject.Shape;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlValue;

/**
 * Reads the output of {@code Format-List}: {@code Name : Value}. Long values go on in the following, indented lines,
 * and empty lines separate objects. Used once.
 */
final class ListObjects {
    private final Problems problems;
    private final List<ExchangeObject> objects = new ArrayList<>();
    private Map<String, Property> properties = new LinkedHashMap<>();
    private Optional<Open> open = Optional.empty();
    private int begun;

    private ListObjects(Problems problems) {
        this.problems = problems;
    }

    static List<ExchangeObject> read(String text, Problems problems) {
        ListObjects reader = new ListObjects(problems);
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            reader.line(number, line);
            if (problems.hasErrors()) {
                return List.of();
            }
        }
        reader.endObject();
        return reader.objects;
    }

    private void line(int number, String line) {
        if (line.isBlank()) {
            endObject();
            return;
        }
        Matcher matcher = PROPERTY.matcher(line);
        if (Character.isWhitespace(line.charAt(0)) && open.isPresent()) {
            goOn(open.get(), line.strip());
        } else if (matcher.matches()) {
            endProperty();
            if (properties.isEmpty()) {
                begun = number;
            }
            open = Optional.of(new Open(
                    number, matcher.group(1), new StringBuilder(matcher.group(2).strip())));
        } else {
            problems.error(
                    number,
                    "",
                    "neither Name : Value nor the rest of a value: '" + YamlValue.clean(line.strip()) + "'");
        }
    }

    // PowerShell breaks text that has blanks at one of them and drops that blank. It breaks other text at the edge of
    // the window.
    private static void goOn(Open property, String more) {
        boolean hasBlanks = property.text.indexOf(" ") >= 0 || more.indexOf(' ') >= 0;
        property.text.append(hasBlanks ? " " : "").append(more);
    }

    private void endProperty() {
        open.ifPresent(property -> {
            String text = property.text.toString();
            Property value = text.startsWith("{") && text.endsWith("}")
                    ? new Property(property.line, property.name, Shape.STRUCTURE, "")
                    : Property.of(property.line, property.name, text);
            Property first = properties.putIfAbsent(property.name, value);
            if (first != null) {
                problems.error(
                        property.line,
                        property.name,
                        "duplicate property, first given on line " + first.line()
                                + "; an empty line must part two objects");
            }
        });
        open = Optional.empty();
    }

    private void endObject() {
        endProperty();
        if (!properties.isEmpty()) {
            objects.add(new ExchangeObject(begun, properties));
            properties = new LinkedHashMap<>();
        }
    }

    /** A property whose value may go on. */
    private record Open(int line, String name, StringBuilder text) {}

    private static final Pattern PROPERTY = Pattern.compile("([A-Za-z][A-Za-z0-9_]{0,99})[ \\t]*:(.*)");
}
