package org.postseal.gateway.smime.protect;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.postseal.gateway.mail.DateField;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.policy.header.EncodedWords;
import org.postseal.policy.header.SubjectFields;

/** Says what header protection does with each header field (RFC 9788 §1.1.1, §7). */
final class Fields {
    private Fields() {}

    /** Returns true if the field describes the content, and so belongs to the entity. */
    static boolean isStructural(HeaderField field) {
        String name = lower(field);
        return name.startsWith("content-") || name.equals("mime-version");
    }

    /**
     * Returns true for fields that the author of a message writes. It is false for fields that describe the content,
     * and for those that were added on the way. It is also false for Bcc, which nobody else may see (RFC 9788 §11.4).
     */
    static boolean isProtectable(HeaderField field) {
        String name = lower(field);
        return !isStructural(field)
                && !IN_TRANSIT.contains(name)
                && !name.equals("bcc")
                && !name.equals(HP_OUTER_LOWER)
                && IN_TRANSIT_PREFIXES.stream().noneMatch(name::startsWith);
    }

    /**
     * Returns true for fields that may be put back from inside a message: those that a person reads or answers by. It
     * is false for fields that machines believe in; otherwise, anybody who writes ciphertext could speak for the
     * filters before us.
     */
    static boolean isRestorable(HeaderField field) {
        return RESTORABLE.contains(lower(field));
    }

    /**
     * Returns true for fields that stay outside whatever they say. A message cannot be delivered or answered without
     * them, or machines act by them.
     */
    static boolean isNeeded(HeaderField field) {
        String name = lower(field);
        return isStructural(field)
                || NEEDED.contains(name)
                || NEEDED_PREFIXES.stream().anyMatch(name::startsWith);
    }

    static boolean isHpOuter(HeaderField field) {
        return lower(field).equals(HP_OUTER_LOWER);
    }

    /** Returns the field that records how another looks outside (RFC 9788 §2.2). */
    static HeaderField hpOuter(HeaderField outside) {
        byte[] head = (HP_OUTER + ": ").getBytes(StandardCharsets.US_ASCII);
        byte[] raw = new byte[head.length + outside.raw().length];
        System.arraycopy(head, 0, raw, 0, head.length);
        System.arraycopy(outside.raw(), 0, raw, head.length, outside.raw().length);
        return HeaderField.of(raw);
    }

    /** Returns the value as it is compared: unfolded, with each run of blanks as one. */
    static String comparable(HeaderField field) {
        return BLANKS.matcher(field.unfolded()).replaceAll(" ").strip();
    }

    /**
     * Returns what the value means, however it is folded and encoded: a Date is a moment, and the blanks and quotes
     * that a field with addresses need not have do not count. What programs may read in different ways is returned as
     * it is written: malformed words, words in a charset that some programs do not know, and a Date with a comment.
     */
    static String meaning(HeaderField field) {
        String written = comparable(field);
        if (field.is("Date")) {
            // A comment may say anything, so it is compared too.
            return written.contains("(")
                    ? written
                    : DateField.parse(written).map(Instant::toString).orElse(written);
        }
        String text = EncodedWords.wellFormed(written)
                .map(read -> BLANKS.matcher(read).replaceAll(" ").strip())
                .orElse(written);
        return ADDRESSES.contains(lower(field))
                ? QUOTED_WORDS
                        .matcher(AROUND_MARKS.matcher(text).replaceAll("$1"))
                        .replaceAll("$1")
                : text;
    }

    /**
     * Returns true for the fields by which a person knows what a message is about and whom it concerns. A Subject that
     * is only the placeholder of a hidden one tells nothing.
     */
    static boolean isShown(HeaderField field) {
        return SHOWN.contains(lower(field)) && (!field.is(SUBJECT) || SubjectFields.isTelling(field.unfolded()));
    }

    static String lower(HeaderField field) {
        return field.name().toLowerCase(Locale.ROOT);
    }

    static final String HP_OUTER = "HP-Outer";
    static final String SUBJECT = "Subject";

    private static final String HP_OUTER_LOWER = "hp-outer";
    private static final Set<String> IN_TRANSIT = Set.of(
            "received",
            "return-path",
            "delivered-to",
            "x-original-to",
            "envelope-to",
            "authentication-results",
            "received-spf",
            "dkim-signature",
            "domainkey-signature",
            "archived-at");
    private static final Set<String> IN_TRANSIT_PREFIXES = Set.of("arc-", "list-", "resent-", "x-postseal-");
    private static final Set<String> NEEDED = Set.of(
            "from",
            "sender",
            "reply-to",
            "to",
            "cc",
            "bcc",
            "date",
            "message-id",
            "in-reply-to",
            "references",
            "received",
            "return-path",
            "auto-submitted",
            "precedence",
            "priority",
            "importance",
            "x-priority",
            "disposition-notification-to",
            "return-receipt-to",
            "authentication-results");
    private static final Set<String> NEEDED_PREFIXES = Set.of("resent-", "x-postseal-", "arc-");
    private static final Set<String> ADDRESSES = Set.of("from", "to", "cc", "reply-to", "sender");
    private static final Set<String> SHOWN = Set.of(
            "from",
            "subject",
            "to",
            "cc",
            "reply-to",
            "sender",
            "date",
            "comments",
            "keywords",
            "summary",
            "organization",
            "organisation",
            "newsgroups",
            "in-reply-to",
            "references",
            "importance",
            "priority",
            "x-priority",
            "sensitivity",
            "x-message-flag");
    private static final Pattern BLANKS = Pattern.compile("[ \t]+");
    // Both take linear time: no run of blanks is left, and a quote is in no word.
    private static final Pattern AROUND_MARKS = Pattern.compile(" ?([,;:<>]) ?");
    private static final Pattern QUOTED_WORDS = Pattern.compile("\"([\\p{L}\\p{N} !#$%&'*+/=?^_`{|}~-]*+)\"");
    private static final Set<String> RESTORABLE = Set.of(
            "subject",
            "thread-topic",
            "comments",
            "keywords",
            "date",
            "to",
            "cc",
            "reply-to",
            "followup-to",
            "message-id",
            "in-reply-to",
            "references");
}
