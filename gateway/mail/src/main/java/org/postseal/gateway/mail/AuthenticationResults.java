package org.postseal.gateway.mail;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.Domain;
import org.postseal.policy.header.Letters;

/**
 * Reads Authentication-Results fields: the authserv-id, which names the server that wrote the field, and what it says
 * of DKIM and DMARC (RFC 8601 §2.2).
 */
public final class AuthenticationResults {
    public static final String FIELD = "Authentication-Results";

    private AuthenticationResults() {}

    /**
     * Returns true for a field that must be removed from a message from outside, since a reader may take it for ours
     * (RFC 8601 §5). Such a field has our own authserv-id in any spelling, names no id, or has a version that we do not
     * know. Results of other servers stay, even if only their beginning can be read (Yahoo writes {@code mta1.example
     * from=x; dkim=pass}).
     */
    public static boolean mustGo(HeaderField field, String ourId) {
        if (!field.mayBe(FIELD)) {
            return false;
        }
        if (!field.is(FIELD)) {
            // No server writes the name like this, and programs disagree where the value begins.
            return true;
        }
        Optional<String> id = field.hasBareLineEnd() ? Optional.empty() : authservId(field);
        if (id.isPresent() && isPlain(id.get())) {
            return comparable(id.get()).equals(comparable(ourId));
        }
        return mentions(field.unfolded(), ourId) || !namesAnother(field.unfolded());
    }

    /**
     * Returns true if servers that we trust say that mail from this domain passes DMARC. Whatever else they say of it
     * speaks against that, and so does a field that may be theirs and is not written as they write it: a server that
     * removes what others have forged may know its own id in one spelling only.
     *
     * @param trusted the ids of these servers; each of them must remove fields with its id from mail that comes in
     */
    public static boolean passDmarc(HeaderBlock header, List<String> trusted, Domain from) {
        List<Result> found = results(header, trusted, "dmarc");
        return !found.isEmpty() && found.stream().allMatch(result -> result.isPass() && result.isOf(FROM, from));
    }

    /**
     * Returns true if servers that we trust say that a DKIM signature of this very domain is good. Other signatures of
     * the message may be bad (RFC 6376 §4.2). A server that does not name the domain of the signature
     * ({@code header.d}) may name its identity ({@code header.i}).
     *
     * @param trusted as for {@link #passDmarc}
     */
    public static boolean passDkim(HeaderBlock header, List<String> trusted, Domain signer) {
        return results(header, trusted, "dkim").stream()
                .anyMatch(result -> result.isPass()
                        && (result.isOf(SIGNER, signer)
                                || (result.values(SIGNER).isEmpty() && result.isOf(IDENTITY, signer))));
    }

    /**
     * A result of one method.
     *
     * @param properties each as {@code name=value}
     */
    private record Result(String method, String result, List<String> properties) {
        boolean isPass() {
            return result.equalsIgnoreCase("pass");
        }

        boolean isOf(String property, Domain domain) {
            List<String> values = values(property);
            return values.size() == 1
                    && Domain.parse(property.equals(IDENTITY) ? domainOf(values.getFirst()) : values.getFirst())
                            .filter(domain::equals)
                            .isPresent();
        }

        private static String domainOf(String identity) {
            return identity.substring(identity.lastIndexOf('@') + 1);
        }

        List<String> values(String property) {
            return properties.stream()
                    .filter(each -> each.startsWith(property + "="))
                    .map(each -> each.substring(property.length() + 1))
                    .toList();
        }
    }

    /** Returns what trusted servers say by a method; nothing if any field of theirs may be forged. */
    private static List<Result> results(HeaderBlock header, List<String> trusted, String method) {
        List<Result> found = new ArrayList<>();
        for (HeaderField field : header.fields()) {
            if (field.mayBe(FIELD) && trusted.stream().anyMatch(id -> mayBeOf(field, id))) {
                String text = field.unfolded();
                FieldLexer lexer = new FieldLexer(text);
                boolean isRead = field.is(FIELD)
                        && !field.isMalformed()
                        && authservId(lexer)
                                // Without quotes, and without a comment before it.
                                .filter(id -> text.startsWith(id)
                                        && PLAIN_ID.matcher(id).matches()
                                        && trusted.stream().anyMatch(id::equalsIgnoreCase))
                                .isPresent()
                        && results(lexer, found);
                if (!isRead) {
                    return List.of();
                }
            }
        }
        return found.stream().filter(result -> result.method().equals(method)).toList();
    }

    private static boolean mayBeOf(HeaderField field, String id) {
        return authservId(field)
                .filter(AuthenticationResults::isPlain)
                .map(named -> comparable(named).equals(comparable(id)))
                .orElseGet(() -> mentions(field.unfolded(), id));
    }

    /** Adds the results behind an id; returns false if any of them is not written as RFC 8601 §2.2 has it. */
    private static boolean results(FieldLexer lexer, List<Result> found) {
        while (lexer.accept(';')) {
            String method = "";
            String result = "";
            List<String> properties = new ArrayList<>();
            if (!lexer.skipBlanksAndComments()) {
                return false;
            }
            while (!lexer.isAtEnd() && lexer.peek() != ';') {
                String name = Letters.lower(lexer.until("=;() \t\""));
                boolean isNone = method.isEmpty() && name.equals("none");
                Optional<String> value = isNone ? Optional.of("") : value(lexer);
                if (name.isEmpty() || value.isEmpty() || !lexer.skipBlanksAndComments()) {
                    return false;
                }
                if (method.isEmpty()) {
                    method = name.replaceFirst("/.*", "");
                    result = value.get();
                } else {
                    properties.add(name + "=" + value.get());
                }
            }
            found.add(new Result(method, result, List.copyOf(properties)));
        }
        return lexer.isAtEnd();
    }

