package org.postseal.gateway.mail;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.header.FieldReader;
import org.postseal.policy.outcome.Reason;

/**
 * Finds everything that looks like an address in the From fields of a header that programs may read differently. It
 * reads with more tolerance than any of them: what it finds may be no author, but no program shows an author that it
 * does not find.
 */
public final class PossibleAuthors {
    private final Set<MailAddress> found = new LinkedHashSet<>();
    private final FieldReader reader = new FieldReader();

    private PossibleAuthors() {}

    /** Returns the addresses, or {@code HEADER_TOO_BIG} if there are more than any author writes. */
    public static Parsed<Set<MailAddress>> in(HeaderBlock header) {
        PossibleAuthors authors = new PossibleAuthors();
        header.fields().forEach(authors::field);
        return authors.found.size() > MOST
                ? Parsed.refused(Reason.HEADER_TOO_BIG, AddressList.tooMany(MOST))
                : new Parsed.Success<>(authors.found);
    }

    /** Reads a field, and the fields that some programs see behind a bare line end in it. */
    private void field(HeaderField field) {
        String text = HeaderField.text(field.raw(), 0, field.raw().length);
        for (String line : LINE_END.split(text)) {
            int colon = line.indexOf(':');
            if (colon > 0 && FromAddress.isFrom(line.substring(0, colon))) {
                body(FOLDING.matcher(line.substring(colon + 1)).replaceAll(" "));
            }
        }
    }

    private void body(String body) {
        Set<String> texts = new LinkedHashSet<>(reader.read(body).texts());
        texts.add(body);
        for (String text : texts) {
            String bare = text.replace("\\", "");
            String withoutComments = COMMENT.matcher(bare).replaceAll("");
            for (String each : new LinkedHashSet<>(List.of(text, bare, withoutComments))) {
                addresses(each);
                addresses(AROUND_MARKS.matcher(each).replaceAll("$1"));
            }
        }
    }

    private void addresses(String text) {
        for (int at = text.indexOf('@'); at >= 0 && found.size() <= MOST; at = text.indexOf('@', at + 1)) {
            int end = at + 1;
            while (end < text.length() && isOfDomain(text.charAt(end))) {
                end++;
            }
            String domain = trimmed(text.substring(at + 1, end), ".-");
            String local = local(text, at);
            MailAddress.parse(local + "@" + domain).ifPresent(found::add);
            MailAddress.parse(trimmed(local, ".'`") + "@" + domain).ifPresent(found::add);
        }
    }

    private static String local(String text, int at) {
        int start = at;
        if (start > 0 && text.charAt(start - 1) == '"') {
            int quote = text.lastIndexOf('"', start - 2);
            return quote < 0 ? "" : text.substring(quote, at);
        }
        while (start > 0 && SPECIALS.indexOf(text.charAt(start - 1)) < 0) {
            start--;
        }
        return text.substring(start, at);
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
    private static final String SPECIALS = " \t\r\n\0()<>[]:;@\\,\"";
    private static final Pattern LINE_END = Pattern.compile("[\\r\\n\\x00]++(?![ \\t])");
    private static final Pattern FOLDING = Pattern.compile("[\\r\\n\\x00]++");
    private static final Pattern COMMENT = Pattern.compile("\\([^()]*+\\)");
    private static final Pattern AROUND_MARKS = Pattern.compile("[ \\t]*+([@.])[ \\t]*+");
}
