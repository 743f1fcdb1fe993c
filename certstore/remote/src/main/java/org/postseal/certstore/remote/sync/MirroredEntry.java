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
 * @param smime values with bundles of certificates, as in userSMIMECertificate, in the order in which they are asked
 * @param certificates values with plain certificates, as in userCertificate, in that order
 * @param isDisabled whether the account may not log in
 */
public record MirroredEntry(
        String entryId, List<MailAddress> addresses, List<Value> smime, List<Value> certificates, boolean isDisabled) {
    /**
     * One value of an attribute.
     *
     * @param attribute the name of the attribute as the settings spell it
     */
    public record Value(String attribute, byte[] octets) {}

    /** Refuses an entry without an address, which nobody could find. */
    public MirroredEntry {
        addresses = List.copyOf(addresses);
        smime = List.copyOf(smime);
        certificates = List.copyOf(certificates);
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
            write(out, smime);
            write(out, certificates);
            out.writeBoolean(isDisabled);
            return Digest.SHA_256.hex(octets.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long octets() {
        return octets(smime) + octets(certificates);
    }

    private static long octets(List<Value> values) {
        return values.stream().mapToLong(value -> value.octets().length).sum();
    }

    private static void write(DataOutputStream out, List<Value> values) throws IOException {
        out.writeInt(values.size());
        for (Value value : values) {
            out.writeUTF(value.attribute());
            out.writeInt(value.octets().length);
            out.write(value.octets());
        }
    }
}
