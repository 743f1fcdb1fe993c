package org.postseal.certstore.database;

import java.util.List;
import org.postseal.certstore.MailCertificate;

/** A certificate with every source it came from. */
public record StoredCertificate(MailCertificate certificate, List<Entry> entries) {
    public StoredCertificate {
        entries = List.copyOf(entries);
    }

    /**
     * A source that the certificate came from.
     *
     * @param source {@code own}, {@code imported}, {@code harvest}, {@code mirror:NAME} or {@code trust:NAME}
     */
    public record Entry(String source, EntryState state, Act added) {}
}
