package org.postseal.gateway.road.directory;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.files.FilesSource;

/** Which certificates of the store's folder came and went, in words; of those of ours, that their keys did. */
final class FileChanges {
    private FileChanges() {}

    /** {@code KIND added|removed SHA-256 ADDRESSES}, where the kind is {@code key}, {@code anchor} or {@code certificate}; none where both have the same. */
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

    /** What is neither ours nor an anchor: of correspondents, and of authorities between. */
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
