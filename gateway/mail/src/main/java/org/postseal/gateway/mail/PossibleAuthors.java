package org.postseal.gateway.mail;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Author;
import org.postseal.policy.header.EncodedWords;
import org.postseal.policy.header.FieldReader;
import org.postseal.policy.outcome.Reason;

/**
 * Finds the addresses in the From fields of a header that programs may read differently. Programs skip comments,
 * quotes, backslashes and blanks each in their own way, so only a field that is written plainly enough shows all its
 * addresses here. Of any other field it says that somebody else may be the author. Used once.
 */
public final class PossibleAuthors {
    private final Set<MailAddress> found = new LinkedHashSet<>();
    private final FieldReader reader = new FieldReader();
    private boolean isComplete = true;
    private boolean isAfterFrom;
    private long octets;

    private PossibleAuthors() {}

    /** Returns the author whom From names, or {@code HEADER_TOO_BIG} if it is longer, or names more
     * people, than any author writes. */
    public static Parsed<Author> of(HeaderBlock header, Budget budget) {
        FromAddress from = FromAddress.of(header, budget);
        if (from.author().isPresent()) {
            return new Parsed.Success<>(Author.of(from.author()));
        }
        PossibleAuthors authors = new PossibleAuthors();
        from.address().ifPresent(authors.found::add);
        header.fields().forEach(authors::field);
        boolean isTooBig = authors.found.size() > MOST || authors.octets > LONGEST;
        return isTooBig
                ? Parsed.refused(Reason.HEADER_TOO_BIG, AddressList.tooMany(MOST))
                : new Parsed.Success<>(new Author(from.address(), authors.found, authors.isComplete));
    }

    /**
     * Reads a field, and the fields that some programs see behind a bare line end in it. A line that is no field
     * continues the field before it for some programs.
     */
    private void field(HeaderField field) {
        String text = HeaderField.text(field.raw(), 0, field.raw().length);
        for (String line : LINE_END.splitAsStream(text).toList()) {
            int colon = line.indexOf(':');
            boolean isField =
                    colon > 0 && FIELD_NAME.matcher(line.substring(0, colon)).matches();
            isComplete &= isField || !isAfterFrom;
            LooseName name = LooseName.in(line);
            isAfterFrom = name.text().equalsIgnoreCase(FromAddress.FIELD);
            if (isAfterFrom) {
                body(FOLDING.matcher(line.substring(name.colon() + 1)).replaceAll(" "));
            }
        }
    }

    private void body(String body) {
        octets += body.length();
        if (octets > LONGEST) {
            return;
        }
        EncodedWords.Readings readings = reader.read(body);
        isComplete &= readings.isComplete();
        Set<String> texts = new LinkedHashSet<>(readings.texts());
        texts.add(body);
        for (String text : texts) {
            isComplete &= isPlainList(text);
            String bare = QUOTING.matcher(text).replaceAll("");
            for (String each : new LinkedHashSet<>(List.of(text, bare))) {
                addresses(each);
                addresses(AROUND_MARKS.matcher(each).replaceAll("$1"));
                addresses(BLANKS.matcher(each).replaceAll(""));
            }
        }
    }

