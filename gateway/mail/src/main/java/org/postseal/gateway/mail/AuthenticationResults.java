package org.postseal.gateway.mail;

import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.Domain;

/** Reads who an Authentication-Results field says it is from (RFC 8601 §2.2). */
public final class AuthenticationResults {
    /** Of the field. */
    public static final String FIELD = "Authentication-Results";

    private AuthenticationResults() {}

    /**
     * True for a field that must not stay in a message from outside (RFC 8601 §5): results with our own authserv-id, of a version other than 1, or whose beginning cannot be read, since another program may read our id
     * in it.
     */
    public static boolean mustGo(HeaderField field, String ourId) {
        if (!isNamed(field)) {
            return false;
        }
        return field.isMalformed()
                || authservId(field)
                        .map(id -> comparable(id).equals(comparable(ourId)))
                        .orElse(true);
    }

    /** The authserv-id; empty when there is none, or the version is not 1. */
    public static Optional<String> authservId(HeaderField field) {
        FieldLexer lexer = new FieldLexer(field.unfolded());
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

    private static boolean isNamed(HeaderField field) {
        // controls and blanks in a name are skipped by some programs
        return field.name().replaceAll("[^!-~]", "").equalsIgnoreCase(FIELD);
    }

    private static String comparable(String id) {
        String lower = id.strip().toLowerCase(Locale.ROOT);
        String host = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        return Domain.parse(host).map(Domain::ascii).orElse(host);
    }
}
