package org.postseal.gateway.mail;

import java.util.List;
import java.util.Optional;
import org.postseal.policy.header.Letters;
import org.postseal.policy.outcome.Reason;

/**
 * Holds the value of a Content-Type field (RFC 2045 §5.1, RFC 2231). Immutable.
 *
 * @param type in lower case
 * @param subtype in lower case
 * @param parameters in order, with the pieces of RFC 2231 joined
 * @param isMalformed whether the grammar was broken, so that other programs may read something else; what could be read
 * is here all the same
 */
public record ContentType(String type, String subtype, List<Parameter> parameters, boolean isMalformed) {
    /** Applies where the field is missing (RFC 2045 §5.2). */
    public static final ContentType TEXT_PLAIN = new ContentType("text", "plain", List.of(), false);

    /** Applies in multipart/digest where the field is missing (RFC 2046 §5.1.5). */
    public static final ContentType MESSAGE_RFC822 = new ContentType("message", "rfc822", List.of(), false);

    public ContentType {
        parameters = List.copyOf(parameters);
    }

    /**
     * Reads the text of the field.
     *
     * @return the value, which is text/plain and malformed if not even a type can be read; or {@code HEADER_TOO_BIG}
     * for too many parameters
     */
    public static Parsed<ContentType> parse(String text, Budget budget) {
        FieldLexer lexer = new FieldLexer(text);
        boolean sound = lexer.skipBlanksAndComments();
        String type = lexer.token();
        sound &= lexer.skipBlanksAndComments();
        boolean slash = lexer.accept('/');
        sound &= lexer.skipBlanksAndComments();
        String subtype = lexer.token();
        if (type.isEmpty() || !slash || subtype.isEmpty()) {
            return new Parsed.Success<>(new ContentType("text", "plain", List.of(), true));
        }
        ParameterReader reader = new ParameterReader(lexer, budget.limits().parameters());
        if (!reader.read()) {
            return Parsed.refused(
                    Reason.HEADER_TOO_BIG, "more than " + budget.limits().parameters() + " parameters");
        }
        budget.spend(text.length());
        return new Parsed.Success<>(new ContentType(
                Letters.lower(type), Letters.lower(subtype), reader.parameters(), !sound || reader.isMalformed()));
    }

    /** Tells whether this is the given media type, which is in lower case. */
    public boolean is(String otherType, String otherSubtype) {
        return type.equals(otherType) && subtype.equals(otherSubtype);
    }

    /** Returns {@code type/subtype} in lower case. */
    public String mediaType() {
        return type + "/" + subtype;
    }

    public boolean isMultipart() {
        return type.equals("multipart");
    }

    /** Returns the value of the only parameter of this name; the result is empty if there are none or several. */
    public Optional<String> parameter(String name) {
        List<String> found = all(name);
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /** Returns the values of all parameters of this name. */
    public List<String> all(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(Parameter::value)
                .toList();
    }

    /** Returns true if a name is given twice. A plain form and an RFC 2231 form of one name count as two. */
    public boolean hasDuplicates() {
        return parameters.size() > 1
                && parameters.stream().map(Parameter::name).distinct().count() < parameters.size();
    }

    /**
     * Holds one parameter.
     *
     * @param name in lower case, without RFC 2231 marks
     * @param value decoded
     * @param isExtended whether it is written in the form of RFC 2231, which some programs do not read
     */
    public record Parameter(String name, String value, boolean isExtended) {}
}
