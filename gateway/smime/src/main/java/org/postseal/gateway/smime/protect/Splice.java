package org.postseal.gateway.smime.protect;

import java.util.ArrayList;
import java.util.List;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;

/**
 * Replaces a part of a message's body; all other octets stay slices of what came.
 *
 * @param offset in the body of the root
 * @param length of the part that is replaced
 * @param octets the new octets
 */
record Splice(long offset, long length, RawMessage octets) {
    /** Replaces a whole part below the root. */
    static Splice of(MimeEntity root, MimeEntity part, RawMessage octets) {
        long offset = part.offset() - root.offset() - root.header().size();
        return new Splice(offset, part.raw().size(), octets);
    }

    /**
     * Returns the body with the splices made.
     *
     * @param splices in the order of their offsets, without overlap
     */
    static RawMessage apply(RawMessage body, List<Splice> splices) {
        List<RawMessage> pieces = new ArrayList<>();
        long position = 0;
        for (Splice splice : splices) {
            pieces.add(body.slice(position, splice.offset - position));
            pieces.add(splice.octets);
            position = splice.offset + splice.length;
        }
        pieces.add(body.from(position));
        return RawMessage.join(pieces);
    }
}
