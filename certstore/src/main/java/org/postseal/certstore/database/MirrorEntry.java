package org.postseal.certstore.database;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/**
 * One entry of a directory server.
 *
 * @param id that stays when the entry is renamed: entryUUID, objectGUID
 * @param addresses the primary first; an entry may have addresses and no certificates
 * @param helpers certificates that came along, to build paths with
 */
public record MirrorEntry(
        String id, List<MailAddress> addresses, List<MirrorCertificate> certificates, List<MailCertificate> helpers) {
    public MirrorEntry {
        addresses = List.copyOf(addresses);
        certificates = List.copyOf(certificates);
        helpers = List.copyOf(helpers);
    }

    /**
     * One certificate of an entry, with what {@link org.postseal.certstore.source.Candidate} says of it.
     *
     * @param origin the attribute
     */
    public record MirrorCertificate(
            MailCertificate certificate,
            String origin,
            int tier,
            boolean isFlagged,
            Optional<SmimeCapabilities> capabilities) {}

    /** Another one when anything in the entry is, so that an unchanged entry costs no write. */
    byte[] digest() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        addresses.forEach(address -> add(all, "a", address.toString()));
        for (MirrorCertificate each : certificates) {
            add(all, "c", each.certificate().id().hex());
            add(all, each.origin(), each.tier() + " " + each.isFlagged());
            add(
                    all,
                    "s",
                    each.capabilities().map(known -> Octets.hex(known.der())).orElse(""));
        }
        helpers.forEach(helper -> add(all, "h", helper.id().hex()));
        return Octets.sha256(all.toByteArray());
    }

    private static void add(ByteArrayOutputStream all, String label, String text) {
        for (String part : List.of(label, text)) {
            byte[] octets = part.getBytes(StandardCharsets.UTF_8);
            all.writeBytes(ByteBuffer.allocate(4).putInt(octets.length).array());
            all.writeBytes(octets);
        }
    }
}
