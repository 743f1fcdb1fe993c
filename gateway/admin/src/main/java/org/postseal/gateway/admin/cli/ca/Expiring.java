package org.postseal.gateway.admin.cli.ca;

import java.time.Instant;
import java.util.List;
import org.postseal.certstore.authority.CaIndex;
import org.postseal.certstore.authority.IssuedEntry;

/** Finds certificates that end soon and have no successor yet. */
final class Expiring {
    private Expiring() {}

    /**
     * Returns the certificates that are valid now and end before {@code time}, unless another one for the same
     * addresses and use continues after them.
     */
    static List<IssuedEntry> before(CaIndex index, Instant time, Instant now) {
        return index.entries().stream()
                .filter(each -> each.isUsable(now) && each.notAfter().isBefore(time))
                .filter(each -> index.entries().stream().noneMatch(other -> isSuccessor(other, each, now)))
                .toList();
    }

    private static boolean isSuccessor(IssuedEntry other, IssuedEntry entry, Instant now) {
        return other.isUsable(now)
                && other.notAfter().isAfter(entry.notAfter())
                && other.profile() == entry.profile()
                && other.addresses().containsAll(entry.addresses());
    }
}
