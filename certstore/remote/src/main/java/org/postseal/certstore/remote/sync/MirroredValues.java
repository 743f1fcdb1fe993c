package org.postseal.certstore.remote.sync;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.MirrorEntry;
import org.postseal.certstore.database.MirrorEntry.MirrorCertificate;
import org.postseal.certstore.remote.ldap.UserSmimeDecoder;
import org.postseal.certstore.remote.sync.MirroredEntry.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the certificates in the values of an entry. The values are kept beside them, with a bare certificate replaced
 * by its id, so that nothing is lost of what the server sent. Thread-safe.
 */
final class MirroredValues {
    private final LongAdder unreadable = new LongAdder();

    long unreadable() {
        return unreadable.sum();
    }

    /** Returns a fingerprint of the entry and of the way in which its values are read. */
    static String fingerprint(MirroredEntry entry) {
        return READING + entry.fingerprint();
    }

    List<MirrorEntry> read(List<MirroredEntry> entries) {
        return entries.stream().map(this::read).toList();
    }

    private MirrorEntry read(MirroredEntry entry) {
        // A certificate that is in both attributes counts in the one that is asked first.
        Map<CertificateId, MirrorCertificate> certificates = new LinkedHashMap<>();
        Set<MailCertificate> helpers = new LinkedHashSet<>();
        read(entry, entry.smime(), value -> {
            UserSmimeDecoder.Bundle bundle = UserSmimeDecoder.decode(value.octets());
            helpers.addAll(bundle.helpers());
            for (MailCertificate each : bundle.certificates()) {
                boolean isFlagged = bundle.flagged().contains(each);
                certificates.putIfAbsent(
                        each.id(), new MirrorCertificate(each, value.attribute(), 0, isFlagged, bundle.capabilities()));
            }
        });
        read(entry, entry.certificates(), value -> {
            MailCertificate each = MailCertificate.of(value.octets());
            if (each.x509().getBasicConstraints() >= 0) {
                helpers.add(each);
            } else {
                certificates.putIfAbsent(
                        each.id(), new MirrorCertificate(each, value.attribute(), 1, false, Optional.empty()));
            }
        });
        return new MirrorEntry(
                entry.entryId(),
                fingerprint(entry),
                entry.isDisabled(),
                entry.addresses(),
                List.copyOf(certificates.values()),
                List.copyOf(helpers),
                written(entry, octets(certificates.values(), helpers)));
    }

    private interface Reading {
        void read(Value value) throws CertificateException;
    }

    private void read(MirroredEntry entry, List<Value> values, Reading reading) {
        for (Value value : values) {
            try {
                reading.read(value);
            } catch (CertificateException e) {
                unreadable.increment();
                LOG.warn(
                        "a value of {} of {} octets in the entry of {} is no certificate: {}",
                        value.attribute(),
                        value.octets().length,
                        entry.addresses().getFirst(),
                        e.getMessage());
            }
        }
    }

    /** Returns the entry as the server sent it. */
    static MirroredEntry original(MirrorEntry entry) {
        Map<CertificateId, byte[]> octets = octets(entry.certificates(), entry.helpers());
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(entry.original()))) {
            return new MirroredEntry(
                    entry.id(), entry.addresses(), values(in, octets), values(in, octets), entry.isDisabled());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<CertificateId, byte[]> octets(
            Iterable<MirrorCertificate> certificates, Iterable<MailCertificate> helpers) {
        Map<CertificateId, byte[]> octets = new HashMap<>();
        certificates.forEach(each -> put(octets, each.certificate()));
        helpers.forEach(each -> put(octets, each));
        return octets;
    }

    // A certificate that is not in DER is encoded to other octets than those that came in, so the database does not
    // have it.
    private static void put(Map<CertificateId, byte[]> all, MailCertificate certificate) {
        try {
            byte[] octets = certificate.holder().getEncoded();
            if (CertificateId.of(octets).equals(certificate.id())) {
                all.put(certificate.id(), octets);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] written(MirroredEntry entry, Map<CertificateId, byte[]> known) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(octets)) {
            for (List<Value> values : List.of(entry.smime(), entry.certificates())) {
                out.writeInt(values.size());
                for (Value each : values) {
                    byte[] value = each.octets();
                    CertificateId id = CertificateId.of(value);
                    boolean isKnown = Arrays.equals(value, known.get(id));
                    out.writeUTF(each.attribute());
                    out.writeBoolean(isKnown);
                    if (isKnown) {
                        out.writeUTF(id.hex());
                    } else {
                        out.writeInt(value.length);
                        out.write(value);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return octets.toByteArray();
    }

    private static List<Value> values(DataInputStream in, Map<CertificateId, byte[]> known) throws IOException {
        List<Value> values = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String attribute = in.readUTF();
            if (in.readBoolean()) {
                byte[] octets = known.get(new CertificateId(in.readUTF()));
                if (octets == null) {
                    throw new IOException("a certificate of the entry is not there");
                }
                values.add(new Value(attribute, octets));
            } else {
                values.add(new Value(attribute, in.readNBytes(in.readInt())));
            }
        }
        return values;
    }

    // This must be raised when values are read in another way, so that the next full round reads them again.
    private static final String READING = "2-";
    private static final Logger LOG = LoggerFactory.getLogger(MirroredValues.class);
}
