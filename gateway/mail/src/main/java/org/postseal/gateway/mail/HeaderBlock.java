package org.postseal.gateway.mail;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A header section on raw octets: fields can be read, added on top and removed as wholes; every other octet stays as it came. Immutable.
 *
 * <p>{@link #size()} octets at the start of the entity are the section and the empty line behind it; the body begins there. Only an empty line ends the section, whatever its
 * lines look like: a line that is no field is kept in its place as a malformed one, since to end the header there, as some programs do, would be to take a side in an
 * ambiguity.
 */
public interface HeaderBlock {
    /**
     * Reads the section at the start of an entity.
     *
     * @return the block, or {@code HEADER_TOO_BIG}
     */
    static Parsed<HeaderBlock> read(RawMessage entity, Budget budget) throws IOException {
        return HeaderReader.read(entity, budget);
    }

    /** All fields in order. */
    List<HeaderField> fields();

    /** Octets of the section in the message it was read from, empty line included. */
    long size();

    /** Fields of this name, in order, whatever the case. */
    List<HeaderField> all(String name);

    /** The only field of this name; empty with none or several (RFC 5322 §3.6: then nobody may pick one). */
    Optional<HeaderField> single(String name);

    /** Without the fields that match. */
    HeaderBlock without(Predicate<HeaderField> remove);

    /** With each field as the function gives it, or without it, in its place. */
    HeaderBlock mapped(Function<HeaderField, Optional<HeaderField>> change);

    /** With these fields, in their order, above all others. */
    HeaderBlock withOnTop(List<HeaderField> added);

    /** False when the entity ended within the section: there is no body then, not even an empty one. */
    boolean hasEmptyLine();

    /** True when a field is malformed, so that other programs may see the header end elsewhere. */
    boolean isMalformed();

    /** The octets of the section as it is now, empty line included if it had one. */
    byte[] toByteArray();

    /** The octets of the fields alone, each ended by CRLF, for whoever writes further fields and the empty line behind them. */
    byte[] fieldOctets();
}
