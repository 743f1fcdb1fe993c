package org.postseal.gateway.smime.protect;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.ContentType;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.Parsed;
import org.postseal.policy.header.Letters;

/**
 * Sets and removes parameters of a Content-Type field; every other octet of it stays. If {@link #without} removes what
 * {@link #with} has set, the field is as it was.
 */
final class ContentTypeField {
    private ContentTypeField() {}

    /**
     * Returns the value of the only field, if it keeps the grammar. If there is no field, the value is text/plain (RFC
     * 2045 §5.2).
     */
    static Optional<ContentType> value(HeaderBlock header) {
        List<HeaderField> fields = header.all(NAME);
        if (fields.isEmpty()) {
            return Optional.of(ContentType.TEXT_PLAIN);
        }
        return fields.size() == 1 ? parse(fields.getFirst()) : Optional.empty();
    }

    /** Returns the field with one more parameter, on a line of its own. */
    static HeaderField with(HeaderField field, String parameter, String value) {
        byte[] raw = field.raw();
        int end = withoutBlanks(raw);
        String separator = raw[end - 1] == ';' ? "" : ";";
        ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length + 32);
        out.write(raw, 0, end);
        out.writeBytes(
                (separator + "\r\n\t" + parameter + "=\"" + value + "\"\r\n").getBytes(StandardCharsets.US_ASCII));
        return HeaderField.of(out.toByteArray());
    }

    /** Returns the field without these parameters, which are given in lower case. */
    static HeaderField without(HeaderField field, Set<String> parameters) {
        byte[] raw = field.raw();
        List<int[]> pieces = pieces(raw);
        ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length);
        boolean dropped = false;
        for (int[] piece : pieces) {
            if (parameters.contains(parameterName(raw, piece))) {
                dropped = true;
            } else {
                out.write(raw, piece[0], piece[1] - piece[0]);
            }
        }
        if (!dropped) {
            return field;
        }
        byte[] kept = out.toByteArray();
        boolean isEnded = kept.length > 1 && kept[kept.length - 1] == '\n';
        if (!isEnded) {
            out.write('\r');
            out.write('\n');
        }
        return HeaderField.of(out.toByteArray());
    }

    private static Optional<ContentType> parse(HeaderField field) {
        return switch (ContentType.parse(field.unfolded(), Budget.standard())) {
            case Parsed.Success<ContentType>(ContentType type)
            when !type.isMalformed() && !type.hasDuplicates() -> Optional.of(type);
            case Parsed.Success<ContentType> _, Parsed.Refused<ContentType> _ -> Optional.empty();
        };
    }

    private static int withoutBlanks(byte[] raw) {
        int end = raw.length;
        while (end > 1
                && (raw[end - 1] == '\r' || raw[end - 1] == '\n' || raw[end - 1] == ' ' || raw[end - 1] == '\t')) {
            end--;
        }
        return end;
    }

    /** Returns the pieces from one semicolon to the next. Semicolons within quotes and comments do not count. */
    private static List<int[]> pieces(byte[] raw) {
        List<int[]> pieces = new ArrayList<>();
        int start = 0;
        int comments = 0;
        boolean quoted = false;
        for (int i = 0; i < raw.length; i++) {
            switch (raw[i]) {
                case '\\' -> i += quoted || comments > 0 ? 1 : 0;
                case '"' -> quoted ^= comments == 0;
                case '(' -> comments += quoted ? 0 : 1;
                case ')' -> comments -= quoted || comments == 0 ? 0 : 1;
                case ';' -> {
                    if (!quoted && comments == 0) {
                        pieces.add(new int[] {start, i});
                        start = i;
                    }
                }
                default -> {}
            }
        }
        pieces.add(new int[] {start, raw.length});
        return pieces;
    }

    private static String parameterName(byte[] raw, int[] piece) {
        String text = new String(raw, piece[0], piece[1] - piece[0], StandardCharsets.ISO_8859_1);
        if (!text.startsWith(";")) {
            return "";
        }
        String name = Letters.lower(text.substring(1).split("=", 2)[0].strip());
        int star = name.indexOf('*');
        return star < 0 ? name : name.substring(0, star);
    }

    static final String NAME = "Content-Type";
}
