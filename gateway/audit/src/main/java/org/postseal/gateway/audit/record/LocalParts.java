package org.postseal.gateway.audit.record;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;

/**
 * Hides the local parts of a message's addresses in the texts of other servers. Servers like to repeat a local part
 * alone, and that of any recipient, since one reply may speak for all. The same text comes with many recipients and is
 * handled once. Used by one thread at a time.
 */
final class LocalParts {
    private final AddressHash hash;
    private final List<Part> parts;
    private final Map<String, String> done = new HashMap<>();

    private LocalParts(AddressHash hash, List<Part> parts) {
        this.hash = hash;
        this.parts = parts;
    }

    /** @param addresses those of the message, reverse paths in angle brackets */
    static LocalParts of(Collection<String> addresses, AddressHash hash) {
        return new LocalParts(
                hash,
                addresses.stream()
                        .map(address -> address.startsWith("<") ? address.substring(1, address.length() - 1) : address)
                        .filter(address -> !address.isEmpty())
                        .distinct()
                        .sorted(Comparator.comparingInt(String::length).reversed())
                        .flatMap(address -> {
                            String word = hash.word(address);
                            return spellings(address).distinct().map(local -> Part.of(local, word));
                        })
                        .toList());
    }

    /** Returns the text with its addresses and these local parts replaced. */
    String hiddenIn(String text) {
        return done.computeIfAbsent(text, this::without);
    }

    private String without(String text) {
        String changed = hash.in(text);
        String lower = changed.toLowerCase(Locale.ROOT);
        boolean isAscii = lower.chars().allMatch(c -> c < 0x80);
        boolean mayBeLossy = !isAscii || lower.indexOf('?') >= 0;
        for (Part part : parts) {
            // Most texts name nobody. To run a regular expression for each of many recipients on each of their texts
            // would cost too much.
            if ((part.isAscii() && isAscii) ? lower.contains(part.lower()) : mayBeLossy) {
                changed = part.without(changed);
            }
        }
        return changed;
    }

    /** Returns a local part as it is written, and without needless quotes. */
    private static Stream<String> spellings(String address) {
        return Stream.of(
                        address,
                        MailAddress.parse(address).map(MailAddress::key).orElse(address))
                .map(text -> text.substring(0, Math.max(0, text.lastIndexOf('@'))))
                .flatMap(local -> Stream.of(local, bare(local)))
                .filter(local -> !local.isEmpty());
    }

    private static String bare(String local) {
        return local.length() > 1 && local.startsWith("\"") && local.endsWith("\"")
                ? local.substring(1, local.length() - 1)
                : local;
    }

    /**
     * A local part.
     *
     * @param local the local part as it may be written
     * @param lower the local part in lower case
     * @param word the hash that replaces it
     */
    private record Part(String local, String lower, boolean isAscii, String word) {
        static Part of(String local, String word) {
            return new Part(local, local.toLowerCase(Locale.ROOT), local.chars().allMatch(c -> c < 0x80), word);
        }

        String without(String text) {
            Matcher code = CODE.matcher(text);
            int start = code.lookingAt() ? code.end() : 0;
            Pattern alone = Pattern.compile(
                    "(?<![\\p{L}\\p{N}-])" + spelt(local) + "(?![\\p{L}\\p{N}-])",
                    Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
            return text.substring(0, start)
                    + alone.matcher(text.substring(start)).replaceAll(Matcher.quoteReplacement(word));
        }

        /**
         * Returns a pattern for a local part. On its way a letter beyond ASCII may have become a question mark, or have
         * been decoded wrongly; one to four characters then stand for it. A run of such letters and the question marks
         * in it is one possessive group, and no question mark stands between two groups. So each place of a text is
         * tried once, however long the run is.
         */
        private static String spelt(String local) {
            return RUN.matcher(local)
                    .replaceAll(run -> Matcher.quoteReplacement(
                            run.group(1) == null ? Pattern.quote(run.group()) : beyondAscii(run.group())));
        }

        private static String beyondAscii(String run) {
            int letters = run.codePointCount(0, run.length());
            return BEYOND_ASCII + "{" + letters + "," + LONGEST_LETTER * letters + "}+";
        }
    }

    private static final String BEYOND_ASCII = "[?[^\\x00-\\x7F]]";
    private static final Pattern RUN = Pattern.compile("(\\?*+[^\\x00-\\x7F]" + BEYOND_ASCII + "*+)|[\\x00-\\x7F]");
    /** The most octets of a letter in UTF-8. */
    private static final int LONGEST_LETTER = 4;
    /** The codes at the beginning of a reply, which name nobody. */
    private static final Pattern CODE = Pattern.compile("[2-5][0-9]{2}(?:[ -][245]\\.[0-9]{1,3}\\.[0-9]{1,3})?");
}
