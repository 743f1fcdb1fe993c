package org.postseal.gateway.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.header.Letters;
import org.postseal.policy.outcome.Reason;

/** Walks the text of an address field once, word by word. Not thread-safe. */
final class AddressParser {
    private final FieldLexer lexer;
    private final int maximum;
    private final List<MailAddress> addresses = new ArrayList<>();
    /** Holds the words of the present element outside angle brackets. An {@code @} is a word of its own. */
    private final List<String> words = new ArrayList<>();

    private int elements;
    private boolean hasAngle;
    private boolean inGroup;
    private boolean afterGroup;
    private boolean hasGroup;
    private boolean sound = true;

    AddressParser(String text, int maximum) {
        this.lexer = new FieldLexer(text);
        this.maximum = maximum;
        this.sound = Letters.areAll(text, c -> (c >= ' ' && c != 127) || c == '\t');
    }

    Parsed<AddressList> parse() {
        while (true) {
            sound &= lexer.skipBlanksAndComments();
            if (lexer.isAtEnd()) {
                break;
            }
            step();
            if (elements > maximum) {
                return Parsed.refused(Reason.HEADER_TOO_BIG, AddressList.tooMany(maximum));
            }
        }
        endElement(afterGroup);
        if (elements > maximum) {
            return Parsed.refused(Reason.HEADER_TOO_BIG, AddressList.tooMany(maximum));
        }
        sound &= !inGroup;
        return new Parsed.Success<>(new AddressList(addresses, hasGroup, sound));
    }

    private void step() {
        switch (lexer.peek()) {
            case ',' -> {
                lexer.take();
                endElement(afterGroup);
            }
            case '<' -> angle();
            case ':' -> {
                lexer.take();
                sound &= !inGroup && !afterGroup && !hasAngle && !words.isEmpty() && !words.contains("@");
                afterGroup = false;
                inGroup = true;
                hasGroup = true;
                words.clear();
            }
            case ';' -> {
                lexer.take();
                endElement(true);
                sound &= inGroup;
                inGroup = false;
                afterGroup = true;
            }
            default -> word();
        }
    }

    private void word() {
        int start = lexer.position();
        switch (lexer.peek()) {
            case '"' -> sound &= lexer.quotedString().isPresent();
            case '[' -> {
                lexer.until("]");
                sound &= lexer.accept(']');
            }
            case '@' -> lexer.take();
            case '>', ')', ']', '\\' -> {
                lexer.take();
                sound = false;
            }
            default -> lexer.until(SPECIALS);
        }
        // A word after the angle brackets belongs to no address.
        sound &= !hasAngle;
        words.add(lexer.textFrom(start));
    }

    private void angle() {
        lexer.take();
        sound &= !hasAngle;
        hasAngle = true;
        List<String> name = List.copyOf(words);
        words.clear();
        List<String> inner = new ArrayList<>();
        while (true) {
            sound &= lexer.skipBlanksAndComments();
            if (lexer.isAtEnd() || lexer.peek() == '<' || lexer.peek() == ',' || lexer.peek() == ';') {
                sound = false;
                break;
            }
            if (lexer.accept('>')) {
                break;
            }
            if (lexer.peek() == ':') {
                lexer.take();
                sound = false;
            } else {
                boolean before = hasAngle;
                hasAngle = false;
                word();
                hasAngle = before;
                inner.add(words.removeLast());
            }
        }
        // A display name with an @ must be the same address, since some programs show the one in place of the other.
        sound &= !name.contains("@") || isSame(name, inner);
        add(inner);
    }

    private void endElement(boolean mayBeEmpty) {
        boolean empty = !hasAngle && words.isEmpty();
        // An element may be empty only after a group or before the semicolon that ends one. After a group, nothing
        // but an empty element may follow.
        sound &= empty ? mayBeEmpty : !afterGroup;
        elements += empty && afterGroup ? 0 : 1;
        if (!hasAngle && !empty) {
            add(words);
        }
        hasAngle = false;
        afterGroup = false;
        words.clear();
    }

    private void add(List<String> parts) {
        address(parts).ifPresentOrElse(addresses::add, () -> sound = false);
    }

    private static boolean isSame(List<String> one, List<String> other) {
        Optional<MailAddress> address = address(one);
        return address.isPresent() && address.equals(address(other));
    }

    private static Optional<MailAddress> address(List<String> parts) {
        // Exactly three words remain: local part, @ and domain. Blanks and comments between them are the only obsolete
        // form that is accepted.
        boolean shaped = parts.size() == 3 && parts.get(1).equals("@");
        return shaped ? MailAddress.parse(String.join("", parts)) : Optional.empty();
    }

    private static final String SPECIALS = " \t()<>[]:;@\\,\"";
}
