package org.postseal.certstore.remote.sync;

import java.security.cert.CertificateException;
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

/** Reads the certificates in the values of an entry. Thread-safe. */
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
                List.copyOf(helpers));
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

    // This must be raised when values are read in another way, so that the next full round reads them again.
    private static final String READING = "2-";
    private static final Logger LOG = LoggerFactory.getLogger(MirroredValues.class);
}
