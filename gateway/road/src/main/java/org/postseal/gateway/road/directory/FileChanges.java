package org.postseal.gateway.road.directory;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.files.FilesSource;

/**
 * Says in words which certificates of the store's folder were added or removed. A certificate of ours is reported as a
 * key.
 */
final class FileChanges {
    private FileChanges() {}

    /**
     * Returns one line for each change, {@code KIND added|removed SHA-256 ADDRESSES}, where the kind is {@code key},
     * {@code anchor} or {@code certificate}. There are no lines if both have the same certificates.
     */
    static List<String> between(FilesSource before, FilesSource next) {
        List<String> changes = new ArrayList<>();
        add(
                changes,
                "key",
                new LinkedHashSet<>(before.certificatesWithKey()),
                new LinkedHashSet<>(next.certificatesWithKey()));
        add(changes, "anchor", new LinkedHashSet<>(before.anchors()), new LinkedHashSet<>(next.anchors()));
        add(changes, "certificate", others(before), others(next));
        return changes;
    }

    private static void add(List<String> changes, String kind, Set<MailCertificate> before, Set<MailCertificate> next) {
        next.stream().filter(each -> !before.contains(each)).forEach(each -> changes.add(line(kind + " added ", each)));
        before.stream()
                .filter(each -> !next.contains(each))
                .forEach(each -> changes.add(line(kind + " removed ", each)));
    }

    /**
     * Returns the certificates that are neither ours nor anchors: those of correspondents and of intermediate
     * authorities.
     */
    private static Set<MailCertificate> others(FilesSource source) {
        Set<MailCertificate> others = new LinkedHashSet<>(source.certificates());
        source.certificatesWithKey().forEach(others::remove);
        source.anchors().forEach(others::remove);
        return others;
    }

    private static String line(String what, MailCertificate certificate) {
        String addresses =
                certificate.addresses().stream().map(MailAddress::toString).collect(Collectors.joining(" "));
        return (what + certificate.id().hex() + " " + addresses).strip();
    }
}
