package org.postseal.gateway.e2e.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.gateway.audit.chain.ChainVerifier;

/**
 * The audit log of one gateway.
 *
 * @param isSound true if its chain holds
 */
record AuditTrail(String node, boolean isSound, List<Entry> entries) {
    /**
     * The record of a message for one recipient.
     *
     * @param isSuccess true if the peer was told 2xx
     * @param epoch the epoch of the fleet in which the policy was in force; empty if the record names none
     */
    record Entry(Ledger.Copy copy, boolean isSuccess, Optional<String> epoch, String policySha256) {}

    /** Reads the log of a gateway that has ended, with all its files. */
    static AuditTrail read(String node, Path log) throws IOException {
        List<Path> files = ChainVerifier.files(log);
        boolean isSound = ChainVerifier.verify(
                        List.of(files), List.of(log.resolveSibling("audit-key.pem.pub")), Optional.empty())
                .getFirst()
                .isSound();
        List<Entry> entries = new ArrayList<>();
        for (Path file : files) {
            Files.readAllLines(file).stream()
                    .filter(line -> field(line, "event.action").equals(Optional.of("recipient-done")))
                    .map(AuditTrail::entry)
                    .forEach(entries::add);
        }
        return new AuditTrail(node, isSound, entries);
    }

    private static Entry entry(String line) {
        return new Entry(
                new Ledger.Copy(
                        field(line, "postseal.upstream_id").orElse(""),
                        field(line, "email.to.address").orElse("")),
                field(line, "event.outcome").equals(Optional.of("success")),
                field(line, "postseal.policy.epoch"),
                field(line, "postseal.policy.sha256").orElse(""));
    }

    /** Returns a field whose value has nothing to escape. */
    private static Optional<String> field(String line, String name) {
        Matcher found =
                Pattern.compile("\"" + Pattern.quote(name) + "\":\"?([^\",}]*)").matcher(line);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }
}
