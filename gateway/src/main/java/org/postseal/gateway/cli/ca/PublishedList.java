package org.postseal.gateway.cli.ca;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.ca.CaException;
import org.postseal.certstore.ca.CaFolder;
import org.postseal.certstore.ca.CaSettings;
import org.postseal.certstore.ca.IssuingAuthority;
import org.postseal.certstore.ca.RootList;
import org.postseal.certstore.database.RevocationCache;
import org.postseal.gateway.cli.directory.StoreAccess.Editing;

/** Signs a new list of the intermediate, and lets the gateways of this database know it without fetching it. */
final class PublishedList {
    private PublishedList() {}

    /** Until when it counts: as long as the last one did. */
    static Instant make(CaFolder folder, IssuingAuthority authority, Editing editing, Instant now) throws CaException {
        return make(folder, authority, editing, now, Optional.empty());
    }

    /** As above, with how long it counts if that changes. */
    static Instant make(
            CaFolder folder, IssuingAuthority authority, Editing editing, Instant now, Optional<Duration> valid)
            throws CaException {
        byte[] list = valid.isPresent() ? authority.publishList(now, valid.get()) : authority.publishList(now);
        Instant end = RootList.nextUpdate(folder.publicFile(CaSettings.ISSUING_LIST));
        editing.contents()
                .revocation()
                .store(
                        RevocationCache.Kind.CRL,
                        // as certstore.revocation names it, and with the time that the list itself has
                        "crl:" + folder.settings().place(CaSettings.ISSUING_LIST),
                        new RevocationCache.Answer(list, now.truncatedTo(ChronoUnit.SECONDS), Optional.of(end), now));
        editing.record(
                "ca-crl",
                "certificate:" + folder.issuer().id(),
                List.of("list " + folder.index().lists(), "until " + end));
        return end;
    }
}
