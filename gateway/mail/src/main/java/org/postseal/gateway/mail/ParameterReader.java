package org.postseal.gateway.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.header.Letters;

/** Reads {@code ; name=value} to the end of a field and joins the pieces of RFC 2231. Not thread-safe. */
final class ParameterReader {
    private final FieldLexer lexer;
    private final int maximum;
    private final List<ContentType.Parameter> parameters = new ArrayList<>();
    private final Map<String, List<Piece>> pieces = new LinkedHashMap<>();
    private boolean malformed;

    ParameterReader(FieldLexer lexer, int maximum) {
        this.lexer = lexer;
        this.maximum = maximum;
    }

    /** Returns false if there are too many parameters. */
    boolean read() {
        int count = 0;
        while (next()) {
            count++;
            if (count > maximum) {
                return false;
            }
            readOne();
        }
        pieces.forEach(this::join);
        return true;
    }

    List<ContentType.Parameter> parameters() {
        return parameters;
    }

    boolean isMalformed() {
        return malformed;
    }

    private boolean next() {
        malformed |= !lexer.skipBlanksAndComments();
        if (!lexer.isAtEnd() && lexer.peek() != ';') {
            malformed = true;
            lexer.until(";");
        }
        int separators = 0;
        while (lexer.accept(';')) {
            separators++;
            malformed |= separators > 1;
            malformed |= !lexer.skipBlanksAndComments();
        }
        return !lexer.isAtEnd();
    }

    private void readOne() {
        String name = Letters.lower(lexer.token());
        malformed |= !lexer.skipBlanksAndComments();
        if (name.isEmpty() || !lexer.accept('=')) {
            malformed = true;
            lexer.until(";");
            return;
        }
        malformed |= !lexer.skipBlanksAndComments();
        String value = value();
        int star = name.indexOf('*');
        if (star < 0) {
            parameters.add(new ContentType.Parameter(name, value, false));
            return;
        }
        boolean encoded = name.endsWith("*");
        String number = encoded ? name.substring(star, name.length() - 1) : name.substring(star);
        String base = name.substring(0, star);
        if (number.isEmpty()) {
            number = "*0";
        }
        if (base.isEmpty() || !number.matches("\\*(0|[1-9][0-9]{0,2})")) {
            malformed = true;
            return;
        }
        pieces.computeIfAbsent(base, _ -> new ArrayList<>())
                .add(new Piece(Integer.parseInt(number.substring(1)), encoded, value));
    }

    private String value() {
        if (lexer.peek() == '"') {
            int start = lexer.position();
            Optional<String> quoted = lexer.quotedString();
            malformed |= quoted.isEmpty();
            String value = quoted.orElseGet(() -> lexer.textFrom(start + 1));
            malformed |= !Letters.areAll(value, c -> c >= ' ' || c == '\t');
            return value;
        }
        // This value should have been quoted. It is read as most programs read it, but it is not called sound.
        String value = lexer.until("; \t(\"");
        malformed |= value.isEmpty() || !Letters.areAll(value, c -> FieldLexer.isTokenCharacter((char) c));
        return value;
    }

    private void join(String base, List<Piece> found) {
        found.sort((a, b) -> Integer.compare(a.number, b.number));
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        Charset charset = StandardCharsets.UTF_8;
        int expected = 0;
        for (Piece piece : found) {
            if (piece.number != expected) {
                // A piece is missing or given twice (RFC 2231 §3), so the pieces that follow cannot be placed.
                malformed = true;
                break;
            }
            String value = piece.value;
            if (piece.encoded && expected == 0) {
                int second = value.indexOf('\'', value.indexOf('\'') + 1);
                if (second > 0) {
                    charset = charset(value.substring(0, value.indexOf('\'')));
                    value = value.substring(second + 1);
                } else {
                    malformed = true;
                }
            }
            octets.writeBytes(piece.encoded ? percentDecode(value) : value.getBytes(StandardCharsets.UTF_8));
            expected++;
        }
        parameters.add(new ContentType.Parameter(base, octets.toString(charset), true));
    }

    private Charset charset(String name) {
        try {
            return name.isEmpty() ? StandardCharsets.UTF_8 : Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            malformed = true;
            return StandardCharsets.ISO_8859_1;
        }
    }

    private byte[] percentDecode(String value) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean room = c == '%' && i + 2 < value.length();
            int high = room ? Character.digit(value.charAt(i + 1), 16) : -1;
            int low = room ? Character.digit(value.charAt(i + 2), 16) : -1;
            if (high >= 0 && low >= 0) {
                octets.write(16 * high + low);
                i += 2;
            } else {
                malformed |= c == '%';
                octets.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return octets.toByteArray();
    }

    private record Piece(int number, boolean encoded, String value) {}
}
