package org.postseal.gateway.smime.protect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.FromAddress;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;

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
                .flatMap(word -> switch (word.toLowerCase(Locale.ROOT)) {
                    case "clear" -> Optional.of(Mode.CLEAR);
                    case "cipher" -> Optional.of(Mode.CIPHER);
                    default -> Optional.empty();
                })
                .map(mode -> new HeaderReading(mode, isEncrypted, inside, outside));
    }

    public Mode mode() {
        return mode;
    }

    /** Tells whether From inside and outside is the same address. */
    public From from() {
        if (inside.all("From").isEmpty()) {
            return From.ABSENT;
        }
        Optional<MailAddress> protectedFrom = innerFrom();
        boolean isSame = protectedFrom.isPresent()
                && protectedFrom.equals(
                        FromAddress.of(outside, Budget.standard()).author());
        return isSame ? From.SAME : From.DIFFERENT;
    }

    /** Returns the protected From, if it is one address. */
    public Optional<MailAddress> innerFrom() {
        return FromAddress.of(inside, Budget.standard()).author();
    }

    /**
     * Returns the names of fields that the sender hid, which are those inside that they did not leave outside
     * unchanged. The sender has recorded what they left outside (RFC 9788 §4.3).
     */
    public Set<String> hidden() {
        if (!isEncrypted || mode != Mode.CIPHER) {
            return Set.of();
        }
        Set<String> leftOutside = entries(recordedOutside());
        return inside.fields().stream()
                .filter(Fields::isProtectable)
                .filter(field -> !leftOutside.contains(entry(field)))
                .map(Fields::lower)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Returns the names of fields that are not outside as the sender left them there. */
    public Set<String> altered() {
        List<HeaderField> meant = isEncrypted && mode == Mode.CIPHER
                ? recordedOutside()
                : inside.fields().stream().filter(Fields::isProtectable).toList();
        Set<String> there = entries(outside.fields());
        return meant.stream()
                .filter(field -> !there.contains(entry(field)))
                .map(Fields::lower)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Returns true if a protected field that people see stands outside with another value. The value that the sender
     * left there is no other one.
     */
    public boolean isShownOtherwise() {
        List<HeaderField> signed = new ArrayList<>(inside.fields());
        if (isEncrypted && mode == Mode.CIPHER) {
            signed.addAll(recordedOutside());
        }
        Set<String> said = entries(signed);
        Set<String> names = inside.fields().stream().map(Fields::lower).collect(Collectors.toSet());
        return outside.fields().stream()
                .filter(Fields::isShown)
                .filter(field -> names.contains(Fields.lower(field)))
                .anyMatch(field -> !said.contains(entry(field)));
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
        return unsaidBy(header).isEmpty();
    }

    /** Returns the fields that may be put back and do not stand in that header section. */
    List<HeaderField> unsaidBy(HeaderBlock header) {
        return restorable().values().stream()
                .filter(field -> header.all(field.name()).stream()
                        .noneMatch(other -> Fields.comparable(other).equals(Fields.comparable(field))))
                .toList();
    }

    /**
     * Returns the text for the audit log: the mode, what was hidden, and what was changed on the way. It holds no
     * values.
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
                    .collect(Collectors.joining(" "))
                    .replaceAll("[^ -~]", "?"));
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
            HeaderField outer = HeaderField.of(java.util.Arrays.copyOfRange(raw, start, raw.length));
            if (!outer.isMalformed()) {
                recorded.add(outer);
            }
        }
        return recorded;
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
}
