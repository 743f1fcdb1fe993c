package org.postseal.gateway.console;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.gateway.audit.evidence.KeptPolicy;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.telling.PolicyLines;
import org.postseal.policy.telling.PolicyLines.Excerpt;
import org.postseal.policy.yaml.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the policy as its file says now, compiled once for each content, and earlier policies, whose texts are kept
 * beside the log. Thread-safe.
 */
final class PolicyInView {
    private final Path file;
    private final LogsInView logs;
    private volatile Optional<Compiled> last = Optional.empty();
    private volatile Optional<Then> lastOfThen = Optional.empty();

    /** @param logs the logs beside which earlier policies are kept */
    PolicyInView(Path file, LogsInView logs) {
        this.file = file;
        this.logs = logs;
    }

    /** Holds the lines of an earlier policy, to which records refer by its SHA-256. */
    private record Then(Path kept, String sha256, PolicyLines lines) {}

    /** Holds the rules with their warnings, or what is wrong with the file. */
    record Compiled(Optional<String> sha256, Optional<RuleSet> rules, List<Problem> problems) {}

    Compiled now() {
        PolicyFile read = PolicyFile.read(file);
        Optional<Compiled> known = last.filter(
                compiled -> compiled.sha256().isPresent() && compiled.sha256().equals(read.sha256()));
        if (known.isPresent()) {
            return known.get();
        }
        Checked<RuleSet> checked = read.compile();
        Compiled compiled = new Compiled(read.sha256(), checked.value(), checked.problems());
        last = Optional.of(compiled);
        return compiled;
    }

    Path file() {
        return file;
    }

    /**
     * Reads the text of a policy that records name.
     *
     * @throws IOException if the text is there and cannot be read
     */
    KeptPolicy then(String sha256) throws IOException {
        KeptPolicy found = new KeptPolicy.Missing();
        for (Path kept : logs.evidence()) {
            KeptPolicy here = KeptPolicy.read(kept, sha256);
            if (here instanceof KeptPolicy.Kept) {
                return here;
            }
            found = here instanceof KeptPolicy.Missing ? found : here;
        }
        return found;
    }

    /**
     * Returns the numbered lines of the rule that decided, and of the mailbox policy that gave settings last, from the
     * policy that the record names, with an empty line between. There are none if they cannot be shown. If somebody has
     * changed that policy, the one line says so.
     */
    List<String> decided(AuditLine record) {
        Optional<String> id = record.first("rule.id");
        Optional<String> sha256 = record.first(SHA256);
        if (id.isEmpty() || sha256.isEmpty()) {
            return List.of();
        }
        return switch (said(logs.evidence(record), sha256.get())) {
            case Said.Lines(PolicyLines lines) -> {
                Optional<Excerpt> mailbox =
                        record.first("postseal.mailbox_policy").flatMap(lines::mailboxPolicy);
                List<String> numbered = new ArrayList<>();
                for (Excerpt excerpt : Stream.concat(lines.rule(id.get()).stream(), mailbox.stream())
                        .toList()) {
                    if (!numbered.isEmpty()) {
                        numbered.add("");
                    }
                    numbered.addAll(excerpt.numbered());
                }
                yield numbered;
            }
            case Said.Changed() -> List.of(CHANGED);
            case Said.Nothing() -> List.of();
        };
    }

    /** Says whether the kept text of a policy can be shown. */
    private sealed interface Said {
        /** The text is unchanged. */
        record Lines(PolicyLines lines) implements Said {}

        /** The text was changed. */
        record Changed() implements Said {}

        /** The text is missing, or cannot be read. */
        record Nothing() implements Said {}
    }

    private Said said(Path kept, String sha256) {
        Optional<Then> known = lastOfThen.filter(
                then -> then.kept().equals(kept) && then.sha256().equals(sha256));
        if (known.isPresent()) {
            return new Said.Lines(known.get().lines());
        }
        try {
            return switch (KeptPolicy.read(kept, sha256)) {
                case KeptPolicy.Kept found -> {
                    Then read = new Then(kept, sha256, PolicyLines.of(found.text()));
                    lastOfThen = Optional.of(read);
                    yield new Said.Lines(read.lines());
                }
                case KeptPolicy.Missing() -> new Said.Nothing();
                case KeptPolicy.Changed() -> new Said.Changed();
                case KeptPolicy.Unreadable(String why) -> {
                    LOG.info("the text of policy {} cannot be read: {}", sha256, why);
                    yield new Said.Nothing();
                }
            };
        } catch (IOException e) {
            LOG.info("{}", e.toString());
            return new Said.Nothing();
        }
    }

    private static final String CHANGED =
            "The kept text is NOT that of the policy that decided: somebody has changed it.";
    static final String SHA256 = "postseal.policy.sha256";
    private static final Logger LOG = LoggerFactory.getLogger(PolicyInView.class);
}
