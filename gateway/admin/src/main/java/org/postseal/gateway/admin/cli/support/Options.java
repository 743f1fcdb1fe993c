package org.postseal.gateway.admin.cli.support;

import java.io.PrintStream;
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
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.ReversePath;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options that several commands share, and converters for their values. */
public final class Options {
    private Options() {}

    /** {@code --note}, for every command that changes something. */
    public static final class Note {
        @Option(
                names = "--note",
                paramLabel = "TEXT",
                description = "the reason, which is kept with the change and in the audit log")
        private String text = "";

        /** Returns the text, or an empty string if none was given. */
        public String text() {
            return text;
        }
    }

    public static final class Json {
        @Option(names = "--json", description = "print JSON, for scripts")
        private boolean isWanted;

        public boolean isWanted() {
            return isWanted;
        }
    }

    /** {@code --dry-run}, for commands that change something. */
    public static final class DryRun {
        @Option(names = "--dry-run", description = "only say what would happen; nothing changes")
        private boolean isWanted;

        public boolean isWanted() {
            return isWanted;
        }

        /** Returns the words that follow the result of a command; an empty string unless it was a dry run. */
        public String remark() {
            return isWanted ? " (dry run, nothing changed)" : "";
        }
    }

    /** {@code -o}, with {@code --force}. */
    public static final class Output {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "write to this file, which is not made if the command fails")
        private @Nullable Path file;

        @Option(names = "--force", description = "replace the file if it exists")
        private boolean isForced;

        public boolean isWanted() {
            return file != null;
        }

        /** Makes the same check as {@link OutputFile#demandPossible} if a file is wanted. */
        public void demandPossible() {
            if (file != null) {
                OutputFile.demandPossible(file, isForced);
            }
        }

        /**
         * Writes to the file and says so. Without a file it writes to standard output.
         *
         * @param what the content, in words
         * @throws CommandFailure when it cannot be written; then there is no file
         */
        public void write(byte[] octets, String what, PrintStream out) {
            if (file != null) {
                OutputFile.make(file, octets, "rw-r--r--", isForced);
                out.println("wrote " + what + " to " + file);
                return;
            }
            out.writeBytes(octets);
            out.flush();
            if (out.checkError()) {
                throw new CommandFailure(ExitCode.INPUT_OUTPUT, "standard output cannot be written");
            }
        }
    }

    /** {@code -o}, with {@code --force}, for a command that exports private keys. */
    public static final class KeyFile {
        @Option(
                names = {"-o", "--output"},
                required = true,
                paramLabel = "FILE",
                description = "the file to make, mode 0600; it is not made if the command fails")
        private Path file = Path.of("");

        @Option(names = "--force", description = "replace the file if it exists")
        private boolean isForced;

        public Path file() {
            return file;
        }

        /** Makes the same check as {@link OutputFile#demandPossible}; a command calls it before it opens a key. */
        public void demandPossible() {
            OutputFile.demandPossible(file, isForced);
        }

        /**
         * Writes the file, or leaves nothing. The command calls this only after the export is recorded, so that whoever
         * stops the command before has no key.
         */
        public void write(byte[] octets) {
            OutputFile.make(file, octets, "rw-------", isForced);
        }
    }

    /** {@code --password-file}, for files that are read. */
    public static final class Password {
        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description =
                        "file whose first line is the password of PKCS #12 files; default: FILE.password beside each")
        private @Nullable Path file;

        public Optional<Path> file() {
            return Optional.ofNullable(file);
        }
    }

    /** Lets this command, and all below it, read every option and parameter of a type that we know how to read. */
    public static void register(CommandLine command) {
        command.registerConverter(MailAddress.class, new AddressConverter())
                .registerConverter(ReversePath.class, new ReversePathConverter())
                .registerConverter(Instant.class, new TimeConverter())
                .registerConverter(Until.class, new UntilConverter());
        Words.register(command);
    }

    /** Returns an enum's name in lower case. */
    public static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Reads a day or an instant: {@code 2027-01-31}, {@code 2027-01-31T12:00:00Z}. */
    public static final class TimeConverter implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            // Nothing has a time in a year of more digits, and calculations with one may overflow
            if (!FOUR_DIGITS.matcher(text).lookingAt()) {
                throw refused(text);
            }
            try {
                return text.contains("T")
                        ? Instant.parse(text)
                        : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
            } catch (DateTimeParseException e) {
                throw refused(text);
            }
        }

        private static TypeConversionException refused(String text) {
            return new TypeConversionException("must be like 2027-01-31 or 2027-01-31T12:00:00Z, not '" + text + "'");
        }

        private static final Pattern FOUR_DIGITS = Pattern.compile("\\d{4}-");
    }

    /** A time, or a distance from now: {@code 30d}, {@code 12h}, {@code 4w}. */
    public record Until(Optional<Duration> ahead, Optional<Instant> time) {
        /** Returns the time that is meant, counted from now. */
        public Instant from(Instant now) {
            return ahead.map(now::plus).or(() -> time).orElse(now);
        }
    }

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

    /** Returns {@code 1 certificate} or {@code 2 certificates}. */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : noun.endsWith("s") ? "es" : "s");
    }

    public static String count(List<?> values, String noun) {
        return count(values.size(), noun);
    }
}
