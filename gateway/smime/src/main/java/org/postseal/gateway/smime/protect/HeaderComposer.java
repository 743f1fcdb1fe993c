package org.postseal.gateway.smime.protect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postseal.gateway.mail.ContentType;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.HeaderWriter;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.policy.header.EncodedWords;
import org.postseal.policy.header.SubjectFields;
import org.postseal.policy.protection.HeaderSettings;

/**
 * Copies the header fields of a message into its cryptographic payload before it is signed or encrypted (RFC 9788
 * §5.2). The body is not copied.
 *
 * <p>Fields that the author writes are protected, and fields that are added on the way are not ({@link Fields}). The
 * fields outside stay as they were. If the Subject is to be hidden, it reads {@code [...]} outside. Comments and
 * Keywords are then removed there (hcp_baseline, RFC 9788 §3.2.1), as are all fields that repeat the Subject ({@link
 * SubjectFields}). Content that the sender has signed cannot be changed, so header fields that they protected count as
 * they are.
 */
public final class HeaderComposer {
    private final HeaderSettings settings;
    private final boolean isEncrypted;
    private final boolean isSevenBit;
    private final Spool.Scope scope;

    /**
     * @param isEncrypted whether the payload will be encrypted
     * @param isSevenBit whether what is signed must be 7-bit, as under a clear signature
     * @param scope holds what has to be encoded anew
     */
    public HeaderComposer(HeaderSettings settings, boolean isEncrypted, boolean isSevenBit, Spool.Scope scope) {
        this.settings = settings;
        this.isEncrypted = isEncrypted;
        this.isSevenBit = isSevenBit;
        this.scope = scope;
    }

    /** Says what came of composing. */
    public sealed interface Result {
        /**
         * The payload was composed.
         *
         * @param payload to be signed or encrypted
         * @param text for the audit log: {@code clear}, {@code cipher}, or {@code none} and why
         */
        record Composed(Payload payload, String text) implements Result {}

        /** The Subject was to be hidden, and cannot be hidden. */
        record NotHidden(String why) implements Result {}
    }

    /**
     * Composes the payload.
     *
     * @param header as it shall be outside, with the changes of the policy made
     * @param root the message that it belongs to, whose own header does not count
     */
    public Result compose(HeaderBlock header, MimeEntity root) throws IOException {
        HeaderBlock outside = header.without(Fields::isHpOuter);
        if (isProtectedBySender(root)) {
            return ofSender(outside, root);
        }
        boolean isAsked = settings.isProtected() || isHiding();
        Optional<String> obstacle = isAsked ? obstacle(outside) : Optional.of("not asked for");
        if (obstacle.isPresent()) {
            return isHiding() && isTelling(outside)
                    ? new Result.NotHidden(obstacle.get())
                    : new Result.Composed(new Payload(outside, bare(outside, root.body())), "none: " + obstacle.get());
        }
        HeaderBlock inside = inSevenBit(outside);
        HeaderBlock left = isHiding() ? hidden(inside, root.header()) : inside;
        Optional<HeaderField> subject = inside.all(Fields.SUBJECT).stream().findFirst();
        boolean isShown = isHiding() && settings.legacyDisplay() && subject.isPresent();
        LegacyDisplay.Changed content = isShown
                ? new LegacyDisplay(scope).write(root, inside, subject.get())
                : new LegacyDisplay.Changed(inside, root.body(), 0);
        RawMessage entity =
                RawMessage.join(List.of(RawMessage.of(payloadHeader(content.header(), left)), content.body()));
        return new Result.Composed(new Payload(left, entity), text(subject.isPresent(), content.parts()));
    }

    private boolean isHiding() {
        return isEncrypted && settings.hideSubject();
    }

    private String text(boolean hasSubject, int shown) {
        String mode = isEncrypted ? "cipher" : "clear";
        if (!isHiding() || !hasSubject) {
            return mode;
        }
        return mode + ", Subject hidden" + (shown > 0 ? ", legacy display" : "");
    }

