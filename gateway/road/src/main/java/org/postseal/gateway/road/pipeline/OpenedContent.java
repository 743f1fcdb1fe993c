package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.GadgetSigns;
import org.postseal.gateway.smime.Layer;
import org.postseal.gateway.smime.LayerReader;
import org.postseal.gateway.smime.Layers;
import org.postseal.gateway.smime.OpenResult;
import org.postseal.gateway.smime.SignedAlone;
import org.postseal.gateway.smime.protect.Enclosed;
import org.postseal.gateway.smime.protect.HeaderReading;
import org.postseal.gateway.smime.protect.OpenedHeader;
import org.postseal.policy.facts.Facts;

/**
 * The content under a ciphertext, on its way to the recipient: taken out of the signatures around the ciphertext, and
 * with its protected header fields restored. Signatures under the ciphertext stay, octet for octet.
 *
 * @param opened what the recipient's key opened
 * @param inside the layers under the ciphertext
 * @param root the whole message as it would be delivered, except for its header fields
 * @param headers the protected header fields
 * @param excess why the message must not be delivered opened; empty if it may be
 */
record OpenedContent(
        OpenResult.Opened opened,
        Layers inside,
        MimeEntity root,
        Optional<HeaderReading> headers,
        Optional<String> excess) {
    static OpenedContent of(OpenResult.Opened opened, MimeEntity root, Inspection inspection, Spool.Scope scope)
            throws IOException {
        Layers outside = inspection.layers();
        int left = LayerReader.MOST - outside.all().size();
        Layers inside =
                new LayerReader(left, scope).read(root, outside.all().getLast().section() + "/");
        Optional<String> excess =
                inside.excess().or(() -> inside.ciphertext().map(_ -> "a ciphertext within a ciphertext"));
        Optional<HeaderBlock> payload =
                inside.all().isEmpty() ? Optional.of(opened.message().inner()) : inside.payloadHeader();
        HeaderBlock header = inspection.root().header();
        Optional<MimeEntity> whole =
                outside.all().size() == 1 ? Optional.of(root) : scan(LayerReader.under(header, root));
        return new OpenedContent(
                opened,
                inside,
                whole.orElse(root),
                payload.flatMap(fields -> HeaderReading.of(fields, header, true)),
                whole.isEmpty() ? Optional.of("what was opened is over the limits") : excess);
    }

    /** The signatures under the ciphertext, from the outside in. */
    List<Layer> signatures() {
        return inside.signatures();
    }

    /** Returns true if the content is signed, and nothing stands beside what the outermost signature covers. */
    boolean isSignedAlone() throws IOException {
        return !inside.signatures().isEmpty()
                && !opened.message().mayBeCutBeforeSignature()
                && SignedAlone.is(root, opened.message().inner());
    }

    /** A sign that the content was changed on its way. */
    Optional<Facts.Suspicion> suspicion() throws IOException {
        if (opened.message().isHeaderless()) {
            return Optional.of(Facts.Suspicion.HEADERLESS);
        }
        return opened.message().mayBeCut()
                ? Optional.of(Facts.Suspicion.CUT_HEADER)
                : GadgetSigns.find(opened.message().plain(), root);
    }

    /**
     * The message as it is delivered.
     *
     * @param isAuthors true if the outer header section may show what was encrypted, because anybody who would get a
     * bounce knows it anyway
     * @param outer the header section of the message as it came, under which the content is enclosed; empty if it is
     * not
     */
    OpenResult.Opened rebuilt(boolean isAuthors, Optional<HeaderBlock> outer, Spool.Scope scope) throws IOException {
        RawMessage message = root.raw();
        if (outer.isPresent()) {
            message = Enclosed.opened(outer.get(), root, headers, scope);
        } else if (headers.isPresent() && isAuthors) {
            message = OpenedHeader.restore(
                    root, headers.get(), !inside.signatures().isEmpty(), scope);
        }
        return message == opened.message().message() ? opened : opened.rebuilt(message);
    }

    private static Optional<MimeEntity> scan(RawMessage message) throws IOException {
        return switch (MimeScanner.scan(message, Budget.standard())) {
            case Parsed.Success<MimeEntity>(MimeEntity entity) -> Optional.of(entity);
            case Parsed.Refused<MimeEntity> _ -> Optional.empty();
        };
    }
}
