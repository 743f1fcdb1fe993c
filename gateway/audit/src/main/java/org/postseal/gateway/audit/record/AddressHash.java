package org.postseal.gateway.audit.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.Secret;

/**
 * Replaces the addresses in a record by {@code hmac-DIGITS@DOMAIN}. DIGITS are the first 128 bits, in hexadecimal, of
 * HMAC-SHA-256 (RFC 2104) over the address as {@link MailAddress#key} writes it. A person who has the key can find an
 * address again, and nobody else can try out a list of names. The domain stays readable, since rules, reports and
 * partners are about domains. Immutable.
 */
public final class AddressHash {
    private final SecretKeySpec key;

    /** @param key at least {@link #LEAST} octets */
    public AddressHash(Secret key) {
        this.key = new SecretKeySpec(key.octets(), ALGORITHM);
    }

    /**
     * Hashes an address, or a reverse path in angle brackets. The empty address and the empty path stay as they are.
     */
    public String of(String address) {
        if (address.startsWith("<") && address.endsWith(">")) {
            return address.length() == 2 ? address : "<" + of(address.substring(1, address.length() - 1)) + ">";
        }
        return address.isEmpty() ? address : word(address) + "@" + domain(address);
    }

    /** Returns what a record has in the place of an address; empty if the text is no address, such as a domain. */
    public Optional<String> alias(String address) {
        return MailAddress.parse(address).map(parsed -> of(parsed.key()));
    }

    /** Hashes a text that names a person and may be an address or not: a login, or the subject of a certificate. */
    String name(String name) {
        return MailAddress.parse(name).isPresent() ? of(name) : word(name);
    }

    /** Replaces each address in a text. It leaves the hashes that are in the text already. */
    String in(String text) {
        String plain = HEXADECIMAL.matcher(text).replaceAll(found -> found.group(1) + word(found.group(2)));
        StringBuilder changed = new StringBuilder();
        int done = 0;
        for (Optional<Span> next = Span.next(plain, 0); next.isPresent(); next = Span.next(plain, done)) {
            Span span = next.get();
            String local = plain.substring(span.start(), span.at());
            changed.append(plain, done, span.start())
                    .append(WORD.matcher(local).matches() ? local : hashed(local, span, plain))
                    .append(plain, span.at(), span.end());
            done = span.end();
        }
        return changed.append(plain, done, plain.length()).toString();
    }

    private String hashed(String local, Span span, String text) {
        return word(local + "@" + text.substring(span.domain(), span.end()));
    }

    /** Returns the hash of a text without a domain behind it. */
    String word(String text) {
        String canonical = MailAddress.parse(text).map(MailAddress::key).orElseGet(() -> text.toLowerCase(Locale.ROOT));
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] digest = mac.doFinal(canonical.getBytes(UTF_8));
            return PREFIX + HexFormat.of().formatHex(Arrays.copyOf(digest, OCTETS));
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static String domain(String address) {
        return MailAddress.parse(address)
                .map(parsed -> parsed.domain().ascii())
                .orElseGet(() -> address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT));
    }

    /**
     * The place of an address in a text.
     *
     * @param start where its local part begins
     * @param at where its local part ends: at the {@code @}, or at what stands for the {@code @} in a link
     * @param domain where its domain begins
     * @param end where its domain ends
     */
    private record Span(int start, int at, int domain, int end) {
        static Optional<Span> next(String text, int from) {
            Matcher signs = SIGN.matcher(text);
            for (int at = from; signs.find(at); at = signs.end()) {
                boolean isQuoted = text.charAt(signs.start()) == '"';
                boolean isPlain = isQuoted || text.charAt(signs.start()) == '@';
                int behind = isQuoted ? signs.end() : signs.start();
                int start = isQuoted ? signs.start() : start(text, behind, from, isPlain);
                int domain = isQuoted ? signs.end() + 1 : signs.end();
                int end = end(text, domain);
                // In a@b@c, everything before the last @ is the local part.
                while (end < text.length() && text.charAt(end) == '@') {
                    behind = end;
                    domain = end + 1;
                    end = end(text, domain);
                }
                if (start < behind && (isPlain || text.substring(domain, end).matches(DOMAIN))) {
                    return Optional.of(new Span(start, behind, domain, end));
                }
            }
            return Optional.empty();
        }

        private static int start(String text, int at, int from, boolean isPlain) {
            int start = at;
            int least = Math.max(from, at - LONGEST);
            while (start > least
                    && isLocal(text.charAt(start - 1))
                    && (isPlain || "/?&=#".indexOf(text.charAt(start - 1)) < 0)) {
                start--;
            }
            // The label of an attribute is no part of the address: emailAddress=bob@partner.example in a distinguished
            // name.
            Matcher label = LABEL.matcher(text).region(start, at);
            return label.lookingAt() && label.end() < at ? label.end() : start;
        }

        private static boolean isLocal(char c) {
            return !Character.isWhitespace(c) && !Character.isISOControl(c) && "<>()[],;:\"\\@".indexOf(c) < 0;
        }

        private static int end(String text, int domain) {
            if (domain < text.length() && text.charAt(domain) == '[') {
                int most = Math.min(text.length(), domain + LONGEST);
                int close = text.indexOf(']', domain, most);
                return close < 0 ? most : close + 1;
            }
            int end = domain;
            while (end < text.length() && isDomain(text.charAt(end))) {
                end++;
            }
            while (end > domain && (text.charAt(end - 1) == '.' || text.charAt(end - 1) == '-')) {
                end--;
            }
            return end;
        }

        private static boolean isDomain(char c) {
            return c == '.' || c == '-' || c == '_' || c >= 0xA1 || Character.isLetterOrDigit(c);
        }
    }

    /** The fewest octets that a key has. */
    public static final int LEAST = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final String PREFIX = "hmac-";
    private static final int OCTETS = 16;
    private static final Pattern WORD = Pattern.compile(PREFIX + "[0-9a-f]{32}");
    // A local part has 64 octets at most (RFC 5321 §4.5.3.1.1), and three characters for each in a link. Without a
    // limit, a text with many signs would take the square of its length.
    private static final int LONGEST = 256;
    // An @ stands behind a quoted local part, alone, or in the form of links and xtext (RFC 3461 §4).
    private static final Pattern SIGN = Pattern.compile("\"(?:[^\"\\\\]|\\\\.){0," + LONGEST + "}+\"(?=@)|@|[%+=]40");
    private static final String DOMAIN = "[^.].*\\.\\p{L}.*";
    private static final Pattern LABEL = Pattern.compile("(?i)(?:emailAddress|E|MAIL|id|rcpt|to|from)=");
    /** An address in a distinguished name, in the form that RFC 2253 §2.4 has for types without a short name. */
    private static final Pattern HEXADECIMAL = Pattern.compile("(1\\.2\\.840\\.113549\\.1\\.9\\.1=)(#[0-9a-fA-F]+)");
}
