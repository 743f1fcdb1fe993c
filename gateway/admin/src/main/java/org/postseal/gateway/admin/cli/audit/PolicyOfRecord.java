package org.postseal.gateway.admin.cli.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.gateway.audit.evidence.FileFault;
import org.postseal.gateway.audit.evidence.KeptPolicy;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.policy.telling.PolicyLines;
import org.postseal.policy.telling.PolicyLines.Excerpt;

/** The texts of the policies that records name. Each is read once. */
final class PolicyOfRecord {
    private final Path folder;
    private final Map<String, Said> texts = new HashMap<>();

    /** @param folder the folder with the evidence of the log */
    PolicyOfRecord(Path folder) {
        this.folder = folder;
    }

    /**
     * A text, or the reason why there is none.
     *
     * @param lines empty if there is no text
     */
    private record Said(Optional<PolicyLines> lines, String why) {}

    /**
     * Returns numbered lines of the policy that decided: those of the rule, then those of the mailbox policy that gave
     * settings. If they cannot be shown, returns the reason. Returns an empty list if no rule decided.
     */
    List<String> decided(AuditLine line) {
        Optional<String> sha256 = line.first(SHA256).filter(text -> !text.isEmpty());
        Optional<String> rule = line.first("rule.id").filter(text -> !text.isEmpty());
        if (sha256.isEmpty() || rule.isEmpty()) {
            return List.of();
        }
        Said said = said(sha256.get());
        if (said.lines().isEmpty()) {
            return List.of(said.why());
        }
        PolicyLines lines = said.lines().get();
        List<String> shown = new ArrayList<>();
        lines.rule(rule.get()).ifPresent(excerpt -> shown.addAll(numbered(excerpt)));
        line.first("postseal.mailbox_policy")
                .flatMap(lines::mailboxPolicy)
                .ifPresent(excerpt -> shown.addAll(numbered(excerpt)));
        return shown;
    }

    /** Returns the whole policy with this SHA-256, or the reason why it cannot be shown. */
    List<String> whole(String sha256) {
        Said said = said(sha256);
        return said.lines().map(lines -> numbered(lines.whole())).orElseGet(() -> List.of(said.why()));
    }

    private Said said(String sha256) {
        return texts.computeIfAbsent(sha256, this::read);
    }

    private Said read(String sha256) {
        try {
            return switch (KeptPolicy.read(folder, sha256)) {
                case KeptPolicy.Kept kept -> new Said(Optional.of(PolicyLines.of(kept.text())), "");
                case KeptPolicy.Missing() ->
                    new Said(Optional.empty(), "not kept in " + VisibleText.of(folder.toString()));
                case KeptPolicy.Changed() ->
                    new Said(
                            Optional.empty(),
                            "the text in " + VisibleText.of(folder.toString())
                                    + " under this name is NOT the one that decided: its SHA-256 is another one");
                case KeptPolicy.Unreadable(String why) ->
                    new Said(
                            Optional.empty(),
                            "kept in " + VisibleText.of(folder.toString()) + " and cannot be read: "
                                    + VisibleText.of(why));
            };
        } catch (IOException e) {
            return new Said(
                    Optional.empty(),
                    "cannot be read in " + VisibleText.of(folder + ": " + FileFault.words(folder, e)));
        }
    }

    /** Another program may have written the file, so nothing in it may drive a terminal. */
    private static List<String> numbered(Excerpt excerpt) {
        return excerpt.numbered().stream().map(VisibleText::of).toList();
    }

    static final String SHA256 = "postseal.policy.sha256";
}
