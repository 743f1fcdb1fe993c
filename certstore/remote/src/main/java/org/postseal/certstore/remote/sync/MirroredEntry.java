package org.postseal.certstore.remote.sync;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailAddress;

/**
 * The part of a directory server's entry that is kept. Its values are as the server sent them. Only their size has been
 * checked.
 *
 * @param entryId objectGUID or entryUUID, which stays the same while the entry lives, whatever its name
 * @param addresses at least one address, the primary one first
 * @param userSmimeCertificates values of userSMIMECertificate in the server's order
 * @param userCertificates values of userCertificate in the server's order
 * @param isDisabled whether the account may not log in
 */
public record MirroredEntry(
        String entryId,
        List<MailAddress> addresses,
        List<byte[]> userSmimeCertificates,
        List<byte[]> userCertificates,
        boolean isDisabled) {
    /** Refuses an entry without an address, which nobody could find. */
    public MirroredEntry {
        addresses = List.copyOf(addresses);
        userSmimeCertificates = List.copyOf(userSmimeCertificates);
        userCertificates = List.copyOf(userCertificates);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("entry without an address");
        }
    }

    /**
     * Returns the SHA-256 over everything, in hexadecimal. A mirror compares it to see that nothing changed, without
     * reading the old values.
     */
    public String fingerprint() {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(octets)) {
            out.writeUTF(entryId);
            out.writeInt(addresses.size());
            for (MailAddress address : addresses) {
                out.writeUTF(address.toString());
            }
            write(out, userSmimeCertificates);
            write(out, userCertificates);
            out.writeBoolean(isDisabled);
            return Digest.SHA_256.hex(octets.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long octets() {
        return octets(userSmimeCertificates) + octets(userCertificates);
    }

    private static long octets(List<byte[]> values) {
        return values.stream().mapToLong(value -> value.length).sum();
    }

    private static void write(DataOutputStream out, List<byte[]> values) throws IOException {
        out.writeInt(values.size());
        for (byte[] value : values) {
            out.writeInt(value.length);
            out.write(value);
        }
    }
}