    /** Returns true for mailboxes, with commas between them, in which every program finds one of our readings. */
    private static boolean isPlainList(String text) {
        Matcher pieces = PIECE.matcher(text);
        int at = 0;
        while (at <= text.length()) {
            boolean isPiece = pieces.find(at)
                    && pieces.start() == at
                    && isPlain(pieces.group().strip());
            at = isPiece ? pieces.end() + 1 : at;
            if (!isPiece || (at <= text.length() && text.charAt(at - 1) != ',')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(String mailbox) {
        if (!mailbox.endsWith(">")) {
            return isAddress(mailbox) || WORDS.matcher(mailbox).matches();
        }
        int open = mailbox.lastIndexOf('<');
        return open >= 0
                && isAddress(mailbox.substring(open + 1, mailbox.length() - 1))
                && isPlainName(mailbox.substring(0, open));
    }

    private static boolean isPlainName(String name) {
        if (name.indexOf('@') < 0) {
            return NAME.matcher(name).matches();
        }
        // Some program takes such a name for the author, so it must be an address too.
        Matcher address = ADDRESS_AS_NAME.matcher(name);
        return address.matches() && isAddress(address.group("local") + "@" + address.group("domain"));
    }

    /**
     * Returns true for an address that is found. Other programs take more for an address than {@link MailAddress} does,
     * such as one with two dots in succession; its domain would be known to nobody here.
     */
    private static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches() && MailAddress.parse(text).isPresent();
    }

    private void addresses(String text) {
        for (int at = text.indexOf('@'); at >= 0 && found.size() <= MOST; at = text.indexOf('@', at + 1)) {
            int end = at + 1;
            while (end < text.length() && isOfDomain(text.charAt(end))) {
                end++;
            }
            String domain = trimmed(text.substring(at + 1, end), ".-");
            local(text, at).ifPresent(local -> {
                MailAddress.parse(local + "@" + domain).ifPresent(found::add);
                MailAddress.parse(trimmed(local, ".'`") + "@" + domain).ifPresent(found::add);
            });
        }
    }

    private static Optional<String> local(String text, int at) {
        int start = at;
        if (start > 0 && text.charAt(start - 1) == '"') {
            int quote = text.lastIndexOf('"', start - 2);
            return quote < 0 || at - quote > LONGEST_LOCAL ? Optional.empty() : Optional.of(text.substring(quote, at));
        }
        while (start > 0 && at - start <= LONGEST_LOCAL && SPECIALS.indexOf(text.charAt(start - 1)) < 0) {
            start--;
        }
        return Optional.of(text.substring(start, at));
    }

    private static boolean isOfDomain(char c) {
        return c == '.'
                || c == '-'
                || c == '_'
                || Character.isLetterOrDigit(c)
                || Character.isSurrogate(c)
                || isMark(c);
    }

    private static boolean isMark(char c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    private static String trimmed(String text, String marks) {
        int start = 0;
        int end = text.length();
        while (start < end && marks.indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        while (end > start && marks.indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return text.substring(start, end);
    }

    private static final int MOST = 50;
    /** More characters than fifty authors need. */
    private static final int LONGEST = 16 * 1024;

    private static final int LONGEST_LOCAL = 1_000;
    private static final String SPECIALS = " \t\r\n\0()<>[]:;@\\,\"";
    private static final Pattern FIELD_NAME = Pattern.compile("[!-9;-~]++[ \\t]*+");
    private static final Pattern LINE_END = Pattern.compile("[\\r\\n\\x00]++(?![ \\t])");
    private static final Pattern FOLDING = Pattern.compile("[\\r\\n\\x00]++");
    private static final Pattern QUOTING = Pattern.compile("[\"\\\\]++");
    private static final Pattern BLANKS = Pattern.compile("[ \\t]++");
    // Without the look behind, each blank of a long run would be read as the beginning of a run.
    private static final Pattern AROUND_MARKS = Pattern.compile("(?<![ \\t])[ \\t]*+([@.])[ \\t]*+");

    private static final Pattern PIECE = Pattern.compile("(?:[^\",]++|\"[^\"]*+\")*+");
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]++@[A-Za-z0-9._-]++");
    // Of a [ without its ], some program makes an address with all that stands behind it.
    private static final Pattern NAME = Pattern.compile(
            "(?:[^\"\\\\()<>,;:\\[\\]\\p{Cc}]|\\t" + "|\\[[^\"\\\\()<>,;:\\[\\]\\p{Cc}]*+]|\"[^\"\\\\\\p{Cc}]*+\")*+");
    // An MTA makes an address of user%domain and domain!user.
    private static final Pattern WORDS = Pattern.compile("(?=[^@%!]*+\\z)" + NAME.pattern());
    // Of several words before the @, some program makes a quoted local part, and of none a word of its own.
    private static final Pattern ADDRESS_AS_NAME = Pattern.compile(
            "\"?+(?<local>[A-Za-z0-9._'&+-]++)[ \\t]*+@[ \\t]*+(?<domain>[A-Za-z0-9._-]++)\"?+" + "[ \\t]*+");
}
