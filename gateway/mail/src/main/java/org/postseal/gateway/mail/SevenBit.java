package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes an entity safe for 7-bit transport before it is signed (RFC 8551 §3.1.2, §3.1.3), so that no relay has a reason
 * to touch it afterwards.
 *
 * <p>Only what needs it changes. The body of a leaf is encoded anew, and its Content-Transfer-Encoding is replaced as a
 * whole field. Containers that say 8bit or binary then say 7bit. Every other octet is a slice of what came. Text
 * becomes quoted-printable, and anything else becomes base64.
 *
 * <p>The result is {@link Impossible} if something is not 7-bit that must not be converted. This is a multipart/signed
 * or multipart/encrypted (its octets are signed or counted), a message type other than rfc822 and global (RFC 2045 §6.4
 * forbids encoding it), a header section, or text between parts.
 */
public final class SevenBit {
    private final Spool.Scope scope;
    private final List<RawMessage> output = new ArrayList<>();
    private boolean changed;

    private SevenBit(Spool.Scope scope) {
        this.scope = scope;
    }

    /** Says what came of a conversion. */
    public sealed interface Result {}

    /** Nothing had to change. */
    public record Already() implements Result {}

    /** The entity was converted and may be signed. */
    public record Converted(RawMessage entity) implements Result {}

    /**
     * The entity cannot be made safe without touching what must not be touched. An opaque signature can still carry it.
     */
    public record Impossible(Obstacle obstacle) implements Result {}

    /** The entity is over a limit of the MIME scanner. */
    public record Refused(Parsed.Refused<MimeEntity> refusal) implements Result {}

    /** Says why an entity cannot be made safe. */
    public enum Obstacle {
        HEADER("a header section is not 7-bit"),
        SIGNED_PART("a signed part is not 7-bit"),
        ENCRYPTED_PART("an encrypted part is not 7-bit"),
        MESSAGE_PART("a part of a message type that may not be encoded is not 7-bit"),
        AROUND_PARTS("the text before or after the parts of a multipart is not 7-bit"),
        MULTIPART("a multipart that cannot be taken apart is not 7-bit"),
        ENCODING("a body is not what its Content-Transfer-Encoding says");

        private final String text;

        Obstacle(String text) {
            this.text = text;
        }

        /** Returns the text for the audit log. */
        public String text() {
            return text;
        }
    }

    /** Converts what needs it. The result lives as long as the scope. */
    public static Result convert(RawMessage entity, Spool.Scope scope) throws IOException {
        return switch (MimeScanner.scan(entity, Budget.standard())) {
            case Parsed.Refused<MimeEntity> refusal -> new Refused(refusal);
            case Parsed.Success<MimeEntity>(MimeEntity root) -> new SevenBit(scope).convert(root);
        };
    }

    private Result convert(MimeEntity root) throws IOException {
        try {
            add(root);
        } catch (ObstacleException e) {
            return new Impossible(e.obstacle);
        }
        return changed ? new Converted(RawMessage.join(output)) : new Already();
    }

    // This calls itself once per level of parts, and the scanner has bounded those.
    private void add(MimeEntity entity) throws IOException, ObstacleException {
        ContentType type = entity.contentType();
        boolean encrypted = type.is("multipart", "encrypted");
        if (type.is("multipart", "signed") || encrypted) {
            boolean safe = TransportCheck.of(entity.raw()).isSevenBit();
            keep(entity, safe, encrypted ? Obstacle.ENCRYPTED_PART : Obstacle.SIGNED_PART);
            return;
        }
        RawMessage header = entity.raw().slice(0, entity.header().size());
        require(TransportCheck.of(header).isSevenBit(), Obstacle.HEADER);
        if (!entity.parts().isEmpty()) {
            addContainer(entity);
        } else if (type.isMultipart()) {
            keep(entity, TransportCheck.of(entity.body()).isSevenBit(), Obstacle.MULTIPART);
        } else if (type.type().equals("message") && !type.is("message", "global")) {
            keep(entity, TransportCheck.of(entity.body()).isSevenBit(), Obstacle.MESSAGE_PART);
        } else {
            addLeaf(entity);
        }
    }

