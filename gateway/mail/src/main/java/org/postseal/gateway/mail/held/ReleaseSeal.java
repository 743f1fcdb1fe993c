package org.postseal.gateway.mail.held;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.postseal.certstore.Secret;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Release;

/**
 * Seals the wish to release a held copy, and opens it. The field stands above the copy. It counts for a short time, so
 * that whoever finds it in a trace of a connection cannot use it. Thread-safe.
 */
public final class ReleaseSeal {
    /** The name of the field. */
    public static final String NAME = "X-Postseal-Release";

    private final SealedField field;

    /** @param key the secret that seals held copies too; another key is derived from it */
    public ReleaseSeal(Secret key) {
        this.field = new SealedField(NAME, key, "release of held mail");
    }

    /** Returns the whole field, to be written above the copy. */
    public byte[] field(Release release, Instant now) throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(octets)) {
            out.writeLong(now.toEpochMilli());
            out.writeUTF(release.held());
            out.writeUTF(release.by());
            out.writeUTF(release.why());
        }
        return field.write(octets.toByteArray());
    }

    /** The result of opening the field. */
    public sealed interface Opening {
        /** @param copy what stands below the field */
        record Wanted(Release release, RawMessage copy) implements Opening {}

        /** @param why a whole clause about the wish */
        record NotWanted(String why) implements Opening {}
    }

    public Opening open(RawMessage message, Instant now) throws IOException {
        return switch (field.find(message)) {
            case SealedField.Found.Read(RawMessage plain, var _, RawMessage copy) ->
                read(plain.toByteArray(), copy, now);
            case SealedField.Found.Nothing _ -> new Opening.NotWanted("nobody asks for it: no field " + NAME);
            case SealedField.Found.OfAnotherKey _ -> new Opening.NotWanted(NAME + " is of another key");
            case SealedField.Found.Altered _ -> new Opening.NotWanted(NAME + " was altered");
        };
    }

    private static Opening read(byte[] plain, RawMessage copy, Instant now) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(plain))) {
            Instant at = Instant.ofEpochMilli(in.readLong());
            Release release = new Release(in.readUTF(), in.readUTF(), in.readUTF());
            return Duration.between(at, now).abs().compareTo(LIFETIME) > 0
                    ? new Opening.NotWanted(
                            NAME + " was written at " + at + " and counts for " + LIFETIME.toMinutes() + " minutes")
                    : new Opening.Wanted(release, copy);
        }
    }

    private static final Duration LIFETIME = Duration.ofMinutes(10);
}
