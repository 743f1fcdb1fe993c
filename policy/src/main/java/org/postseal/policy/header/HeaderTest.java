package org.postseal.policy.header;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postseal.policy.yaml.YamlValue;

/**
 * A test for the body of a field with that name; if several fields have the name, one that passes is enough.
 *
 * @param name in lower case
 */
public record HeaderTest(String name, TextTest test) {
    public static final String SUBJECT = "subject";

    public boolean isMetBy(List<FieldReadings> fields, TextReadings readings) {
        // If there are two Subjects, some programs show the first and some the last.
        return (readings == TextReadings.ALL && name.equals(SUBJECT))
                ? !fields.isEmpty() && fields.stream().allMatch(field -> readings.hold(field, test))
                : fields.stream().anyMatch(field -> readings.hold(field, test));
    }

    public boolean isWithin(HeaderTest wider) {
        return name.equals(wider.name) && test.isWithin(wider.test);
    }

    /** Reads the name of a field and keeps its spelling. */
    public static Optional<String> fieldName(YamlValue value) {
        return value.parsed(
                "the name of a header field",
                text -> FIELD_NAME.matcher(text).matches() ? Optional.of(text) : Optional.empty());
    }

    // RFC 5322 §3.6.8
    private static final Pattern FIELD_NAME = Pattern.compile("[!-9;-~]{1,76}");
}
