package org.postseal.gateway.admin.cli.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.evidence.FileFault;
import org.postseal.gateway.audit.evidence.KeptPolicy;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.VisibleText;

/**
 * The policies that records name, in force and in shadow.
 *
 * @param found the octets by SHA-256
 * @param missing SHA-256 of policies whose text is not kept
 * @param changed SHA-256 of policies whose file now holds another text
 * @param unreadable SHA-256 of policies whose text is kept but cannot be read, with the reason
 */
record UsedPolicies(
        SortedMap<String, byte[]> found,
        List<String> missing,
        List<String> changed,
        SortedMap<String, String> unreadable) {
    UsedPolicies {
        missing = List.copyOf(missing);
        changed = List.copyOf(changed);
    }

    /** Returns no policies, for a reader who is not to see them. */
    static UsedPolicies none() {
        return new UsedPolicies(new TreeMap<>(), List.of(), List.of(), new TreeMap<>());
    }

    /** Reads the policies that these records name from the files beside the log. */
    static UsedPolicies of(AuditConfig config, Collection<AuditLine> records) {
        SortedMap<String, byte[]> found = new TreeMap<>();
        List<String> missing = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        SortedMap<String, String> unreadable = new TreeMap<>();
        records.stream()
                .flatMap(line -> Stream.of(PolicyOfRecord.SHA256, "postseal.shadow.sha256")
                        .flatMap(name -> line.first(name).stream()))
                // Only hexadecimal digits pass, since these values go into commands and file names
                .filter(sha256 -> KeptPolicy.DIGITS.matcher(sha256).matches())
                .distinct()
                .sorted()
                .forEach(sha256 -> {
                    switch (read(config, sha256)) {
                        case KeptPolicy.Kept(byte[] octets) -> found.put(sha256, octets);
                        case KeptPolicy.Missing() -> missing.add(sha256);
                        case KeptPolicy.Changed() -> changed.add(sha256);
                        case KeptPolicy.Unreadable(String why) -> unreadable.put(sha256, why);
                    }
                });
        return new UsedPolicies(found, missing, changed, unreadable);
    }

    int count() {
        return found.size() + missing.size() + changed.size() + unreadable.size();
    }

    static String name(String sha256) {
        return "policy-" + sha256 + KeptPolicy.SUFFIX;
    }

    private static KeptPolicy read(AuditConfig config, String sha256) {
        try {
            return KeptPolicy.read(config.evidence(), sha256);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    "the folder with the texts of policies cannot be read: "
                            + VisibleText.of(config.evidence() + ": " + FileFault.words(config.evidence(), e)),
                    "run it as the user who may read " + config.evidence());
        }
    }
}