    /** Returns true if the sender has signed or encrypted the content, so that the payload is not ours to change. */
    private static boolean isProtectedBySender(MimeEntity root) {
        ContentType type = root.contentType();
        return type.is("multipart", "signed")
                || type.is("multipart", "encrypted")
                || (type.type().equals("application") && CMS.contains(type.subtype()));
    }

    private Result ofSender(HeaderBlock outside, MimeEntity root) {
        Optional<HeaderBlock> signed =
                root.signedParts().map(parts -> parts.content().header());
        boolean isProtected = signed.flatMap(ContentTypeField::value)
                .flatMap(type -> type.parameter(HeaderReading.PARAMETER))
                .isPresent();
        boolean isHidable = isProtected
                && signed.flatMap(inside -> inside.single(Fields.SUBJECT)).isPresent();
        if (isHiding() && hasSubject(outside) && !isHidable) {
            return new Result.NotHidden("the sender's own signature covers the content");
        }
        boolean hides = isHiding() && hasSubject(outside);
        Payload payload =
                new Payload(isHiding() ? hidden(outside, root.header()) : outside, bare(outside, root.body()));
        String text = isProtected ? "by the sender" : "none: protected by the sender";
        return new Result.Composed(payload, text + (hides ? ", Subject hidden" : ""));
    }

    private static boolean hasSubject(HeaderBlock header) {
        return !header.all(Fields.SUBJECT).isEmpty();
    }

    private static boolean isTelling(HeaderBlock header) {
        return header.fields().stream().anyMatch(field -> SubjectFields.isNamed(field.name()));
    }

    /** Returns why these fields cannot go inside. */
    private Optional<String> obstacle(HeaderBlock header) {
        if (header.isMalformed()) {
            return Optional.of("a line of the header section is no field");
        }
        if (ContentTypeField.value(header).isEmpty()) {
            return Optional.of("the Content-Type is malformed");
        }
        List<HeaderField> copied =
                header.fields().stream().filter(Fields::isProtectable).toList();
        long octets = copied.stream().mapToLong(field -> field.raw().length).sum();
        if (copied.size() > MOST_FIELDS || octets > MOST_OCTETS) {
            return Optional.of("the header section is too big");
        }
        return copied.stream()
                .filter(field -> hasLongLine(field) || (isSevenBit && !isAscii(field) && !isText(field)))
                .findFirst()
                .map(field -> "field " + printable(field) + " cannot stand in a signed part");
    }

    // RFC 6532 lets a field be UTF-8; a signature that must travel anywhere does not (RFC 8551 §3.1.3).
    private HeaderBlock inSevenBit(HeaderBlock header) {
        if (!isSevenBit) {
            return header;
        }
        return header.mapped(field -> Optional.of(
                Fields.isProtectable(field) && !isAscii(field)
                        ? HeaderWriter.unstructured(field.name(), EncodedWords.decode(field.unfolded()))
                        : field));
    }

    /**
     * Removes the fields that repeat the Subject. Fields that mail must have outside, and those that machines act by,
     * stay.
     */
    private static HeaderBlock hidden(HeaderBlock header, HeaderBlock received) {
        // Other fields repeat the Subject as it came, without a tag of ours.
        SubjectFields subject = SubjectFields.of(Stream.of(header, received)
                .flatMap(each -> each.all(Fields.SUBJECT).stream())
                .map(HeaderField::unfolded)
                .distinct()
                .toList());
        boolean[] isFirst = {true};
        return header.mapped(field -> {
            if (!field.is(Fields.SUBJECT)) {
                boolean goes = isText(field) || (!Fields.isNeeded(field) && subject.isIn(field.unfolded()));
                return goes ? Optional.empty() : Optional.of(field);
            }
            Optional<HeaderField> placeholder = isFirst[0] ? Optional.of(PLACEHOLDER) : Optional.empty();
            isFirst[0] = false;
            return placeholder;
        });
    }

