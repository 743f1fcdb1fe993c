package org.postseal.gateway.admin.cli.support;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options that several commands have, and how their values are written. */
public final class Options {
    private Options() {}

    /** {@code --note}, of every command that changes something. */
    public static final class Note {
        @Option(names = "--note", paramLabel = "TEXT", description = "why; kept with the change and in the audit log")
        private String text = "";

        /** The text; empty when none was given. */
        public String text() {
            return text;
        }
    }

    /** {@code --json}. */
    public static final class Json {
        @Option(names = "--json", description = "print JSON, for scripts")
        private boolean isWanted;

        /** Whether it was given. */
        public boolean isWanted() {
            return isWanted;
        }
    }

    /** {@code -o}, with {@code --force}. */
    public static final class Output {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "write to this file; there is none when the command fails")
        private @Nullable Path file;

        @Option(names = "--force", description = "replace the file if it exists")
        private boolean isForced;

        /** The file, if one was given. */
        public Optional<Path> file() {
            return Optional.ofNullable(file);
        }

        /** Whether what is there may be replaced. */
        public boolean isForced() {
            return isForced;
        }
    }

    /** {@code -o}, with {@code --force}, of a command by which private keys leave. */
    public static final class KeyFile {
        @Option(
                names = {"-o", "--output"},
                required = true,
                paramLabel = "FILE",
                description = "the new file, mode 0600; there is none when the command fails")
        private Path file = Path.of("");

        @Option(names = "--force", description = "replace the file if it exists")
        private boolean isForced;

        /** Where the keys go. */
        public Path file() {
            return file;
        }

        /** As {@link OutputFile#demandPossible}: before a key is opened. */
        public void demandPossible() {
            OutputFile.demandPossible(file, isForced);
        }

        /** Writes it, or leaves nothing. Only once it is on record: whoever ends the command before has no key. */
        public void write(byte[] octets) {
            try (OutputFile output = OutputFile.write(file, octets, "rw-------", isForced)) {
                output.publish();
            }
        }
    }

    /** {@code --password-file}, for reading. */
    public static final class Password {
        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description = "password of PKCS #12 files in its first line; default: FILE.password beside each")
        private @Nullable Path file;

        /** The file, if one was given. */
        public Optional<Path> file() {
            return Optional.ofNullable(file);
        }
    }

    /** An enum's name in lower case. */
    public static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** A day or an instant: {@code 2027-01-31}, {@code 2027-01-31T12:00:00Z}. */
    public static final class TimeConverter implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return text.contains("T")
                        ? Instant.parse(text)
                        : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
            } catch (DateTimeParseException e) {
                throw new TypeConversionException(
                        "must be like 2027-01-31 or 2027-01-31T12:00:00Z, not '" + text + "'");
            }
        }
    }

    /** A time, or how far away it is: {@code 30d}, {@code 12h}, {@code 4w}. */
    public record Until(Optional<Duration> ahead, Optional<Instant> time) {
        /** The time meant, seen from now. */
        public Instant from(Instant now) {
            return ahead.map(now::plus).or(() -> time).orElse(now);
        }
    }

    /** Reads an {@link Until}. */
    public static final class UntilConverter implements ITypeConverter<Until> {
        @Override
        public Until convert(String text) {
            Matcher matcher = AHEAD.matcher(text);
            if (!matcher.matches()) {
                try {
                    return new Until(Optional.empty(), Optional.of(new TimeConverter().convert(text)));
                } catch (TypeConversionException e) {
                    throw new TypeConversionException("must be like 30d, 12h, 4w or 2027-01-31, not '" + text + "'");
                }
            }
            long number = Long.parseLong(matcher.group(1));
            return new Until(
                    Optional.of(
                            switch (matcher.group(2)) {
                                case "h" -> Duration.ofHours(number);
                                case "w" -> Duration.ofDays(7 * number);
                                default -> Duration.ofDays(number);
                            }),
                    Optional.empty());
        }

        private static final Pattern AHEAD = Pattern.compile("(\\d{1,5})([hdw])");
    }

    /** {@code 1 certificate}, {@code 2 certificates}. */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : noun.endsWith("s") ? "es" : "s");
    }

    /** As above, of what is in a list. */
    public static String count(List<?> values, String noun) {
        return count(values.size(), noun);
    }
}
