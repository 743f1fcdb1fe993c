package org.postseal.gateway.smime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.FromAddress;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.smime.SignatureVerifier.Verification;

/**
 * Finds the signed parts of a message where its layers end, and verifies them, each by itself. It is used for one run.
 *
 * <p>It walks the tree that the scanner made, with an explicit stack, and reads no octet of a part that is not labelled
 * as S/MIME. So a message without such parts costs nothing more. Parts in what a part has signed in the clear are found
 * too, and those in attached messages. Nothing is taken out of a CMS object: no ciphertext is opened, and nobody looks
 * for further parts in an opaque signature. At most {@link #MOST} parts are verified.
 *
 * <p>A part is judged as if its message were signed: by From and Date of the innermost message around it, and it is
 * valid only if no program finds another part in its place. Only what everybody may believe is believed, and nothing is
 * learned from the signers.
 */
public final class SignedPartReader {
    private final SignatureVerifier verifier;
    private final VerificationTerms terms;
    private final Deque<Place> open = new ArrayDeque<>();
    private final IdentityHashMap<MimeEntity, Boolean> doubts = new IdentityHashMap<>();
    private final List<SignedParts.Part> verified = new ArrayList<>();
    private List<Layer> layers = List.of();
    private int more;

    /** @param terms for parts of the message itself; those in an attached message have the From of that */
    public SignedPartReader(SignatureVerifier verifier, VerificationTerms terms) {
        this.verifier = verifier;
        this.terms = terms;
    }

    /**
     * Verifies the signed parts below these layers.
     *
     * @param message the header section of the message
     */
    public SignedParts read(Layers layers, HeaderBlock message) {
        this.layers = layers.signatures();
        layers.content()
                .ifPresent(top ->
                        open.push(new Place(top.entity(), top.section(), new Header(message, terms.from()), null)));
        while (!open.isEmpty()) {
            take(open.pop());
        }
        return new SignedParts(verified, more);
    }

    /** Holds the header section of the innermost message around a part. */
    private record Header(HeaderBlock fields, Optional<MailAddress> from) {}

    /**
     * Stands for an entity of the tree.
     *
     * @param section its number; for the root of an attached message that is a multipart, the number of the part that
     * holds the message (RFC 3501 §6.4.5)
     * @param around what holds it; null where the walk begins
     */
    private record Place(
            MimeEntity entity,
            String section,
            Header header,
            @Nullable Place around) {}

    private void take(Place at) {
        switch (CmsRoot.of(at.entity)) {
            case NONE -> inside(at).reversed().forEach(open::push);
            case CLEAR_SIGNED -> {
                verify(at, LayerReader.child(at.section, 2));
                inside(at).reversed().forEach(open::push);
            }
            case OPAQUE_SIGNED -> verify(at, at.section);
            case CERTIFICATES, ENVELOPED, AUTH_ENVELOPED, COMPRESSED, OTHER, UNREADABLE -> {}
        }
    }

    private static List<Place> inside(Place at) {
        List<MimeEntity> parts = at.entity.parts();
        List<Place> inside = new ArrayList<>(parts.size());
        for (MimeEntity part : parts) {
            inside.add(
                    at.entity.contentType().isMultipart()
                            ? new Place(part, LayerReader.child(at.section, inside.size() + 1), at.header, at)
                            : message(part, LayerReader.itself(at.section), at));
        }
        return inside;
    }

    private static Place message(MimeEntity root, String number, Place at) {
        Header header = new Header(
                root.header(), FromAddress.of(root.header(), Budget.standard()).address());
        return new Place(root, root.contentType().isMultipart() ? number : number + ".1", header, at);
    }

    private void verify(Place at, String section) {
        if (verified.size() == MOST) {
            more++;
            return;
        }
        try {
            Verification found = verifier.checkPart(
                    at.entity,
                    at.header.fields,
                    new VerificationTerms(
                            at.header.from, terms.store(), terms.time(), terms.believed(), terms.wasEncrypted()));
            boolean isClaim = found.verdict() instanceof SignatureVerdict.Valid;
            verified.add(new SignedParts.Part(section, isClaim && isDoubtful(at) ? found.ambiguous() : found));
        } catch (StoreUnavailableException away) {
            // What decides nothing must not put the message off.
            more++;
        }
    }

    private boolean isDoubtful(Place at) {
        if (FromAddress.of(at.header.fields, Budget.standard()).author().isEmpty()) {
            return true;
        }
        for (Place around = at.around; around != null; around = around.around) {
            // The delimiters are looked for in all octets of a multipart.
            if (doubts.computeIfAbsent(
                    around.entity,
                    entity -> PlainStructure.containerDoubt(entity).isPresent())) {
                return true;
            }
        }
        return layers.stream()
                .anyMatch(layer -> doubts.computeIfAbsent(
                        layer.entity(), entity -> PlainStructure.doubt(entity).isPresent()));
    }

    /** A message may cost at most that many times the work of one signature, and a digest of mailing lists has more. */
    public static final int MOST = 8;
}
