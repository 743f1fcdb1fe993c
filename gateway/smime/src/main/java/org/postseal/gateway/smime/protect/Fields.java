package org.postseal.gateway.smime.protect;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postseal.gateway.mail.DateField;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.PlainAddresses;
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
                && !TRACE.contains(name)
                && !name.equals("bcc")
                && !name.equals("archived-at")
                && !name.equals(HP_OUTER_LOWER)
                && ADDED_PREFIXES.stream().noneMatch(name::startsWith);
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
     * Returns what the value means, however it is folded and encoded: a Date is a moment, a field with addresses is a
     * list of names and addresses, and in a text, encoded words are decoded. What programs may read in different ways
     * is returned as it is written: malformed words, words in a charset that some programs do not know, and a Date with
     * a comment. Of addresses outside {@link PlainAddresses}, and where a line is blank, each octet counts.
     */
    static String meaning(HeaderField field) {
        String octets = new String(field.raw(), StandardCharsets.ISO_8859_1)
                .substring(field.name().length())
                .strip();
        if (BLANK_LINE.matcher(octets).find()) {
            return octets;
        }
        String written = comparable(field);
        String name = lower(field);
        if (name.equals("date")) {
            // A comment may say anything, so it is compared too.
            return written.contains("(")
                    ? written
                    : DateField.parse(written).map(Instant::toString).orElse(written);
        }
        if (ADDRESSES.contains(name)) {
            // Octets that are returned as they are have no line end behind them.
            return PlainAddresses.of(field)
                    .map(all -> all.stream()
                            .map(one -> one.name() + "\n" + one.address() + "\n")
                            .collect(Collectors.joining()))
                    .orElse(octets);
        }
        return TEXTS.contains(name)
                ? EncodedWords.wellFormed(written)
                        .map(read -> BLANKS.matcher(read).replaceAll(" ").strip())
                        .orElse(written)
                : written;
    }

    /**
     * Returns true for fields that must be outside as the author left them: all but those that describe the content and
     * those that change on the way. A Subject that is only the placeholder of a hidden one tells nothing.
     */
    static boolean isCompared(HeaderField field) {
        return !isStructural(field)
                && !isOfServers(field)
                // Services that send mail for others write one of their own.
                && !field.is("Message-ID")
                && (!field.is(SUBJECT) || SubjectFields.isTelling(field.unfolded()));
    }

    /**
     * Returns true for fields that each server and filter on the way writes, on the author's side too. Programs show
     * them to nobody, and answer nobody by them.
     */
    static boolean isOfServers(HeaderField field) {
        String name = lower(field);
        return TRACE.contains(name)
                || (field.possibleName().isEmpty() && OF_SERVERS.matcher(name).matches());
    }

    static String lower(HeaderField field) {
        return field.name().toLowerCase(Locale.ROOT);
    }

    static final String HP_OUTER = "HP-Outer";
    static final String SUBJECT = "Subject";

    private static final String HP_OUTER_LOWER = "hp-outer";
    private static final Set<String> TRACE = Set.of(
            "received",
            "return-path",
            "delivered-to",
            "x-original-to",
            "envelope-to",
            "authentication-results",
            "received-spf",
            "dkim-signature",
            "domainkey-signature");
    // Lists and whoever resends a message add some of these, besides servers.
    private static final Set<String> ADDED_PREFIXES = Set.of("arc-", "list-", "resent-", "x-postseal-");
    private static final Pattern OF_SERVERS = Pattern.compile(
            // These say by which way a message came.
            "(?:delivery-date|x-received|x-delivered-to|x-rcpt-to|x-envelope-to|x-forwarded-(?:to|for|encrypted)"
                    + "|x-originating-.*|x-authenticated(?:-.*)?|x-get-message-sender-via|x-source-.*"
                    + "|feedback-id|x-ses-.*|x-gm-.*|x-google-(?:dkim-signature|smtp-source)"
                    // These are the verdicts of servers and our own stamps.
                    + "|arc-.*|x-postseal-.*|authentication-results-.*|(?:dkim|dmarc|ironport)-.*"
                    // Exchange writes these at the author's and again at the reader's.
                    + "|x-(?:ms|microsoft|forefront|exchange|eop\\w*|originatororg|ld-processed|incoming\\w*"
                    + "|crosspremises\\w*|organizationheaders\\w*)(?:-.*)?"
                    // Filters against spam and viruses put their own in the place of others'.
                    + "|x-(?:[a-z0-9-]*-)?(?:spam[a-z]*|virus|antivirus|antispam|anti-?abuse|scanned|mailscanner|amavis"
                    + "|rspamd|clamav|dspam|bogosity|ironport|proofpoint|mimecast|barracuda|sophos|feas|symantec"
                    + "|brightmail|cloudmark|cmae|kaspersky|kse|klms|drweb|eset[a-z]*|avast|tm|tmase|nospamproxy"
                    + "|hornetsecurity|retarus|e?xpurgate|purgate|greylist|policyd|milter|quarantine|dkim|spf|dmarc)"
                    + "(?:[-_].*)?)");
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
    private static final Set<String> ADDRESSES = Set.of(
            "from",
            "to",
            "cc",
            "reply-to",
            "sender",
            "disposition-notification-to",
            "return-receipt-to",
            "mail-reply-to",
            "mail-followup-to");
    private static final Set<String> TEXTS = Set.of(
            "subject",
            "thread-topic",
            "comments",
            "keywords",
            "summary",
            "organization",
            "organisation",
            "x-message-flag");
    private static final Pattern BLANK_LINE = Pattern.compile("\\r\\n[ \\t]*+\\r\\n");
    private static final Pattern BLANKS = Pattern.compile("[ \t]+");
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
