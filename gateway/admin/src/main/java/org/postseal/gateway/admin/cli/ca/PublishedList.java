package org.postseal.gateway.admin.cli.ca;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.authority.CaException;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.certstore.authority.Intermediate;
import org.postseal.certstore.authority.IssuingAuthority;
import org.postseal.certstore.authority.RootList;
import org.postseal.certstore.database.RevocationCache;
import org.postseal.gateway.admin.cli.support.StoreAccess.Editing;

/**
 * Signs new revocation lists of the intermediates and stores them in the database, so that its gateways need not fetch
 * them. If there are OCSP answers, those are signed anew too, and those about revoked certificates are stored.
 */
final class PublishedList {
    private PublishedList() {}

    /** Signs lists that are valid as long as the last ones were. Returns the end of each. */
    static Map<Intermediate, Instant> make(CaFolder folder, IssuingAuthority authority, Editing editing, Instant now)
            throws CaException {
        return make(folder, authority, editing, now, Optional.empty());
    }

    /** Does the same, with another lifetime if one is given. */
    static Map<Intermediate, Instant> make(
            CaFolder folder, IssuingAuthority authority, Editing editing, Instant now, Optional<Duration> valid)
            throws CaException {
        Map<Intermediate, byte[]> lists =
                valid.isPresent() ? authority.publishList(now, valid.get()) : authority.publishList(now);
        Map<Intermediate, Instant> ends = new LinkedHashMap<>();
        for (Map.Entry<Intermediate, byte[]> each : lists.entrySet()) {
            Intermediate signer = each.getKey();
            Instant end = RootList.nextUpdate(folder.publicFile(signer.list()));
            known(folder, editing, signer.list(), each.getValue(), end, now);
            editing.record(
                    "ca-crl",
                    "certificate:" + signer.certificate().id(),
                    List.of("list " + folder.index().lists(), "until " + end));
            ends.put(signer, end);
        }
        // Without these, a gateway that has fetched an answer would believe it until its end.
        authority
                .renewAnswers(now)
                .ifPresent(answers -> answers.revoked()
                        .forEach((question, octets) -> store(
                                editing, RevocationCache.Kind.OCSP, question.key(), octets, answers.until(), now)));
        return ends;
    }

    /** Stores the root's list, which was signed just now. */
    static void known(CaFolder folder, Editing editing, byte[] rootList, Instant end, Instant now) {
        known(folder, editing, CaSettings.ROOT_LIST, rootList, end, now);
    }

    private static void known(CaFolder folder, Editing editing, String file, byte[] list, Instant end, Instant now) {
        // The key is the one that certstore.revocation uses, and the time is that of the list itself
        store(editing, RevocationCache.Kind.CRL, "crl:" + folder.settings().place(file), list, end, now);
    }

    private static void store(
            Editing editing, RevocationCache.Kind kind, String key, byte[] octets, Instant end, Instant now) {
        editing.contents()
                .revocation()
                .store(
                        kind,
                        key,
                        new RevocationCache.Answer(octets, now.truncatedTo(ChronoUnit.SECONDS), Optional.of(end), now));
    }
}
