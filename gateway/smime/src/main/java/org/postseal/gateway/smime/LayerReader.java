package org.postseal.gateway.smime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.Layers.Place;
import org.postseal.policy.header.Letters;

/**
 * Follows the layers of a message from its root inwards, each by its CMS content type and not by its label (RFC 8551
 * §3.7). It is used for one run.
 *
 * <p>Only the root of what a layer covers can be the next layer. CMS below another part is an errant layer, from which
 * nothing is claimed of the message; {@link SignedPartReader} looks at it. A compressed-data is no layer (RFC 9787
 * §4.1.1), and nobody looks into it. Content is taken out of an opaque signature only if its header section says that
 * it may be another layer. The run has an end: it has at most {@link #MOST} layers.
 *
 * <p>Mail programs read a header section with more tolerance than we do. If only they may find a further layer or
 * protected fields, the run ends with a doubt: nothing is opened or put back that not every program finds, and nobody
 * vouches for what stands around it.
 */
public final class LayerReader {
    private final Spool.Scope scope;
    private final int most;
    private final List<Layer> layers = new ArrayList<>();
    private Optional<HeaderBlock> payloadHeader = Optional.empty();
    private Optional<String> excess = Optional.empty();
    private boolean isInDoubt;
    private Optional<Place> content = Optional.empty();

    /**
     * @param most how many layers are followed at most
     * @param scope holds what is taken out of them
     */
    public LayerReader(int most, Spool.Scope scope) {
        this.most = most;
        this.scope = scope;
    }

    /**
     * Reads the layers.
     *
     * @param section of the CMS object that {@code root} came out of, followed by a slash; empty for a message as
     * received
     */
    public Layers read(MimeEntity root, String section) throws IOException {
        Optional<Place> next = Optional.of(new Place(root, section));
        while (next.isPresent() && excess.isEmpty()) {
            next = step(next.get());
        }
        return new Layers(layers, payloadHeader, excess, isInDoubt, content);
    }

    private Optional<Place> step(Place at) throws IOException {
        return switch (CmsRoot.of(at.entity())) {
            case NONE, COMPRESSED, OTHER -> {
                isInDoubt |= PlainStructure.mayBeSigned(at.entity());
                content = Optional.of(at);
                yield Optional.empty();
            }
            case CERTIFICATES, UNREADABLE -> {
                // At the root, the verdict on the signature says what is wrong, so there is no need for a doubt.
                isInDoubt |= !layers.isEmpty() && !isBag(at.entity());
                yield Optional.empty();
            }
            case ENVELOPED, AUTH_ENVELOPED -> {
                add(Layer.Kind.ENCRYPTED, at, itself(at.section()));
                payloadHeader = Optional.empty();
                yield Optional.empty();
            }
            case CLEAR_SIGNED -> {
                add(Layer.Kind.CLEAR_SIGNED, at, child(at.section(), 2));
                Optional<MimeEntity> content = at.entity().signedParts().map(MimeEntity.SignedParts::content);
                yield content.isEmpty() ? Optional.empty() : clear(content.get(), at);
            }
            case OPAQUE_SIGNED -> {
                add(Layer.Kind.OPAQUE_SIGNED, at, itself(at.section()));
                yield maySayLayer(PayloadHeader.opaque(at.entity()))
                        ? scanned(content(at.entity()), at)
                        : Optional.empty();
            }
        };
    }

    private Optional<Place> clear(MimeEntity content, Place at) throws IOException {
        PayloadHeader payload = PayloadHeader.clear(content);
        boolean isLayer = maySayLayer(payload);
        if (!isLayer || !payload.hasOnlyFeeds()) {
            return payload.isInDoubt() ? Optional.empty() : Optional.of(new Place(content, child(at.section(), 1)));
        }
        Optional<OpenedMessage> mended =
                takenOut(at.entity(), (_, out) -> content.raw().writeTo(out));
        return scanned(mended, at).map(next -> new Place(next.entity(), child(at.section(), 1)));
    }

