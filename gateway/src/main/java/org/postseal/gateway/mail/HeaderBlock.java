package org.postseal.gateway.mail;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A header section on raw octets: fields can be read, added on top and removed as wholes; every other octet stays as it came. Immutable.
 *
 * <p>{@link #size()} octets at the start of the entity are the section and the empty line behind it; the body begins there.
 */
public interface HeaderBlock {
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

    /** The octets of the section as it is now, empty line included. */
    byte[] toByteArray();
}