    private void addContainer(MimeEntity entity) throws IOException, ObstacleException {
        boolean relabel = entity.transferEncoding() == TransferEncoding.EIGHT_BIT
                || entity.transferEncoding() == TransferEncoding.BINARY;
        if (relabel) {
            output.add(withEncoding(entity.header(), TransferEncoding.SEVEN_BIT));
        } else {
            output.add(entity.raw().slice(0, entity.header().size()));
        }
        long position = entity.header().size();
        for (MimeEntity part : entity.parts()) {
            long start = part.offset() - entity.offset();
            addBetween(entity.raw().slice(position, start - position));
            add(part);
            position = start + part.raw().size();
        }
        addBetween(entity.raw().from(position));
    }

    private void addBetween(RawMessage octets) throws IOException, ObstacleException {
        require(TransportCheck.of(octets).isSevenBit(), Obstacle.AROUND_PARTS);
        output.add(octets);
    }

    private void addLeaf(MimeEntity entity) throws IOException, ObstacleException {
        TransferEncoding encoding = entity.transferEncoding();
        boolean text = entity.contentType().type().equals("text");
        TransportCheck check = entity.hasPlainLines() ? TransportCheck.PLAIN : TransportCheck.of(entity.body());
        boolean fragile = text && encoding.isIdentity() && check.isFragile();
        if (!check.isSevenBit() || fragile) {
            require(encoding != TransferEncoding.UNKNOWN, Obstacle.ENCODING);
            TransferEncoding safe = text ? TransferEncoding.QUOTED_PRINTABLE : TransferEncoding.BASE64;
            output.add(withEncoding(entity.header(), safe));
            output.add(encode(entity.body(), encoding, safe));
        } else if (encoding == TransferEncoding.EIGHT_BIT || encoding == TransferEncoding.BINARY) {
            output.add(withEncoding(entity.header(), TransferEncoding.SEVEN_BIT));
            output.add(entity.body());
        } else {
            output.add(entity.raw());
        }
    }

    private RawMessage encode(RawMessage body, TransferEncoding from, TransferEncoding to)
            throws IOException, ObstacleException {
        Spool spool = scope.newSpool();
        try (InputStream content = from.decode(body.open())) {
            EncodingStream out = to == TransferEncoding.QUOTED_PRINTABLE
                    ? new QuotedPrintableOutputStream(spool)
                    : new Base64OutputStream(spool);
            content.transferTo(out);
            out.finish();
        } catch (TransferEncodingException e) {
            throw new ObstacleException(Obstacle.ENCODING);
        }
        return spool.finish();
    }

    private RawMessage withEncoding(HeaderBlock header, TransferEncoding encoding) {
        changed = true;
        byte[] field = (TransferEncoding.FIELD + ": " + encoding.token() + "\r\n").getBytes(StandardCharsets.US_ASCII);
        List<RawMessage> fields = new ArrayList<>();
        boolean placed = false;
        for (HeaderField old : header.fields()) {
            if (!old.is(TransferEncoding.FIELD)) {
                fields.add(RawMessage.of(old.raw()));
            } else if (!placed) {
                fields.add(RawMessage.of(field));
                placed = true;
            }
        }
        if (!placed) {
            fields.add(RawMessage.of(field));
        }
        fields.add(RawMessage.of(CRLF));
        return RawMessage.join(fields);
    }

    private void keep(MimeEntity entity, boolean safe, Obstacle obstacle) throws ObstacleException {
        require(safe, obstacle);
        output.add(entity.raw());
    }

    private static void require(boolean holds, Obstacle obstacle) throws ObstacleException {
        if (!holds) {
            throw new ObstacleException(obstacle);
        }
    }

    /** Ends the walk; it does not leave this class. */
    private static final class ObstacleException extends Exception {
        private static final long serialVersionUID = 1L;
        private final Obstacle obstacle;

        ObstacleException(Obstacle obstacle) {
            super(obstacle.text(), null, false, false);
            this.obstacle = obstacle;
        }
    }

    private static final byte[] CRLF = {'\r', '\n'};
}