    /** Returns true for a signed-data without signers, which only carries certificates. */
    private static boolean isBag(MimeEntity entity) {
        try (InputStream in = CmsRoot.content(entity)) {
            return new SignedDataReader()
                    .read(in, entity.raw().size())
                    .signers()
                    .isEmpty();
        } catch (UncheckedIOException ourDisk) {
            throw ourDisk;
        } catch (IOException | RuntimeException | StackOverflowError malformed) {
            // These are foreign octets, and the parser refuses them in many ways.
            return false;
        }
    }

    private void add(Layer.Kind kind, Place at, String section) {
        if (layers.size() == most) {
            excess = Optional.of("more than " + MOST + " layers");
        } else {
            layers.add(new Layer(kind, at.entity(), section));
        }
    }

    private Optional<Place> scanned(Optional<OpenedMessage> content, Place at) throws IOException {
        if (content.isEmpty()) {
            isInDoubt = true;
            return Optional.empty();
        }
        return switch (MimeScanner.scan(content.get().message(), Budget.standard())) {
            case Parsed.Success<MimeEntity>(MimeEntity entity) ->
                Optional.of(new Place(entity, itself(at.section()) + "/"));
            case Parsed.Refused<MimeEntity>(var _, String detail) -> {
                excess = Optional.of(detail);
                yield Optional.empty();
            }
        };
    }

    private Optional<OpenedMessage> content(MimeEntity entity) throws IOException {
        return takenOut(
                entity,
                (in, out) -> new SignedDataReader().content(in, entity.raw().size(), out));
    }

    private interface Take {
        void copy(InputStream in, OutputStream out) throws IOException;
    }

    private Optional<OpenedMessage> takenOut(MimeEntity entity, Take take) throws IOException {
        Spool spool = scope.newSpool();
        LineCheck check = new LineCheck(LocalOctets.writing(spool));
        try (InputStream in = CmsRoot.content(entity)) {
            take.copy(in, check);
        } catch (UncheckedIOException ourDisk) {
            throw ourDisk.getCause();
        } catch (CmsLimitException e) {
            excess = Optional.of(String.valueOf(e.getMessage()));
            return Optional.empty();
        } catch (IOException | RuntimeException | StackOverflowError malformed) {
            // These are foreign octets, and the parser refuses them in many ways.
            return Optional.empty();
        }
        return switch (new InnerEntity(true, false, false, scope).assemble(entity.header(), spool.finish(), check)) {
            case InnerEntity.Result.Made(OpenedMessage made) -> Optional.of(made);
            case InnerEntity.Result.Failed _ -> Optional.empty();
        };
    }

    /** Tells whether the payload may be another layer. A label is enough to look inside, and no more than that. */
    private boolean maySayLayer(PayloadHeader payload) {
        payloadHeader = payload.header();
        isInDoubt |= payload.isInDoubt();
        return payload.header().stream()
                .flatMap(header -> header.all("Content-Type").stream())
                .map(HeaderField::unfolded)
                .map(Letters::lower)
                .anyMatch(
                        value -> value.contains("pkcs7") || value.contains("signed") || value.contains("octet-stream"));
    }

    /** Returns the number of the entity itself, which is 1 for a message that is no multipart (RFC 3501 §6.4.5). */
    static String itself(String section) {
        return section.isEmpty() || section.endsWith("/") ? section + "1" : section;
    }

    /** Returns the number of a part of the multipart with this number (RFC 3501 §6.4.5). */
    static String child(String section, int number) {
        return section.isEmpty() || section.endsWith("/") ? section + number : section + "." + number;
    }

    /**
     * Returns the message with other content under its own header section. Of the fields of {@code content}, only the
     * Content- fields count.
     */
    public static RawMessage under(HeaderBlock outer, MimeEntity content) {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        content.header().fields().stream()
                .filter(Entities::isContentField)
                .forEach(field -> fields.writeBytes(Entities.line(field)));
        return Entities.message(outer, fields.toByteArray(), content.body());
    }

    /** Limits the layers of one message, including those under its ciphertext. */
    public static final int MOST = 4;
}
