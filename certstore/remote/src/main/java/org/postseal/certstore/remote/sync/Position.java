package org.postseal.certstore.remote.sync;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;

/**
 * The contents of the cookie of a {@link SyncState}.
 *
 * @param scope a digest of the settings that decide which entries are read, and what of them; with other settings the
 *     position is worthless
 * @param lastFull when everything was last read
 * @param octets the method's own data; empty if the next round must read everything
 */
record Position(String scope, Instant lastFull, byte[] octets) {
    byte[] encode() {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(encoded)) {
            out.writeByte(VERSION);
            out.writeUTF(scope);
            out.writeLong(lastFull.toEpochMilli());
            out.writeInt(octets.length);
            out.write(octets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return encoded.toByteArray();
    }

    /** Returns empty for anything that {@link #encode} has not written. */
    static Optional<Position> decode(byte[] cookie) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(cookie))) {
            if (in.readByte() != VERSION) {
                return Optional.empty();
            }
            String scope = in.readUTF();
            Instant lastFull = Instant.ofEpochMilli(in.readLong());
            int length = in.readInt();
            return length == in.available()
                    ? Optional.of(new Position(scope, lastFull, in.readAllBytes()))
                    : Optional.empty();
        } catch (IOException damaged) {
            return Optional.empty();
        }
    }

    private static final int VERSION = 1;
}
