package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;

/**
 * Takes the signature at the root off a message whose signature was found valid. The signed content stays, octet for
 * octet, under the outer header section. Thread-safe.
 */
public final class SignatureStripper {
    /**
     * Returns the message without its signature. The result is empty if there is no signature, or if SMTP cannot carry
     * what was signed on its own.
     *
     * @param scope holds the content of an opaque signature
     * @throws IOException if our own disk fails
     */
    public Optional<RawMessage> strip(MimeEntity root, Spool.Scope scope) throws IOException {
        return switch (CmsRoot.of(root)) {
            case CLEAR_SIGNED -> {
                Optional<MimeEntity.SignedParts> parts = root.signedParts();
                yield parts.isPresent()
                        ? clear(root.header(), parts.get().content().raw(), scope)
                        : Optional.empty();
            }
            case OPAQUE_SIGNED -> opaque(root, scope);
            case NONE, CERTIFICATES, ENVELOPED, AUTH_ENVELOPED, COMPRESSED, OTHER, UNREADABLE -> Optional.empty();
        };
    }

    /** Strips an opened message as {@link #strip(MimeEntity, Spool.Scope)} strips a message. */
    public Optional<OpenedMessage> strip(OpenedMessage opened, Spool.Scope scope) throws IOException {
        return switch (MimeScanner.scan(opened.message(), Budget.standard())) {
            case Parsed.Success<MimeEntity>(MimeEntity root) ->
                strip(root, scope).map(opened::rebuilt);
            case Parsed.Refused<MimeEntity> _ -> Optional.empty();
        };
    }

    private static Optional<RawMessage> clear(HeaderBlock outer, RawMessage content, Spool.Scope scope)
            throws IOException {
        LineCheck check = new LineCheck(OutputStream.nullOutputStream());
        try (InputStream in = content.open()) {
            in.transferTo(check);
        }
        return message(outer, content, check, scope);
    }

    private Optional<RawMessage> opaque(MimeEntity root, Spool.Scope scope) throws IOException {
        Spool spool = scope.newSpool();
        LineCheck check = new LineCheck(LocalOctets.writing(spool));
        try (InputStream in = CmsRoot.content(root)) {
            new SignedDataReader().content(in, root.raw().size(), check);
        } catch (UncheckedIOException ourDisk) {
            throw ourDisk.getCause();
        } catch (IOException | RuntimeException | StackOverflowError malformed) {
            // These are foreign octets, and the parser refuses them in many ways.
            return Optional.empty();
        }
        return message(root.header(), spool.finish(), check, scope);
    }

    private static Optional<RawMessage> message(
            HeaderBlock outer, RawMessage content, LineCheck check, Spool.Scope scope) throws IOException {
        // The signer vouches for the content, so it is as good as authenticated.
        return switch (new InnerEntity(true, false, true, scope).assemble(outer, content, check)) {
            case InnerEntity.Result.Made(OpenedMessage made) -> Optional.of(made.message());
            case InnerEntity.Result.Failed _ -> Optional.empty();
        };
    }
}