    /**
     * Writes the Content- fields, the protected ones, the records of which of these are left outside, and the empty
     * line.
     */
    private byte[] payloadHeader(HeaderBlock inside, HeaderBlock left) {
        List<HeaderField> fields = new ArrayList<>(contentFields(inside));
        inside.fields().stream().filter(Fields::isProtectable).forEach(fields::add);
        if (isEncrypted) {
            left.fields().stream()
                    .filter(Fields::isProtectable)
                    .map(Fields::hpOuter)
                    .forEach(fields::add);
        }
        return octets(fields);
    }

    private List<HeaderField> contentFields(HeaderBlock header) {
        List<HeaderField> fields = bareContentFields(header);
        fields.replaceAll(field -> field.is(ContentTypeField.NAME)
                ? ContentTypeField.with(field, HeaderReading.PARAMETER, isEncrypted ? "cipher" : "clear")
                : field);
        return fields;
    }

    /**
     * Returns the Content- fields without the mark of header protection. A root that carries the mark without being
     * protected must not carry it under our signature. Content-Type comes first, by which a reader of CBC knows that
     * nobody has cut the content.
     */
    private static List<HeaderField> bareContentFields(HeaderBlock header) {
        List<HeaderField> fields = new ArrayList<>();
        header.fields().stream()
                .filter(field -> Fields.lower(field).startsWith("content-"))
                .map(field -> field.is(ContentTypeField.NAME)
                        ? ContentTypeField.without(field, Set.of(HeaderReading.PARAMETER))
                        : field)
                .forEach(fields::add);
        if (header.all(ContentTypeField.NAME).isEmpty()) {
            fields.add(PLAIN_TEXT);
        }
        fields.sort(Comparator.comparing(field -> !field.is(ContentTypeField.NAME)));
        return fields;
    }

    private static RawMessage bare(HeaderBlock header, RawMessage body) {
        return RawMessage.join(List.of(RawMessage.of(octets(bareContentFields(header))), body));
    }

    private static byte[] octets(List<HeaderField> fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (HeaderField field : fields) {
            byte[] raw = field.raw();
            out.writeBytes(raw);
            if (raw.length < 2 || raw[raw.length - 1] != '\n') {
                out.writeBytes(CRLF);
            }
        }
        out.writeBytes(CRLF);
        return out.toByteArray();
    }

    private static boolean isText(HeaderField field) {
        return SubjectFields.isNamed(field.name()) || HIDDEN.contains(Fields.lower(field));
    }

    private static boolean isAscii(HeaderField field) {
        for (byte octet : field.raw()) {
            if (octet < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasLongLine(HeaderField field) {
        int column = 0;
        for (byte octet : field.raw()) {
            column = octet == '\n' ? 0 : column + 1;
            if (column > LONGEST_LINE) {
                return true;
            }
        }
        return false;
    }

    private static String printable(HeaderField field) {
        return field.name().replaceAll("[^!-~]", "?").toLowerCase(Locale.ROOT);
    }

    private static final Set<String> CMS = Set.of("pkcs7-mime", "x-pkcs7-mime");
    private static final Set<String> HIDDEN = Set.of("comments", "keywords", "summary");
    private static final HeaderField PLACEHOLDER =
            HeaderField.of("Subject: [...]\r\n".getBytes(StandardCharsets.US_ASCII));
    private static final HeaderField PLAIN_TEXT =
            HeaderField.of("Content-Type: text/plain; charset=us-ascii\r\n".getBytes(StandardCharsets.US_ASCII));
    // The payload may hold twice as many fields, since HP-Outer repeats those outside, and a reader has limits too.
    private static final int MOST_FIELDS = 450;
    private static final long MOST_OCTETS = 400 * 1024;
    // This is the limit of RFC 5322 §2.1.1, less the prefix that HP-Outer adds to the line.
    private static final int LONGEST_LINE = 980;
    private static final byte[] CRLF = {'\r', '\n'};
}
