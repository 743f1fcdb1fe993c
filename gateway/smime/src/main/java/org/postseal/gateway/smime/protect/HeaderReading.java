package org.postseal.gateway.smime.protect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.FromAddress;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.PlainAddresses;
import org.postseal.policy.header.Letters;

/**
 * Reads the protected header fields of a message that came in, beside those outside (RFC 9788 §4). Immutable.
 *
 * <p>Only the root of the cryptographic payload can say that there are any. {@code HP-Outer} counts only there, and
 * only under encryption. The From field is compared and never put back: a rule, a filter before us and a person must
 * see the same one.
 */
public final class HeaderReading {
    private final Mode mode;
    private final boolean isEncrypted;
    private final HeaderBlock inside;
    private final HeaderBlock outside;

    private HeaderReading(Mode mode, boolean isEncrypted, HeaderBlock inside, HeaderBlock outside) {
        this.mode = mode;
        this.isEncrypted = isEncrypted;
        this.inside = inside;
        this.outside = outside;
    }

    /** Says which kind of header protection the sender claims. */
    public enum Mode {
        /** The sender signed. */
        CLEAR,
        /** The sender encrypted, and perhaps hid some fields. */
        CIPHER
    }

    /** Says how the From fields stand to each other. */
    public enum From {
        /** No From is protected. */
        ABSENT,
        SAME,
        /** The addresses differ, or one of the two fields has not exactly one (RFC 9788 §4.4). */
        DIFFERENT
    }

    /**
     * Reads the fields; the result is empty if the payload does not say that header fields are protected.
     *
     * @param inside of the root of the payload
     * @param outside of the message
     * @param isEncrypted whether a ciphertext that we opened stood around it
     */
    public static Optional<HeaderReading> of(HeaderBlock inside, HeaderBlock outside, boolean isEncrypted) {
        if (inside.isMalformed()) {
            return Optional.empty();
        }
        return ContentTypeField.value(inside)
                .flatMap(type -> type.parameter(PARAMETER))
                .flatMap(word -> switch (Letters.lower(word)) {
                    case "clear" -> Optional.of(Mode.CLEAR);
                    case "cipher" -> Optional.of(Mode.CIPHER);
                    default -> Optional.empty();
                })
                .map(mode -> new HeaderReading(mode, isEncrypted, inside, outside));
    }

    public Mode mode() {
        return mode;
    }

    /**
     * Tells whether From inside and outside is the same address. A sender should not hide the address (RFC 9788
     * §3.1.1), so that the answer tells nobody anything.
     */
    public From from() {
        if (inside.all(FROM).isEmpty()) {
            return From.ABSENT;
        }
        Optional<MailAddress> protectedFrom = innerFrom();
        boolean isSame = protectedFrom.isPresent() && protectedFrom.equals(author(outside));
        return isSame ? From.SAME : From.DIFFERENT;
    }

    /** Returns the protected From, if it is one address. */
    public Optional<MailAddress> innerFrom() {
        return author(inside);
    }

    private static Optional<MailAddress> author(HeaderBlock header) {
        return FromAddress.of(header, Budget.standard()).author();
    }

    /**
     * Returns the names of fields that the sender hid, which are those inside that they did not leave outside
     * unchanged. The sender has recorded what they left outside (RFC 9788 §4.3).
     */
    public Set<String> hidden() {
        return names(unrecorded(inside.fields()));
    }

    /** Returns the names of fields that are not outside as the sender left them there. */
    public Set<String> altered() {
        Set<String> there = entries(outside.fields());
        return names(
                leftOutside().stream().filter(Fields::isProtectable).filter(field -> !there.contains(entry(field))));
    }

    /** Returns true if there is a field that the sender may have hidden, and that may be put back. */
    public boolean mayHide() {
        return !mayBeHidden().isEmpty();
    }

    /**
     * Returns the fields that the sender may have hidden, and that may be put back. Fields count as hidden unless the
     * sender has recorded that they left them outside. Content with {@code hp=clear} has no record, and a gateway may
     * have hidden the Subject and fields like it over the author's signature.
     *
     * <p>What stands outside now does not count: somebody who has the ciphertext can send it again with guesses there,
     * and would see which of them is taken.
     */
    List<HeaderField> mayBeHidden() {
        Collection<HeaderField> fields = restorable().values();
        return isEncrypted && mode == Mode.CLEAR
                ? List.copyOf(fields)
                : unrecorded(fields).toList();
    }

    /**
     * Returns true if a protected field stands outside with another value, and is none that changes on the way. The
     * value that the sender recorded as left outside is accepted. The value inside is accepted too if the sender cannot
     * have hidden it, or if this is the author's own sending; for others, the answer would tell whether they have
     * guessed it.
     *
     * @param isAuthors whether nobody but the author hears what became of the message
     */
    public boolean isShownOtherwise(boolean isAuthors) {
        Set<String> said = entries(leftOutside());
        if (isAuthors || !isEncrypted) {
            said.addAll(entries(inside.fields()));
        } else if (mode == Mode.CLEAR) {
            said.removeAll(entries(inside.fields().stream()
                    .filter(field -> !Fields.isNeeded(field))
                    .toList()));
        }
        Set<String> names = names(inside.fields().stream());
        return outside.fields().stream()
                .filter(field -> names.contains(Fields.lower(field))
                        || field.possibleName()
                                .map(Letters::lower)
                                .filter(names::contains)
                                .isPresent())
                .filter(Fields::isCompared)
                .anyMatch(field -> !said.contains(entry(field)));
    }

