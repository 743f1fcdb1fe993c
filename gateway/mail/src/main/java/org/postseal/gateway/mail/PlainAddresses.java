package org.postseal.gateway.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.policy.header.EncodedWords;

/**
 * Reads an address field in the subset of RFC 5322 §3.4 in which all mail programs find the same names and addresses.
 *
 * <p>The field is a list of mailboxes: a name and an address in angle brackets, or an address alone. A name is made of
 * atoms, quoted strings and encoded words with blanks between them, and lines are folded only there. There is no group,
 * no comment, no empty element, and no quote, blank or encoded word within an address. A quoted string is not empty and
 * has no blank at its ends.
 */
public final class PlainAddresses {
    private PlainAddresses() {}

    /**
     * One element of the list.
     *
     * @param name as people see it; empty if there is none. Encoded words are left as they are written if some
     *     programs, which decode before they parse, may find a mark of an address in them.
     * @param address as it is written
     */
    public record Mailbox(String name, String address) {}

    /** Returns the mailboxes, or nothing if the field is written otherwise. */
    public static Optional<List<Mailbox>> of(HeaderField field) {
        byte[] raw = field.raw();
        String whole = HeaderField.text(raw, 0, raw.length);
        String body = BLANKS.matcher(whole.substring(whole.indexOf(':') + 1)).replaceAll(" ");
        // Ruby's mail library takes what stands before two blanks for an address if it ends in a dot.
        return DOT_AND_BLANKS.matcher(field.unfolded()).find()
                ? Optional.empty()
                : ofLine(ENDS.matcher(FOLDS.matcher(body).replaceAll(FOLD)).replaceAll(""));
    }

    private static Optional<List<Mailbox>> ofLine(String text) {
        List<Mailbox> found = new ArrayList<>();
        Matcher mailbox = MAILBOX.matcher(text);
        for (int at = 0; at < text.length() || at == 0; at = mailbox.end()) {
            if (!mailbox.region(at, text.length()).lookingAt()) {
                return Optional.empty();
            }
            boolean isBare = mailbox.group("bare") != null;
            String name = isBare ? null : mailbox.group("name");
            String address = mailbox.group(isBare ? "bare" : "angle");
            if (address.contains("=?")) {
                return Optional.empty();
            }
            found.add(new Mailbox(name == null ? "" : name(name.replace(FOLD, " ")), address));
        }
        // A comma at the end promises another element.
        return text.endsWith(",") ? Optional.empty() : Optional.of(found);
    }

    private static String name(String written) {
        String unquoted = QUOTED_WORD
                .matcher(written)
                .replaceAll(word -> Matcher.quoteReplacement(
                        word.group().substring(1, word.group().length() - 1).replace("\\\"", "\"")));
        return unquoted.contains("=?")
                ? EncodedWords.wellFormed(unquoted)
                        .filter(read -> PLAIN.matcher(read).matches() && !read.contains("=?"))
                        .orElse(written)
                : unquoted;
    }

    private static final Pattern BLANKS = Pattern.compile("[ \\t]++");
    private static final Pattern DOT_AND_BLANKS = Pattern.compile("\\.[ \\t]{2}");
    private static final Pattern ENDS = Pattern.compile("\\A[ \t\r\n]++|[ \t\r\n]++\\z");
    private static final String FOLD = "\t";
    private static final Pattern FOLDS = Pattern.compile(" ?\\r\\n ");
    // No loop over a group is without a bound: Java takes stack for each turn.
    private static final String ATOM =
            "(?![." + PlainFrom.ATOM_MARKS + "]*=\\?)" + PlainFrom.ATEXT + "[." + PlainFrom.ATOM_MARKS + "]*+";
    private static final String QUOTED = "\"(?![ \"])(?![^\"]*=\\?)[ !#-\\[\\]-~" + PlainFrom.LETTERS + "]*+"
            + "(?:\\\\\"[ !#-\\[\\]-~" + PlainFrom.LETTERS + "]*+){0,20}+(?<! )\"";
    private static final String WORD = "(?:" + PlainFrom.ENCODED + "|" + QUOTED + "|" + ATOM + ")";
    private static final String NAME = WORD + "(?:[ \\t]" + WORD + "){0,40}+";
    private static final String ADDRESS = PlainFrom.ATEXT + "++(?:\\." + PlainFrom.ATEXT + "++){0,40}+@"
            + PlainFrom.LABEL + "(?:\\." + PlainFrom.LABEL + "){0,40}+";
    private static final String BLANK = "[ \\t]?+";
    private static final Pattern MAILBOX = Pattern.compile("(?:(?:(?<name>" + NAME + ")" + BLANK + ")?+<(?<angle>"
            + ADDRESS + ")>|(?<bare>" + ADDRESS + "))" + BLANK + "(?:," + BLANK + "|\\z)");
    private static final Pattern QUOTED_WORD = Pattern.compile(QUOTED);
    private static final Pattern PLAIN = Pattern.compile("[ ." + PlainFrom.ATOM_MARKS + "]*+");
}
