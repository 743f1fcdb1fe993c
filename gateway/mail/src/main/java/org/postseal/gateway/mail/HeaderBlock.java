package org.postseal.gateway.mail;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Gives access to a header section as raw octets: fields can be read, added on top and removed as wholes, and every
 * other octet stays as it came. Immutable.
 *
 * <p>The section and the empty line after it are the first {@link #size()} octets of the entity, and the body begins
 * after them. Only an empty line ends the section, whatever its lines look like. A line that is no field stays in its
 * place as a malformed field. Some programs end the header at such a line; doing so here would take a side in an
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

    List<HeaderField> fields();

    /** Returns the octets of the section in the message it was read from, including the empty line. */
    long size();

    /** Returns the fields of this name in order, ignoring case. */
    List<HeaderField> all(String name);

    /**
     * Returns the only field of this name. The result is empty if there are none or several, since nobody may pick one
     * of several (RFC 5322 §3.6).
     */
    Optional<HeaderField> single(String name);

    HeaderBlock without(Predicate<HeaderField> remove);

    /**
     * Returns the section with each field replaced in its place by the function's result, or removed if that is empty.
     */
    HeaderBlock mapped(Function<HeaderField, Optional<HeaderField>> change);

    /** Returns the section with these fields, in their order, above all others. */
    HeaderBlock withOnTop(List<HeaderField> added);

    /** Returns false if the entity ended within the section. There is no body then, not even an empty one. */
    boolean hasEmptyLine();

    /** Returns true if a field is malformed, so that other programs may see the header end elsewhere. */
    boolean isMalformed();

    /** Returns the octets of the section as it is now, with the empty line if it had one. */
    byte[] toByteArray();

    /**
     * Returns the octets of the fields alone, each ended by CRLF. The caller writes further fields and the empty line
     * after them.
     */
    byte[] fieldOctets();
}
