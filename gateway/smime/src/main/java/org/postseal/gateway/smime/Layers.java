package org.postseal.gateway.smime;

import java.util.List;
import java.util.Optional;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.MimeEntity;

/**
 * Holds the unbroken run of layers from the root of an entity inwards, as far as it goes without a key (RFC 9787 §4.3).
 *
 * @param all from outside; a ciphertext can only be the last
 * @param payloadHeader the header section of what the innermost layer covers; empty if there is none, or if this layer
 * is a ciphertext
 * @param excess why the run was not followed to its end; empty if it was
 * @param isInDoubt whether only some mail programs find a further layer or protected fields at its end
 * @param content what the innermost layer covers, or the whole entity if it has no layer; empty if nobody has looked
 * into it
 */
public record Layers(
        List<Layer> all,
        Optional<HeaderBlock> payloadHeader,
        Optional<String> excess,
        boolean isInDoubt,
        Optional<Place> content) {
    public Layers {
        all = List.copyOf(all);
    }

    /**
     * Names an entity of a message.
     *
     * @param section its number, as {@link Layer#section}; empty, or with a slash at its end, for the root of a message
     * or of what came out of a CMS object
     */
    public record Place(MimeEntity entity, String section) {}

    /** Returns the ciphertext at the end, if there is one. */
    public Optional<MimeEntity> ciphertext() {
        return all.isEmpty() || all.getLast().kind() != Layer.Kind.ENCRYPTED
                ? Optional.empty()
                : Optional.of(all.getLast().entity());
    }

    /** Returns the layers that sign, from outside. */
    public List<Layer> signatures() {
        return all.stream().filter(layer -> layer.kind().isSignature()).toList();
    }
}