    private static Optional<String> value(FieldLexer lexer) {
        if (!lexer.skipBlanksAndComments() || !lexer.accept('=') || !lexer.skipBlanksAndComments()) {
            return Optional.empty();
        }
        return lexer.peek() == '"'
                ? lexer.quotedString()
                : Optional.of(lexer.until(";() \t\"")).filter(text -> !text.isEmpty());
    }

    /** Returns the authserv-id; the result is empty if there is none or the version is not 1. */
    public static Optional<String> authservId(HeaderField field) {
        return authservId(new FieldLexer(field.unfolded()));
    }

    private static Optional<String> authservId(FieldLexer lexer) {
        if (!lexer.skipBlanksAndComments()) {
            return Optional.empty();
        }
        Optional<String> id = lexer.peek() == '"' ? lexer.quotedString() : Optional.of(lexer.until("; \t(\""));
        boolean sound = lexer.skipBlanksAndComments();
        String version = lexer.until("; \t(");
        sound &= lexer.skipBlanksAndComments();
        boolean known = version.isEmpty() || version.equals("1");
        boolean ended = lexer.isAtEnd() || lexer.peek() == ';';
        return sound && known && ended ? id.filter(text -> !text.isBlank()) : Optional.empty();
    }

    private static boolean isPlain(String id) {
        return PLAIN_ID.matcher(id).matches() || Domain.parse(id).isPresent();
    }

    /**
     * Tells whether our id stands anywhere in the text for a reader that skips comments, quotes, backslashes, blanks or
     * what it does not know.
     */
    private static boolean mentions(String text, String ourId) {
        String ours = lettersOnly(ourId);
        return lettersOnly(text).contains(ours)
                || lettersOnly(withoutComments(text)).contains(ours);
    }

    private static String withoutComments(String text) {
        StringBuilder rest = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '(' ? 1 : 0;
            if (depth == 0) {
                rest.append(c);
            }
            depth -= c == ')' && depth > 0 ? 1 : 0;
        }
        return rest.toString();
    }

    /**
     * Returns true if the field names another server's id. A field that names no id and begins with a result, as
     * Exchange Online writes it, also counts as another's, unless its text mentions {@code smime}.
     */
    private static boolean namesAnother(String text) {
        FieldLexer lexer = new FieldLexer(text);
        if (!lexer.skipBlanksAndComments()) {
            return false;
        }
        String word = lexer.until("; \t(\"\r\n");
        boolean _ = lexer.skipBlanksAndComments();
        String next = lexer.until("; \t(");
        if (VERSION.matcher(next).matches()) {
            return false;
        }
        if (RESULT.matcher(word).matches() || (PLAIN_ID.matcher(word).matches() && next.startsWith("="))) {
            return !lettersOnly(text).contains("smime");
        }
        return PLAIN_ID.matcher(word).matches() && BEHIND_ID.matcher(next).lookingAt();
    }

    private static String lettersOnly(String text) {
        String bounded = MANY_MARKS.matcher(text).replaceAll("$1");
        return NO_LETTER
                .matcher(Letters.lower(Normalizer.normalize(bounded, Normalizer.Form.NFKC)))
                .replaceAll("");
    }

    private static String comparable(String id) {
        String lower = Letters.lower(id.strip());
        Matcher parts = HOST_AND_PORT.matcher(lower);
        String host = parts.matches() ? parts.group(1) : lower;
        int end = host.length();
        while (end > 0 && host.charAt(end - 1) == '.') {
            end--;
        }
        String name = host.substring(0, end);
        return Domain.parse(name).map(Domain::ascii).orElse(name);
    }

    // RFC 8601 §2.7.1, RFC 7489 §11.1
    private static final String SIGNER = "header.d";
    private static final String IDENTITY = "header.i";
    private static final String FROM = "header.from";
    // An id may be as long as a field, so the quantifiers are possessive and the pattern never backtracks.
    private static final Pattern PLAIN_ID = Pattern.compile("[._:\\[\\]-]*+[A-Za-z0-9][A-Za-z0-9._:\\[\\]-]*+");
    // A host in brackets or with a port is still the same server.
    private static final Pattern HOST_AND_PORT = Pattern.compile("[.\\[]*+([^:\\[\\]]++)]*+(?::[^:]*+)?");
    // After an id, the text ends or a result follows; some servers forget the semicolon before the result.
    private static final Pattern BEHIND_ID = Pattern.compile("[A-Za-z0-9]|$");
    // This is the version number after an id (RFC 8601 §5).
    private static final Pattern VERSION = Pattern.compile("[0-9]++");
    private static final Pattern RESULT = Pattern.compile("[A-Za-z0-9-]++=[A-Za-z]++");
    // Normalising sorts combining marks, in a time that grows with the square of their number. No letter has so many.
    private static final Pattern MANY_MARKS =
            Pattern.compile("([\\p{M}\\x{FF9E}\\x{FF9F}]{30})[\\p{M}\\x{FF9E}\\x{FF9F}]++");
    private static final Pattern NO_LETTER = Pattern.compile("[^\\p{L}\\p{N}._-]");
}
