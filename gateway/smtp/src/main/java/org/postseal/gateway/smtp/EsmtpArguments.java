package org.postseal.gateway.smtp;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.header.Letters;

/**
 * Holds the argument of MAIL or RCPT, {@code FROM:<path> KEY=value ...}, taken apart (RFC 5321 §4.1.2) but not judged
 * yet.
 *
 * @param mailbox between the angle brackets, with a source route removed; empty for the null path
 * @param parameters by keyword in upper case, in order; the value is empty if there was no {@code =}
 */
record EsmtpArguments(String mailbox, Map<String, Optional<String>> parameters) {
    /**
     * Takes an argument apart.
     *
     * @param prefix {@code FROM:} or {@code TO:}, in upper case
     */
    static Parsed<EsmtpArguments> parse(String prefix, String argument) {
        if (!hasPrefix(argument, prefix + "<")) {
            return refused("5.5.4", "Syntax: " + prefix + "<address>");
        }
        int close = closingBracket(argument, prefix.length() + 1);
        if (close < 0) {
            return refused("5.1.7", "Unbalanced angle brackets or quotes");
        }
        Optional<String> mailbox = withoutSourceRoute(argument.substring(prefix.length() + 1, close));
        if (mailbox.isEmpty()) {
            return refused("5.1.7", "Bad source route");
        }
        Map<String, Optional<String>> parameters = new LinkedHashMap<>();
        String rest = argument.substring(close + 1);
        if (!rest.isEmpty() && !rest.startsWith(" ")) {
            return refused("5.5.4", "Text after the address");
        }
        for (String word : rest.isEmpty() ? new String[0] : rest.substring(1).split(" +", -1)) {
            int equals = word.indexOf('=');
            String keyword = equals < 0 ? word : word.substring(0, equals);
            Optional<String> value = equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1));
            if (!KEYWORD.matcher(keyword).matches()
                    || !value.map(v -> isValue(keyword, v)).orElse(true)) {
                return refused("5.5.4", "Malformed parameter");
            }
            if (parameters.putIfAbsent(keyword.toUpperCase(Locale.ROOT), value) != null) {
                return refused("5.5.4", "Parameter given twice");
            }
        }
        return new Parsed.Accepted<>(new EsmtpArguments(mailbox.get(), parameters));
    }

    /**
     * Returns the mailbox as an address, or the refusal. This is 501 if it is no address, and 553 if it needs SMTPUTF8
     * and that was not given (RFC 6531 §3.5).
     */
    Parsed<MailAddress> address(boolean smtpUtf8, String badAddressStatus) {
        Optional<MailAddress> address = MailAddress.parse(mailbox);
        if (address.isEmpty()) {
            return refused(badAddressStatus, "Bad address syntax");
        }
        return smtpUtf8 || address.get().isAscii()
                ? new Parsed.Accepted<>(address.get())
                : new Parsed.Refused<>(Reply.of(553, "5.6.7", "Non-ASCII address needs SMTPUTF8"));
    }

    static <T> Parsed<T> refused(String status, String text) {
        return new Parsed.Refused<>(Reply.of(501, status, text));
    }

    static <T> Parsed<T> unknownParameter() {
        return new Parsed.Refused<>(Reply.of(555, "5.5.4", "Parameter not recognised or not implemented"));
    }

    // RFC 6531 §3.3 adds UTF-8 to esmtp-value. Of our parameters, only ORCPT has a use for it.
    private static boolean isValue(String keyword, String value) {
        boolean isAscii = Letters.areAll(value, c -> c < 128);
        return VALUE.matcher(value).matches() && (isAscii || keyword.equalsIgnoreCase("ORCPT"));
    }

    private static boolean hasPrefix(String text, String prefix) {
        String start = text.substring(0, Math.min(text.length(), prefix.length()));
        return Letters.areAll(start, c -> c < 128)
                && start.toUpperCase(Locale.ROOT).equals(prefix);
    }

    private static int closingBracket(String text, int from) {
        boolean isQuoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isQuoted && c == '\\') {
                i++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == '>' && !isQuoted) {
                return i;
            }
        }
        return -1;
    }

    // RFC 5321 §4.1.1.3, Appendix C: a source route, as in "@one,@two:user@three", is ignored, but it has to be one.
    private static Optional<String> withoutSourceRoute(String path) {
        if (!path.startsWith("@")) {
            return Optional.of(path);
        }
        int colon = path.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        for (String hop : path.substring(0, colon).split(",", -1)) {
            if (!hop.startsWith("@") || Domain.parse(hop.substring(1)).isEmpty()) {
                return Optional.empty();
            }
        }
        String mailbox = path.substring(colon + 1);
        return mailbox.isEmpty() ? Optional.empty() : Optional.of(mailbox);
    }

    private static final Pattern KEYWORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]*");
    private static final Pattern VALUE = Pattern.compile("[!-<>-~\\x{A1}-\\x{10FFFF}]+");
}
