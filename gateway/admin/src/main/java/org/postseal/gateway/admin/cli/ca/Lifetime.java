package org.postseal.gateway.admin.cli.ca;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.authority.IssuingAuthority;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads how long a list or an answer is valid: {@code 15m}, {@code 12h}, {@code 1d}.
 *
 * @param least the shortest time
 * @param word the shortest time as it is written
 */
record Lifetime(Duration least, String word) implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration valid = switch (matcher.group(2)) {
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
            if (valid.compareTo(least) >= 0 && valid.compareTo(IssuingAuthority.LIST_VALID) <= 0) {
                return valid;
            }
        }
        throw new TypeConversionException("must be " + word + " to 10d, not '" + text + "'");
    }

    private static final Pattern SYNTAX = Pattern.compile("(\\d{1,5})([mhd])");
}