    /** Returns true if a field stands once inside and once outside, and says the same. */
    public boolean isShown(String name) {
        Optional<String> protectedField = inside.single(name).map(HeaderReading::entry);
        return protectedField.isPresent()
                && protectedField.equals(outside.single(name).map(HeaderReading::entry));
    }

    /** Returns those of these fields that the sender has not protected and left outside as they are. */
    List<HeaderField> notLeftOutside(List<HeaderField> fields) {
        Set<String> left = entries(leftOutside());
        return fields.stream().filter(field -> !left.contains(entry(field))).toList();
    }

    /** Returns the addresses that the sender left outside in To and Cc. */
    Set<MailAddress> recipientsLeftOutside() {
        return leftOutside().stream()
                .filter(field -> field.is("To") || field.is("Cc"))
                .flatMap(field -> PlainAddresses.of(field).stream())
                .flatMap(List::stream)
                .flatMap(mailbox -> MailAddress.parse(mailbox.address()).stream())
                .collect(Collectors.toSet());
    }

    /**
     * Returns a header section with what the sender protected. Each field that stands once inside takes the place of
     * those of its name.
     */
    HeaderBlock restoredIn(HeaderBlock header) {
        Map<String, HeaderField> protectedFields = restorable();
        Set<String> placed = new LinkedHashSet<>();
        HeaderBlock changed = header.mapped(field -> {
            HeaderField protectedField = protectedFields.get(Fields.lower(field));
            if (protectedField == null) {
                return Optional.of(field);
            }
            boolean isFirst = placed.add(Fields.lower(field));
            boolean isSame = Fields.comparable(field).equals(Fields.comparable(protectedField));
            return isFirst ? Optional.of(isSame ? field : protectedField) : Optional.empty();
        });
        List<HeaderField> missing = new ArrayList<>();
        protectedFields.forEach((name, field) -> {
            if (!placed.contains(name)) {
                missing.add(field);
            }
        });
        return missing.isEmpty() ? changed : changed.withOnTop(missing);
    }

    /** Tells whether a header section says all that may be put back. */
    public boolean isSaidBy(HeaderBlock header) {
        return restorable().values().stream()
                .allMatch(field -> header.all(field.name()).stream()
                        .anyMatch(other -> Fields.comparable(other).equals(Fields.comparable(field))));
    }

    /**
     * Returns the text for the audit log: the mode, what was hidden, and what was changed on the way. It holds no
     * values, and only the letters, digits and hyphens of names.
     */
    public String text() {
        StringBuilder text = new StringBuilder(mode.name().toLowerCase(Locale.ROOT));
        add(text, "hidden", hidden());
        add(text, "changed outside", altered());
        if (from() == From.DIFFERENT) {
            text.append(", another From inside");
        }
        return text.toString();
    }

    private static void add(StringBuilder text, String what, Set<String> names) {
        if (!names.isEmpty()) {
            text.append(", ").append(what).append(": ");
            text.append(names.stream()
                    .limit(MOST_NAMES)
                    .map(name -> NO_LETTER
                            .matcher(name.substring(0, Math.min(name.length(), LONGEST)))
                            .replaceAll("?"))
                    .collect(Collectors.joining(" ")));
        }
    }

    private Map<String, HeaderField> restorable() {
        Map<String, HeaderField> fields = new LinkedHashMap<>();
        inside.fields().stream()
                .filter(Fields::isRestorable)
                // RFC 5322 §3.6: nobody may pick one of several.
                .filter(field -> inside.single(field.name()).isPresent())
                .forEach(field -> fields.put(Fields.lower(field), field));
        return fields;
    }

    private Stream<HeaderField> unrecorded(Collection<HeaderField> fields) {
        if (!isEncrypted) {
            return Stream.of();
        }
        Set<String> left = entries(leftOutside());
        return fields.stream().filter(Fields::isProtectable).filter(field -> !left.contains(entry(field)));
    }

    /** Returns what the sender left outside: what they say of it under encryption, or else what they protected. */
    private List<HeaderField> leftOutside() {
        return isEncrypted && mode == Mode.CIPHER ? recordedOutside() : inside.fields();
    }

    /** Returns what the sender says that they left outside. */
    private List<HeaderField> recordedOutside() {
        List<HeaderField> recorded = new ArrayList<>();
        for (HeaderField field : inside.all(Fields.HP_OUTER)) {
            byte[] raw = field.raw();
            int colon = 0;
            while (raw[colon] != ':') {
                colon++;
            }
            int start = colon + 1;
            while (start < raw.length
                    && (raw[start] == ' ' || raw[start] == '\t' || raw[start] == '\r' || raw[start] == '\n')) {
                start++;
            }
            HeaderField outer = HeaderField.of(Arrays.copyOfRange(raw, start, raw.length));
            if (!outer.isMalformed()) {
                recorded.add(outer);
            }
        }
        return recorded;
    }

    private static Set<String> names(Stream<HeaderField> fields) {
        return fields.map(Fields::lower).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Set<String> entries(List<HeaderField> fields) {
        return fields.stream().map(HeaderReading::entry).collect(Collectors.toSet());
    }

    private static String entry(HeaderField field) {
        return Fields.lower(field) + ":" + Fields.meaning(field);
    }

    /** This is a parameter of the Content-Type at the root of the payload (RFC 9788 §2.1). */
    static final String PARAMETER = "hp";

    private static final int MOST_NAMES = 20;
    private static final int LONGEST = 40;
    private static final Pattern NO_LETTER = Pattern.compile("[^A-Za-z0-9-]");
    private static final String FROM = FromAddress.FIELD;
}
